"""audit verify: whom a round counts, what was issued, drawn and planned is what the trail tells."""

from __future__ import annotations

from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, MAYI, ROUND, visit
from made_documents import PDF, digest_of, send
from states import made_once

from audit.accounts.models import Account
from audit.centres.models import Centre
from audit.rounds import queries
from audit.rounds.models import Document, DocumentSender, Draw, IssuedList, Plan, Round, RoundCentre

LIST = {"division": "540228", "item": "TM01", "m": 120, "title": "县级应进驻事项清单", "issued_on": "2026-09-30"}
DRAW = {
    "level": "township", "kind": "spot", "per_county": {"count": 1}, "inspectors": ["tashi", "drolma"],
    "due_on": "2026-12-10",
}  # fmt: skip
PLAN = {"centre": str(GADONG), "inspector": "tashi", "kind": "check", "due_on": "2026-12-10"}
COUNTY_ROUND = {
    "code": "bailang", "name": "2026年度", "area": "540228", "opens_on": "2026-10-01", "closes_on": "2027-12-31",
    "editions": {"township": "township-2026.1", "village": "village-2026.1"},
    "ranking_policy": "ranking-2026.1", "card_policy": "cards-2026.1",
}  # fmt: skip
LONG_AGO = "2026-11-20T01:00:00.000000Z"


def post(office, path: str, body: dict) -> dict:
    answer = office.post(path, json=body)
    assert answer.status_code in (200, 201), answer.json
    return answer.json


@made_once
def busy_round(office):
    """A round with a tier changed, two lists of which one was withdrawn, a document, a draw, and plans that were
    replaced and withdrawn."""
    office.put(f"/rounds/{ROUND}/centres/{LUOJIANG}", json={"tier": "demonstration", "reason": "改定"})
    send(office)
    taken_back = post(office, f"/rounds/{ROUND}/lists", LIST | {"division": "540222"})
    post(office, f"/lists/{taken_back['id']}/withdrawal", {"reason": "误录"})
    post(office, f"/rounds/{ROUND}/lists", LIST | {"document": digest_of(PDF)})
    drawn = post(office, f"/rounds/{ROUND}/draws", DRAW)
    post(office, f"/plans/{drawn['result'][0]['id']}/replacement", {"reason": "道路中断"})
    plan = post(office, f"/rounds/{ROUND}/plans", PLAN)
    other = post(office, f"/plans/{plan['id']}/replacement", {"inspector": "drolma", "reason": "请假"})
    post(office, f"/plans/{other['id']}/withdrawal", {"reason": "不需要"})


def test_a_busy_round_holds(busy_round, verify):
    code, said = verify()
    assert code == 0, said
    for name, number in {"rounds": 1, "documents": 1, "lists": 2, "draws": 1, "plans": 21}.items():
        assert f"{name}: {number} checked, 0 faults" in said


def test_a_round_of_before_centres_were_kept_holds(office, monkeypatch, verify):
    with monkeypatch.context() as then:
        then.setattr(queries, "opening_of", lambda _: None)
        post(office, "/rounds", COUNTY_ROUND)
    RoundCentre.delete().where(RoundCentre.round == 2).execute()
    assert verify()[0] == 0


@pytest.mark.parametrize("state", ["closed", "frozen", "published"])
def test_a_round_further_on_than_the_trail_tells_is_found(found, app, state):
    Round.update(state=state).execute()
    found(f"the trail does not tell that it is {state}")


@pytest.mark.parametrize(
    ("name", "policy"), [("progress_policy", "progress-2026.1"), ("followup_policy", "followup-2026.1")]
)
def test_a_policy_that_was_slipped_in_is_found(found, app, name, policy):
    Round.update({name: policy}).execute()
    found("the trail tells of another area, other days, editions or policies")


# --- whom it counts ------------------------------------------------------------------------------------------------


def test_another_tier_than_the_trail_tells_is_found(busy_round, found):
    RoundCentre.update(tier="demonstration").where(RoundCentre.centre == MAYI).execute()
    found("it counts other centres, or with other tiers")


def test_a_changed_tier_that_was_changed_again_is_found(busy_round, found):
    RoundCentre.update(tier="standard").where(RoundCentre.centre == LUOJIANG).execute()
    found(f"{LUOJIANG}: the trail does not tell that its tier is standard")


def test_a_centre_that_was_left_out_is_found(busy_round, found):
    RoundCentre.delete().where(RoundCentre.centre == MAYI).execute()
    found("it counts other centres, or with other tiers")


def test_a_centre_that_was_slipped_in_is_found(office, found):
    post(office, "/rounds", COUNTY_ROUND)
    RoundCentre.create(round=2, centre=JIANGZI, tier="standard")
    found(f"{JIANGZI}: it came later, and no visit tells of it so")


def test_a_centre_that_came_later_and_was_visited_holds(office, tashi, verify):
    Centre.update(status="closed").where(Centre.id == LUOJIANG).execute()
    post(office, "/rounds", COUNTY_ROUND)
    Centre.update(status="active").where(Centre.id == LUOJIANG).execute()
    assert tashi.submit(uuid4(), visit(LUOJIANG, round="bailang")).status_code == 201
    assert verify()[0] == 0


# --- lists and documents -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"m": 119}, {"title": "别的"}, {"issued_on": "2026-10-01"}, {"item": "TM02"}, {"document": None},
     {"entered_by": 1}, {"entered_at": LONG_AGO}],
)  # fmt: skip
def test_a_changed_list_is_found(busy_round, found, change):
    IssuedList.update(change).execute()
    found("version 1: the trail does not tell of it so")


def test_a_list_that_was_removed_is_found(busy_round, found):
    IssuedList.delete().where(IssuedList.withdrawn_at.is_null()).execute()
    found(f"what it tells of, {ROUND}/540228/TM01, is gone")


@pytest.mark.parametrize(
    "change", [{"reason": "别的"}, {"withdrawn_at": LONG_AGO}, {"withdrawn_by": 1}]
)  # fmt: skip
def test_a_withdrawal_that_was_changed_is_found(busy_round, found, change):
    IssuedList.update(change).where(IssuedList.withdrawn_at.is_null(False)).execute()
    found(f"{ROUND}/540222/TM01 version 1: the trail does not tell that it was withdrawn so")


def test_a_withdrawal_that_nobody_made_is_found(busy_round, found):
    IssuedList.update(withdrawn_at=LONG_AGO, withdrawn_by=1, reason="悄悄").where(
        IssuedList.withdrawn_at.is_null()
    ).execute()
    found(f"{ROUND}/540228/TM01 version 1: the trail does not tell that it was withdrawn so")


def test_a_list_that_counts_again_unseen_is_found(busy_round, found):
    IssuedList.update(withdrawn_at=None).execute()
    found("it counts, and the trail tells that it was withdrawn")


def test_a_document_that_was_changed_is_found(busy_round, found, app):
    (app.extensions["storage"].root / Document.get().key).write_bytes(b"%PDF-changed")
    found("its bytes are not those that were received")


def test_a_document_that_was_lost_is_found(busy_round, found, app):
    app.extensions["storage"].delete(Document.get().key)
    found(f"{Document.get().key}: the file is missing")


@pytest.mark.parametrize("change", [{"name": "别的.pdf"}, {"media_type": "image/png"}, {"bytes": 1}])
def test_another_name_type_or_size_of_a_document_is_found(busy_round, found, change):
    Document.update(change).execute()
    found("the trail tells of another name, type or size")


def test_another_sender_of_a_document_is_found(busy_round, found):
    DocumentSender.update(account=Account.get(Account.name == "office2").id).execute()
    found("the trail tells of other senders")


def test_a_document_that_was_removed_is_found(busy_round, found):
    IssuedList.update(document=None).execute()
    DocumentSender.delete().execute()
    Document.delete().execute()
    found(f"what it tells of, {digest_of(PDF)}, is gone")


# --- draws and plans -----------------------------------------------------------------------------------------------


def test_a_draw_that_favours_somebody_is_found(busy_round, found):
    drolma = Account.get(Account.name == "drolma").id
    Plan.update(inspector=drolma).where(Plan.draw.is_null(False)).execute()
    found("drawn again it gives others")


def test_a_seed_found_to_suit_is_found(busy_round, found):
    Draw.update(seed="chosen").execute()
    found("the trail tells of another seed, frame or question")


def test_a_draw_that_was_removed_is_found(busy_round, found):
    Plan.update(draw=None).execute()
    Draw.delete().execute()
    found("what it tells of, 1, is gone")


@pytest.mark.parametrize(
    "change", [{"kind": "covert"}, {"due_on": "2027-01-01"}, {"blind": True}, {"centre": MAYI}, {"entered_by": 1}]
)
def test_a_changed_plan_is_found(busy_round, found, change):
    Plan.update(change).where(Plan.state == "withdrawn").execute()
    found("the trail does not tell that it was planned so")


@pytest.mark.parametrize("state", ["planned", "replaced"])
def test_a_plan_of_another_state_is_found(busy_round, found, state):
    Plan.update(state=state).where(Plan.state == "withdrawn").execute()
    found(f"is {state}, but withdrawn is what the trail tells")


def test_another_reason_is_found(busy_round, found):
    Plan.update(reason="别的").where(Plan.state == "withdrawn").execute()
    found("is withdrawn, but planned is what the trail tells")


def test_a_plan_that_was_removed_is_found(busy_round, found):
    Plan.delete().where(Plan.state == "withdrawn").execute()
    found("is gone")

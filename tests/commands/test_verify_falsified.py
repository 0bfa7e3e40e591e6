"""audit verify: what somebody changed, digests recomputed and all, is found; what cannot be read stops nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, answered, approved, visit
from states import made_once

from audit.accounts.models import Account
from audit.base import clock, db
from audit.base.db import digest_of
from audit.checklists.models import Baseline, Edition
from audit.evidence.models import Photo, PhotoSender
from audit.followup.models import Finding, FindingStep
from audit.inspections import scores
from audit.inspections.models import Inspection, ItemPhoto, KeptAside, Participant, Review, Revision, Score
from audit.rounds.models import Round, RoundLevel

# --- what was changed with all its digests -----------------------------------------------------------------------


def test_a_changed_answer_with_digest_and_score_recomputed_is_found(proved_visit, found):
    revision = Revision.get()
    revision.body = answered(revision.body, "TA06", value="99")
    revision.digest = digest_of(revision.body)
    revision.save()
    scores.keep([Inspection.get()], scores.level_of(Inspection.get()), now=clock.now())
    found(f"{proved_visit[0]} revision 1: the trail tells of other content")


def test_another_sender_of_a_revision_is_found(proved_visit, found):
    Revision.update(sender=2).execute()
    found("the trail tells of other content, another sender or another time")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("centre", LUOJIANG),
        ("kind", "spot"),
        ("level", "village"),
        ("edition", "village-2026.1"),
        ("started_at", "2026-11-20T01:00:00.000000Z"),
        ("received_at", "2026-11-20T01:00:00.000000Z"),
    ],
)
def test_a_head_that_differs_from_its_revision_is_found(proved_visit, found, field, value):
    Inspection.update({field: value}).execute()
    found(f"differs from its revision 1 in {field}" if field != "edition" else "edition")


def test_another_tier_is_found(proved_visit, found):
    Inspection.update(tier="other").execute()
    found("the trail does not tell that its tier was other")


@pytest.mark.parametrize("state", ["submitted", "returned", "waiting"])
def test_a_state_that_does_not_follow_is_found(proved_visit, found, state):
    Inspection.update(state=state).execute()
    found(f"{proved_visit[0]}: is {state}, but approved is what follows")


def test_an_approval_without_a_review_is_found(tashi, found):
    tashi.submit(uuid4(), visit())
    Inspection.update(state="approved").execute()
    found("is approved, but submitted is what follows")


def test_a_completed_visit_whose_photos_are_missing_is_found(tashi, found):
    tashi.submit(uuid4(), visit(photos={"TA01": ["a" * 64]}))
    Inspection.update(state="submitted").execute()
    found("is submitted, but waiting is what follows")


def test_a_review_that_nobody_gave_is_found(tashi, found):
    tashi.submit(uuid4(), visit())
    Review.create(
        inspection=Inspection.get().id, revision=1, reviewer=4, decision="approve", reasons=[], at=clock.now()
    )
    Inspection.update(state="approved").execute()
    found("the trail does not tell of it so")


@pytest.mark.parametrize("change", [{"comment": "other"}, {"reasons": [{"item": "TA01"}]}, {"reviewer": 5}])
def test_a_changed_review_is_found(proved_visit, found, change):
    Review.update(change).execute()
    found(f"of {proved_visit[0]}: the trail does not tell of it so")


def test_a_review_that_was_removed_is_found(proved_visit, found):
    Review.delete().execute()
    found("is gone")


def test_a_visit_that_was_removed_is_found(proved_visit, found):
    for table in (FindingStep, Finding, Review, Score, ItemPhoto, Participant, Revision, Inspection):
        table.delete().execute()
    found(f"'{proved_visit[0]}', 1), is gone")


def test_a_photo_that_nobody_sent_is_found(proved_visit, found):
    PhotoSender.update(account=2).execute()
    found(f"{proved_visit[1]}: the trail does not tell that account 2 sent it")


def test_photos_named_for_other_items_are_found(proved_visit, found):
    ItemPhoto.update(item="TA02").execute()
    found("its photos are not those that were sent")


def test_a_stranger_in_the_team_is_found(proved_visit, found):
    Participant.create(inspection=proved_visit[0], account=2)
    found("its team is not the one that was sent")


@made_once
def joined(tashi, drolma, reviewer):
    """An approved visit of tashi's that drolma joined before she sent its second revision."""
    inspection, body = uuid4(), visit(team=["drolma"])
    tashi.submit(inspection, body)
    assert drolma.put(f"/inspections/{inspection}/membership").status_code == 200
    reviewer.review(inspection, "return", reasons=[{"item": "TA01", "reason": "blurred"}])
    assert drolma.submit(inspection, body | {"revision": 2, "team": ["tashi"]}).status_code == 201
    return {name: Account.get(Account.name == name).id for name in ("tashi", "drolma")}


def test_a_team_whose_members_joined_as_told_holds(joined, verify):
    code, said = verify()
    assert code == 0, said


@pytest.mark.parametrize("name", ["tashi", "drolma"])
@pytest.mark.parametrize("at", ["2026-11-20T01:00:00.000000Z", None])
def test_another_moment_of_joining_is_found(joined, found, name, at):
    Participant.update(joined_at=at).where(Participant.account == joined[name]).execute()
    found(f"the trail does not tell that account {joined[name]} joined it so")


def test_a_changed_body_kept_aside_is_found(tashi, found):
    inspection = uuid4()
    for kind in ("check", "spot"):
        tashi.submit(inspection, visit(kind=kind))
    body = KeptAside.get().body | {"kind": "covert"}
    KeptAside.update(body=body, digest=digest_of(body)).execute()
    found("what was kept aside: the trail tells of other content")


def test_an_edition_changed_with_its_digest_is_found(proved_visit, found):
    content = Edition.get_by_id("township-2026.1").content | {"dimension_cap": 61}
    Edition.update(content=content, digest=digest_of(content)).where(Edition.id == "township-2026.1").execute()
    found("township-2026.1: its content is not what was published")


def test_a_score_of_a_visit_that_has_none_is_found(proved_visit, found):
    Inspection.update(state="waiting").execute()
    found("has a score, and is not complete")


# --- baselines ---------------------------------------------------------------------------------------------------


@made_once
def adopted(tashi, reviewer, office):
    """An adopted baseline of 嘎东镇."""
    body = {"inspection": str(approved(tashi, reviewer, GADONG))}
    return office.post("/rounds/2026Q4/baselines", json=body).json["baseline"]


def test_an_adopted_baseline_holds(adopted, verify):
    assert verify()[0] == 0


def test_a_changed_answer_of_a_baseline_is_found(adopted, found):
    baseline = Baseline.get()
    baseline.answers["TA01"] = {"value": "1"}
    baseline.save()
    found(f"baseline {adopted}: its answers are not those of the visit")


def test_a_baseline_that_nobody_adopted_is_found(adopted, found):
    Baseline.update(adopted_at=None).execute()
    found(f"2026Q4: township: its baseline {adopted} is not adopted")


@made_once
def confirmed(tashi, reviewer, office, office2):
    """A baseline with one unusual value, proposed by office and confirmed by office2."""
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TP02", value=1))
    reviewer.review(inspection)
    number = office.post("/rounds/2026Q4/baselines", json={"inspection": str(inspection)}).json["baseline"]
    office2.post(f"/rounds/2026Q4/baselines/{number}/confirmation", json={"items": ["TP02"]})
    return number


def test_a_confirmed_baseline_holds(confirmed, verify):
    assert verify()[0] == 0


def test_another_confirming_person_is_found(confirmed, found):
    Baseline.update(confirmed_by=1).execute()
    found(f"baseline {confirmed}: the trail does not tell that it was adopted so")


def test_a_baseline_of_another_round_is_found(adopted, found):
    RoundLevel.update(baseline=adopted).where(RoundLevel.level == "village").execute()
    found("2026Q4: village: its baseline 1 is not adopted, or of another edition")


# --- rows that cannot be read ------------------------------------------------------------------------------------


def spoil(table, **columns: str) -> None:
    """Write text that the columns' own types would refuse."""
    names = ", ".join(f"{name} = '{text}'" for name, text in columns.items())
    db.database.execute_sql(f"UPDATE {table} SET {names}")


def test_a_trail_line_that_cannot_be_read_is_named(proved_visit, found):
    db.database.execute_sql("UPDATE trail SET at = 'yesterday' WHERE seq = 5")
    found("trail: line 5: cannot be read (ValueError")


@pytest.mark.parametrize("body", ["{}", "{bad", "[]", "null"])
def test_a_revision_that_cannot_be_read_is_named(proved_visit, found, body):
    spoil("revision", body=body)
    found("revisions: revision row 1: cannot be read")


def test_a_revision_that_is_gone_is_named(proved_visit, found):
    Revision.delete().execute()
    found(f"visits: {proved_visit[0]}: of its 1 revisions, those are there: []")


def test_a_score_that_cannot_be_read_is_named_and_the_others_are_checked(proved_visit, tashi, reviewer, found):
    other = approved(tashi, reviewer, MAYI)
    Score.update(total=1).where(Score.inspection == other).execute()
    text = "{bad"
    Score.update(explanation=db.peewee.Value(text, converter=False)).where(
        Score.inspection == proved_visit[0]
    ).execute()
    found(f"scores: {proved_visit[0]}: cannot be read")
    found(f"scores: {other}: differs from its recomputation in total")


@pytest.mark.parametrize(("table", "column"), [("review", "at"), ("photo", "exif"), ("photo_sender", "received_at")])
def test_any_row_that_cannot_be_read_is_a_fault(proved_visit, found, table, column):
    spoil(table, **{column: "{bad"})
    found("cannot be read (")


@pytest.mark.parametrize(("table", "column"), [("edition", "content"), ("baseline", "answers"), ("review", "reasons")])
def test_any_row_behind_a_score_that_cannot_be_read_is_a_fault(adopted, found, table, column):
    spoil(table, **{column: "{bad"})
    found("cannot be read (")


def test_a_file_that_cannot_be_read_is_named(proved_visit, found, app):
    path = app.extensions["storage"].root / Photo.get().key
    path.unlink()
    path.mkdir()
    found(f"{proved_visit[1]}.jpg: the file cannot be read (Is a directory)")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "2027"},
        {"opens_on": "2020-01-01"},
        {"sample": True},
        {"ranking_policy": "cards-2026.1"},
        {"area": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_round_that_was_changed_is_found(proved_visit, found, change):
    Round.update(change).execute()
    found("2026Q4: the trail tells of another area, other days, editions or policies")


def test_another_edition_of_a_round_is_found(proved_visit, found):
    RoundLevel.update(edition="township-2026.1").where(RoundLevel.level == "village").execute()
    found("2026Q4: the trail tells of another area, other days, editions or policies")


def test_a_round_that_nobody_closed_is_found(proved_visit, found):
    Round.update(state="closed").execute()
    found("2026Q4: the trail does not tell that it is closed")

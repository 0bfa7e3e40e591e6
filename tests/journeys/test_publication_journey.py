"""From a plan to a published ranking that survives an appeal: version 2 corrects it, version 1 keeps every byte."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from click.testing import CliRunner
from factories import GADONG, JIANGZI, LUOJIANG, answered, content, picture, visit

from audit.cli import main

CODE = "2026H2"
OPENED = {
    "code": CODE,
    "name": "2026年下半年",
    "area": "540200",
    "opens_on": "2026-10-01",
    "closes_on": "2027-12-31",
    "editions": {"township": "township-2026.1", "village": "village-2026.1"},
    "ranking_policy": "ranking-2026.1",
    "card_policy": "cards-2026.1",
    "followup_policy": "followup-2026.1",
}
HALL = "TA01"
FILES = ("ranking.xlsx", "counties.csv", "townships.csv", "villages.csv")


@pytest.fixture
def office_round(office, tashi):
    """A round with three visits planned, each with the hall of the centre photographed."""
    assert office.post("/rounds", json=OPENED).status_code == 201
    for centre in (GADONG, LUOJIANG, JIANGZI):
        plan = {"centre": str(centre), "inspector": "tashi", "kind": "check", "due_on": "2026-12-01"}
        assert office.post(f"/rounds/{CODE}/plans", json=plan).status_code == 201
    assert len(tashi.get(f"/rounds/{CODE}/plans?mine=true").json) == 3


def visited(inspector, reviewer, centre, hall: int) -> str:
    """A planned visit that found a hall of so many square metres, with its photos, approved."""
    wanted = next(each["photos"] for each in content()["items"] if each["code"] == HALL)
    pictures = [picture(f"{centre}/{number}") for number in range(wanted)]
    for digest, data in pictures:
        assert inspector.send_photo(digest, data).status_code == 201
    body = answered(visit(centre, round=CODE), HALL, value=hall, photos=[digest for digest, _ in pictures])
    inspection = str(uuid4())
    sent = inspector.submit(inspection, body)
    assert (sent.status_code, sent.json["missing_photos"]) == (201, [])
    assert "not-assigned" not in {each["flag"] for each in sent.json["flags"]}
    assert reviewer.review(inspection).status_code == 201
    return inspection


def step(proposer, confirmer, what: str, note: str) -> dict:
    """Proposed by one, confirmed by the other, and by nobody else."""
    proposed = proposer.post(f"/rounds/{CODE}/steps", json={"what": what, "note": note})
    assert proposed.status_code == 201, proposed.json
    where = f"/steps/{proposed.json['id']}/confirmation"
    assert proposer.put(where).status_code == 403
    confirmed = confirmer.put(where)
    assert confirmed.status_code == 200, confirmed.json
    return confirmed.json


def downloads(office, version: int) -> dict[str, bytes]:
    found = {}
    for name in FILES:
        with office.get(f"/rounds/{CODE}/publications/{version}/exports/{name}") as answer:
            assert answer.status_code == 200
            found[name] = answer.get_data()
    return found


def line(person, version: int, centre) -> dict:
    rows = person.get(f"/rounds/{CODE}/publications/{version}/rankings/townships").json["rows"]
    return next(row for row in rows if row["centre"] == str(centre))


def proposal(office, what: str) -> tuple[int, list[str]]:
    """What comes of a proposal that must not succeed: its status, and which checks forbid it."""
    answer = office.post(f"/rounds/{CODE}/steps", json={"what": what, "note": "试", "accept": True})
    return answer.status_code, [each["check"] for each in answer.json["checks"] if each["weight"] == "blocks"]


@pytest.fixture
def version_one(office_round, office, office2, tashi, reviewer) -> str:
    """Three visits, the end of the round, the trial ranking, version 1; the visit that is going to be disputed."""
    disputed = visited(tashi, reviewer, LUOJIANG, hall=80)
    visited(tashi, reviewer, GADONG, hall=150)
    visited(tashi, reviewer, JIANGZI, hall=90)
    assert proposal(office, "freeze") == (409, ["state"])
    assert office.post(f"/rounds/{CODE}/closing").json["state"] == "closed"
    step(office, office2, "freeze", "试算")
    assert office.get(f"/rounds/{CODE}").json["state"] == "frozen"
    step(office, office2, "publish", "经会议研究，予以公布")
    return disputed


def appealed(bailang, inspection: str) -> str:
    """Where the county's appeal against the size of the hall is decided."""
    measured, data = picture("measured again")
    assert bailang.send_photo(measured, data).status_code == 201
    claim = {"item": HALL, "reason": "丈量有误，应为150平方米", "photos": [measured]}
    answer = bailang.post(f"/inspections/{inspection}/appeals", json=claim)
    assert answer.status_code == 201, answer.json
    return f"/appeals/{answer.json['id']}/decision"


def test_a_ranking_survives_an_appeal(version_one, people, config, monkeypatch):
    office, office2, bailang = (people[name] for name in ("office", "office2", "bailang"))
    first, before = downloads(office, 1), line(bailang, 1, LUOJIANG)
    assert (before["place"], line(office, 1, JIANGZI)["place"]) == (3, 2)

    # the county objects; while nobody has decided, nothing is published
    where = appealed(bailang, version_one)
    assert proposal(office, "publish") == (409, ["appeals-open", "unchanged"])

    # upheld by somebody who had no part in the visit: another score, and version 2 with a note
    ruling = {"decision": "uphold", "reason": "经复核属实", "answer": {"value": 150}}
    assert people["reviewer"].post(where, json=ruling).status_code == 403
    assert people["reviewing-inspector"].post(where, json=ruling).json["state"] == "upheld"
    assert line(office, 1, LUOJIANG) == before
    step(office2, office, "publish", "洛江镇申诉成立，更正得分")
    after = line(bailang, 2, LUOJIANG)
    assert Decimal(after["total"]) > Decimal(before["total"])
    assert (after["place"], line(office, 2, JIANGZI)["place"]) == (1, 3)
    versions = office.get(f"/rounds/{CODE}/publications").json
    assert [each["note"] for each in versions] == ["洛江镇申诉成立，更正得分", "经会议研究，予以公布"]

    # version 1 has every byte it had, and everything can be worked out again
    assert downloads(office, 1) == first
    assert downloads(office, 2)["ranking.xlsx"] != first["ranking.xlsx"]
    monkeypatch.setenv("AUDIT_DATABASE_URL", config.database_url)
    said = CliRunner().invoke(main, ["--data", str(config.data), "verify"]).output
    assert "publications: 2 checked, 0 faults" in said and "everything holds" in said, said

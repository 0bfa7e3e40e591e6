"""How many findings stand where, whose they are to verify and appeals to decide, and what an appeal is about."""

from types import SimpleNamespace

import pytest
from towns import FAULTY, GADONG, LUOJIANG, ORDER

from audit.accounts.models import Account
from audit.base import clock
from audit.followup import appeals, contested, duties, queries
from audit.followup.models import Appeal, Finding

OFFICE = SimpleNamespace(id=0, division=None, roles=frozenset({"office"}))


def actor(name: str) -> SimpleNamespace:
    row = Account.get(Account.name == name)
    return SimpleNamespace(id=row.id, division=row.division_id, roles=frozenset(row.roles))


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        ({"kind": "long-term"}, ["T4"]),
        ({"kind": "normal"}, ["T1"]),
        ({"item": "T4"}, ["T4"]),
        ({"returned": "true"}, ["T1"]),
        ({"returned": "false"}, ["T4"]),
    ],
)
def test_a_list_is_narrowed_by_kind_item_and_return(town, reported, asked, items):
    town.do("office", "order", "T4", kind="long-term", **ORDER)
    town.do("reviewer", "verification", decision="return", note="照片看不清")
    assert [each["item"] for each in town.findings(**asked)] == items


def test_what_was_ordered_anew_is_not_returned_any_more(town, reported):
    town.do("reviewer", "verification", decision="return", note="照片看不清")
    town.do("office", "order", unit="白朗县住建局")
    assert town.findings(returned="true") == []


def test_counts_are_those_of_the_lists(town, reported, office):
    town.do("office", "order", "T4", kind="long-term", due_on="2099-01-01", **ORDER)
    town.visit(GADONG, *FAULTY)
    Finding.update(due_on="2026-01-01").where(Finding.item == "T1", Finding.state == "reported").execute()
    found = queries.by_state(OFFICE, {"round": town.code, "state": "closed"}, now=clock.now())
    narrowed = {"overdue": {"overdue": "true"}, "long_term": {"kind": "long-term"}}
    for name in ("open", "ordered", "reported", "closed", "withdrawn", "overdue", "long_term"):
        assert found[name] == len(town.findings(**narrowed.get(name, {"state": name}))), name
    assert found["live"] == 4


def test_items_are_counted_with_their_words(town, a_fault):
    town.visit(GADONG, 100, 100, 100, 50)
    found = queries.by_item(OFFICE, {"round": town.code, "item": "T1"}, now=clock.now())
    assert [(each["item"], each["findings"], each["text"]["zh"]) for each in found] == [
        ("T1", 1, "面积一项"),
        ("T4", 2, "授权一项"),
    ]


def test_nobody_has_nothing(town):
    assert queries.by_state(OFFICE, {}, now=clock.now())["live"] == 0
    assert queries.ordered(OFFICE, now=clock.now()) == {"overdue": 0, "soon": 0, "later": 0, "next": None}


@pytest.mark.parametrize("name", ["tashi", "drolma", "reviewer", "reviewing-inspector", "bailang"])
def test_whose_a_finding_is_to_verify_is_one_rule(town, reported, name):
    finding = Finding.get(Finding.state == "reported")
    may = duties.why_not_verify(finding, actor(name)) is None
    assert Finding.select().where(duties.verifiable(actor(name))).exists() is may
    assert may is (name not in ("tashi", "bailang"))


@pytest.mark.parametrize("name", ["tashi", "office", "reviewer", "reviewing-inspector", "bailang"])
def test_whose_an_appeal_is_to_decide_is_one_rule(town, a_fault, name):
    town.freeze()
    town.appeal(a_fault)
    may = duties.why_not_decide(Appeal.get(), actor(name)) is None
    assert Appeal.select().where(duties.decidable(actor(name))).exists() is may
    assert [each.own for each in appeals.waiting(actor(name), now=clock.now())] == [may]
    assert may is (name in ("office", "reviewing-inspector"))


def then(number: int) -> dict:
    """What an appeal was about, as it is told after it was upheld."""
    return contested.of_appeal(OFFICE, appeals.get(OFFICE, number))[0]


def uphold(office, number: int, **answer) -> None:
    body = {"decision": "uphold", "reason": "属实", "answer": answer}
    assert office.post(f"/appeals/{number}/decision", json=body).status_code == 200


@pytest.mark.parametrize(("item", "answer"), [("T1", {"value": 100}), ("T4", {"n": 1, "m": 1}), ("T9", {"yes": True})])
def test_the_score_then_is_what_it_was_before_the_appeal(town, a_fault, office, item, answer):
    town.freeze()
    number = town.appeal(a_fault, item=item).json["id"]
    before, after = contested.of_appeal(OFFICE, appeals.get(OFFICE, number))
    assert after is None
    uphold(office, number, **answer)
    found = then(number)
    assert found["total"] == before["total"] != contested.of_visit(OFFICE, a_fault, item)["total"]
    assert {**(found["mark"] or {}), "sent": 0} == {**(before["mark"] or {}), "sent": 0}


def test_the_score_then_holds_what_a_reviewer_decided(town, office, reviewer, people):
    visit = town.send(LUOJIANG, *FAULTY)
    tag = reviewer.get(f"/inspections/{visit}").headers["ETag"]
    body = {"item": "T1", "answer": {"value": 80}, "reason": "以照片所示为准"}
    assert reviewer.post(f"/inspections/{visit}/decisions", json=body, headers={"If-Match": tag}).status_code == 201
    reviewer.review(visit)
    town.freeze()
    number = town.appeal(visit).json["id"]
    uphold(office, number, value=100)
    assert then(number)["mark"]["value"] == "80"


def test_the_score_then_holds_what_the_county_listed(town, a_fault, office):
    listed = {"division": "540228", "item": "T4", "m": 5000, "title": "事项清单", "issued_on": "2026-10-01"}
    assert office.post(f"/rounds/{town.code}/lists", json=listed).status_code == 201
    town.freeze()
    number = town.appeal(a_fault, item="T4").json["id"]
    before = contested.of_visit(OFFICE, a_fault, "T4")
    assert before["mark"]["m"] == "5000"
    uphold(office, number, n=1, m=2)
    assert (then(number)["mark"]["m"], then(number)["total"]) == ("5000", before["total"])


def test_a_visit_without_a_score_has_no_mark(town, a_fault, office, reviewer):
    town.freeze()
    number = town.appeal(a_fault).json["id"]
    tag = office.get(f"/inspections/{a_fault}").headers["ETag"]
    body = {"why": "fraud", "reason": "照片系伪造"}
    made = office.post(f"/inspections/{a_fault}/voiding", json=body, headers={"If-Match": tag}).json
    town.people["office2"].put(f"/inspections/{a_fault}/voiding/{made['id']}/confirmation")
    assert contested.of_appeal(OFFICE, appeals.get(OFFICE, number)) == ({"mark": None, "total": None}, None)

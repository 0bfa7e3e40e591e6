"""How many findings stand where, whose they are to verify and appeals to decide, and what an appeal is about."""

from types import SimpleNamespace

import pytest
from towns import FAULTY, GADONG, LUOJIANG, ORDER

from audit.accounts.models import Account
from audit.base import clock
from audit.base.db import database, is_sqlite
from audit.centres import queries as centres
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
    town.do("office", "order", "T4", kind="long-term", **ORDER)
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


def plan(query) -> str:
    """How the database would answer; so few rows it would rather read one by one."""
    asked, values = query.sql()
    with database.atomic():
        if not is_sqlite():
            database.execute_sql("SET LOCAL enable_seqscan = off")
        rows = database.execute_sql(f"EXPLAIN {'QUERY PLAN ' if is_sqlite() else ''}{asked}", values)
        return "\n".join(row[-1] for row in rows.fetchall())


def test_what_stands_somewhere_is_found_by_an_index(town, a_fault):
    # PostgreSQL chooses where to begin a join by the few rows that there are, so it is asked for the findings alone
    wanted = (queries.joined() if is_sqlite() else Finding.select()).where(Finding.state == "reported")
    assert "finding_state_due_on" in plan(wanted.select(Finding.id).where(queries.in_sight(OFFICE)))
    own = plan(wanted.select(Finding.id).where(centres.within(actor("bailang").division, Finding.county)))
    assert ("finding_county_id_state_due_on" if is_sqlite() else "state_due_on") in own


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
    """What an appeal was about."""
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
    assert found == before


@pytest.mark.parametrize("item", ["T1", "T4", "T9"])
def test_before_anything_is_decided_the_score_then_is_the_score_now(town, a_fault, item):
    town.freeze()
    number = town.appeal(a_fault, item=item).json["id"]
    assert then(number) == contested.of_visit(OFFICE, a_fault, item)


@pytest.mark.parametrize("decision", [None, "dismiss", "uphold"])
def test_what_another_appeal_changed_since_is_not_in_the_score_then(town, a_fault, office, decision):
    town.freeze()
    first, other = (town.appeal(a_fault, item=item).json["id"] for item in ("T1", "T4"))
    before = then(first)
    uphold(office, other, n=1, m=1)
    if decision:
        answer = {"answer": {"value": 100}} if decision == "uphold" else {}
        office.post(f"/appeals/{first}/decision", json={"decision": decision, "reason": "已核实"} | answer)
    assert then(first) == before


def test_what_was_decided_before_is_in_the_score_then(town, a_fault, office):
    town.freeze()
    uphold(office, town.appeal(a_fault, item="T4").json["id"], n=1, m=1)
    now = contested.of_visit(OFFICE, a_fault, "T1")
    assert then(town.appeal(a_fault).json["id"]) == now


def test_the_score_then_holds_what_a_reviewer_decided(town, office, reviewer, people):
    visit = town.send(LUOJIANG, *FAULTY)
    tag = reviewer.get(f"/inspections/{visit}").headers["ETag"]
    body = {"item": "T1", "answer": {"value": 80}, "reason": "以照片所示为准"}
    assert reviewer.post(f"/inspections/{visit}/decisions", json=body, headers={"If-Match": tag}).status_code == 201
    reviewer.review(visit)
    town.freeze()
    number = town.appeal(visit).json["id"]
    uphold(office, number, value=100)
    mark = then(number)["mark"]
    assert (mark["value"], mark["answer_from"], mark["sent"]) == ("80", "decision", {"value": 90})


def test_the_score_then_holds_what_the_county_listed(town, a_fault, office):
    listed = {"division": "540228", "item": "T4", "m": 5000, "title": "事项清单", "issued_on": "2026-10-01"}
    assert office.post(f"/rounds/{town.code}/lists", json=listed).status_code == 201
    town.freeze()
    number = town.appeal(a_fault, item="T4").json["id"]
    before = contested.of_visit(OFFICE, a_fault, "T4")
    assert before["mark"]["m"] == "5000"
    uphold(office, number, n=1, m=2)
    found = then(number)
    assert (found["mark"]["m"], found["mark"]["answer_from"], found["total"]) == ("5000", "list", before["total"])


def test_a_visit_without_a_score_has_no_mark(town, a_fault, office, reviewer):
    town.freeze()
    number = town.appeal(a_fault).json["id"]
    tag = office.get(f"/inspections/{a_fault}").headers["ETag"]
    body = {"why": "fraud", "reason": "照片系伪造"}
    made = office.post(f"/inspections/{a_fault}/voiding", json=body, headers={"If-Match": tag}).json
    town.people["office2"].put(f"/inspections/{a_fault}/voiding/{made['id']}/confirmation")
    assert contested.of_appeal(OFFICE, appeals.get(OFFICE, number)) == (
        {"mark": None, "total": None, "gain": None},
        None,
    )

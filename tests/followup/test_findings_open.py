"""Findings open by themselves: one per item that the visit that counts found below its standard."""

from towns import FAULTY, GADONG, LUOJIANG, SOUND

from audit.base.trail import TrailLine
from audit.inspections.models import Inspection


def states(town) -> dict[str, str]:
    return {each["item"]: each["state"] for each in town.findings()}


def test_an_approved_visit_opens_a_finding_per_item_below_standard(town, a_fault):
    told = [(each["item"], each["state"], each["lost"], each["reason"]) for each in town.findings()]
    assert told == [("T1", "open", "2.50", "below-reference"), ("T4", "open", "12.50", "below-reference")]


def test_a_finding_says_whose_it_is_and_what_helps(town, a_fault):
    told = town.finding("T1")
    assert (told["county"]["code"], told["inspection"], told["text"]["zh"]) == ("540228", str(a_fault), "面积一项")
    assert (told["remedy"]["cost"], told["due_on"], told["overdue"], told["repeats"]) == ("low", None, False, None)


def test_a_visit_that_waits_for_its_review_opens_none(town):
    town.send(LUOJIANG, *FAULTY)
    assert town.findings() == []


def test_a_visit_without_a_fault_opens_none(town):
    town.visit(LUOJIANG, *SOUND)
    assert town.findings() == []


def test_a_self_assessment_opens_none(town):
    town.visit(LUOJIANG, *FAULTY, kind="self")
    assert town.findings() == []


def test_a_blind_visit_opens_none(town, reviewer):
    visit = town.send(LUOJIANG, *FAULTY)
    Inspection.update(blind=True).where(Inspection.id == visit).execute()
    reviewer.review(visit)
    assert town.findings() == []


def test_what_nobody_could_assess_is_no_finding(town):
    town.visit(LUOJIANG, 100, 100, 100, None)
    assert town.findings() == []


def test_an_approval_leaves_one_line_in_the_trail_however_many_findings(town):
    visit = town.send(LUOJIANG, *FAULTY)
    before = TrailLine.select().count()
    town.people["reviewer"].review(visit)
    assert TrailLine.select().count() == before + 1


def test_opening_is_the_first_step_and_nobodys(town, a_fault):
    (step,) = town.finding()["steps"]
    assert (step["verb"], step["by"], step["photos"]) == ("open", None, [])


# --- a newer visit -----------------------------------------------------------------------------------------------


def test_a_newer_visit_closes_what_it_finds_met_and_keeps_the_rest(town, a_fault):
    newer = town.visit(LUOJIANG, 100, 100, 100, 80, kind="recheck")
    kept = town.finding("T4")
    assert states(town) == {"T1": "closed", "T4": "open"}
    assert (kept["inspection"], kept["lost"]) == (str(newer), "5.00")
    assert town.finding("T1")["steps"][-1]["note"] == "2026-11-20检查时已达标 · met at the visit of 2026-11-20"


def test_a_newer_visit_opens_what_it_finds_besides(town, a_fault):
    town.visit(LUOJIANG, 90, 90, 100, 50)
    assert states(town) == {"T1": "open", "T2": "open", "T4": "open"}


def test_an_older_visit_that_is_approved_later_changes_nothing(town, reviewer):
    older = town.send(LUOJIANG, *SOUND)
    town.visit(LUOJIANG, *FAULTY)
    reviewer.review(older)
    assert states(town) == {"T1": "open", "T4": "open"}


def test_an_order_stays_when_a_newer_visit_finds_the_same(town, a_fault):
    town.do("office", "order", unit="镇政府")
    town.visit(LUOJIANG, *FAULTY)
    assert (town.finding()["state"], town.finding()["unit"]) == ("ordered", "镇政府")


def test_what_was_verified_opens_again_when_a_later_visit_finds_it(town, closed, days_ago):
    town.visit(LUOJIANG, *FAULTY, at=days_ago(-1))
    told = town.finding()
    assert (told["state"], told["reopened"], told["steps"][-1]["verb"]) == ("open", 1, "reopen")


def test_what_was_verified_stays_closed_when_an_earlier_visit_comes_to_count(town, closed):
    town.visit(LUOJIANG, *FAULTY)  # finished before the verification
    assert town.finding()["state"] == "closed"


def test_a_visit_to_another_centre_changes_nothing(town, a_fault):
    town.visit(GADONG, *SOUND)
    assert states(town) == {"T1": "open", "T4": "open"}


# --- visits taken out, scores made anew --------------------------------------------------------------------------


def take_out(person, visit):
    tag = person.get(f"/inspections/{visit}").headers["ETag"]
    body = {"why": "test", "reason": "试填"}
    answer = person.post(f"/inspections/{visit}/voiding", json=body, headers={"If-Match": tag})
    assert answer.status_code == 201, answer.json


def test_the_findings_of_a_visit_that_was_taken_out_are_withdrawn(town, a_fault, reviewer):
    take_out(reviewer, a_fault)
    assert states(town) == {"T1": "withdrawn", "T4": "withdrawn"}


def test_what_a_visit_closed_stands_again_when_it_is_taken_out(town, a_fault, reviewer):
    newer = town.visit(LUOJIANG, *SOUND)
    take_out(reviewer, newer)
    told = town.finding("T1")
    assert (states(town), told["reopened"], told["inspection"]) == ({"T1": "open", "T4": "open"}, 0, str(a_fault))


def test_what_only_the_visit_that_was_taken_out_had_found_is_withdrawn(town, a_fault, reviewer):
    newer = town.visit(LUOJIANG, 90, 90, 100, 50)
    take_out(reviewer, newer)
    assert states(town) == {"T1": "open", "T2": "withdrawn", "T4": "open"}


def test_a_withdrawn_finding_opens_again_with_the_next_visit(town, a_fault, reviewer):
    take_out(reviewer, a_fault)
    town.visit(LUOJIANG, 90, 100, 100, 100)
    assert states(town) == {"T1": "open", "T4": "withdrawn"}


def test_a_baseline_makes_a_finding_weigh_more(town, a_fault, office):
    site = town.visit(GADONG, 200, 100, 100, 100)
    answer = office.post(f"/rounds/{town.code}/baselines", json={"inspection": str(site)})
    assert answer.status_code == 201, answer.json
    assert town.finding("T1")["lost"] == "13.75"  # 90 of 200 of 25 points


# --- the next round ----------------------------------------------------------------------------------------------


def test_a_finding_of_an_earlier_round_is_repeated(town, a_fault, next_round):
    later = next_round()
    later.visit(LUOJIANG, 100, 100, 90, 50)
    told = {each["item"]: each["repeats"] for each in later.findings()}
    assert told == {"T3": None, "T4": town.finding("T4")["id"]}


def test_a_made_up_round_repeats_nothing_of_a_real_one(a_fault, next_round):
    later = next_round(sample=True)
    later.visit(LUOJIANG, *FAULTY)
    assert {each["repeats"] for each in later.findings()} == {None}


def test_approving_asks_as_much_of_the_database_for_many_findings_as_for_one(town, queries_of, reviewer):
    visits = [town.send(LUOJIANG, *FAULTY), town.send(GADONG, *SOUND)]
    tags = [reviewer.get(f"/inspections/{each}").headers["ETag"] for each in visits]

    def approve(number: int) -> int:
        path, headers = f"/inspections/{visits[number]}/reviews", {"If-Match": tags[number]}
        return queries_of(lambda: reviewer.post(path, json={"decision": "approve"}, headers=headers))

    # two rows, two steps, the county, the round, what was before
    assert approve(0) <= approve(1) + 8

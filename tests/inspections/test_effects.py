"""What another baseline or edition would do, shown before anybody does it, and stored nowhere."""

import copy
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, answered, content, visit
from states import made_once
from submissions import slug

from audit.base.trail import TrailLine
from audit.checklists import actions as checklists
from audit.checklists.models import Baseline
from audit.inspections.models import Score


def of_baseline(person, inspection, code: str = "2026Q4"):
    return person.post(f"/rounds/{code}/baselines/preview", json={"inspection": str(inspection)})


def of_edition(person, edition: str = "township-2026.2", level: str = "township"):
    return person.post("/rounds/2026Q4/editions/preview", json={"level": level, "edition": edition})


def totals(rows: list[dict], name: str) -> dict:
    return {each["inspection"]: each[name] for each in rows}


def stored() -> dict:
    return {str(each.inspection_id): f"{Decimal(each.total) / 100:.2f}" for each in Score.select()}


@made_once
def site(tashi, reviewer, proven):
    """An approved visit to 嘎东镇 with a hall of 300 m²."""
    inspection = proven(tashi, GADONG, TA01={"value": 300})
    reviewer.review(inspection)
    return inspection


@made_once
def others(tashi, proven):
    """Visits that meet every standard: to 洛江镇 with half the site's hall, and to a village."""
    return [proven(tashi, LUOJIANG, TA01={"value": 150}), proven(tashi, MAYI)]


def test_the_effect_of_a_baseline_is_what_adopting_it_does(office, site, others):
    shown = of_baseline(office, site)
    assert (shown.status_code, totals(shown.json["rows"], "before").items() <= stored().items()) == (200, True)
    office.post("/rounds/2026Q4/baselines", json={"inspection": str(site)})
    assert totals(shown.json["rows"], "after").items() <= stored().items()
    assert set(totals(shown.json["rows"], "after")) == {str(site), str(others[0])}


def test_a_row_says_what_changes_for_a_centre(office, site, others):
    fallen, same = of_baseline(office, site).json["rows"]
    assert (fallen["code"], fallen["state"], fallen["before"]) == ("540228100", "submitted", "100.00")
    assert Decimal(fallen["change"]) == Decimal(fallen["after"]) - 100 < 0
    assert (same["code"], same["state"], same["change"]) == ("540228101", "approved", "0.00")


def test_the_summary_counts_and_means(office, site, others):
    told = of_baseline(office, site).json
    summary, after = told["summary"], [Decimal(each["after"]) for each in told["rows"]]
    assert (summary["centres"], summary["up"], summary["down"], summary["same"]) == (2, 0, 1, 1)
    mean = (sum(after) / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (summary["mean_before"], summary["mean_after"]) == ("100.00", str(mean))


def test_cards_that_would_change_are_counted(office, tashi, reviewer, proven):
    site = proven(tashi, GADONG, TA01={"value": 2000}, TP02={"value": 20})
    reviewer.review(site)
    proven(tashi, LUOJIANG, TA01={"value": 150}, TP02={"value": 3})
    told = of_baseline(office, site).json
    fallen = told["rows"][0]
    assert fallen["card_before"] != fallen["card_after"]
    assert told["summary"]["cards"] == [{"before": fallen["card_before"], "after": fallen["card_after"], "centres": 1}]


def test_a_preview_stores_nothing_and_leaves_no_line(office, site, others):
    before = (stored(), TrailLine.select().count())
    of_baseline(office, site)
    assert (stored(), TrailLine.select().count(), Baseline.select().count()) == (*before, 0)


def test_unusual_values_are_listed_as_adopting_lists_them(office, tashi, reviewer):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TA01", value=5000))
    reviewer.review(inspection)
    assert of_baseline(office, inspection).json["unusual"] == [{"item": "TA01", "why": "outside the plausible range"}]


def test_of_a_centre_the_visit_that_counts_is_shown(office, tashi, reviewer, proven, site):
    counting = proven(tashi, LUOJIANG, TA01={"value": 150})
    reviewer.review(counting)
    proven(tashi, LUOJIANG, TA01={"value": 120})
    assert str(counting) in totals(of_baseline(office, site).json["rows"], "after")
    assert len(of_baseline(office, site).json["rows"]) == 2


def test_what_could_not_be_adopted_has_no_preview(office, tashi, a_visit):
    answer = of_baseline(office, a_visit)
    assert (answer.status_code, slug(answer)) == (409, "baseline-not-adoptable")


@pytest.mark.parametrize(("state", "problem"), [("closed", "round-closed"), ("frozen", "round-frozen")])
def test_once_nothing_can_be_adopted_there_is_no_preview(office, site, freeze, state, problem):
    freeze(state)
    assert slug(of_baseline(office, site)) == problem


def test_the_reads_are_as_many_however_many_visits(office, tashi, site, queries_of):
    one = queries_of(lambda: of_baseline(office, site))
    for _ in range(3):
        tashi.submit(uuid4(), visit(LUOJIANG))
    assert queries_of(lambda: of_baseline(office, site)) == one


def test_only_the_office_of_the_whole_round_sees_effects(people, newcomer, site):
    for name in ("tashi", "reviewer", "bailang", "admin", "auditor"):
        assert (of_baseline(people[name], site).status_code, of_edition(people[name]).status_code) == (403, 403)
    assert of_edition(newcomer("office", "540222"), "township-2026.1").status_code == 404


# --- editions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def publish(app):
    """Publishes township-2026.2, which is the one that ships but for what `change` does to it."""

    def publish(change):
        changed = copy.deepcopy(content()) | {"id": "township-2026.2"}
        change(changed, {each["code"]: each for each in changed["items"]})
        checklists.publish(changed, actor=None, now=datetime(2026, 11, 1, tzinfo=UTC))

    return publish


def test_the_same_items_score_the_same(office, publish, site, others):
    publish(lambda content, items: None)
    told = of_edition(office).json
    assert (told["edition"], told["unanswered"]) == ("township-2026.2", [])
    assert {each["change"] for each in told["rows"]} == {"0.00"}


def test_a_higher_standard_costs_points(office, publish, others):
    publish(lambda content, items: items["TA01"].update(standard={"demonstration": 200, "standard": 200}))
    (row,) = of_edition(office).json["rows"]
    assert Decimal(row["change"]) < 0


def test_an_item_without_an_answer_is_listed_and_leaves_its_weight(office, publish, others):
    publish(lambda content, items: items["TA01"].update(code="TA99"))
    told = of_edition(office).json
    assert told["unanswered"] == [{"item": "TA99", "visits": 1}]
    assert told["rows"][0]["after"] == "100.00"


def test_an_answer_of_another_form_is_none(office, publish, others):
    def ask_otherwise(content, items):
        gone = ("standard", "unit", "plausible", "cap_below")
        item = {key: each for key, each in items["TA01"].items() if key not in gone}
        yes = {"answer": "yes_no", "standard": {"demonstration": True, "standard": True}}
        content["items"][content["items"].index(items["TA01"])] = item | yes

    publish(ask_otherwise)
    assert [each["item"] for each in of_edition(office).json["unanswered"]] == ["TA01"]


def test_the_baseline_there_is_goes_on_measuring(office, publish, site, others):
    office.post("/rounds/2026Q4/baselines", json={"inspection": str(site)})
    publish(lambda content, items: None)
    told = of_edition(office).json
    assert (told["against"]["kind"], {each["change"] for each in told["rows"]}) == ("baseline", {"0.00"})


def test_an_edition_of_the_other_level_is_refused(office):
    answer = of_edition(office, "village-2026.1")
    assert [each["pointer"] for each in answer.json["errors"]] == ["/edition"]


def test_an_edition_that_was_not_published_is_refused(office):
    assert slug(of_edition(office, "township-2099.1")) == "unknown-checklist"


def test_where_nobody_was_yet_nothing_changes(office, publish):
    publish(lambda content, items: None)
    told = of_edition(office).json
    assert (told["rows"], told["summary"]["centres"], told["summary"]["mean_after"]) == ([], 0, None)

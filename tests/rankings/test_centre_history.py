"""A centre over the rounds: which visit of each counts, and what it was measured with."""

from datetime import date, timedelta
from uuid import UUID

from contest import FIRST, NOW, TOWNSHIPS, Contest, centre_of, checklist
from states import made_once

from audit.accounts.queries import Actor
from audit.centres.models import Centre
from audit.centres.queries import by_code
from audit.checklists import actions as checklists
from audit.rankings import earlier, history

A, B, C, D, E = TOWNSHIPS
OFFICE = Actor(0, "office", "office", frozenset({"office"}), None, "a test", 0)


@made_once
def visited(contest):
    contest.visit(A, 70)
    return contest


def past(code: str = A) -> list[history.Past]:
    return history.of_centre(Centre.get_by_id(centre_of(code)), OFFICE)


def test_a_centre_that_nobody_visited_has_no_past(contest):
    assert past() == []


def test_a_period_tells_its_total_and_its_measure(visited):
    (one,) = past()
    assert (one.code, str(one.total), one.sample) == ("PLAIN", "70.00", False)
    assert one.measure == ("plaintownship-2026.1", None)


def test_of_a_round_the_visit_that_counts_is_told(visited):
    last = visited.visit(A, 90, at=FIRST + timedelta(days=2))
    visited.send(A, 10, at=FIRST + timedelta(days=3))
    visited.visit(A, 20, at=FIRST + timedelta(days=4), kind="self")
    (one,) = past()
    assert one.inspection == last == UUID(visited.row(A)["inspection"])


def test_rounds_come_by_the_day_they_end(visited):
    later = Contest(visited.people, "LATER", closes_on="2028-01-31")
    sooner = Contest(visited.people, "SOONER", closes_on="2027-01-31")
    for each in (later, sooner):
        each.visit(A, 50)
    assert [each.code for each in past()] == ["SOONER", "PLAIN", "LATER"]


def test_another_edition_is_another_measure(visited):
    checklists.publish(checklist("township", id="plaintownship-2026.2"), actor=None, now=NOW)
    editions = {"township": "plaintownship-2026.2", "village": "plainvillage-2026.1"}
    later = Contest(visited.people, "LATER", closes_on="2028-01-31", editions=editions)
    later.visit(A, 50, edition="plaintownship-2026.2")
    assert len({each.measure for each in past()}) == 2


def test_a_county_does_not_hear_of_a_covert_visit_before_its_publication(contest, moved):
    contest.visit(A, 70, kind="covert")
    person = moved("bailang", "540237")
    actor = Actor(0, person.name, person.name, frozenset({"county"}), by_code("540237").id, "a test", 0)
    centre = Centre.get_by_id(centre_of(A))
    assert history.of_centre(centre, actor) == [] and len(past()) == 1


def test_a_ranking_made_elsewhere_is_told_without_a_measure(visited, tmp_path):
    path = tmp_path / "earlier.csv"
    path.write_text(f"区划代码,名称,排名,得分,亮牌\n{A},岗巴镇便民服务中心,1,66.5,黄\n", "utf-8")
    period = earlier.Period("2026Q3", "2026年第三季度", "540200", date(2026, 9, 30))
    earlier.import_ranking(path, period, dry_run=False, actor=None, now=NOW)
    first, second = past()
    assert (first.code, str(first.total), first.measure, first.inspection) == ("2026Q3", "66.50", None, None)
    assert second.code == "PLAIN"


def test_the_same_few_queries_however_many_rounds(visited, queries_of):
    one = queries_of(past)
    for number in range(3):
        Contest(visited.people, f"R{number}", closes_on="2028-01-31").visit(A, 50)
    assert queries_of(past) == one

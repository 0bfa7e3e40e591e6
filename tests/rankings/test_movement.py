"""上期 and 变化: how far each place moved since the ranking of the period before."""

import csv
import io
from datetime import date

import pytest
from contest import BAILANG, GANGBA, JIANGZI, NOW, TOWNSHIPS, VILLAGES, YADONG, table
from versions import published

from audit.rankings import earlier, previous
from audit.rankings.earlier import Period
from audit.rankings.models import Publication

A, B, C, D, E = TOWNSHIPS
OFFICES = {YADONG: "540233100", BAILANG: "540228100", JIANGZI: "540222100", GANGBA: A}


def imported(folder, rows: list[dict], code: str = "2026Q3", area: str = GANGBA, end=date(2026, 9, 30), **of) -> None:
    """An earlier ranking with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["区划代码", "名称", "排名", "得分", "亮牌"], restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / f"{code}.csv"
    path.write_text(text.getvalue(), "utf-8")
    earlier.import_ranking(path, Period(code, code, area, end, **of), dry_run=False, actor=None, now=NOW)


def line(code: str, place: int | None, **more) -> dict:
    return {"区划代码": code, "排名": place or ""} | more


def moved(contest, what: str = "townships") -> dict:
    return {row["code"]: (row["previous_place"], row["movement"]) for row in contest.rows(what)}


@pytest.mark.parametrize(
    ("place", "before", "movement"),
    [(1, 3, 2), (2, 1, -1), (2, 2, 0), (1, None, "new"), (None, 2, None), (None, None, None)],
)
def test_a_movement_is_the_places_gained(place, before, movement):
    assert previous.moved(place, before) == movement


def test_without_an_earlier_ranking_nothing_moved(contest):
    contest.visit(A, 90)
    assert moved(contest)[A] == (None, None)


def test_places_are_compared_with_the_ranking_of_the_period_before(contest, tmp_path):
    imported(tmp_path, [line(A, 3), line(B, 1), line(C, 2), line(E, 4)])
    for code, mark in ((A, 90), (B, 80), (C, 80), (D, 70)):
        contest.visit(code, mark)
    assert moved(contest) == {A: (3, 2), B: (1, -1), C: (2, 0), D: (None, "new"), E: (4, None)}


def test_villages_are_compared_too(contest, tmp_path):
    imported(tmp_path, [line(VILLAGES[0], 2), line(VILLAGES[1], 1)])
    contest.visit(VILLAGES[0], 90)
    assert moved(contest, "villages")[VILLAGES[0]] == (2, 1)


def test_counties_are_compared_by_their_codes(city, tmp_path):
    imported(tmp_path, [line(JIANGZI, 1), line(BAILANG, 2), line(YADONG, 3)], area="540200")
    for code, mark in ((YADONG, 90), (BAILANG, 80), (JIANGZI, 70), (GANGBA, 60)):
        city.visit(OFFICES[code], mark)
    found = moved(city, "counties")
    assert [found[code] for code in (YADONG, BAILANG, JIANGZI, GANGBA)] == [(3, 2), (2, 0), (1, -2), (None, "new")]


@pytest.mark.parametrize(("end", "known"), [(date(2026, 9, 30), True), (date(2027, 12, 31), False)])
def test_only_a_period_that_ended_earlier_is_compared_with(contest, tmp_path, end, known):
    imported(tmp_path, [line(A, 2)], end=end)
    contest.visit(A, 90)
    assert moved(contest)[A] == ((2, 1) if known else (None, None))


def test_the_latest_of_the_earlier_periods_is_compared_with(contest, tmp_path):
    imported(tmp_path, [line(A, 5)], code="2026Q2", end=date(2026, 6, 30))
    imported(tmp_path, [line(A, 3)])
    imported(tmp_path, [line(A, 4)], code="2026Q1", end=date(2026, 3, 31))
    contest.visit(A, 90)
    assert moved(contest)[A] == (3, 2)


def test_a_ranking_of_another_area_is_not_compared_with(contest, tmp_path):
    imported(tmp_path, [line(A, 3)], area="540200")
    contest.visit(A, 90)
    assert moved(contest)[A] == (None, None)


def test_made_up_figures_are_never_compared_with_real_ones(contest, tmp_path):
    imported(tmp_path, [line(A, 3)], sample=True)
    contest.visit(A, 90)
    assert moved(contest)[A] == (None, None)


def test_a_round_is_compared_with_the_one_published_before(plain):
    first = plain("FIRST", closes_on="2026-11-30")
    first.visit(A, 90)
    first.visit(B, 80)
    published(first)
    second = plain("SECOND", closes_on="2026-12-31")
    second.visit(B, 90)
    second.visit(A, 80)
    assert (moved(second)[A], moved(second)[B]) == ((1, -1), (2, 1))


def test_a_version_keeps_what_it_was_compared_with(contest, tmp_path):
    imported(tmp_path, [line(A, 3), line(B, 1)])
    contest.visit(A, 90)
    before = published(contest).get("publications/1/rankings/townships").json
    imported(tmp_path, [line(A, 1), line(B, 2)])
    after = contest.get("publications/1/rankings/townships").json
    head = contest.get("publications/1").json["head"]["previous"]
    assert (before, head["code"], head["version"], Publication.select().count()) == (after, "2026Q3", 1, 3)
    assert moved(contest)[A] == (1, 0)


def test_a_round_whose_code_was_imported_before_publishes_the_next_version(plain, tmp_path):
    imported(tmp_path, [line(A, 3)], code="PLAIN")
    published(plain())
    assert [(each.version, each.imported) for each in Publication.select().order_by(Publication.version)] == [
        (1, True), (2, False),
    ]  # fmt: skip


def test_the_sheets_tell_it_with_arrow_and_word(contest, tmp_path):
    imported(tmp_path, [line(A, 3), line(B, 1), line(C, 3)])
    for code, mark in ((A, 90), (B, 80), (C, 70), (D, 60)):
        contest.visit(code, mark)
    rows = table(contest.workbook()["乡镇排名"])
    assert [(row["上期排名"], row["变化"]) for row in rows] == [(3, "▲升2"), (1, "▼降1"), (3, "—"), (None, "新")]


# --- groups ------------------------------------------------------------------------------------------------------

GROUPS = [
    {"key": "border", "zh": "边境县", "en": "border", "counties": [YADONG, GANGBA]},
    {"key": "valley", "zh": "河谷县", "en": "valley", "counties": [BAILANG]},
]


def test_counties_are_ranked_among_their_like_where_the_policy_says_so(plain):
    contest = plain(area="540200", policy_is={"groups": GROUPS})
    for code, mark in ((YADONG, 80), (BAILANG, 90), (JIANGZI, 70), (GANGBA, 80)):
        contest.visit(OFFICES[code], mark)
    rows = {row["code"]: (row["place"], row["group"], row["place_in_group"]) for row in contest.rows("counties")}
    assert [rows[code] for code in (BAILANG, YADONG, GANGBA, JIANGZI)] == [
        (1, "valley", 1), (2, "border", 1), (2, "border", 1), (4, None, None),
    ]  # fmt: skip


def test_a_county_without_a_place_has_none_in_its_group(plain):
    contest = plain(area="540200", policy_is={"groups": GROUPS})
    contest.visit(OFFICES[YADONG], 80)
    rows = {row["code"]: row for row in contest.rows("counties")}
    assert (rows[GANGBA]["group"], rows[GANGBA]["place_in_group"]) == ("border", None)


def test_a_place_in_a_group_is_published_with_the_rest(plain):
    contest = published(plain(area="540200", policy_is={"groups": GROUPS}))
    rows = contest.get("publications/1/rankings/counties").json["rows"]
    assert rows == contest.rows("counties")

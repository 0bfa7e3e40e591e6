"""年度考核折算: the figures of a year, and the sheet that the office hands on."""

import io

import openpyxl
import pytest
from acts import corrected, issue, issued, withdrawn
from contest import BAILANG, GANGBA, NOW, TOWNSHIPS, table, told
from factories import ROOT
from states import made_once
from versions import published

from audit.checklists import actions as checklists
from audit.checklists import editions
from audit.rounds.models import Round

FIGURES = ("mean", "converted", "card_points", "total")


@pytest.fixture
def period(plain):
    """Publishes a period of 2027 in 岗巴县 with cards: `period("Q1", mark)`; None: nothing was visited."""

    def make(code: str, *marks, **changes):
        day = f"2027-{Round.select().count():02}-28"  # the stage has a round of its own
        body = {"closes_on": day, "followup_policy": "followup-2026.1"} | changes
        contest = plain(code, **{name: value for name, value in body.items() if value is not None})
        contest.visits = [contest.visit(town, mark) for town, mark in zip(TOWNSHIPS, marks, strict=False) if mark]
        issue(published(contest))
        return contest

    return make


@made_once
def first(period):
    """The first period: 90.00, green."""
    return period("Q1", 90)


@made_once
def city_year(city):
    """A period of the whole prefecture that ends in 2027: 白朗县 90.00, 江孜县 75.00."""
    city.visit("540228100", 90)
    city.visit("540222100", 75)
    issued(published(city))
    return city


def year(people, who: str = "office", number: int = 2027, **asked):
    return people[who].get(f"/annual/{number}", query_string=asked)


def line(people, who: str = "office", code: str = GANGBA, **asked) -> tuple:
    """The figures of a county."""
    answer = year(people, who, **asked)
    assert answer.status_code == 200, answer.json
    (row,) = [row for row in answer.json["rows"] if row["code"] == code]
    return tuple(row[name] for name in FIGURES)


def test_a_year_is_the_mean_of_its_scores_converted_plus_its_cards(people, first, period):
    period("Q2", 75)
    # green and yellow: (90 + 75) / 2 / 100 × 5 = 4.125, less a point
    assert line(people) == ("82.50", "4.13", "-1.00", "3.13")


def test_an_escalated_card_counts_as_it_was_issued(people, period):
    period("Q1", 75)
    period("Q2", 75)
    assert line(people) == ("75.00", "3.75", "-3.00", "0.75")


def test_of_a_round_the_latest_version_counts(people, period):
    first = period("Q1", 88)
    corrected(first, first.visits[0], "T1", 60)
    assert line(people) == ("81.00", "4.05", "0.00", "4.05")
    issued(first, version=2)
    assert line(people) == ("81.00", "4.05", "-1.00", "3.05")


def test_a_withdrawn_card_costs_nothing(people, period):
    withdrawn(period("Q1", 75), GANGBA)
    assert line(people) == ("75.00", "3.75", "0.00", "3.75")


def test_cards_of_centres_cost_the_county_nothing(people, period):
    period("Q1", 100, 74)  # 87.00: green, though the second township's is yellow
    assert line(people) == ("87.00", "4.35", "0.00", "4.35")


def test_a_period_without_a_place_is_not_counted(people, period):
    period("Q1", None)
    period("Q2", 88)
    assert line(people)[0] == "88.00"
    assert year(people).json["rows"][0]["scores"] == {"Q1": None, "Q2": "88.00"}


def test_a_county_that_never_had_a_place_has_no_figures(people, period):
    period("Q1", None)
    assert line(people) == (None, None, "0.00", None)


def test_periods_of_another_year_and_made_up_ones_are_not_counted(people, first, period):
    period("Q2", 50, closes_on="2028-01-31")
    period("DEMO", 50, sample=True)
    assert [each["round"] for each in year(people).json["periods"]] == ["Q1"]
    assert (line(people)[0], year(people).json["sample"]) == ("90.00", False)


def test_made_up_periods_alone_are_told_as_such(people, period):
    period("DEMO", 90, sample=True)
    assert (year(people).json["sample"], line(people)[0]) == (True, "90.00")


def test_a_year_says_what_it_went_by_and_that_it_is_a_suggestion(people, first):
    answer = year(people).json
    told = [answer[name] for name in ("suggestion", "policy", "area", "area_name")]
    assert told == [True, "followup-2026.1", GANGBA, "岗巴县"]
    points = {"red": "-2", "yellow": "-1", "green": "0", "blue": "0"}
    assert answer["rules"] == {"k": "5", "floor": "0", "cap": "5", "per_card": points}


def test_without_a_policy_nothing_is_converted(people, period):
    period("Q1", 75, followup_policy=None)
    answer = year(people).json
    assert (answer["policy"], answer["rules"], line(people)) == (None, None, ("75.00", None, "0.00", None))


def test_the_policy_of_the_years_last_period_counts(people, first, period):
    content = editions.read(ROOT / "checklists" / "followup-2026.1.toml")
    content |= {"id": "followup-2026.9", "annual": content["annual"] | {"k": "10", "cap": "10"}}
    other = checklists.publish(editions.check(content), actor=None, now=NOW).id
    period("Q2", 80, followup_policy=other)
    assert (year(people).json["policy"], line(people)) == (other, ("85.00", "8.50", "-1.00", "7.50"))


def test_a_county_sees_its_own_line_of_the_prefectures_year(people, city_year):
    assert [row["code"] for row in year(people, "bailang").json["rows"]] == [BAILANG]
    assert line(people, "bailang", BAILANG) == line(people, "office", BAILANG, area="540200")


def test_the_area_must_be_said_where_there_are_several(people, first, plain):
    published(plain("OWN", area=BAILANG))
    assert (year(people).status_code, line(people, area=GANGBA)[0]) == (400, "90.00")


@pytest.mark.parametrize(
    ("who", "number", "asked", "status"),
    [
        ("office", 2026, {}, 404),
        ("office", 2027, {"area": "530112"}, 404),
        ("office", 2027, {"area": "日喀则"}, 400),
        ("bailang", 2027, {}, 404),
        ("bailang", 2027, {"area": GANGBA}, 404),
        ("reviewer", 2027, {}, 403),
        ("tashi", 2027, {}, 403),
    ],
)
def test_nobody_sees_a_year_that_is_not_theirs(people, first, who, number, asked, status):
    assert year(people, who, number, **asked).status_code == status


# --- the sheet ----------------------------------------------------------------------------------------------------


def workbook(people, who: str = "office"):
    with people[who].get("/annual/2027/export.xlsx") as answer:
        data = answer.get_data()
    assert answer.status_code == 200, answer.json
    return answer, openpyxl.load_workbook(io.BytesIO(data))


def test_the_sheet_says_the_same_with_a_column_per_period(people, period):
    period("Q1", 90, name="2027年一季度")
    period("Q2", 75, name="2027年二季度")
    _, book = workbook(people)
    (row,) = table(book["年度考核折算"])
    scores = ["2027年一季度得分", "2027年二季度得分"]
    figures = ["平均", "折算系数k", "折算分", "亮牌加减", "合计"]
    assert list(row) == ["序号", "县(区)", *scores, *figures, "备注"]
    assert [row[name] for name in scores + figures] == [90, 75, 82.5, "5", 4.13, -1, 3.13]


def test_the_sheet_says_which_cards_count_and_what_does_not(people, period):
    period("Q1", 75, name="2027年一季度")
    period("Q2", None, name="2027年二季度")
    _, book = workbook(people)
    (row,) = table(book["年度考核折算"])
    without, with_card = row["备注"].split("；")
    assert (without, with_card[5:]) == ("2027年二季度未参与排名，不计入", "第1期水平黄牌（-1）")


def test_the_sheet_says_where_a_bound_decides(people, period):
    for code in ("Q1", "Q2", "Q3"):
        period(code, 20)
    _, book = workbook(people)
    (row,) = table(book["年度考核折算"])
    assert (row["合计"], row["备注"].split("；")[-1]) == (0, "按下限0、上限5计")


def test_the_sheet_says_that_nothing_of_it_is_confirmed(people, first):
    _, book = workbook(people)
    assert "数值均为建议，待考核办确认" in book["年度考核折算"]["A2"].value
    notes = told(book["说明"])
    assert notes["待确认"] == "年度考核折算的数值均为建议，待考核办确认；确认前不作为考核结果"
    assert notes["亮牌加减"] == "每张有效的县级牌：蓝 0，绿 0，红 -2，黄 -1"
    assert notes["合计"] == "折算分＋亮牌加减，不低于0，不高于5"


def test_a_sheet_of_made_up_data_says_so(people, period):
    period("DEMO", 90, sample=True)
    answer, book = workbook(people)
    assert book["年度考核折算"]["A1"].value.startswith("【示例数据】")
    assert "%E7%A4%BA%E4%BE%8B_" in answer.headers["Content-Disposition"]


def test_a_countys_office_takes_its_own_sheet(people, first, moved):
    moved("office2", GANGBA)
    assert len(table(workbook(people, "office2")[1]["年度考核折算"])) == 1


@pytest.mark.parametrize(("who", "status"), [("bailang", 403), ("office2", 404), ("auditor", 403)])
def test_only_the_areas_office_takes_the_sheet(people, first, moved, who, status):
    moved("office2", BAILANG)
    assert people[who].get("/annual/2027/export.xlsx").status_code == status


def test_a_county_takes_no_sheet_of_the_whole_prefecture(people, city_year, moved):
    moved("office2", BAILANG)
    assert year(people, "office2").status_code == 200
    assert people["office2"].get("/annual/2027/export.xlsx").status_code == 404

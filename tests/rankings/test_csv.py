"""The rankings as CSV."""

import csv
import io
from urllib.parse import unquote

import pytest
from contest import TOWNSHIPS, VILLAGES, rename

A, B, C, D, E = TOWNSHIPS
FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM", "\t1", "\r=1", "＝1+1", " =1+1"]
NAMES = ["嘎东,镇", '"嘎东"镇', "嘎东😀镇", "嘎东\n镇"]


@pytest.fixture
def visited(contest):
    contest.visit(A, 96.5, 83.33, 90, 100)
    contest.visit(B, 80)
    contest.visit(VILLAGES[0], 70.01, 60, 50, 40)
    return contest


def test_a_file_starts_with_a_byte_order_mark(contest):
    assert contest.export("townships.csv").data.startswith(b"\xef\xbb\xbf")


def test_every_line_has_as_many_cells_as_the_header(visited):
    text = visited.export("villages.csv").data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert (len(lines), {len(line) for line in lines}) == (31, {19})


@pytest.mark.parametrize("what", ["townships", "villages"])
def test_a_centres_numbers_equal_the_apis(visited, what):
    keys = {"区划代码": "code", "中心": "name", "总分": "total", "县内排名": "place_in_county", "加扣分": "adjustments"}
    for line, row in zip(visited.csv(what), visited.rows(what), strict=True):
        assert {key: line[key] for key in keys} == {key: str(row[field] or "") for key, field in keys.items()}
        assert line["面积"] == (row["dimensions"].get("area") or "")


def test_a_countys_numbers_equal_the_apis(visited):
    (line,), (row,) = visited.csv("counties"), visited.rows("counties")
    keys = {"综合得分": "total", "乡镇均分": "township_mean", "村级均分": "village_mean", "覆盖率": "coverage"}
    assert {key: line[key] for key in keys} == {key: row[field] for key, field in keys.items()}


def test_what_was_not_visited_has_no_score(visited):
    last = visited.csv("townships")[-1]
    assert (last["全市排名"], last["总分"], last["复核状态"]) == ("", "", "未核查")


def test_what_looks_like_a_formula_gets_an_apostrophe(contest):
    for code, name in zip(VILLAGES, FORMULAS, strict=True):
        rename(code, name)
    names = [line["中心"] for line in contest.csv("villages")[: len(FORMULAS)]]
    assert names == ["'" + name.replace("\r", "") for name in FORMULAS]


def test_a_negative_number_stays_a_number(plain):
    from contest import checklist

    minus = checklist("township")["bonus"][0] | {"points": -3}
    contest = plain(township={"bonus": [], "deductions": [minus]})
    contest.visit(A, 80, bonus=True)
    assert contest.csv("townships")[0]["加扣分"] == "-3.00"


def test_names_come_back_as_they_were(contest):
    for code, name in zip(VILLAGES, NAMES, strict=False):
        rename(code, name)
    assert [line["中心"] for line in contest.csv("villages")[: len(NAMES)]] == NAMES


def test_a_sample_says_so_on_every_line_and_in_its_name(plain):
    contest = plain("DEMO", sample=True)
    assert {line["数据性质"] for line in contest.csv("townships")} == {"示例"}
    assert "示例_" in unquote(contest.export("townships.csv").headers["Content-Disposition"])


def test_real_figures_are_never_called_a_sample(visited):
    answer = visited.export("townships.csv")
    assert "示例" not in answer.data.decode() + unquote(answer.headers["Content-Disposition"])


def test_the_file_name_is_chinese(contest):
    answer = contest.export("townships.csv")
    name = answer.headers["Content-Disposition"]
    assert (name.isascii(), answer.mimetype) == (True, "text/csv")
    assert "filename*=UTF-8''" in name
    assert "岗巴县_PLAIN_便民服务中心标准化核查_乡镇_" in unquote(name)


@pytest.mark.parametrize("what", ["provinces.csv", "townships.xls"])
def test_other_files_are_not_there(contest, what):
    assert contest.export(what).status_code == 404

"""The rankings as CSV."""

import csv
import io
from decimal import Decimal
from urllib.parse import unquote

import pytest
from contest import NOW, TOWNSHIPS, VILLAGES, rename, told
from states import made_once
from versions import published

from audit.accounts.models import Account
from audit.checklists.models import Baseline
from audit.inspections.models import Inspection
from audit.rounds.models import Round, RoundLevel

A, B, C, D, E = TOWNSHIPS
FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM", "\t1", "\r=1", "＝1+1", " =1+1"]
NAMES = ["嘎东,镇", '"嘎东"镇', "嘎东😀镇", "嘎东\n镇"]


@made_once
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
    assert (len(lines), {len(line) for line in lines}) == (31, {26})


@pytest.mark.parametrize("what", ["townships", "villages"])
def test_a_centres_numbers_equal_the_apis(visited, what):
    keys = {"区划代码": "code", "中心": "name", "总分": "total", "县内排名": "place_in_county", "加扣分": "adjustments"}
    for line, row in zip(visited.csv(what), visited.rows(what), strict=True):
        assert {key: line[key] for key in keys} == {key: str(row[field] or "") for key, field in keys.items()}
        assert line["面积"] == (row["dimensions"].get("area") or "")


def test_a_countys_numbers_equal_the_apis(visited):
    (line,), (row,) = visited.csv("counties"), visited.rows("counties")
    keys = {"综合得分": "total", "乡镇均分": "township_mean", "村级均分": "village_mean"}
    assert {key: line[key] for key in keys} == {key: row[field] for key, field in keys.items()}
    assert Decimal(line["覆盖率"]) * 100 == Decimal(row["coverage"])


def adopt(contest, sample: bool = False) -> None:
    """A baseline of the townships, as it stands once it is adopted."""
    made_from = {"inspection": Inspection.select().first().id, "proposed_by": Account.get(name="office").id}
    shown = {"centre_name": "嘎东镇", "answers": {}, "unusual": [], "sample": sample, "adopted_at": NOW}
    baseline = Baseline.create(edition="plaintownship-2026.1", version=2, **made_from, **shown)
    ours = Round.get(code=contest.code)
    RoundLevel.update(baseline=baseline).where(RoundLevel.round == ours, RoundLevel.level == "township").execute()


@pytest.mark.parametrize("what", ["townships", "villages"])
def test_until_a_baseline_is_adopted_every_line_says_that_the_standard_stands_in(visited, what):
    assert {line["参照"] for line in visited.csv(what)} == {"标准"}


@pytest.mark.parametrize(("sample", "said"), [(False, "示范点基线第2版"), (True, "示范点基线第2版（示例）")])
def test_every_line_names_the_version_of_its_baseline(visited, sample, said):
    adopt(visited, sample)
    assert {line["参照"] for line in visited.csv("townships")} == {said}
    assert {line["参照"] for line in visited.csv("villages")} == {"标准"}


def test_a_countys_line_says_what_each_level_was_measured_against(visited):
    adopt(visited)
    assert [line["参照"] for line in visited.csv("counties")] == ["乡镇：示范点基线第2版；村级：标准"]


@pytest.mark.parametrize("what", ["counties", "townships", "villages", "findings"])
def test_every_line_says_that_it_is_of_a_trial_and_of_which(visited, what):
    digest = told(visited.workbook()["说明"])["数据摘要"].split()[1][:64]
    assert {(line["版本"], line["数据摘要"]) for line in visited.csv(what)} == {("试算", digest)}


def test_every_line_of_a_version_names_it_and_its_digest(visited):
    of = published(visited).get("publications/1").json
    text = visited.export("townships.csv", version=1).data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(lines[0])[-2:] == ["版本", "数据摘要"]
    assert {(line["版本"], line["数据摘要"]) for line in lines} == {("第1版", of["digest"])}


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
    assert "岗巴县_PLAIN_便民服务中心标准化核查_乡镇_试算_20" in unquote(name)


@pytest.mark.parametrize("what", ["provinces.csv", "townships.xls"])
def test_other_files_are_not_there(contest, what):
    assert contest.export(what).status_code == 404

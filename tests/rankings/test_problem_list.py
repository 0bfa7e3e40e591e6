"""问题清单: what does not meet its standard, and what became of it."""

import io
from datetime import timedelta

import openpyxl
from contest import FIRST, TOWNSHIPS, VILLAGES, checklist, rename, table
from states import made_once
from versions import confirm, frozen, of_form_1, of_form_2, propose, published

from audit.followup.models import Finding
from audit.inspections.models import Inspection, Score
from audit.rankings import problem_list

A, B = TOWNSHIPS[:2]


@made_once
def visited(contest):
    contest.visit(A, 100, 83.33, 100, 100)
    contest.visit(VILLAGES[0], 100, 100, 100, 0.5)
    return contest


def problems(contest) -> list[dict]:
    return table(contest.workbook()["问题清单"])


def test_each_item_below_standard_is_a_line_and_no_other(visited):
    assert [(row["编号"], row["区划代码"], row["维度"]) for row in problems(visited)] == [
        ("0001", A, "人员"),
        ("0002", VILLAGES[0], "授权"),
    ]


def test_a_line_says_what_is_wrong_by_which_standard_and_what_it_costs(visited):
    row = problems(visited)[0]
    assert row["问题"] == "核查值83.33分，标准100分：低于参照值，按比例得分"
    assert (row["依据(标准版本)"], row["扣分"], row["整改要求"]) == ("plaintownship-2026.1　T2", 4.17, "改")


def test_a_share_is_told_as_it_was_counted(visited):
    assert problems(visited)[1]["问题"].startswith("核查值50/10000，标准100%：")


def of_sevenths(plain):
    """A contest with a visit below a standard of 7/9."""
    items = checklist("township")["items"]
    items[3]["standard"] = {"demonstration": "7/9", "standard": "7/9"}
    opened = plain(township={"items": items})
    opened.visit(A, 100, 100, 100, 0.5)
    return opened


def test_a_standard_that_no_percent_says_exactly_is_told_as_the_score_tells_it(plain):
    opened = of_sevenths(plain)
    assert problems(opened)[0]["问题"].startswith("核查值50/10000，标准约77.78%：")
    (line,) = (each for each in table(opened.workbook()["得分依据"]) if each["条目"] == "T4")
    assert line["标准"] == "约77.78%"


def test_a_version_that_told_such_a_standard_as_a_fraction_keeps_its_bytes(plain, monkeypatch):
    of_form_2(monkeypatch)
    opened = published(of_sevenths(plain))
    assert table(of_version(opened)["问题清单"])[0]["问题"].startswith("核查值50/10000，标准700/9%：")


def test_a_live_list_tells_what_became_of_each(visited):
    ordered = {"state": "ordered", "unit": "岗巴县行政审批局", "due_on": "2026-12-11"}
    Finding.update(ordered).where(Finding.item == "T2").execute()
    row = problems(visited)[0]
    assert (row["状态"], row["责任单位"], str(row["整改时限"])[:10]) == ("整改中", "岗巴县行政审批局", "2026-12-11")
    assert row["销号日期"] is None


def test_what_a_later_visit_found_mended_stays_in_the_list_as_closed(visited):
    visited.visit(A, 100, at=FIRST + timedelta(days=1))
    rows = [row for row in problems(visited) if row["区划代码"] == A]
    assert [(row["条款"], row["状态"], row["扣分"]) for row in rows] == [("人员一项", "已销号", 4.17)]
    assert rows[0]["销号日期"] is not None


def test_the_csv_says_the_same(visited):
    keys = ("编号", "点位", "问题", "依据(标准版本)", "整改要求")
    assert [{key: row[key] for key in keys} for row in visited.csv("findings")] == [
        {key: row[key] for key in keys} for row in problems(visited)
    ]


def test_the_csv_says_what_scores_were_measured_against(visited):
    assert {row["参照"] for row in visited.csv("findings")} == {"乡镇：标准；村级：标准"}


def test_no_text_of_it_is_a_formula(visited):
    rename(A, "=1+1")
    Finding.update(state="ordered", unit="=cmd|'/c calc'!A1", due_on="2026-12-11").execute()
    cells = [cell for row in visited.workbook()["问题清单"].iter_rows(min_row=4) for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {row["点位"][:2] for row in visited.csv("findings")} >= {"'="}
    assert {row["责任单位"][:2] for row in visited.csv("findings")} == {"'="}


def test_the_numbers_of_its_photos_are_the_first_of_their_digests(tashi, reviewer, office):
    from factories import answered, approved, picture, visit

    digest, data = picture()
    assert tashi.send_photo(digest, data).status_code == 201
    body = answered(visit(), "TA01", value=40, photos=[digest])
    approved(tashi, reviewer, answers=body["answers"])
    with office.get("/rounds/2026Q4/exports/ranking.xlsx") as answer:
        rows = table(openpyxl.load_workbook(io.BytesIO(answer.data))["问题清单"])
    (row,) = (row for row in rows if row["依据(标准版本)"].endswith("TA01"))
    assert row["照片编号"] == digest[:8]


def test_there_is_no_list_for_those_who_do_not_export(visited):
    assert {visited.export("findings.csv", who).status_code for who in ("bailang", "tashi", "reviewer")} == {403}


ORDERED = {"state": "ordered", "unit": "岗巴县行政审批局", "due_on": "2026-12-11"}


def test_a_published_list_never_changes_with_what_became_of_it(visited):
    published(visited)
    before = visited.export("findings.csv", "office", version=1).data
    Finding.update(ORDERED).execute()
    assert visited.export("findings.csv", "office", version=1).data == before
    assert "整改中" not in before.decode()
    assert "整改中" in visited.export("findings.csv").data.decode()


def test_a_published_list_tells_what_had_become_of_each_problem(visited):
    Finding.update(ORDERED).where(Finding.item == "T2").execute()
    published(visited)
    Finding.update(state="reported", unit="他处", due_on="2027-01-01").execute()
    (row, other) = table(of_version(visited)["问题清单"])
    assert (row["状态"], row["责任单位"], str(row["整改时限"])[:10]) == ("整改中", "岗巴县行政审批局", "2026-12-11")
    assert (other["状态"], other["责任单位"]) == ("待下达", None)


def test_a_published_list_keeps_what_was_closed_before(visited):
    visited.visit(A, 100, at=FIRST + timedelta(days=1))
    row = problems(visited)[0]
    published(visited)
    Finding.update(state="withdrawn").execute()
    assert row["状态"] == "已销号"
    assert table(of_version(visited)["问题清单"])[0] == row


def test_the_state_of_findings_may_move_between_proposal_and_confirmation(visited):
    step = propose(frozen(visited), "publish").json["id"]
    Finding.update(ORDERED).execute()
    assert confirm(visited, step).status_code == 200
    assert {row["状态"] for row in table(of_version(visited)["问题清单"])} == {"整改中"}


def test_a_version_that_does_not_know_leaves_these_columns_out(visited, monkeypatch):
    of_form_1(monkeypatch)
    published(visited)
    rows = table(of_version(visited)["问题清单"])
    assert [row["区划代码"] for row in rows] == [A, VILLAGES[0]]
    assert not set(problem_list.COURSE) & set(rows[0])


def of_version(contest, version: int = 1) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(contest.export(version=version).data))


def test_what_the_demonstration_site_sets_stands_beside_the_standard(visited):
    score = Score.get(Score.inspection == Inspection.get(Inspection.level == "township"))
    items = [each | ({"reference": "165"} if each["code"] == "T2" else {}) for each in score.explanation["items"]]
    Score.update(explanation=score.explanation | {"items": items}).where(
        Score.inspection == score.inspection_id
    ).execute()
    assert problems(visited)[0]["问题"].startswith("核查值83.33分，标准100分，参照值165分：")

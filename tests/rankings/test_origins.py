"""取值依据: 得分依据 says which values are not the ones that were sent, what took their place and by whose word."""

import io

import openpyxl
import pytest
from contest import GANGBA, TOWNSHIPS, answers, table
from states import made_once
from versions import decide, done, frozen, republished

from audit.accounts.models import Account
from audit.rankings import origins
from audit.rankings.models import PublishedRow
from audit.rounds.models import IssuedList

A, B, C, D, E = TOWNSHIPS


def issue(contest, m: int, title: str = "进驻事项清单", division: str = GANGBA) -> None:
    body = {"division": division, "item": "T4", "m": m, "title": title, "issued_on": "2026-10-01"}
    answer = contest.people["office"].post(f"/rounds/{contest.code}/lists", json=body)
    assert answer.status_code == 201, answer.json


def rule(contest, visit, item: str, **answer) -> None:
    """The reviewer decides an item, before the visit is approved."""
    reviewer = contest.people["reviewer"]
    tag = {"If-Match": reviewer.get(f"/inspections/{visit}").headers["ETag"]}
    body = {"item": item, "answer": answer, "reason": "以平面图为准"}
    assert reviewer.post(f"/inspections/{visit}/decisions", json=body, headers=tag).status_code == 201


@made_once
def changed(contest):
    """A township whose reviewer decided an item and took a bonus away, in a county that issued a list, twice."""
    issue(contest, 9_000, "旧清单")
    issue(contest, 12_500)
    visit = contest.send(A, 80, 90, 70, 60, bonus=True)
    rule(contest, visit, "T1", value=75)
    rule(contest, visit, "T9", yes=False)
    assert contest.people["reviewer"].review(visit).status_code == 201
    return contest


def lines(contest, version: int | None = None, code: str = A) -> dict[str, dict]:
    """The lines of a centre in 得分依据, by item."""
    book = openpyxl.load_workbook(io.BytesIO(contest.export(version=version).data))
    return {line["条目"]: line for line in table(book["得分依据"]) if line["区划代码"] == code}


def told(line: dict) -> tuple:
    return line["核查值"], line["填报值"], line["取值依据"]


def test_what_was_sent_counts_as_it_was_sent(changed):
    assert told(lines(changed)["T2"]) == (90, None, "填报")


def test_a_decision_stands_beside_what_was_sent_with_who_took_it(changed):
    found = lines(changed)
    assert told(found["T1"]) == (75, 80, "复核裁定（Reviewer）")
    assert told(found["T9"]) == (None, "是", "复核裁定（Reviewer）")


def test_a_list_is_named_by_its_version_and_title(changed):
    assert told(lines(changed)["T4"]) == ("6000/12500", "6000/10000", "清单第2版《进驻事项清单》（岗巴县）")


def test_a_list_that_says_what_was_sent_is_not_told(contest):
    issue(contest, 10_000)
    contest.visit(A, 80)
    assert told(lines(contest)["T4"]) == ("8000/10000", None, "填报")


def test_a_decision_for_what_was_sent_anyway_leaves_the_cell_empty(contest):
    visit = contest.send(A, 80)
    rule(contest, visit, "T1", value=80)
    contest.people["reviewer"].review(visit)
    assert told(lines(contest)["T1"]) == (80, None, "复核裁定（Reviewer）")


def test_a_version_tells_what_its_own_values_rest_on(changed):
    frozen(changed)
    done(changed, "publish")
    decide(changed, A, 100, "T2")
    republished(changed)
    assert told(lines(changed, 1)["T2"]) == (90, None, "填报")
    assert told(lines(changed, 2)["T2"]) == (100, 90, "申诉变更（Reviewer）")
    assert told(lines(changed, 2)["T1"]) == (75, 80, "复核裁定（Reviewer）")


def test_a_version_keeps_the_names_that_it_was_published_with(changed):
    frozen(changed)
    done(changed, "publish")
    before = changed.export(version=1).data
    Account.update(display="改名").execute()
    IssuedList.update(title="改名").execute()
    assert changed.export(version=1).data == before
    assert told(lines(changed, 1)["T1"])[2] == "复核裁定（Reviewer）"


def test_where_nothing_was_decided_or_listed_a_version_keeps_nothing_more(contest):
    contest.visit(A, 80)
    frozen(contest)
    done(contest, "publish")
    assert set(PublishedRow.get(PublishedRow.code == A).basis["people"]) == {"检查员", "复核员"}


def test_a_version_from_before_tells_what_it_knows(changed, monkeypatch):
    with monkeypatch.context() as patch:  # as a program published it that kept nothing of what was sent
        patch.setattr(origins, "told", lambda *_: {})
        frozen(changed)
        done(changed, "publish")
    found = lines(changed, 1)
    assert told(found["T1"]) == (75, None, "复核或申诉裁定（reviewer）")
    assert told(found["T2"]) == (90, None, "填报")
    assert told(found["T4"]) == ("6000/12500", None, "填报，总数以印发清单为准")


def test_eight_changed_visits_cost_no_more_queries_than_one(changed, queries_of):
    one = queries_of(changed.workbook)
    for number, code in enumerate((B, C, D, E)):
        visit = changed.send(code, 80)
        rule(changed, visit, "T1", value=70 + number)
        changed.people["reviewer"].review(visit)
    assert queries_of(changed.workbook) == one


# --- how a line is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "said"), [("0.8", "80%"), ("1", "100%"), ("1/128", "0.78125%"), ("5/6", "约83.33%"), (None, None)]
)
def test_the_bar_of_a_share_is_a_percentage(share, said):
    from contest import checklist

    from audit.rankings.basis import Words

    assert Words(checklist("township")).bar("T4", share) == said


def test_a_number_is_a_number(contest):
    contest.visit(A, 83.33)
    sheet = contest.workbook()["得分依据"]
    columns = [[cell.value for cell in sheet[3]].index(name) + 1 for name in ("核查值", "标准", "参照值")]
    assert [(sheet.cell(4, each).data_type, sheet.cell(4, each).value) for each in columns] == [
        ("n", 83.33), ("n", 100), ("n", 100),
    ]  # fmt: skip


def test_an_item_of_an_unscored_dimension_says_why_it_brings_nothing(plain):
    from contest import checklist

    made = checklist("township")
    recorded = {"code": "running", "zh": "运行", "en": "running", "weight": 0, "scored": False}
    item = made["items"][0] | {"code": "T5", "dimension": "running"}
    contest = plain(township={"dimensions": [*made["dimensions"], recorded], "items": [*made["items"], item]})
    contest.visit(A, 80, answers=[*answers("township", (80,)), {"item": "T5", "value": 3}])
    line = lines(contest)["T5"]
    assert (line["满分"], line["理由"].endswith("（不计分维度）")) == (0, True)


def test_the_title_stands_over_the_columns_that_are_printed(changed):
    sheet = changed.workbook()["得分依据"]
    printed = sheet.print_area.split(":")[1].replace("$", "").rstrip("0123456789")
    assert {each.max_col for each in sheet.merged_cells.ranges} == {openpyxl.utils.column_index_from_string(printed)}
    assert sheet[f"{printed}3"].value == "修订"

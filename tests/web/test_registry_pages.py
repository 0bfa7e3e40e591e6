"""The registry on pages: a table is sent, read, tried and imported; one bad row, and nothing is."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from factories import GADONG, LUOJIANG, MAYI, chain_faults

from audit.accounts.models import Account
from audit.base import clock as real_clock
from audit.base.trail import TrailLine
from audit.centres.models import Centre, CentreTable, Division

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
VILLAGE, NEXT = "540228101201", "540228101202"
HEAD = "统计用区划代码,便民服务中心名称,常住人口"


@pytest.fixture
def desk(browse):
    return browse("admin")


def send(desk, text: str | bytes, name: str = "中心.csv", encoding: str = "utf-8"):
    """Send a table; the answer."""
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    return desk.post("/registry/tables", {"file": (io.BytesIO(raw), name)}, content_type="multipart/form-data")


def sent(desk, *args, **kwargs) -> str:
    """The address of a table that was sent."""
    answer = send(desk, *args, **kwargs)
    assert answer.status_code == 303, answer.text
    return answer.location


def workbook(*sheets: tuple[str, list[list]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    book.save(out)
    return out.getvalue()


def facts(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>\s*([^<]*?)\s*</dd>", page))


def counts(page: str) -> tuple[int, ...]:
    told = facts(page)
    return tuple(int(told[name]) for name in ("新增", "变更", "停用", "未变", "有误"))


def before() -> tuple:
    return list(Centre.select().order_by(Centre.id).dicts()), TrailLine.select().count()


# --- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", "CSV UTF-8"), ("utf-8-sig", "CSV UTF-8"), ("gbk", "CSV GBK")])
def test_the_encoding_is_recognised_and_said(desk, encoding, said):
    page = desk.get(sent(desk, f"{HEAD}\n540228100,洛江镇便民服务中心,3900\n", encoding=encoding)).text
    assert said in page and counts(page) == (0, 1, 0, 0, 0)
    assert "<ins>3900</ins>" in page


def test_titles_above_and_columns_beside_do_no_harm(desk):
    text = f"白朗县中心一览表\n,,\n序号,{HEAD},联系电话\n1,540228100000,洛江镇便民服务中心,3900,0892\n"
    page = desk.get(sent(desk, text)).text
    assert counts(page) == (0, 1, 0, 0, 0) and "不导入的列：序号、联系电话" in page
    assert '<td class="n">4</td>' in page


def test_the_sheet_that_looks_like_a_table_of_centres_is_read_and_another_may_be_chosen(desk):
    lines = [HEAD.split(","), ["540228100", "洛江镇便民服务中心", 3900]]
    path = sent(desk, workbook(("说明", [["填表说明"]]), ("乡镇", lines), ("空", [])), "centres.xlsx")
    assert counts(desk.get(path).text) == (0, 1, 0, 0, 0)
    other = desk.get(f"{path}?mapped=yes&sheet=说明&line=1").text
    assert "没有认出“区划代码”列" in other and "新增" not in facts(other)
    assert desk.get(f"{path}?sheet=nothing").status_code == 422


def test_columns_are_mapped_by_whoever_knows_better(desk):
    path = sent(desk, "甲,乙,丙\n540228100,洛江镇便民服务中心,3900\n")
    assert "没有认出“区划代码”列" in desk.get(path).text
    page = desk.get(f"{path}?mapped=yes&at_division_code=0&at_name=1&at_population=2&at_tier=&datum=").text
    assert counts(page) == (0, 1, 0, 0, 0)


def test_points_want_a_datum_before_anything_is_tried(desk):
    path = sent(desk, "区划代码,纬度,经度\n540228100,29.2131,89.1790\n")
    page = desk.get(path).text
    assert "请选择后再试" in page and "变更" not in facts(page)
    assert "<ins>29.2131</ins>" in desk.get(f"{path}?datum=WGS-84").text
    moved = desk.get(f"{path}?datum=GCJ-02").text
    assert "<ins>29.216" in moved and "converted from GCJ-02" in moved and "坐标移动" in moved


@pytest.mark.parametrize("query", ["at_name=99", "line=11", "datum=x", "mapped=no", "what=x"])
def test_an_address_that_nobody_makes_is_refused_with_a_page(desk, query):
    answer = desk.get(f"{sent(desk, f'{HEAD}')}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0 old", "x.xls", "另存为 .xlsx"),
        (b"PK\x03\x04 torn", "x.xlsx", "不是完整的 .xlsx"),
        ("区划代码".encode("utf-16"), "x.csv", "既不是 UTF-8 也不是 GBK"),
        (b'a,"b', "x.csv", "不是完整的 CSV"),
    ],
)
def test_what_is_no_table_is_not_kept(desk, raw, name, said):
    answer = send(desk, raw, name)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert CentreTable.select().count() == 0


def test_a_form_without_a_file_and_one_of_six_megabytes_are_refused(desk):
    assert "请选择一个文件" in desk.post("/registry/tables", {}, content_type="multipart/form-data").text
    answer = desk.post("/registry/tables", b"x" * 6_000_000, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, CentreTable.select().count()) == (413, 0)


# --- trying --------------------------------------------------------------------------------------------------------


def test_one_bad_row_of_a_hundred_stores_nothing_and_is_shown_with_its_reason(desk):
    villages = [each.code for each in Division.select().where(Division.level == "village").order_by(Division.id)][:100]
    rows = [f"{code},,{'约300' if n == 57 else 300}" for n, code in enumerate(villages)]
    path, stood = sent(desk, "\n".join([HEAD, *rows]), encoding="gbk"), before()
    page = desk.get(path).text
    assert counts(page) == (0, 99, 0, 0, 1) and "整张表都不会导入" in page and "确认导入" not in page
    row = page.split('<th scope="row" class="n">59</th>')[1].split("</tr>")[0]
    assert re.findall("<td[^>]*>([^<]*)</td>", row) == ["人口", "约300", "请填整数"]
    answer = desk.post(path)
    assert (answer.status_code, "第 59 行 人口" in answer.text) == (422, True)
    assert before() == stood


def test_a_table_at_fault_in_every_row_shows_the_first_of_them_and_says_how_many(desk):
    page = desk.get(sent(desk, "\n".join([HEAD, *(f"约{n},x,1" for n in range(1000))]))).text
    assert counts(page)[-1] == 1000 and "只列前 300 个，共 1000 个" in page
    rows = re.findall(r'<th scope="row" class="n">(\d+)</th>', page)
    assert rows == [str(n) for n in range(2, 302)]


def test_trying_stores_nothing(desk):
    stood = before()
    desk.get(sent(desk, f"{HEAD}\n{VILLAGE},马义村便民服务站,300\n540228101203,新站,7\n"))
    assert before() == stood


def test_a_table_is_its_senders_alone_and_for_a_day(desk, browse):
    path = sent(desk, f"{HEAD}\n540228100,,3900\n")
    Account.update(roles=["admin"], division=None).where(Account.name == "office").execute()
    assert browse("office").get(path).status_code == 404
    assert desk.get(path).status_code == 200
    CentreTable.update(sent_at=real_clock.now() - timedelta(hours=25)).execute()
    answer = desk.get(path)
    assert (answer.status_code, "只保留一天" in answer.text) == (404, True)
    sent(desk, f"{HEAD}\n540228100,,3901\n")
    assert CentreTable.select().count() == 1


def test_a_try_costs_the_same_for_few_rows_and_for_many(desk, queries_of):
    villages = [
        each.code for each in Division.select().where(Division.code.startswith("540228")).order_by(Division.code)
    ]
    few, many = (
        sent(desk, "\n".join([HEAD, *(f"{code},,300" for code in some)]))
        for some in (villages[20:22], [code for code in villages if len(code) == 12])
    )
    numbers = [queries_of(lambda path=path: desk.get(path)) for path in (few, many)]
    assert numbers[0] == numbers[1] <= 12


# --- importing -----------------------------------------------------------------------------------------------------


def test_a_table_is_imported_whole_with_one_line_in_the_trail(desk, office):
    path = sent(desk, f"{HEAD}\n540228100,,3900\n{VILLAGE},,300\n", "白朗县.csv")
    answer = desk.post(path, follow_redirects=True)
    assert "已导入：新增 0 个、变更 2 个、停用 0 个、未变 0 个" in answer.text
    assert office.get(f"/centres/{LUOJIANG}").json["population"] == 3900
    line = TrailLine.select().order_by(TrailLine.seq.desc()).get()
    assert (line.action, line.actor, line.subject) == ("centres.import", "admin", "白朗县.csv")
    assert (line.detail, chain_faults()) == ({"added": 0, "changed": 2, "file": path[-64:]}, [])
    assert "未变 2 个" in desk.post(path, follow_redirects=True).text


def test_a_renaming_waits_for_somebodys_word(desk):
    path, stood = sent(desk, f"{HEAD}\n{VILLAGE},马义村党群便民服务站,300\n"), before()
    page = desk.get(path).text
    assert "同一中心，由“马义村便民服务站”改名" in page and counts(page) == (0, 0, 0, 0, 0)
    refused = desk.post(path)
    assert (refused.status_code, "请选择是原有中心还是新中心" in refused.text) == (422, True)
    assert before() == stood
    desk.post(path, {"same-2": str(MAYI)})
    assert (Centre.get_by_id(MAYI).name, Centre.select().count()) == ("马义村党群便民服务站", 1899)


def test_a_new_centre_is_said_to_be_new(desk):
    path = sent(desk, f"{HEAD}\n{VILLAGE},马义村第二便民服务站,300\n")
    assert "新增 1 个" in desk.post(path, {"same-2": "new"}, follow_redirects=True).text
    assert Centre.select().where(Centre.code == VILLAGE).count() == 2


def test_a_code_that_changed_is_offered_and_taken(desk):
    other = Centre.get(Centre.code == NEXT)
    path = sent(desk, f"{HEAD}\n{VILLAGE},{other.name},300\n")
    assert f"同一中心，区划代码由 {NEXT} 改为 {VILLAGE}" in desk.get(path).text
    desk.post(path, {"same-2": str(other.id)})
    assert Centre.get_by_id(other.id).code == VILLAGE


def test_what_is_missing_stays_unless_it_is_ticked_with_a_reason(desk):
    path, gone = sent(desk, f"{HEAD}\n540228101203,,300\n"), Centre.get(Centre.code == NEXT)
    page = desk.get(path).text
    assert "表中没有的在用中心" in page and f'name="close-{gone.id}"' in page
    closing = {
        f"close-{gone.id}": "yes",
        f"why-{gone.id}": "并村",
        f"into-{gone.id}": str(Centre.get(Centre.code == "540228101203").id),
    }
    desk.post(path, closing)
    closed = Centre.select().where(Centre.status == "closed").get()
    assert (closed.id, closed.closed_why, closed.merged_into.code) == (gone.id, "并村", "540228101203")
    page = desk.get("/registry").text
    assert "并村" in page.split(gone.name)[1].split("</tr>")[0] and facts(page)["已停用"] == "1"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"close-{}": "yes"}, "停用须写明原因"),
        ({"why-{}": "并村"}, "没有勾选停用"),
        ({"close-{}": "yes", "why-{}": "并村", "into-{}": str(MAYI)}, "须并入同级的另一个在用中心"),
    ],
)
def test_a_closing_that_is_half_said_stores_nothing(desk, typed, said):
    path, stood = sent(desk, f"{HEAD}\n{NEXT},,300\n"), before()
    answer = desk.post(path, {name.format(MAYI): value for name, value in typed.items()})
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert before() == stood


def test_a_demonstration_site_cannot_be_ticked_and_keeps_its_point(desk):
    point = Centre.get_by_id(GADONG).lat
    path = sent(desk, "区划代码,名称\n540228100,洛江镇便民服务中心\n")
    page = desk.get(path).text
    assert "示范点不能停用" in page and f"close-{GADONG}" not in page
    answer = desk.post(path, {f"close-{GADONG}": "yes", f"why-{GADONG}": "x"})
    assert (answer.status_code, "请先取消示范点标记" in answer.text) == (422, True)
    desk.post(sent(desk, f"{HEAD}\n540228101,嘎东镇便民服务中心,5000\n"))
    assert (Centre.get_by_id(GADONG).lat, Centre.get_by_id(GADONG).population) == (point, 5000)


def test_the_present_registry_sent_back_changes_nothing(desk):
    answer = desk.get("/registry/centres.xlsx")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="centres.xlsx"')
    page = desk.get(sent(desk, answer.data, "centres.xlsx")).text
    assert counts(page) == (0, 0, 0, 1899, 0) and "表中没有的在用中心" not in page


def test_a_name_of_the_present_registry_is_never_a_formula(desk):
    Centre.update(name="=1+1", spelling="=1+1").where(Centre.id == MAYI).execute()
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/registry/centres.xlsx").data))
    cells = [row[1] for row in book.active.iter_rows() if row[1].value == "=1+1"]
    assert [(each.data_type, each.number_format) for each in cells] == [("s", "@")]


# --- in words ------------------------------------------------------------------------------------------------------


def test_in_english_only_what_the_table_says_is_chinese(desk):
    text = f"{HEAD}\n{VILLAGE},马义村党群便民服务站,300\n540228101203,,7\n540228101204,新站,x\n"
    for path in ("/registry", sent(desk, text), sent(desk, text.replace(",x", ",8"))):
        page = desk.speak("en").get(path).text.split("<main")[1]
        names = {each.name for each in Division.select()} | {each.name for each in Centre.select()}
        found = set(CHINESE.findall(re.sub(r"<[^>]*>", " ", page)))
        assert found <= names | {"马义村党群便民服务站", "新站", "中心", *HEAD.split(",")}, found - names


def test_every_refusal_of_a_row_has_its_sentence_in_chinese(desk):
    rows = ["540228100,x,x,x", "1,,,", "540228199,,,", f"{VILLAGE},新,,29.2", f"{NEXT},,,95"]
    page = desk.get(f"{sent(desk, chr(10).join(['区划代码,名称,人口,纬度', *rows]))}?datum=WGS-84").text
    reasons = re.findall(r"<td>([^<]*)</td></tr>", page)
    assert len(reasons) >= 6 and [each for each in reasons if re.search("[a-z]{4}", each)] == []

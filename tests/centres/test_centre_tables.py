"""Reading tables of centres: what is a table, and what a cell may hold."""

from __future__ import annotations

import zipfile

import pytest
from centre_tables import LUOJIANG, POINT, as_csv, as_workbook, bomb

from audit.base.problems import ValidationError
from audit.centres import datums, imports


def faults_of(path) -> dict[str, str]:
    return imports.checked(imports.read(path))[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_may_be_utf8_or_gbk(tmp_path, encoding):
    path = as_csv(tmp_path, LUOJIANG | {"name": "洛江镇便民服务中心"}, encoding=encoding)
    assert imports.read(path) == [(2, LUOJIANG | {"name": "洛江镇便民服务中心"})]


def test_a_workbook_reads_like_the_csv(tmp_path):
    row = LUOJIANG | POINT | {"demonstration": "no"}
    assert imports.checked(imports.read(as_workbook(tmp_path, row))) == imports.checked(
        imports.read(as_csv(tmp_path, row))
    )


def test_whole_number_cells_are_their_digits(tmp_path):
    row = {"division_code": 540228100, "population": 3900, "lat": 29.2131, "lon": 89.179, "demonstration": True}
    path = as_workbook(tmp_path, row | {"datum": "WGS-84"})
    ((_, read),), faults = imports.checked(imports.read(path))
    assert faults == {}
    assert (read["division_code"], read["population"], read["lat"], read["demonstration"]) == (
        "540228100", 3900, 29.2131, True,
    )  # fmt: skip


def test_empty_lines_are_skipped_and_numbers_kept(tmp_path):
    path = as_csv(tmp_path, LUOJIANG, {}, LUOJIANG)
    assert [number for number, _ in imports.read(path)] == [2, 4]


def test_empty_columns_at_the_end_do_no_harm(tmp_path):
    path = tmp_path / "centres.csv"
    path.write_text("division_code,tier,,\n540228100,standard,,\n", "utf-8")
    assert imports.read(path) == [(2, {"division_code": "540228100", "tier": "standard"})]


@pytest.mark.parametrize("code", ["5.40228E+11", "5.40228e11", "540228100.0", 540228100.5])
def test_a_code_that_a_spreadsheet_turned_into_a_number_is_explained(tmp_path, code):
    fault = faults_of(as_workbook(tmp_path, {"division_code": code}))["/2/division_code"]
    assert "turned the code into a number" in fault


@pytest.mark.parametrize(
    "code",
    ["540228", "5402281", "540200", "54022810", "5402281000", "五四", "５４０２２８１００", "嘎东镇", "-40228100"],
)
def test_a_code_has_nine_or_twelve_digits(tmp_path, code):
    assert "9 digits name a township" in faults_of(as_csv(tmp_path, {"division_code": code}))["/2/division_code"]


def test_a_row_without_a_code_is_a_fault(tmp_path):
    path = as_csv(tmp_path, {"division_code": "", "name": "洛江镇便民服务中心"})
    assert set(faults_of(path)) == {"/2/division_code"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("name", "洛江\u200b镇"),
        ("name", "洛江\u202e镇"),
        ("name", "洛江\x07镇"),
        ("name", "洛江\n镇"),
        ("name", "洛" * 101),
        ("name", "\ufdfa" * 50),
        ("tier", "best"),
        ("tier", "示范"),
        ("status", "gone"),
        ("demonstration", "maybe"),
        ("population", "1.9"),
        ("population", "-1"),
        ("population", "１２０"),
        ("population", "1_000"),
        ("population", "1e3"),
        ("population", "10000001"),
        ("population_source", "census" * 20),
    ],
)
def test_an_unfit_cell_is_a_fault(tmp_path, column, cell):
    assert set(faults_of(as_csv(tmp_path, LUOJIANG | {column: cell}))) == {f"/2/{column}"}


@pytest.mark.parametrize(
    ("point", "column"),
    [
        ({"lat": "91"}, "lat"),
        ({"lon": "181"}, "lon"),
        ({"lat": "29°06′"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "inf"}, "lat"),
        ({"lat": "２９.２"}, "lat"),
        ({"lat": "2.9e1"}, "lat"),
        ({"lat": ""}, "lat"),
        ({"lon": ""}, "lat"),
        ({"datum": ""}, "datum"),
        ({"datum": "wgs84"}, "datum"),
    ],
)
def test_a_point_is_whole_and_in_a_named_datum(tmp_path, point, column):
    assert set(faults_of(as_csv(tmp_path, LUOJIANG | POINT | point))) == {f"/2/{column}"}


@pytest.mark.parametrize(("datum", "convert"), [("GCJ-02", datums.wgs_to_gcj), ("BD-09", datums.wgs_to_bd)])
def test_a_point_of_a_chinese_map_is_read_in_wgs84_and_says_so(tmp_path, datum, convert):
    lat, lon = convert((29.2131, 89.179))
    path = as_csv(tmp_path, LUOJIANG | POINT | {"lat": f"{lat:.9f}", "lon": f"{lon:.9f}", "datum": datum})
    ((_, row),), faults = imports.checked(imports.read(path))
    assert faults == {}
    assert (round(row["lat"], 5), round(row["lon"], 5), row["datum"]) == (29.2131, 89.179, "WGS-84")
    assert row["point_source"] == f"laser survey 2026, converted from {datum}"


def test_a_datum_that_nobody_knows_is_told_which_there_are(tmp_path):
    path = as_csv(tmp_path, LUOJIANG | POINT | {"datum": "高德"})
    assert faults_of(path)["/2/datum"] == "must be WGS-84 or CGCS2000 or GCJ-02 or BD-09"


def test_words_as_offices_write_them(tmp_path):
    row = {
        "division_code": "540228100000",
        "tier": "示范型",
        "status": "停用",
        "closed_why": "撤并",
        "demonstration": "否",
    }
    ((_, read),), faults = imports.checked(imports.read(as_csv(tmp_path, row)))
    assert faults == {}
    assert (read["division_code"], read["tier"], read["status"]) == ("540228100", "demonstration", "closed")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"closed_why": "撤并"}, "status"),
        ({"status": "active", "merged_into": "540228101"}, "status"),
        ({"status": "closed", "merged_into": "嘎东镇"}, "merged_into"),
        ({"centre_id": "7"}, "centre_id"),
    ],
)
def test_what_is_said_of_a_closed_centre_fits(tmp_path, row, column):
    assert set(faults_of(as_csv(tmp_path, {"division_code": "540228100"} | row))) == {f"/2/{column}"}


def test_every_fault_is_listed_with_row_and_column(tmp_path):
    path = as_csv(tmp_path, LUOJIANG, {"division_code": "1", "tier": "x"}, LUOJIANG | {"population": "1.9"})
    assert set(faults_of(path)) == {"/3/division_code", "/3/tier", "/4/population"}


def test_a_cell_beyond_the_header_is_a_fault(tmp_path):
    path = tmp_path / "centres.csv"
    path.write_text("division_code,name\n540228100,洛江镇,便民服务中心\n", "utf-8")
    assert faults_of(path) == {"/2/column 3": "stands under no header"}


@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("http://x")'])
def test_a_formula_in_a_workbook_is_refused(tmp_path, cell):
    assert faults_of(as_workbook(tmp_path, LUOJIANG | {"name": cell})) == {
        "/2/name": "is a formula: paste its value instead"
    }


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "@SUM(A1)"])
def test_text_that_looks_like_a_formula_stays_text_in_a_csv(tmp_path, cell):
    assert imports.checked(imports.read(as_csv(tmp_path, LUOJIANG | {"name": cell})))[0][0][1]["name"] == cell


def test_an_error_of_the_spreadsheet_is_no_name(tmp_path):
    assert set(faults_of(as_workbook(tmp_path, LUOJIANG | {"name": "#N/A"}))) == {"/2/name"}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("name,tier", "division_code"),
        ("division_code,floor", "floor"),
        ("division_code,tier,tier", "tier"),
        ("division code", "division_code"),
        ("", "division_code"),
    ],
)
def test_a_wrong_header_names_the_column(tmp_path, header, column):
    path = tmp_path / "centres.csv"
    path.write_text(f"{header}\n540228100,x,y\n", "utf-8")
    with pytest.raises(ValidationError) as refused:
        imports.read(path)
    assert [each["pointer"] for each in refused.value.errors] == [f"/1/{column}"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("centres.xlsx", b"division_code\n540228100\n", "not an .xlsx workbook"),
        ("centres.xlsx", b"PK\x03\x04 torn", "not an .xlsx workbook"),
        ("centres.csv", b"PK\x03\x04 torn", "not an .xlsx workbook"),
        ("centres.xlsx", b"", "not an .xlsx workbook"),
        ("centres.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"),
        ("centres.csv", "division_code\n".encode("utf-16"), "neither UTF-8 nor GBK"),
        ("centres.csv", b'division_code\n"540228100', "not a CSV table"),
        ("centres.csv", b"", "no column division_code"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, why):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValidationError, match=why):
        imports.read(path)


def test_a_workbook_is_known_by_its_bytes(tmp_path):
    path = as_workbook(tmp_path, LUOJIANG).rename(tmp_path / "centres.csv")
    assert imports.read(path) == [(2, LUOJIANG)]


def test_a_bomb_is_not_unpacked(tmp_path):
    with pytest.raises(ValidationError, match="unpacks to too much"):
        imports.read(bomb(tmp_path))


@pytest.mark.parametrize(
    "name", ["../../slipped.txt", "/tmp/slipped.txt", "..\\slipped.txt"], ids=lambda it: f"AD07 {it}"
)
def test_a_zip_that_climbs_out_of_its_folder_writes_nothing(tmp_path, name):
    path = tmp_path / "deep" / "er" / "centres.xlsx"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, "division_code")
    with pytest.raises(ValidationError, match=r"not an \.xlsx workbook"):
        imports.read(path)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


def test_a_sheet_that_claims_a_million_lines_is_read_as_far_as_it_goes(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["division_code"])
    book.active["A1000000"] = "540228100"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(ValidationError, match="more than 20000 rows"):
        imports.read(tmp_path / "far.xlsx")


@pytest.mark.parametrize(("most", "refused"), [(3, False), (2, True)])
def test_a_table_has_only_so_many_rows(tmp_path, monkeypatch, most, refused):
    monkeypatch.setattr(imports, "MOST_ROWS", most)
    path = as_csv(tmp_path, LUOJIANG, LUOJIANG, LUOJIANG)
    if not refused:
        assert len(imports.read(path)) == 3
        return
    with pytest.raises(ValidationError, match="more than 2 rows"):
        imports.read(path)


def test_a_table_has_only_so_many_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(imports, "MOST_BYTES", 10)
    with pytest.raises(ValidationError, match="larger than"):
        imports.read(as_csv(tmp_path, LUOJIANG))

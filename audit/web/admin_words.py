"""What the administrator's pages say: the columns of a table of centres, its words, and refusals in Chinese."""

from __future__ import annotations

import re
from copy import copy

from audit.base.problems import Problem
from audit.web import wording

Words = tuple[str, str]
COLUMNS: dict[str, Words] = {
    "division_code": ("区划代码", "Division code"),
    "name": ("中心名称", "Name"),
    "tier": ("类型", "Tier"),
    "demonstration": ("示范点", "Demonstration site"),
    "status": ("状态", "State"),
    "population": ("人口", "Population"),
    "population_source": ("人口来源", "Source of the population"),
    "lat": ("纬度", "Latitude"),
    "lon": ("经度", "Longitude"),
    "datum": ("坐标系", "Datum"),
    "point_source": ("坐标来源", "Source of the point"),
    "centre_id": ("中心编号", "Centre id"),
    "closed_why": ("停用原因", "Why closed"),
    "merged_into": ("并入", "Merged into"),
}
OTHERS: dict[str, Words] = {
    "code": ("区划代码", "Division code"),
    "point_datum": ("坐标系", "Datum"),
    "point_confidence": ("坐标可信度", "Confidence of the point"),
    "roles": ("角色", "Roles"),
    "division": ("范围", "Area"),
    "display": ("姓名", "Name of the person"),
    "sheet": ("工作表", "Sheet"),
    "line": ("标题行", "Line of headings"),
    "page": ("页码", "Page"),
    "file": ("文件", "File"),
}
VALUES: dict[str, Words] = {
    "demonstration": ("示范型", "demonstration"),
    "standard": ("标准型", "standard"),
    "active": ("在用", "active"),
    "closed": ("停用", "closed"),
    "imported": ("导入", "imported"),
    "unverified": ("未核实", "unverified"),
    "learnt": ("实地学得", "learnt"),
}
DATUMS: dict[str, Words] = {
    "WGS-84": ("WGS-84（GPS、手机定位）", "WGS-84 (GPS, phones)"),
    "CGCS2000": ("CGCS2000（国家 2000、天地图）", "CGCS2000 (Tianditu)"),
    "GCJ-02": ("GCJ-02（高德、腾讯地图），导入时换算", "GCJ-02 (Amap, Tencent), converted"),
    "BD-09": ("BD-09（百度地图），导入时换算", "BD-09 (Baidu), converted"),
}
SENTENCES = [
    (r"no such division", "没有这个区划代码"),
    (r"ambiguous between code sets", "多套区划代码都有该编码，无法确定"),
    (r"centres belong to the townships and villages of a county", "只有县（区）所辖的乡镇、村才设中心"),
    (
        r"the point lies outside the area of the registry: are lat and lon swapped\?",
        "坐标不在本地区范围内，请检查经纬度是否填反",
    ),
    (r"the division has several centres: say which by name", "该区划有多个中心，请用名称指明是哪一个"),
    (r"the same centre stands in an earlier row", "与前面某行是同一中心，重复"),
    (r"another centre of the division has this name", "同一区划内已有同名中心"),
    (r"no centre has this id", "没有这个编号的中心"),
    (r"the centre is a (township|village)'s, and stays one", "中心层级不能改变"),
    (r"another county: close the centre there and open one here", "不能改到别的县（区）：请在原县停用，在本县新建"),
    (r"a demonstration site is not closed: take the mark off it first", "示范点不能停用：请先取消示范点标记"),
    (r"no such centre, or several: give the id of an active one", "找不到并入的中心或不止一个，请填在用中心的编号"),
    (r"another active centre of the same level is wanted", "须并入同级的另一个在用中心"),
    (r"only a closed centre has a reason and goes into another", "只有停用的中心才填停用原因和并入"),
    (r"say whether it is a centre that stands under another name or code, or a new one", "请选择是原有中心还是新中心"),
    (r"9 digits name a township and 12 a village; nothing else has centres", "乡镇为 9 位、村为 12 位数字"),
    (
        r"a spreadsheet has turned the code into a number: format the column as text and enter it again",
        "代码被表格软件变成了科学计数，请把该列设为文本后重新填写",
    ),
    (r"must have 1 to (\d+) characters.*", r"须为 1 至 \1 个字"),
    (r"decimal degrees such as 29.21273 are wanted", "请填十进制度数，如 29.21273"),
    (r"a point wants both lat and lon", "经度、纬度须同时填写"),
    (r"a point wants its datum", "有坐标须注明坐标系"),
    (r"must be WGS-84 or .+", "坐标系须为 WGS-84、CGCS2000、GCJ-02 或 BD-09"),
    (r"a UUID of the form .+", "编号格式不正确"),
    (r"is a formula: paste its value instead", "单元格是公式，请粘贴为数值"),
    (r"is a spreadsheet's error", "单元格是表格错误值"),
    (r"is a date: format the cell as text", "单元格是日期，请设为文本"),
    (r"Not a valid (boolean|number|integer|string)\.", "格式不正确"),
    (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"须在 \1 至 \2 之间"),
    (r"more than (\d+) rows", r"超过 \1 行"),
    (r"nothing was imported", "没有导入任何内容"),
    (r"an old .xls workbook: save it as .xlsx", "这是旧版 .xls，请另存为 .xlsx"),
    (r"neither UTF-8 nor GBK text", "文件编码既不是 UTF-8 也不是 GBK"),
    (r"not a CSV table: .*", "不是完整的 CSV 表格"),
    (r"not an .xlsx workbook: .*", "不是完整的 .xlsx 工作簿"),
    (r"the workbook unpacks to too much", "工作簿解压后过大"),
    (r"the workbook has no sheet", "工作簿中没有工作表"),
    (r"the table was kept for a day; send it again", "上传的表格只保留一天，请重新上传"),
    (r"no such sheet", "没有这个工作表"),
    (
        r"somebody else imported the same centre meanwhile; nothing was imported",
        "其他人刚刚导入了同一中心，本次没有导入任何内容，请重新试导入",
    ),
    (r"the point that visits taught stays; the table's is not taken", "保留实地学得的坐标，不采用表中坐标"),
    (r"it is closed, and the table does not say that it is open", "该中心已停用，表中未写状态，仍为停用"),
    (r"2 to 32 of a-z, 0-9, dot, dash, underscore", "2–32 个字符：小写字母、数字、点、横线、下划线"),
    (r"null is wanted: admin and auditor reach everything", "管理员和审计员须选“不限范围”"),
    (r"has control or invisible characters", "含有不可见字符"),
]
_RULES = [(re.compile(pattern), zh) for pattern, zh in SENTENCES]


def sentence(text: str, language: str) -> str:
    """What a row, a form or a file is refused for, in the language."""
    if language != "zh":
        return text
    return "；".join(_in_chinese(each) for each in text.split("; ")) if _known(text) is None else _known(text)


def _in_chinese(text: str) -> str:
    return _known(text) or wording.sentence(text, "zh")


def _known(text: str) -> str | None:
    return next((found.expand(zh) for pattern, zh in _RULES if (found := pattern.fullmatch(text))), None)


def column(name: str, language: str) -> str:
    """What a column or a field is called."""
    zh, en = (COLUMNS | OTHERS).get(name, (name, name))
    return zh if language == "zh" else en


def spoken(problem: Problem, language: str) -> Problem:
    """The same refusal in the words of the page; of a row of a table, with the row."""
    told = copy(problem)
    told.detail = sentence(problem.detail, language)
    told.errors = [
        {"pointer": _place(each["pointer"], language), "detail": sentence(each["detail"], language)}
        for each in problem.errors
    ]
    return told


def _place(pointer: str, language: str) -> str:
    row, _, name = pointer.strip("/").rpartition("/")
    said = column(name, language)
    if not row.isdigit():
        return said
    return f"第 {row} 行 {said}" if language == "zh" else f"row {row}, {said}"

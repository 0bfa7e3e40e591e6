"""What the columns of a table of centres are called, here and in the tables of county offices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.base.fields import spelling

# the likeliest first; compared without case, spaces and brackets
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "division_code": (
        "区划代码", "行政区划代码", "统计用区划代码", "统计区划代码", "行政区划编码", "区划编码", "代码", "编码",
        "code",
    ),
    "name": ("中心名称", "便民服务中心名称", "便民服务中心（站）名称", "机构名称", "名称", "中心", "name"),
    "tier": ("类型", "中心类型", "建设类型", "标准类型", "建设标准"),
    "demonstration": ("示范点", "是否示范点"),
    "status": ("状态", "使用状态", "运行状态"),
    "population": ("人口", "服务人口", "常住人口", "人口数"),
    "population_source": ("人口来源", "人口数据来源"),
    "lat": ("纬度", "北纬", "latitude"),
    "lon": ("经度", "东经", "longitude", "lng"),
    "datum": ("坐标系", "坐标系统", "坐标类型"),
    "point_source": ("坐标来源", "定位来源"),
    "centre_id": ("中心编号", "编号", "id"),
    "closed_why": ("停用原因", "撤销原因"),
    "merged_into": ("并入", "并入中心", "合并到"),
}  # fmt: skip
TITLES = 10  # lines that may stand above the headings


def guess(header: Sequence[str]) -> dict[str, int]:
    """{column: place in the line} of the headings that are known, each column once."""
    known = {_bare(each): column for column, words in HEADINGS.items() for each in (column, *words)}
    found: dict[str, int] = {}
    for place, heading in enumerate(header):
        column = known.get(_bare(heading))
        if column:
            found.setdefault(column, place)
    return found


def line_of_headings(lines: Sequence[Sequence[str]]) -> int:
    """The place of the line among the first ones that names most columns; titles may stand above it."""
    counts = [len(guess(line)) for line in lines[:TITLES]] or [0]
    return counts.index(max(counts))


def _bare(heading: str) -> str:
    return spelling(heading).translate(str.maketrans("", "", "()_*·:-"))

"""What the registry of centres calls the columns of a table, and what stands in them."""

from __future__ import annotations

from audit.web.wording import Vocabulary, Words

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
    "sheet": ("工作表", "Sheet"),
    "line": ("标题行", "Line of headings"),
}
VOCABULARY = Vocabulary(COLUMNS | OTHERS)
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

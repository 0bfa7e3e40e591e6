"""年度考核折算 as a workbook of its own: not a sheet of the ranking, whose bytes never change once it is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from audit import __version__
from audit.base.clock import shown
from audit.base.db import digest_of
from audit.inspections.explain import shown as exact
from audit.rankings.annual import Line, Year
from audit.rankings.book import Book
from audit.rankings.models import Card
from audit.rankings.naming import safe
from audit.rankings.sheets import Column, Sheet, Stamp
from audit.scoring.score import printed

NAME = "年度考核折算"
TO_CONFIRM = "数值均为建议，待考核办确认"
BASES = {"level": "水平", "progress": "整改进度"}


@dataclass(frozen=True)
class _Round:
    """What a sheet's head prints of a round, said of a year."""

    name: str
    sample: bool
    opens_on: str
    closes_on: str


@dataclass(frozen=True)
class _Frame:
    round: _Round
    bands: dict


def file_name(of: Year, now: datetime) -> str:
    """日喀则市_2026年_年度考核折算_20270110.xlsx, with 示例 in front of sample data."""
    label, day = "示例_" if of.sample else "", shown(now)[:10].replace("-", "")
    return safe(f"{label}{of.area_name}_{of.year}年_{NAME}_{day}.xlsx")


def plain_name(of: Year, now: datetime) -> str:
    """annual_2026_20270110.xlsx: the same in ASCII."""
    return f"{'sample_' if of.sample else ''}annual_{of.year}_{shown(now)[:10].replace('-', '')}.xlsx"


def workbook(of: Year, target: Path, *, now: datetime) -> None:
    """Write the .xlsx: 年度考核折算 and 说明."""
    round_ = _Round(f"{of.year}年度", of.sample, f"{of.year}-01-01", f"{of.year}-12-31")
    with Book(target, _Frame(round_, {}), Stamp(digest(of), now), f"{of.area_name}（{TO_CONFIRM}）") as book:
        book.table(Sheet(NAME, columns(of), list(enumerate(of.lines, 1))))
        book.notes(notes(of, shown(now)))


def digest(of: Year) -> str:
    """sha256 over what the sheet says, so that a changed copy can be told from this one."""
    cells = [[column.cell(row) for column in columns(of)] for row in enumerate(of.lines, 1)]
    return digest_of([of.year, of.area, [each.digest for each in of.periods], cells])


def columns(of: Year) -> list[Column]:
    """序号, 县(区), 得分 of each period, 平均, 折算系数k, 折算分, 亮牌加减, 合计, 备注; a row is (number, line)."""
    k = exact(of.rules.k) if of.rules else None
    scores = [
        Column(f"{each.name}得分", "score", lambda row, code=each.code: row[1].scores[code], 19) for each in of.periods
    ]
    return [
        Column("序号", "count", lambda row: row[0]),
        Column("县(区)", "word", lambda row: row[1].name, 12),
        *scores,
        Column("平均", "score", lambda row: printed(row[1].figures.mean)),
        Column("折算系数k", "word", lambda row: k, 12),
        Column("折算分", "score", lambda row: printed(row[1].figures.converted)),
        Column("亮牌加减", "score", lambda row: printed(row[1].figures.points)),
        Column("合计", "score", lambda row: printed(row[1].figures.total)),
        Column("备注", "prose", lambda row: remarks(of, row[1]), 50),
    ]


def remarks(of: Year, line: Line) -> str:
    """Which periods are not counted, which cards are, and whether a bound decided the total."""
    names = {each.code: each.name for each in of.periods}
    found = [f"{names[code]}未参与排名，不计入" for code in line.apart]
    found += [_card(of, each) for each in line.cards]
    if line.figures.held:
        found.append(f"按下限{exact(of.rules.floor)}、上限{exact(of.rules.cap)}计")
    return "；".join(found)


def _card(of: Year, card: Card) -> str:
    points = of.rules.per_card.get(card.colour, Fraction(0)) if of.rules else Fraction(0)
    sign = "+" if points > 0 else ""
    return f"{card.year}年第{card.number}期{BASES[card.basis]}{card.why['card']['zh']}牌（{sign}{exact(points)}）"


def notes(of: Year, made: str) -> list[tuple]:
    """说明: what was counted and how, and that nothing of it is confirmed."""
    lines = [
        ("年度", str(of.year)),
        ("范围", of.area_name),
        ("数据性质", "示例数据，不代表任何真实县区的情况" if of.sample else "已公布的排名与有效的亮牌"),
        ("生成时间", f"{made}（北京时间）"),
        ("待确认", f"{NAME}的{TO_CONFIRM}；确认前不作为考核结果"),
    ]
    for each in of.periods:
        origin = "，外部导入" if each.imported else ""
        lines.append((f"计入：{each.name}", f"{each.code} 第{each.version}版{origin}（SHA-256 {each.digest}）"))
    lines += _rules(of)
    lines += [
        ("未计入", "未参与排名的期次（未核查或覆盖率不足）不计入平均；已撤销、已被替换的牌不计"),
        ("小数", "各项由精确值各自四舍五入一次，保留两位；各项之和与合计可能相差0.01"),
        ("软件版本", f"audit {__version__}"),
        ("数据摘要", f"SHA-256 {digest(of)}（本表全部内容及各期公布摘要）"),
    ]
    return lines


def _rules(of: Year) -> list[tuple]:
    if of.policy is None:
        return [("折算规则", "本年各期均未指定年度折算规则，只列得分，不折算")]
    rules = of.rules
    points = "，".join(f"{of.colours.get(key, key)} {exact(value)}" for key, value in rules.per_card.items())
    return [
        ("折算规则", f"{of.policy.id}（SHA-256 {of.policy.digest}），取本年最后一期所用"),
        ("折算分", f"各期得分的平均÷100×k，k＝{exact(rules.k)}"),
        ("亮牌加减", f"每张有效的县级牌：{points}"),
        ("合计", f"折算分＋亮牌加减，不低于{exact(rules.floor)}，不高于{exact(rules.cap)}"),
    ]

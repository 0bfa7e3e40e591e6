"""The columns and rows of every export, once for .xlsx and CSV, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from audit.base.clock import BEIJING, shown
from audit.rankings import circumstances, corrections
from audit.rankings.queries import CountyRow, Frame, Row
from audit.rankings.sampling import Sampling
from audit.scoring.score import printed

NOT_VISITED = "未核查"
NOT_DRAWN = "未抽取"
DIMENSIONS = (("area", "面积"), ("staff", "人员"), ("matters", "事项进驻"), ("authorisation", "授权"))
LEVELS = {"township": "乡镇", "village": "村级"}
NO_BONUS = Decimal("0.00")  # no ranking policy gives a county points beside those of its centres
TRIAL = "试算"  # every state of a ranking until it is published
KINDS = {"check": "核查", "spot": "抽查", "covert": "暗访", "recheck": "复查"}
TIERS = {"demonstration": "示范型", "standard": "标准型"}


@dataclass(frozen=True)
class Column:
    """A heading, a kind, how a row gives its cell, and a width where the kind's own does not fit.

    Kinds: text (to the left), word (text in the middle), prose (text that wraps), score, percent (a share of 1),
    count, date.
    """

    heading: str
    kind: str
    cell: Callable[[object], object]
    width: int | None = None

    def printed(self, row) -> str:
        """A cell as the sheet prints it."""
        value = self.cell(row)
        if isinstance(value, Decimal):
            return f"{value * 100:.1f}%" if self.kind == "percent" else f"{value:.2f}"
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Sheet:
    """A sheet of lines under a filter, for what the workbook has beyond the rankings."""

    name: str
    columns: list[Column]
    rows: Iterable


@dataclass(frozen=True)
class Stamp:
    """Which copy of a ranking a file is: 试算 or a published version, its digest, when it was made or published, and
    until which day visits were made (None: the last planned one)."""

    digest: str
    at: datetime
    version: int | None = None
    until: str | None = None

    @property
    def label(self) -> str:
        return TRIAL if self.version is None else f"第{self.version}版"

    @property
    def at_in_file(self) -> datetime:
        """The moment as .xlsx and PDF keep it: UTC, and naive."""
        return self.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def card_word(of: Frame, key: str | None) -> str:
    """The colour in words: a black-and-white print must tell it too."""
    if key is None:
        return ""
    band = of.bands[key]
    return f"{band['shape']}{band['zh']}·{band['word']['zh']}"


def card_told(of: Frame, row: CountyRow | Row) -> str:
    """The card that is to be issued, marked where a run made it another than the score earns."""
    # no other colour is named here: a table that is imported again has one per cell
    return card_word(of, row.colour) + ("（升级）" if row.escalated else "")


def _numbers() -> Column:
    """序号: counts the lines as they are written, so that each table wants columns of its own."""
    lines = count(1)
    return Column("序号", "count", lambda row: next(lines), 6)


def counties(of: Frame) -> list[Column]:
    """县区排名: one line per county."""

    def score(part: str, value: Callable) -> Callable:
        return lambda row: value(getattr(row.score, part))

    return [
        _numbers(),
        Column("县(区)", "word", lambda row: row.county.name, 12),
        Column("区划代码", "word", lambda row: row.county.code),
        Column("乡镇数", "count", score("townships", lambda part: part.there_are)),
        Column("已核查", "count", score("townships", lambda part: len(part.scores))),
        Column("覆盖率", "percent", lambda row: printed(row.score.coverage * 100).scaleb(-2)),
        Column("乡镇均分", "score", score("townships", lambda part: printed(part.mean))),
        Column("村(居)数", "count", score("villages", lambda part: part.there_are)),
        Column("抽查数", "count", score("villages", lambda part: len(part.scores))),
        Column("村级均分", "score", score("villages", lambda part: printed(part.mean))),
        Column("村级计入", "word", lambda row: "是" if row.score.villages_count else "否"),
        Column("加分", "score", lambda row: NO_BONUS),
        Column("扣分", "score", lambda row: printed(row.score.deduction)),
        Column("综合得分", "score", lambda row: row.total),
        Column("排名", "count", lambda row: row.place),
        *_movement(),
        *_group(of),
        Column("亮牌", "word", lambda row: card_told(of, row), 22),
        Column("备注", "prose", lambda row: _county_note(of, row), 36),
    ]


def _movement() -> list[Column]:
    return [
        Column("上期排名", "count", lambda row: row.previous_place),
        Column("变化", "word", lambda row: moved(row.movement), 9),
    ]


def moved(movement: int | str | None) -> str:
    """▲升2, ▼降1, — or 新: the word as well as the arrow; nothing where there is nothing to compare."""
    if movement is None:
        return ""
    if movement == "new":
        return "新"
    return f"▲升{movement}" if movement > 0 else f"▼降{-movement}" if movement < 0 else "—"


def _group(of: Frame) -> list[Column]:
    """The place among its like, where the policy ranks counties in groups too."""
    names = {each["key"]: each["zh"] for each in of.groups.values()}
    if not names:
        return []
    return [
        Column("分组", "word", lambda row: names.get(row.group, ""), 12),
        Column("组内排名", "count", lambda row: row.place_in_group),
    ]


def _county_note(of: Frame, row: CountyRow) -> str:
    notes = [f"本期得分为{of.bands[row.card]['zh']}牌，{escalation(of)}"] if row.escalated else []
    if row.place is None:
        notes.append(why_apart(row))
    if row.county_duties:
        notes.append(f"县级未印发清单：{'、'.join(row.county_duties)}")
    return "；".join(notes)


def why_apart(row: CountyRow | Row) -> str:
    """Why a row has no place."""
    if isinstance(row, CountyRow):
        return NOT_VISITED if row.total is None else "覆盖率不足，不参与排名"
    return "无可评条目，不计分" if row.visited else NOT_VISITED


def centres(of: Frame, level: str) -> list[Column]:
    """乡镇排名 and 村级得分: one line per centre."""
    place, sampling = "全市排名" if level == "township" else "抽查名次", Sampling(of, level)

    def dimension(code: str) -> Callable:
        return lambda row: _decimal(row.dimensions.get(code))

    return [
        _numbers(),
        Column("县(区)", "word", lambda row: row.county, 12),
        Column("乡镇", "word", lambda row: row.township, 14),
        Column("中心", "text", lambda row: row.name, 28),
        Column("区划代码", "word", lambda row: row.code, 11 if level == "township" else 15),
        Column("类型", "word", lambda row: TIERS[row.tier]),
        *(Column(heading, "score", dimension(code)) for code, heading in DIMENSIONS),
        Column("加扣分", "score", lambda row: _decimal(row.adjustments)),
        Column("否决项", "word", lambda row: "、".join(row.vetoes)),
        Column("总分", "score", lambda row: row.total),
        Column("等次", "word", lambda row: "" if row.card is None else of.bands[row.card]["word"]["zh"]),
        Column("达标项", "word", lambda row: f"{row.met}/{row.assessable}" if row.visited else ""),
        Column(place, "count", lambda row: row.place),
        Column("县内排名", "count", lambda row: row.place_in_county),
        *_movement(),
        Column("亮牌", "word", lambda row: card_told(of, row), 22),
        Column("核查日期", "date", lambda row: row.visited_on and row.visited_on.astimezone(BEIJING).date()),
        Column("核查人数", "count", lambda row: row.inspectors),
        Column("复核状态", "word", lambda row: _state(row, sampling)),
    ]


def _state(row: Row, sampling: Sampling) -> str:
    if row.visited:
        return "已复核"
    return NOT_DRAWN if sampling.leaves_out(row) else NOT_VISITED


def escalation(of: Frame) -> str:
    """连续2次黄牌升级为红牌; nothing where the policy has no such rule."""
    if of.cards.escalation is None:
        return ""
    running, start, end = of.cards.escalation
    return f"连续{running}次{of.bands[start]['zh']}牌升级为{of.bands[end]['zh']}牌"


def covered(rows: list[Row]) -> tuple[int, int]:
    """(how many of these centres were visited, how many there are)."""
    return sum(row.visited for row in rows), len(rows)


UNEXPLAINED = (  # what columns say that no rule above does
    ("未抽取", "本轮抽查未抽中的村级中心，不作核查，也不是未核查"),
    ("加分", "中心加分已计入其总分；县区加分为排名规则未设之项，均为0.00"),
)


def notes(of: Frame, found: dict[str, list], stamp: Stamp, scope: str, *, tables: bool = True) -> list[tuple]:
    """说明: what was measured, how, and how to check it; `tables`: whether 问题清单 and 得分依据 are beside it."""
    policy, corrected = of.policy, corrections.told(of, found)
    lines = [
        ("轮次", f"{of.round.name}（{of.round.code}）"),
        ("范围", scope),
        ("数据性质", "示例数据，不代表任何真实中心的情况" if of.round.sample else "经复核的核查结果"),
        ("状态", stamp.label + ("（未公布）" if stamp.version is None else "（已公布）")),
        ("公布时间" if stamp.version else "生成时间", f"{shown(stamp.at)}（北京时间）"),
        *zip(("更正", "更正内容"), corrected or (), strict=False),
        ("核查期", f"{of.round.opens_on} 至 {stamp.until or of.round.closes_on}"),
        ("乡镇覆盖", "{}/{}".format(*covered(found["township"]))),
        ("村级抽查", "{}/{}".format(*covered(found["village"]))),
    ]
    for level, name in LEVELS.items():
        each = of.levels[level]
        lines.append((f"{name}清单版本", f"{each.edition_id}（SHA-256 {each.edition.digest}）"))
        lines.append((f"{name}参照", measured(each)))
    lines += _draws(of)
    ranking, cards = of.round.ranking_policy, of.round.card_policy
    lines += [
        ("排名规则", f"{ranking.id}（SHA-256 {ranking.digest}）"),
        ("亮牌规则", f"{cards.id}（SHA-256 {cards.digest}）"),
        *([("亮牌升级", _escalating(of, stamp))] if of.cards.escalation else []),
        ("县区得分", f"{float(policy.township_weight):g}×乡镇均分＋{float(policy.village_weight):g}×村级均分－扣分"),
        (
            "村级计入",
            f"抽查不少于{policy.village_floor_count}个且不少于{_percent(policy.village_floor_share)}；不足则权重归乡镇",
        ),
        ("覆盖率下限", f"{_percent(policy.coverage_floor)}的乡镇经复核，否则不排名"),
        ("小数", "各项精确计算，最后四舍五入一次，保留两位；以公布的两位小数排名"),
        ("并列", "同分同名次，其后名次顺延（1、2、2、4）"),
        ("未核查", "不计零分，不参与排名，单独列出"),
        *(UNEXPLAINED if of.form > 1 else ()),
        ("计分检查", "同一中心取本轮已复核检查中完成时间最晚的一次"),
        *(_of_tables(of, stamp) if tables else []),
        ("待确认", "清单与规则中标注 S 的数值均为建议，待考核办确认"),
        ("软件版本", f"audit {of.software}"),
        (
            "数据摘要",
            f"SHA-256 {stamp.digest}（{_digested(of, stamp)}）",
        ),
    ]
    return lines


def _escalating(of: Frame, stamp: Stamp) -> str:
    if of.form == 1:
        return f"本表亮牌为本期得分等级，未计{escalation(of)}；以正式发牌为准"
    moment = "公布" if stamp.version else "生成"
    return f"{escalation(of)}，注明“升级”；按{moment}时有效的往期亮牌计算，此后往期补发或撤销亮牌的，以正式发牌为准"


def _of_tables(of: Frame, stamp: Stamp) -> list[tuple]:
    lines = [("得分依据", "打印范围不含照片SHA-256与检查编号，请在表内查阅")]
    if of.form == 1:
        return lines
    if stamp.version is None:
        return [*lines, ("整改情况", "截至生成时")]
    # it lies beside what two people agreed on, with a digest of its own
    return [*lines, ("整改情况", f"截至公布时（SHA-256 {of.version.findings_digest}），此后进展不改变本版")]


def _digested(of: Frame, stamp: Stamp) -> str:
    if stamp.version is None:
        return "县区、乡镇、村级三表的全部内容"
    return "本版公布的全部内容" if of.form == 1 else "本版公布的排名、得分及依据的全部内容"


def _draws(of: Frame) -> list[tuple]:
    """A line per draw, with all that it takes to draw again."""
    drawn = circumstances.draws(of)
    if drawn is None:  # before the freeze, and in versions that do not know
        return [] if of.version else [("双随机抽取", "冻结后列示")]
    if not drawn:
        return [("双随机抽取", "本轮未随机抽取")]
    how = "按SHA-256（种子:区划代码）由小到大排列，各县（区）取前若干个；任何人可凭种子和名单复算"
    return [("双随机抽取", how), *((f"第{number}次抽取", _draw(each)) for number, each in enumerate(drawn, 1))]


def _draw(drawn: dict) -> str:
    asked = drawn["per_county"]
    share = f"每县（区）{asked['count']}个" if "count" in asked else f"每县（区）{asked['share']}（向上取整）"
    seed = f" {drawn['seed']}" if drawn["seed"] else "由考核办留存备查"
    again = f"；再次抽取：{drawn['reason']}" if drawn["reason"] else ""
    kind = KINDS[drawn["kind"]] + ("盲测（不计分）" if drawn["blind"] else "")
    return (
        f"{drawn['made_on']}，{LEVELS[drawn['level']]}{kind}，{share}，由{drawn['of']}个中抽取{drawn['drawn']}个，"
        f"更换{drawn['replaced']}个{again}；种子{seed}；名单SHA-256 {drawn['frame']}"
    )


def against(of: Frame, level: str | None = None) -> str:
    """What the scores of a level were measured against, in a word or two; None: of each level, as a county's are."""
    if level is None:
        return "；".join(f"{name}：{against(of, each)}" for each, name in LEVELS.items())
    baseline = of.levels[level].baseline
    return "标准" if baseline is None else f"示范点基线第{baseline.version}版{_label(baseline)}"


def measured(level) -> str:
    """What a level is measured against, in a sentence."""
    baseline = level.baseline
    if baseline is None:
        return "尚无示范点基线，以本类中心标准代替"
    return f"{baseline.centre_name}基线第{baseline.version}版{_label(baseline)}"


def _label(baseline) -> str:
    return "（示例）" if baseline.sample else ""


def _percent(share) -> str:
    return f"{float(share * 100):g}%"


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

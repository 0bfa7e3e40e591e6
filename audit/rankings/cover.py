"""封面/通报: what the office signs, in words, once for the workbook, the PDF and the page to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from audit.base.clock import BEIJING
from audit.rankings import corrections, sheets
from audit.rankings.queries import Frame
from audit.rankings.sheets import Stamp

SAMPLE = "【示例数据，不代表任何真实中心的情况】"
CONTACT = ("联系人：　　　　　　　　", "联系电话：　　　　　　　")  # the office fills them in


@dataclass(frozen=True)
class Cover:
    """The notice: `status` says 试算 or the version, and 示例; `attached` are the sheets or tables behind it."""

    title: str
    status: list[str]
    paragraphs: list[str]
    attached: list[str]
    day: str
    digest: str

    def lines(self) -> Iterator[tuple[str, str]]:
        """(look, text) line by line, for a sheet of one column; the looks are those of `book.LOOKS`."""
        yield "title", self.title
        yield from (("status", each) for each in self.status)
        yield "text", ""
        yield from (("text", f"　　{each}") for each in self.paragraphs)
        yield "text", ""
        yield from (("text", f"　　{each}") for each in CONTACT)
        yield "text", ""
        for number, name in enumerate(self.attached, 1):
            yield "text", f"{'　　附件：' if number == 1 else '　　　　　'}{number}．{name}"
        yield "text", ""
        yield "date", "（单位盖章）　　　"
        yield "date", f"{self.day}　　　"
        yield "small", ""
        yield "small", f"数据摘要 SHA-256 {self.digest}"


def cover(of: Frame, found: dict[str, list], stamp: Stamp, scope: str, attached: Sequence[str]) -> Cover:
    """The notice about these rows; `scope` is the area, or the one county whose copy it is."""
    status = f"（{stamp.label}稿，未公布）" if stamp.version is None else f"（{stamp.label}）"
    return Cover(
        f"关于{scope}{of.round.name}便民服务中心标准化建设核查情况的通报",
        [status, *([SAMPLE] if of.round.sample else [])],
        list(_paragraphs(of, found, stamp, scope)),
        list(attached),
        # who fills in a trial's date is the office, on the day that it signs
        "　　年　　月　　日" if stamp.version is None else _day(stamp.at.astimezone(BEIJING).date()),
        stamp.digest,
    )


def _paragraphs(of: Frame, found: dict[str, list], stamp: Stamp, scope: str) -> Iterator[str]:
    days = (of.round.opens_on, stamp.until or of.round.closes_on)
    period = (_day(date.fromisoformat(each)) for each in days)
    yield "按照{}核查安排，{}至{}，对{}便民服务中心（站）标准化建设情况进行了核查。现将有关情况通报如下。".format(
        of.round.name, *period, scope
    )
    yield _coverage(found)
    yield (
        "二、核查方法。检查员现场核查并拍照佐证，由未参加检查的复核员复核；按面积、人员、事项进驻、授权计分，"
        "取本轮已复核检查中最晚的一次。未核查的不计零分，不参与排名。"
    )
    ranking, cards = of.round.ranking_policy, of.round.card_policy
    levels = "；".join(
        f"{name}清单{of.levels[level].edition_id}，对照{sheets.against(of, level)}"
        for level, name in sheets.LEVELS.items()
    )
    yield f"三、依据版本。{levels}。排名规则{ranking.id}，亮牌规则{cards.id}。"
    counted = f"县（区）{_cards(of, found['counties'])}；乡镇{_cards(of, found['township'])}"
    yield f"四、亮牌情况。{counted}。{_run(of, found)}"
    if corrected := corrections.told(of, found):
        yield "五、更正说明。{}。{}。".format(*corrected)


def _coverage(found: dict[str, list]) -> str:
    townships, villages = sheets.covered(found["township"]), sheets.covered(found["village"])
    ranked = sum(row.place is not None for row in found["counties"])
    return (
        f"一、核查范围。乡镇（街道）便民服务中心{townships[1]}个，已核查{townships[0]}个；村（社区）便民服务站{villages[1]}个，"
        f"抽查{villages[0]}个。县（区）{len(found['counties'])}个，参与排名{ranked}个。"
    )


def _cards(of: Frame, rows: list) -> str:
    """How many of each colour, the best first, in words."""
    counted = Counter(row.colour for row in rows if row.colour)
    told = [f"{band['zh']}牌（{band['word']['zh']}）{counted[key]}个" for key, band in of.bands.items() if counted[key]]
    return "、".join(told) or "未亮牌"


def _run(of: Frame, found: dict[str, list]) -> str:
    """What runs of cards made of them, so that the notice says the colours that are issued."""
    rule = sheets.escalation(of)
    if not rule:
        return ""
    if of.form == 1:
        return f"以上为本期得分等级，未计{rule}。"
    counties, townships = (sum(bool(row.escalated) for row in found[part]) for part in ("counties", "township"))
    return f"其中{rule}的县（区）{counties}个、乡镇{townships}个。" if counties or townships else ""


def _day(day: date) -> str:
    """Arabic figures without leading zeros, as GB/T 9704 writes dates."""
    return f"{day.year}年{day.month}月{day.day}日"

"""The columns and rows of every export, once for .xlsx and CSV, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from audit.base.clock import shown
from audit.inspections.explain import REASONS, points
from audit.inspections.models import Inspection, ItemPhoto, Score
from audit.rankings.queries import CountyRow, Frame, Row
from audit.scoring.score import printed

NOT_VISITED = "未核查"
DIMENSIONS = (("area", "面积"), ("staff", "人员"), ("matters", "事项进驻"), ("authorisation", "授权"))
TIERS = {"demonstration": "示范型", "standard": "标准型"}


@dataclass(frozen=True)
class Column:
    """A heading, a kind (text, score, count, percent, date) and how a row gives its cell."""

    heading: str
    kind: str
    cell: Callable[[object], object]


def card_word(of: Frame, key: str | None) -> str:
    """The colour in words: a black-and-white print must tell it too."""
    if key is None:
        return ""
    band = of.bands[key]
    return f"{band['shape']}{band['zh']}·{band['word']['zh']}"


def counties(of: Frame) -> list[Column]:
    """县区排名: one line per county."""

    def score(part: str, value: Callable) -> Callable:
        return lambda row: value(getattr(row.score, part))

    return [
        Column("排名", "count", lambda row: row.place),
        Column("县(区)", "text", lambda row: row.county.name),
        Column("区划代码", "text", lambda row: row.county.code),
        Column("乡镇数", "count", score("townships", lambda part: part.there_are)),
        Column("已核查", "count", score("townships", lambda part: len(part.scores))),
        Column("覆盖率", "percent", lambda row: printed(row.score.coverage * 100)),
        Column("乡镇均分", "score", score("townships", lambda part: _decimal(points(part.mean)))),
        Column("村(居)数", "count", score("villages", lambda part: part.there_are)),
        Column("抽查数", "count", score("villages", lambda part: len(part.scores))),
        Column("村级均分", "score", score("villages", lambda part: _decimal(points(part.mean)))),
        Column("村级计入", "text", lambda row: "是" if row.score.villages_count else "否"),
        Column("扣分", "score", lambda row: printed(row.score.deduction)),
        Column("综合得分", "score", lambda row: row.total),
        Column("亮牌", "text", lambda row: card_word(of, row.card)),
        Column("备注", "text", _county_note),
    ]


def _county_note(row: CountyRow) -> str:
    notes = []
    if row.total is None:
        notes.append(NOT_VISITED)
    elif not row.score.ranked:
        notes.append("覆盖率不足，不参与排名")
    if row.county_duties:
        notes.append(f"县级未印发清单：{'、'.join(row.county_duties)}")
    return "；".join(notes)


def centres(of: Frame, level: str) -> list[Column]:
    """乡镇排名 and 村级得分: one line per centre."""
    place = "全市排名" if level == "township" else "抽查名次"

    def dimension(code: str) -> Callable:
        return lambda row: _decimal(row.dimensions.get(code))

    return [
        Column(place, "count", lambda row: row.place),
        Column("中心", "text", lambda row: row.name),
        Column("县(区)", "text", lambda row: row.county),
        *([] if level == "township" else [Column("乡镇", "text", lambda row: row.township)]),
        Column("区划代码", "text", lambda row: row.code),
        Column("类型", "text", lambda row: TIERS[row.tier]),
        *(Column(heading, "score", dimension(code)) for code, heading in DIMENSIONS),
        Column("加扣分", "score", lambda row: _decimal(row.adjustments)),
        Column("否决项", "text", lambda row: "、".join(row.vetoes)),
        Column("总分", "score", lambda row: row.total),
        Column("达标项", "text", lambda row: f"{row.met}/{row.assessable}" if row.visited else ""),
        Column("县内排名", "count", lambda row: row.place_in_county),
        Column("亮牌", "text", lambda row: card_word(of, row.card)),
        Column("核查日期", "date", lambda row: row.visited_on and shown(row.visited_on)[:10]),
        Column("核查人数", "count", lambda row: row.inspectors),
        Column("复核状态", "text", lambda row: "已复核" if row.visited else NOT_VISITED),
    ]


VERDICTS = {"met": "达标", "not_met": "未达标", "not_assessable": "不评定"}
FROM = {"baseline": "示范点基线", "standard": "标准", None: ""}


def basis() -> list[Column]:
    """得分依据: one line per item of each counted visit."""
    return [
        Column("县(区)", "text", lambda row: row["county"]),
        Column("中心", "text", lambda row: row["centre"]),
        Column("区划代码", "text", lambda row: row["code"]),
        Column("条目", "text", lambda row: row["item"]["code"]),
        Column("内容", "text", lambda row: row["text"]),
        Column("核查值", "text", lambda row: _plain(row["item"]["value"])),
        Column("标准", "text", lambda row: _plain(row["item"]["standard"])),
        Column("参照值", "text", lambda row: _plain(row["item"]["reference"])),
        Column("参照来源", "text", lambda row: FROM[row["item"]["reference_from"]]),
        Column("判定", "text", lambda row: VERDICTS[row["item"]["verdict"]]),
        Column("满分", "score", lambda row: Decimal(row["item"]["possible"])),
        Column("得分", "score", lambda row: Decimal(row["item"]["points"])),
        Column("理由", "text", lambda row: REASONS[row["item"]["reason"]][0]),
        Column("照片数", "count", lambda row: row["item"]["photos"]),
        Column("照片SHA-256", "text", lambda row: "\n".join(row["photos"])),
        Column("检查编号", "text", lambda row: str(row["inspection"])),
        Column("修订", "count", lambda row: row["revision"]),
        Column("核查时间", "text", lambda row: shown(row["finished_at"])),
    ]


def basis_rows(of: Frame, rows: Iterable[Row], level: str, chunks: Callable) -> Iterable[dict]:
    """The lines of 得分依据 for the counted visits of a level, fetched a hundred visits at a time."""
    texts = {each["code"]: each["text"]["zh"] for each in of.levels[level].edition.content["items"]}
    by_visit = {row.inspection: row for row in rows if row.visited}
    for inspection, told, photos in chunks(list(by_visit)):
        row = by_visit[inspection.id]
        for item in told["items"]:
            yield {
                "county": row.county,
                "centre": row.name,
                "code": row.code,
                "item": item,
                "text": texts[item["code"]],
                "photos": photos.get(item["code"], []),
                "inspection": inspection.id,
                "revision": inspection.revision,
                "finished_at": inspection.finished_at,
            }


def notes(of: Frame, counted: dict[str, int], there_are: dict[str, int], digest: str, made: str) -> list[tuple]:
    """说明: what was measured, how, and how to check it."""
    policy = of.policy
    lines = [
        ("轮次", f"{of.round.name}（{of.round.code}）"),
        ("范围", of.round.area.name),
        ("数据性质", "示例数据，不代表任何真实中心的情况" if of.round.sample else "经复核的核查结果"),
        ("生成时间", f"{made}（北京时间）"),
        ("乡镇覆盖", f"{counted['township']}/{there_are['township']}"),
        ("村级抽查", f"{counted['village']}/{there_are['village']}"),
    ]
    for level, name in (("township", "乡镇"), ("village", "村级")):
        each = of.levels[level]
        lines.append((f"{name}清单版本", f"{each.edition_id}（SHA-256 {each.edition.digest}）"))
        lines.append((f"{name}参照", _against(each)))
    ranking, cards = of.round.ranking_policy, of.round.card_policy
    lines += [
        ("排名规则", f"{ranking.id}（SHA-256 {ranking.digest}）"),
        ("亮牌规则", f"{cards.id}（SHA-256 {cards.digest}）"),
        ("县区得分", f"{float(policy.township_weight):g}×乡镇均分＋{float(policy.village_weight):g}×村级均分－扣分"),
        (
            "村级计入",
            f"抽查不少于{policy.village_floor_count}个且不少于{_percent(policy.village_floor_share)}；不足则权重归乡镇",
        ),
        ("覆盖率下限", f"{_percent(policy.coverage_floor)}的乡镇经复核，否则不排名"),
        ("小数", "各项精确计算，最后四舍五入一次，保留两位；以公布的两位小数排名"),
        ("并列", "同分同名次，其后名次顺延（1、2、2、4）"),
        ("未核查", "不计零分，不参与排名，单独列出"),
        ("计分检查", "同一中心取本轮已复核检查中完成时间最晚的一次"),
        ("待确认", "清单与规则中标注 S 的数值均为建议，待考核办确认"),
        ("数据摘要", f"SHA-256 {digest}（本表全部排名行）"),
    ]
    return lines


def _against(level) -> str:
    baseline = level.baseline
    if baseline is None:
        return "尚无示范点基线，以本类中心标准代替"
    label = "（示例）" if baseline.sample else ""
    return f"{baseline.centre_name}基线第{baseline.version}版{label}"


def _percent(share) -> str:
    return f"{float(share * 100):g}%"


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _plain(value) -> str:
    return {True: "是", False: "否", None: ""}.get(value, value) if not isinstance(value, str) else value


def chunked_visits(size: int = 100) -> Callable:
    """Yields (inspection, explanation, photos by item) for visit ids, a chunk of rows in memory at a time."""

    def chunks(ids: list):
        for start in range(0, len(ids), size):
            wanted = ids[start : start + size]
            photos: dict = {}
            for each in ItemPhoto.select().where(ItemPhoto.inspection.in_(wanted)).order_by(ItemPhoto.id):
                photos.setdefault(each.inspection_id, {}).setdefault(each.item, []).append(each.digest)
            scores = {
                each.inspection_id: each
                for each in Score.select(Score, Inspection).join(Inspection).where(Score.inspection.in_(wanted))
            }
            for visit in wanted:
                yield scores[visit].inspection, scores[visit].explanation, photos.get(visit, {})

    return chunks

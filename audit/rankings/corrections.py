"""What a version corrects: why, which version it replaces, and which rows are others than there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from audit.base.db import batches
from audit.rankings.models import Publication, PublishedRow
from audit.rankings.queries import Frame

PARTS = {"counties": "县区", "township": "乡镇", "village": "村级"}
MOST_NAMED = 10  # rows: where more of them changed, they are counted
CHUNK = 500


@dataclass(frozen=True)
class Change:
    """A row as it is published, and as the version before had it (None: it had no such row)."""

    part: str
    was: dict | None
    now: dict

    @property
    def key(self) -> str:
        """Whose row it is: the centre's id, or the county's code."""
        return _key(self.now)


def changes(publication: Publication) -> list[Change]:
    """The rows of a version that are others than in the version before, in their order; what they rest on counts too.

    Where the two were written in different forms, what both tell is compared.
    """
    before = Publication.get_or_none(
        Publication.code == publication.code, Publication.version == publication.version - 1
    )
    if before is None:
        return []
    now, then = _digests(publication), _digests(before)
    old = {(each.part, _key(each.content)): each.content for each in _rows(then, set(now.values()))}
    new = ((each, old.get((each.part, _key(each.content)))) for each in _rows(now, set(then.values())))
    return [Change(each.part, was, each.content) for each, was in new if _differ(was, each.content)]


def _digests(publication: Publication) -> dict[int, str]:
    """The digests of its rows by their ids, in order."""
    rows = PublishedRow.select(PublishedRow.id, PublishedRow.digest).where(
        PublishedRow.publication == publication.id, PublishedRow.part.in_(list(PARTS))
    )
    return dict(rows.order_by(PublishedRow.part, PublishedRow.number).tuples())


def _rows(digests: dict[int, str], known: set[str]) -> Iterator[PublishedRow]:
    """The rows with other digests than those that are known, in order."""
    for some in batches((number for number, digest in digests.items() if digest not in known), CHUNK):
        rows = PublishedRow.select(PublishedRow.part, PublishedRow.content).where(PublishedRow.id.in_(some))
        yield from rows.order_by(PublishedRow.part, PublishedRow.number)


def _key(content: dict) -> str:
    return content.get("centre") or content["code"]


def _differ(was: dict | None, now: dict) -> bool:
    if was is None:
        return True
    # with the same digest neither would be here: what is printed being equal, it is what the score rests on
    return was.keys() == now.keys() or any(was[name] != now[name] for name in was.keys() & now.keys())


# --- in words -----------------------------------------------------------------------------------------------------


def told(of: Frame, found: dict[str, list]) -> tuple[str, str] | None:
    """(why and what it replaces, which of these rows changed) of a correction; None of a trial or a first version."""
    publication = of.version and of.version.publication
    if publication is None or publication.version == 1:
        return None
    why = " ".join(publication.note.split()).rstrip("。；;.")
    before = f"第{publication.version - 1}版"
    return f"本版更正：{why}；替代{before}", _changed(of, found, before)


def _changed(of: Frame, found: dict[str, list], before: str) -> str:
    mine = {row.county.code for row in found["counties"]}
    mine |= {str(row.centre) for level in of.levels for row in found[level]}
    those = [each for each in of.version.changes if each.key in mine]
    if not those:
        return f"各行得分、排名、亮牌与{before}相同"
    if len(those) > MOST_NAMED:
        counted = Counter(each.part for each in those)
        return f"较{before}有变化：" + "、".join(f"{name}{counted[part]}行" for part, name in PARTS.items())
    parts = {name: [_one(of, each) for each in those if each.part == part] for part, name in PARTS.items()}
    return f"较{before}有变化：" + "；".join(f"{name}{'、'.join(rows)}" for name, rows in parts.items() if rows)


def _one(of: Frame, change: Change) -> str:
    """岗巴县岗巴镇便民服务中心（80.00→85.00，第2名→第1名）."""
    was, now = (_figures(of, each) for each in (change.was or {}, change.now))
    said = "，".join(f"{old}→{new}" for old, new in zip(was, now, strict=True) if old != new)
    return f"{change.now.get('county', '')}{change.now['name']}（{said or '其他内容'}）"


def _figures(of: Frame, content: dict) -> tuple[str, str, str]:
    """Total, place and card of a row in words."""
    place, colour = content.get("place"), content.get("escalated") or content.get("card")
    band = of.bands.get(colour)
    return (
        content.get("total") or "无得分",
        f"第{place}名" if place else "不排名",
        f"{band['zh']}牌" if band else "无牌",
    )

"""What stands in the way of freezing or publishing a round, or should at least be known before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from audit.centres.models import Centre
from audit.followup import queries as followup
from audit.followup.models import Finding
from audit.inspections import queries as inspections
from audit.inspections import rulings
from audit.inspections.models import Inspection
from audit.rankings import cards
from audit.rankings.queries import Frame

MOST_IDS = 50  # of the visits that a check found; it counts all of them
BEFORE = {"freeze": ("closed",), "publish": ("frozen", "published")}  # what: the states that it may follow
# how much a check weighs: it forbids the step, wants to be accepted, or is only told
BLOCKS, ASKS, TELLS = "blocks", "asks", "tells"
SENTENCES = {
    "state": ("轮次当前状态不能进行此步骤", "The round is not in the state that this step follows"),
    "nothing-counts": ("没有计分的检查，排名将没有任何名次", "No visit counts: nobody will have a place"),
    "unreviewed": ("有检查尚未复核，冻结后不再计入", "Visits wait for their review: after the freeze they never count"),
    "photos-missing": ("有检查照片未到齐，冻结后不再计入", "Visits wait for photos: after the freeze they never count"),
    "not-admitted": ("有逾期或未列入计划的检查尚未准入", "Visits that are late or were not planned are not admitted"),
    "fraud-undecided": (
        "有弄虚作假的作废提议尚未确认",
        "Proposals to void a visit for fraud wait for a second person",
    ),
    "appeals-open": ("有申诉尚未决定", "Appeals are not decided yet"),
    "findings-not-ordered": ("有问题尚未下达整改要求", "Findings for which no rectification was ordered"),
    "earlier-cards-missing": (
        "上期尚未发牌，连续亮牌无法计入",
        "No cards were issued for the period before: runs of cards cannot be told",
    ),
    "unchanged": ("与上一版内容相同", "Nothing differs from the version before"),
}


def checks(of: Frame, what: str) -> list[dict]:
    """The checks before a step that found something, as {check, weight, count, ids, zh, en}; `ids` are of visits."""
    found = list(_state(of, what))
    found += _freezing(of) if what == "freeze" else _publishing(of)
    return [each for each in found if each["count"]]


def check(name: str, weight: str, ids: Iterable[UUID] = (), count: int | None = None) -> dict:
    """One check: so many, and the first of them."""
    ids, (zh, en) = sorted(map(str, ids)), SENTENCES[name]
    number = len(ids) if count is None else count
    return {"check": name, "weight": weight, "count": number, "ids": ids[:MOST_IDS], "zh": zh, "en": en}


def named(found: list[dict]) -> dict[str, str]:
    """The centres of the visits that checks found, by the ids of these."""
    ids = {UUID(each) for one in found for each in one["ids"]}
    rows = Inspection.select(Inspection.id, Centre.name).join(Centre).where(Inspection.id.in_(list(ids)))
    return {str(each): name for each, name in rows.tuples()}


def blocking(found: list[dict]) -> list[dict]:
    """Those that forbid the step."""
    return [each for each in found if each["weight"] == BLOCKS]


def asking(found: list[dict], accepted: list[dict]) -> list[dict]:
    """Those that want to be accepted and found more than those that were."""
    known = {each["check"]: each["count"] for each in accepted}
    return [each for each in found if each["weight"] == ASKS and each["count"] > known.get(each["check"], 0)]


def _state(of: Frame, what: str) -> Iterator[dict]:
    yield check("state", BLOCKS, count=int(of.round.state not in BEFORE[what]))


def _freezing(of: Frame) -> Iterator[dict]:
    yield check("nothing-counts", ASKS, count=int(not _counted(of).where(Inspection.state == "approved").exists()))
    yield check("unreviewed", ASKS, _visits(of, "submitted"))
    yield check("photos-missing", ASKS, _visits(of, "waiting"))
    yield check("not-admitted", ASKS, _not_admitted(of))
    yield check("fraud-undecided", ASKS, _fraud(of))


def _publishing(of: Frame) -> Iterator[dict]:
    yield check("appeals-open", BLOCKS, followup.appealed(of.round.id), followup.open_appeals(of.round.id))
    yield check("fraud-undecided", ASKS, _fraud(of))
    waiting = Finding.select().where(Finding.round == of.round.id, Finding.state == "open")
    yield check("findings-not-ordered", TELLS, count=waiting.count())
    yield check("earlier-cards-missing", TELLS, count=int(_cards_missing(of)))


def _cards_missing(of: Frame) -> bool:
    """Whether the ranking is printed with colours that its cards will not have, once those of the period before are
    out."""
    earlier = of.previous
    if earlier is None or earlier.imported or of.cards.escalation is None:
        return False
    return not cards.any_issued(earlier.code, "level")


def _counted(of: Frame):
    """The visits of the round that could count."""
    return Inspection.select(Inspection.id).where(inspections.may_count(of.round.id, of.counted_kinds))


def _visits(of: Frame, state: str) -> list[UUID]:
    return [each for (each,) in _counted(of).where(Inspection.state == state).tuples()]


def _not_admitted(of: Frame) -> list[UUID]:
    return [each for (each,) in _counted(of).where(rulings.wants_admission()).tuples()]


def _fraud(of: Frame) -> list[UUID]:
    """Visits that one person wants void for fraud, and no second one yet."""
    visits = Inspection.select(Inspection.id).where(Inspection.round == of.round.id, rulings.wants_confirmation())
    return [each for (each,) in visits.tuples()]

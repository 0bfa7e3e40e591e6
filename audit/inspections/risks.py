"""What a reviewer sees of a visit at a glance: its flags in short words, and what stands in the way of deciding on it.

Facts in, words out; the sentences of flags are made where they are found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from audit.evidence.place import CANNOT_TELL, INSIDE, OUTSIDE

NAMES = {
    "late": ("逾期", "late"),
    "not-assigned": ("未指派", "not assigned"),
    "other-edition": ("清单版本不同", "another edition"),
    "list-differs": ("与印发清单不符", "differs from the issued list"),
    "implausible": ("数值异常", "implausible value"),
    "far": ("不在中心", "not at the centre"),
    "datum-suspect": ("坐标系存疑", "doubtful datum"),
    "no-fix": ("无定位", "no position"),
    "clock-skew": ("时间偏差", "clocks differ"),
    "stale": ("非核查时拍摄", "taken at another time"),
    "duplicate-exact": ("照片重复", "same photo elsewhere"),
    "duplicate-near": ("照片相似", "similar photo elsewhere"),
    "duplicate-elsewhere": ("辖区外重复", "same photo beyond your area"),
    "edited": ("经编辑", "edited"),
    "watermark": ("水印相机", "watermark camera"),
    "gallery": ("相册选取", "from the gallery"),
    "exif-odd": ("照片信息异常", "odd EXIF"),
}
# the columns of the queue; what stands in none of them is among the others, gates have a column of their own
COLUMNS = {
    "place": {"far", "datum-suspect", "no-fix"},
    "time": {"clock-skew", "stale"},
    "duplicates": {"duplicate-exact", "duplicate-near", "duplicate-elsewhere"},
    "edits": {"edited", "watermark"},
    "gates": {"late", "not-assigned"},
}
PLACES = {
    INSIDE: ("在中心", "at the centre"),
    OUTSIDE: ("不在中心", "not at the centre"),
    CANNOT_TELL: ("无法判定", "cannot tell"),
    None: ("无定位", "no position"),
}
RISKS = ("none", "photos", *COLUMNS, "others", "not-applicable")
OVER = {
    "approved": ("已通过", "It is approved"),
    "returned": ("已退回，等待补正", "It was returned and is being mended"),
    "void": ("已作废", "It is void"),
}


def column_of(flag: str) -> str:
    """Where a flag stands in the queue."""
    return next((name for name, flags in COLUMNS.items() if flag in flags), "others")


def short(flag: str) -> dict:
    """The short word of a flag."""
    zh, en = NAMES.get(flag, (flag, flag))
    return {"zh": zh, "en": en}


def summed(of_visit: Iterable[dict], of_photos: Iterable[Iterable[dict]]) -> dict[str, list[dict]]:
    """By column the kinds of flags in short words, each with the photos that carry it; 0: the visit itself does."""
    counts = {each["flag"]: 0 for each in of_visit}
    for flags in of_photos:
        for name in {each["flag"] for each in flags}:
            counts[name] = counts.get(name, 0) + 1
    found: dict[str, list[dict]] = {}
    for name, photos in counts.items():
        found.setdefault(column_of(name), []).append({"flag": name, "photos": photos} | short(name))
    return found


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides what may be done with a visit: `own` of who asks, `scored` when its edition is its round's."""

    state: str
    own: bool
    frozen: bool
    scored: bool
    named: int
    arrived: int
    gates: tuple[str, ...] = ()
    admitted: bool = False


def obstacles(facts: Facts, but: Collection[str] = ()) -> list[dict]:
    """Why a visit cannot be approved, worst first, as the API would refuse it; `but` leaves some of them out."""
    waits = facts.state == "waiting"
    found = (
        ("own", facts.own, "您参加了本次核查，须由他人复核", "You were on this visit: somebody else has to review it"),
        ("state", facts.state in OVER, *OVER.get(facts.state, ("", ""))),
        (
            "photos",
            waits,
            f"照片未到齐（{facts.arrived}/{facts.named}），不能复核",
            f"Not all of its photos are there ({facts.arrived} of {facts.named}): it cannot be reviewed yet",
        ),
        ("frozen", facts.frozen, "轮次已冻结，只能申诉或按造假作废", "The round is frozen: only appeals and fraud"),
        (
            "edition",
            not facts.scored,
            "清单版本与轮次不同，不能通过",
            "Another edition than its round's: it cannot be approved",
        ),
        (
            "gates",
            bool(facts.gates) and not facts.admitted,
            "逾期或未指派，须先准入",
            "Late or not assigned: it has to be admitted first",
        ),
    )
    return [{"why": why, "zh": zh, "en": en} for why, holds, zh, en in found if holds and why not in but]


@dataclass(frozen=True, slots=True)
class Powers:
    """What somebody may do with a visit now; `against` says why it cannot be approved."""

    against: list[dict]
    sends_back: bool
    decides: bool
    admits: bool
    voids: tuple[str, ...]


def powers(facts: Facts, roles: Collection[str]) -> Powers:
    """What the actions will let somebody with these roles do."""
    reviews = "reviewer" in roles
    standing = not facts.own and facts.state != "void"
    return Powers(
        against=obstacles(facts),
        sends_back=reviews and not obstacles(facts, but=("edition", "gates")),
        decides=reviews and not obstacles(facts, but=("gates",)),
        admits=bool(
            reviews and standing and facts.gates and not (facts.admitted or facts.frozen or facts.state == "approved")
        ),
        voids=() if not standing else ("test", "wrong-centre", "fraud") if reviews and not facts.frozen else ("fraud",),
    )

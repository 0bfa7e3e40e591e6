"""What a reviewer should look at twice in a photo. Missing EXIF is normal (chat apps remove it) and flags nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from audit.base import clock
from audit.evidence.place import Place
from audit.inspections.flags import counted, flag, of_place

STALE = timedelta(hours=24)  # [S] before the visit began or after it ended
SKEW = timedelta(minutes=10)  # [S] between the camera's clock and the phone's, which are most often one
DAY = timedelta(days=1)
OFFSET = re.compile(r"Z|[+-]\d\d:?\d\d", re.ASCII)
FIRST_YEAR = 2000  # cameras whose clock was never set start in the years before
# programs that change what a picture shows; phones' own cameras write their system's name here
EDITORS = (
    "photoshop", "lightroom", "gimp", "snapseed", "picsart", "meitu", "meituxiuxiu", "pixlr", "vsco", "polarr",
    "affinity", "pixelmator", "paint.net", "faceapp", "facetune", "beautyplus", "b612", "canva", "darktable",
    "rawtherapee", "luminar", "capture one", "acdsee", "photoscape", "xnview", "irfanview", "digikam", "photo editor",
    "美图", "醒图", "修图", "轻颜", "美颜", "黄油相机", "天天p图", "光影魔术手",
)  # fmt: skip
# what may be odd in EXIF: by evidence when it reads it, and the times here
ODD = {
    "unreadable": ("部分内容无法读取", "parts of it cannot be read"),
    "time-unreadable": ("时间无法识别", "its time is none"),
    "time-impossible": ("时间不合理，相机时钟可能未设置", "its time cannot be: the camera's clock may not be set"),
    "gps-unreadable": ("位置无法识别", "its position cannot be read"),
    "gps-without-reference": ("位置未注明南北东西", "its position lacks north or south, east or west"),
    "gps-out-of-range": ("位置超出范围", "its position is none on this planet"),
    "gps-zero": ("位置为 0, 0", "its position is 0, 0"),
}
# these print time and place onto the picture: no editing, and no proof either, for both can be typed in
WATERMARKS = ("水印相机", "watermark camera", "timemark", "timestamp camera")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one photo: what the phone said (`told`, None when nothing), its EXIF, its places, its twins
    in sight (`hidden`: in how many visits out of sight the same bytes stand)."""

    told: dict | None
    exif: dict
    started_at: datetime
    finished_at: datetime
    received_at: datetime
    fix: Place | None = None
    exif_place: Place | None = None
    twins: Collection[dict] = field(default_factory=tuple)
    hidden: int = 0


def of_photo(seen: Seen) -> list[dict]:
    """The flags of one photo, each with its numbers and a sentence."""
    return [
        *of_place(seen.fix, "fix"),
        *of_place(seen.exif_place, "exif"),
        *_source(seen.told or {}),
        *_times(seen),
        *_software(seen.exif.get("software", "")),
        *_twins(seen.twins),
        *_hidden(seen.hidden),
    ]


def _source(told: dict) -> Iterator[dict]:
    # null says that there was none; left out says nothing
    if "fix" in told and told["fix"] is None and not told.get("fix_after"):
        yield flag("no-fix", "拍摄时无定位", "The phone had no position when it took it")
    if told.get("source") == "gallery":
        yield flag("gallery", "从相册选取，不是现场拍摄", "Chosen from the gallery, not taken with the camera")


# --- time --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """When EXIF says a photo was taken: some moment from `start` to `end`, equal when it names its offset."""

    start: datetime
    end: datetime


def taken(exif: dict) -> Taken | None:
    """EXIF's time; without an offset it is Beijing time and trusted to the day. ValueError for what is no time."""
    if "taken_at" not in exif:
        return None
    local = datetime.strptime(exif["taken_at"][:19], "%Y:%m:%d %H:%M:%S")
    if "offset" in exif:
        if not OFFSET.fullmatch(exif["offset"]):
            raise ValueError(exif["offset"])
        moment = datetime.fromisoformat(f"{local.isoformat()}{exif['offset']}").astimezone(UTC)
        return Taken(moment, moment)
    midnight = datetime(local.year, local.month, local.day, tzinfo=clock.BEIJING).astimezone(UTC)
    return Taken(midnight, midnight + DAY)


def _times(seen: Seen) -> Iterator[dict]:
    camera, odd = _camera_time(seen)
    if odd := list(dict.fromkeys([*seen.exif.get("odd", ()), *odd])):
        words = [ODD.get(each, (each, each)) for each in odd]
        zh, en = "；".join(zh for zh, _ in words), "; ".join(en for _, en in words)
        yield flag("exif-odd", f"EXIF 异常：{zh}", f"Odd EXIF: {en}", odd=odd)
    phone = clock.parse(seen.told["taken_at"]) if seen.told else None
    yield from _stale(seen, [each for each in (camera, phone and Taken(phone, phone)) if each])
    if camera and phone and camera.start == camera.end and abs(camera.start - phone) > SKEW:
        minutes = round(abs(camera.start - phone) / timedelta(minutes=1))
        text = (f"照片 EXIF 时间与手机上报时间相差 {minutes} 分钟", f"EXIF and the phone differ by {minutes} minutes")
        yield flag("clock-skew", *text, minutes=minutes)


def _camera_time(seen: Seen) -> tuple[Taken | None, list[str]]:
    """EXIF's time if it can be one, and what is odd about it."""
    try:
        camera = taken(seen.exif)
    except (ValueError, OverflowError):
        return None, ["time-unreadable"]
    if camera and not (camera.start.year >= FIRST_YEAR and camera.start <= seen.received_at + DAY):
        return None, ["time-impossible"]
    return camera, []


def _stale(seen: Seen, times: list[Taken]) -> Iterator[dict]:
    """One flag, by the time that is furthest off; a time trusted to the day counts by its nearest moment."""
    early = max((seen.started_at - each.end for each in times), default=STALE)
    late = max((each.start - seen.finished_at for each in times), default=STALE)
    if max(early, late) <= STALE:
        return
    before = early >= late
    hours = round(max(early, late) / timedelta(hours=1), 1)
    zh = f"拍摄于检查{'开始前' if before else '结束后'} {hours} 小时"
    en = f"Taken {hours} hours {'before the visit began' if before else 'after the visit ended'}"
    yield flag("stale", zh, en, hours=-hours if before else hours)


# --- programs and twins ------------------------------------------------------------------------------------------


def named(software: str, names: Collection[str]) -> str | None:
    """The first of the names that stands in the text as a word of its own; versions and underscores may follow."""
    text = software.casefold()
    for name in names:
        # letters next to it make it another word; Chinese has no spaces, so there it may stand anywhere
        pattern = rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)
        if re.search(pattern, text):
            return name
    return None


def _software(software: str) -> Iterator[dict]:
    # the watermark first: names such as 美颜水印相机 hold both
    if named(software, WATERMARKS):
        zh, en = (
            "由水印相机生成，画面上的时间地点可人为设定",
            "From a watermark camera: what is printed on it can be typed in",
        )
        yield flag("watermark", f"{zh}：{software}", f"{en} ({software})")
    elif named(software, EDITORS):
        yield flag("edited", f"经图片编辑软件保存：{software}", f"Saved by a picture editor: {software}")


def _hidden(visits: int) -> Iterator[dict]:
    if visits:
        zh = f"同一照片也用于您权限之外的 {visits} 次检查，请与考核办核实"
        en = f"The same bytes in {counted(visits, 'visit')} beyond your area; please ask the assessment office"
        yield flag("duplicate-elsewhere", zh, en, visits=visits)


def _twins(twins: Collection[dict]) -> Iterator[dict]:
    same = {each["inspection"] for each in twins if each["same_bytes"]}
    near = [each for each in twins if not each["same_bytes"]]
    if same:
        n = len(same)
        text = (f"同一照片也用于另外 {n} 次检查", f"The same bytes in {counted(n, 'other visit')}")
        yield flag("duplicate-exact", *text, visits=n)
    if near:
        n, bits = len({each["inspection"] for each in near}), min(each["distance_bits"] for each in near)
        zh = f"与另外 {n} 次检查的照片高度相似（相差 {bits} 位）"
        en = f"Looks like photos of {counted(n, 'other visit')}"
        en += f" ({bits} of 64 bits {'differs' if bits == 1 else 'differ'})"
        yield flag("duplicate-near", zh, en, visits=n, dhash_bits=bits)

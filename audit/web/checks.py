"""What the evidence of a photo says, aspect by aspect, in a sentence each: place, time, twins, how it was made.

From what the API tells of it; where there is a flag, the flag's own sentence stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from audit.base import clock
from audit.centres.distance import metres
from audit.evidence import place
from audit.inspections.risks import PLACES

ASPECTS = {
    "place": {"far", "datum-suspect", "no-fix"},
    "exif": {"far", "datum-suspect", "exif-odd"},
    "time": {"stale", "clock-skew"},
    "twins": {"duplicate-exact", "duplicate-near", "duplicate-elsewhere"},
    "made": {"edited", "watermark", "gallery"},
}
TITLES = {
    "place": ("定位", "Position"),
    "exif": ("照片信息", "EXIF"),
    "time": ("时间", "Time"),
    "twins": ("重复", "Twins"),
    "made": ("来源", "Source"),
}


def of_photo(photo: Mapping) -> list[dict]:
    """Per aspect {kind, title, zh, en}: kind is risky for a flag, warn, good, or calm where nobody can tell."""
    found = []
    for aspect in ASPECTS:
        zh, en = TITLES[aspect]
        flags = [each for each in photo["flags"] if _belongs(each, aspect)]
        said = [("risky", each["zh"], each["en"]) for each in flags] or [SAYS[aspect](photo)]
        found += [{"kind": kind, "title": {"zh": zh, "en": en}, "zh": one, "en": other} for kind, one, other in said]
    return found


def of_visit(evidence: Mapping) -> dict:
    """Where the visit was made, in a sentence of the same form; its flags are told beside it."""
    kind, zh, en = _place(evidence["positions"]["fix"])
    return {"kind": kind, "zh": zh, "en": en}


def _belongs(flag: Mapping, aspect: str) -> bool:
    """Flags of place say whose position they are about."""
    if flag["flag"] not in ASPECTS[aspect]:
        return False
    whose = flag["numbers"].get("position")
    return whose is None or (whose == "exif") == (aspect == "exif")


def _place(fix: Mapping | None) -> tuple[str, str, str]:
    if fix is None:
        return "calm", "没有上报定位", "No position was sent"
    zh, en = PLACES[fix["verdict"]]
    if fix["distance_m"] is None:
        return "calm", f"手机定位{zh}：中心还没有坐标", f"The phone's position: {en}, for the centre has no point yet"
    far, error, doubt = (round(fix[name]) for name in ("distance_m", "r95_m", "point_uncertainty_m"))
    kind = {place.INSIDE: "good", place.OUTSIDE: "risky"}.get(fix["verdict"], "calm")
    return (
        kind,
        f"手机定位{zh}：距中心 {far} 米，误差 {error} 米，中心坐标误差 {doubt} 米",
        f"The phone's position: {en}, {far} m from the centre (error {error} m, of the centre's point {doubt} m)",
    )


def _of_fix(photo: Mapping) -> tuple[str, str, str]:
    return _place(photo["positions"]["fix"] or photo["positions"]["fix_after"])


def _exif(photo: Mapping) -> tuple[str, str, str]:
    """The photo's own position against the phone's: two that differ by more than their errors want a look."""
    own, fix = photo["positions"]["exif"], photo["positions"]["fix"] or photo["positions"]["fix_after"]
    if own is None:
        return "calm", "照片不带位置，属常见情况", "The photo carries no position, which is normal"
    if fix is None:
        zh, en = PLACES[own["verdict"]]
        return (
            "calm",
            f"照片自带位置{zh}，没有手机定位可比对",
            f"The photo's own position: {en}; no fix to compare it with",
        )
    apart = round(metres(place.fix_of(fix).wgs, (own["lat"], own["lon"])))
    odd = apart > fix["r95_m"] + own["r95_m"] + place.FENCE_M
    return (
        "warn" if odd else "good",
        f"照片自带位置与手机定位相差 {apart} 米{'，请核对' if odd else ''}",
        f"The photo's own position and the phone's lie {apart} m apart{': please check' if odd else ''}",
    )


def _time(photo: Mapping) -> tuple[str, str, str]:
    phone, camera = photo["taken_at"], photo["exif"]["taken_at"]
    said = [
        (f"手机 {_moment(phone)}", f"phone {_moment(phone)}") if phone else None,
        (f"照片 {camera_time(camera)}", f"EXIF {camera_time(camera)}") if camera else None,
    ]
    told = [each for each in said if each]
    if not told:
        return "calm", "没有拍摄时间", "No time is known"
    zh, en = "，".join(one for one, _ in told), ", ".join(other for _, other in told)
    return "good", f"时间与核查相符：{zh}", f"The time fits the visit: {en}"


def _moment(text: str) -> str:
    return clock.shown(datetime.fromisoformat(text))


def camera_time(text: str | None) -> str | None:
    """EXIF's own spelling, 2026:11:20 10:05:00, as everything else is spelt."""
    return text and f"{text[:10].replace(':', '-')}{text[10:16]}"


def _twins(photo: Mapping) -> tuple[str, str, str]:
    return "good", "未发现相同或相似的照片", "No other photo is the same or looks like it"


def _made(photo: Mapping) -> tuple[str, str, str]:
    by = " ".join(filter(None, (photo["exif"]["make"], photo["exif"]["model"])))
    if photo["source"] == "camera":
        return "good", f"现场拍摄{'，' + by if by else ''}", f"Taken with the camera{', ' + by if by else ''}"
    return "calm", by or "来源未上报", by or "Where it comes from was not sent"


SAYS = {"place": _of_fix, "exif": _exif, "time": _time, "twins": _twins, "made": _made}

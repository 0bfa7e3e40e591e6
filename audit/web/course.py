"""The course of a round for its page: how far it has come, what stands in the way, who decides, what was published."""

from __future__ import annotations

from collections.abc import Iterator

from audit.accounts.permissions import Can
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.rankings import circumstances, differences, drafts, overview, publishing, readiness
from audit.rankings.publication_schemas import PublicationOut, ReadinessOut, RoundStepOut
from audit.rankings.queries import whole_frame
from audit.rounds import queries
from audit.rounds.schemas import RoundOut
from audit.web import ranked

STEPS = (
    ("open", "开放", "Open", "现场核查、复核", "Visits and reviews"),
    ("closed", "截止", "Closed", "之后的检查记为逾期", "Later visits are flagged late"),
    (
        "frozen",
        "冻结（试算）",
        "Frozen (trial)",
        "双人；此后仅申诉、造假可变更",
        "Two people; then appeals and fraud alone",
    ),
    ("published", "公布", "Published", "双人；公布后不改，更正另出新版", "By two; a correction is a new version"),
)
NEXT = {"open": "freeze", "closed": "freeze", "frozen": "publish", "published": "publish"}
WHAT = {"freeze": ("冻结", "Freeze"), "publish": ("公布", "Publish")}
CONFIRMED = {"freeze": ("轮次已冻结", "The round is frozen"), "publish": ("排名已公布", "The ranking is published")}
PUBLISHED = "published"  # nothing comes after it but corrections
MOST_DIFFERENCES = 200
FEW = 20  # steps of a round that are told


def listed(actor, asked: dict) -> tuple[list[dict], int]:
    """One page of the rounds in sight, each with its area, how far it has come and its newest version; all of them."""
    found, total = queries.listed(actor, asked)
    told = overview.told(found, actor)
    shown = RoundOut(many=True).dump(found)
    return [
        line | told[each.code] | {"area_name": each.area.name} for line, each in zip(shown, found, strict=True)
    ], total


def told(code: str, actor) -> dict:
    """All that the page of a round says to somebody."""
    round_ = queries.with_levels([queries.by_code(code, actor)])[0]
    whole = centres.reaches(actor, round_.area)
    versions = ranked.versions_of(code, actor) if actor.can(Can.READ_RANKINGS) else []
    return {
        "round": RoundOut().dump(round_) | {"area_name": round_.area.name},
        "closed_on": circumstances.closed_on(round_),
        "frozen_at": round_.frozen_at,
        "published_at": round_.published_at,
        "visited": overview.told([round_], actor)[code]["visited"],
        "steps": list(_steps(round_.state)),
        "versions": PublicationOut(many=True).dump(versions),
        "may": {each.name for each in Can if actor.can(each)} if whole else set(),
        "decision": decision(round_, actor) if whole and actor.can(Can.PUBLISH) else None,
    }


def _steps(state: str) -> Iterator[dict]:
    """The steps with where the round stands: done, now or ahead."""
    at = [each[0] for each in STEPS].index(state)
    at += state == PUBLISHED
    for number, (key, *words) in enumerate(STEPS):
        yield {"key": key, "words": words, "where": "done" if number < at else "now" if number == at else "ahead"}


def decision(round_, actor) -> dict:
    """What the office has to know before the next step: the checks, what waits for a second person, what changed."""
    what = NEXT[round_.state]
    of = whole_frame(round_.code, actor)
    # while the round is open the steps say so already
    checks = [each for each in readiness.checks(of, what) if each["check"] != "state" or round_.state != "open"]
    steps, total = publishing.listed(round_.code, actor, {"page": 1, "page_size": FEW})
    last = drafts.last_of(round_) if what == "publish" else None
    changed = differences.since(of, last) if last else []
    return {
        "what": what,
        "checks": ReadinessOut(many=True).dump(checks),
        "blocked": bool(readiness.blocking(checks)),
        "asks": any(each["weight"] == readiness.ASKS for each in checks),
        "centres": readiness.named(checks),
        "waiting": [_step(each, actor) for each in steps if each.confirmed_at is None and each.withdrawn_at is None],
        "past": [_step(each, actor) for each in steps if each.confirmed_at or each.withdrawn_at],
        "older": total > FEW,
        "last": last and last.version,
        "changed": changed[:MOST_DIFFERENCES],
        "changes": len(changed),
        "bands": of.bands,
        "since_freeze": differences.since_freeze(round_) if what == "publish" and last is None else [],
    }


def _step(step, actor) -> dict:
    return RoundStepOut().dump(step) | {"own": step.proposed_by_id == actor.id}


# --- forms -------------------------------------------------------------------------------------------------------


def choices(actor) -> dict:
    """What a round may be opened with: areas in reach, and what is published by kind."""
    areas = [each for level in ("prefecture", "county") for each in centres.divisions(actor, {"level": level})]
    found: dict[str, list] = {}
    for each in checklists.listed({}):
        found.setdefault(_kind(each), []).append({"id": each.id, "title": each.content["title"]})
    return {"areas": areas, "published": found}


def _kind(edition) -> str:
    """What an edition can be chosen for: a level's checklist, the cards of a basis, or its own kind."""
    if edition.kind == "checklist":
        return edition.level
    return edition.content.get("basis", "level") if edition.kind == "cards" else edition.kind


def round_typed(typed: dict) -> dict:
    """The form as `RoundIn` takes it."""
    levels = ("township", "village")
    plain = {name: value for name, value in typed.items() if name not in (*levels, "sample")}
    return plain | {
        "sample": "sample" in typed,
        "editions": {level: typed[level] for level in levels if level in typed},
    }


def step_typed(typed: dict) -> dict:
    """The form as `RoundStepIn` takes it."""
    return {name: typed[name] for name in ("what", "note") if name in typed} | {"accept": "accept" in typed}

"""Finding findings, within what the actor may see; what is open, what fell due, which visit counts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

import peewee

from audit.accounts.models import Account
from audit.base.clock import BEIJING
from audit.base.db import batches, contains, digest_of, page_of
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.checklists.models import Edition
from audit.followup.course import LIVE, overdue
from audit.followup.days import Calendar, Calendars, years_without
from audit.followup.models import Appeal, Finding, FindingStep
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection
from audit.rounds.models import Round

CHUNK = 500


def today(now: datetime) -> date:
    """The day that it is in Beijing: deadlines end with it."""
    return now.astimezone(BEIJING).date()


def calendars() -> Calendars:
    """The working days of every year that has a published calendar; the newest edition of a year counts."""
    rows = Edition.select(Edition.id, Edition.content).where(Edition.kind == "calendar")
    ordered = sorted(rows, key=lambda each: [(len(part), part) for part in re.split(r"[-.]", each.id)])
    return {each.content["year"]: Calendar.of(each.content) for each in ordered}


# --- the visit that counts ---------------------------------------------------------------------------------------


def counted(round_id: int, centre_ids: Collection[UUID]) -> dict[UUID, Inspection]:
    """The visits to these centres that count, by centre."""
    policy = Edition.select(Edition.content).join(Round, on=(Round.ranking_policy == Edition.id))
    (content,) = policy.where(Round.id == round_id).tuples().get()
    here = Inspection.centre.in_(list(centre_ids))
    last = inspections.that_count(round_id, content["counted_kinds"], here)
    return {each.centre_id: each for each in Inspection.select().where(Inspection.id.in_(last))}


# --- findings ----------------------------------------------------------------------------------------------------


def joined():
    """Findings with their round, county, centre and visit."""
    return (
        Finding.select(Finding, Round, Division, Centre, Inspection)
        .join(Round, on=(Finding.round == Round.id))
        .join_from(Finding, Division, on=(Finding.county == Division.id))
        .join_from(Finding, Centre, on=(Finding.centre == Centre.id))
        .join_from(Finding, Inspection, on=(Finding.inspection == Inspection.id))
    )


def get(actor, finding_id: int) -> Finding:
    """The finding with all that it names; NotFound when its centre is out of the actor's area."""
    found = joined().where(Finding.id == finding_id, centres.within(actor.division)).first()
    if found is None:
        raise NotFound()
    return found


def listed(actor, asked: dict, *, now: datetime) -> tuple[list[Finding], int]:
    """One page of the findings in sight, the most pressing first, and how many there are."""
    query = joined().where(centres.within(actor.division), *_filters(asked, today(now)))
    # as text and not by NULLS LAST, so that both engines have one order
    ordered = query.order_by(Finding.due_on.is_null(), Finding.due_on, Finding.id)
    rows, total = page_of(ordered, asked["page"], asked["page_size"])
    return told(rows, now=now), total


def _filters(asked: dict, day: date) -> Iterator[peewee.Expression]:
    columns = {"round": Round.code, "county": Division.code, "state": Finding.state, "centre": Finding.centre}
    for name, column in columns.items():
        if asked.get(name):
            yield column == asked[name]
    if "overdue" in asked:
        past = Finding.state.in_(LIVE) & Finding.due_on.is_null(False) & (Finding.due_on < day.isoformat())
        yield past if asked["overdue"] else ~past


def told(findings: Collection[Finding], *, now: datetime) -> list[Finding]:
    """The same findings with their words, and what the day makes of them; the same few queries however many."""
    known, day, words = calendars(), today(now), items_of({each.inspection.edition_id for each in findings})
    for each in findings:
        each.words = words[each.inspection.edition_id][each.item]
        each.overdue = overdue(each.state, each.due_on, day)
        each.weekends_only = guessed(each.due_on, day, known)
    return list(findings)


def guessed(due_on: str | None, day: date, known: Calendars) -> list[int]:
    """The years up to a deadline that have no published calendar yet: it may come to move."""
    return years_without(day, date.fromisoformat(due_on), known) if due_on else []


def items_of(edition_ids: Collection[str]) -> dict[str, dict[str, dict]]:
    """The items of editions as they were published, by edition and code."""
    rows = Edition.select(Edition.id, Edition.content).where(Edition.id.in_(list(edition_ids)))
    return {
        each.id: {
            item["code"]: item for kind in ("items", "bonus", "deductions") for item in each.content.get(kind, ())
        }
        for each in rows
    }


def detail(actor, finding_id: int, *, now: datetime) -> Finding:
    """One finding with its words and its steps, oldest first, each with who took it."""
    (finding,) = told([get(actor, finding_id)], now=now)
    rows = FindingStep.select(FindingStep, Account).join(Account, peewee.JOIN.LEFT_OUTER)
    finding.history = list(rows.where(FindingStep.finding == finding.id).order_by(FindingStep.id))
    return finding


def steps_of(finding_ids: Collection[int]) -> dict[int, list[FindingStep]]:
    """The steps of findings, each in their order."""
    found: dict[int, list[FindingStep]] = {each: [] for each in finding_ids}
    rows = FindingStep.select().where(FindingStep.finding.in_(list(finding_ids))).order_by(FindingStep.id)
    for each in rows:
        found[each.finding_id].append(each)
    return found


def seal_of(step: FindingStep) -> dict:
    """What the trail keeps of a step that somebody took."""
    return {
        "verb": step.verb,
        "kind": step.kind,
        "unit": step.unit,
        "due_on": step.due_on,
        "digest": digest_of({"note": step.note, "photos": step.photos}),
    }


# --- for those above ---------------------------------------------------------------------------------------------


def open_of(centre_ids: Collection[UUID]) -> dict[UUID, list[Finding]]:
    """The findings of these centres that are neither closed nor withdrawn, of whatever round, by centre."""
    found: dict[UUID, list[Finding]] = {}
    for some in batches(centre_ids, CHUNK):
        rows = Finding.select(Finding, Round).join(Round).where(Finding.centre.in_(some), Finding.state.in_(LIVE))
        for each in rows.order_by(Round.opens_on, Finding.item, Finding.id):
            found.setdefault(each.centre_id, []).append(each)
    return found


def progress(round_id: int, *, now: datetime) -> dict[int, tuple[int, int]]:
    """Per county id: (how many findings fell due or were closed, how many were closed by their day)."""
    rows = Finding.select(Finding.county, Finding.state, Finding.due_on, Finding.closed_at)
    rows = rows.where(Finding.round == round_id, Finding.state != "withdrawn", Finding.due_on.is_null(False))
    found: dict[int, tuple[int, int]] = {}
    day = today(now).isoformat()
    for county, state, due_on, closed_at in rows.tuples().iterator():
        in_time = state == "closed" and today(closed_at).isoformat() <= due_on
        if in_time or due_on < day:
            due, closed = found.get(county, (0, 0))
            found[county] = (due + 1, closed + in_time)
    return found


def findings_of(round_id: int, county: str | None = None) -> Iterator[Finding]:
    """The findings of a round (of one county's code), by county, centre and item, a few hundred at a time."""
    ordered = joined().where(Finding.round == round_id)
    if county is not None:
        ordered = ordered.where(Division.code == county)
    ids = ordered.select(Finding.id).order_by(Division.code, Centre.code, Centre.id, Finding.item).tuples()
    for some in batches([each for (each,) in ids], CHUNK):
        found = {each.id: each for each in joined().where(Finding.id.in_(some))}
        yield from (found[each] for each in some)


def open_appeals(round_id: int) -> int:
    """How many appeals of a round nobody has decided yet."""
    return Appeal.select().where(Appeal.round == round_id, Appeal.state == "open").count()


def names_photo(digest: str) -> bool:
    """Whether a step of a finding or an appeal rests on a photo."""
    return any(model.select().where(contains(model.photos, digest)).exists() for model in (FindingStep, Appeal))


def named_photos() -> set[str]:
    """The photos that steps of findings and appeals rest on."""
    none = peewee.Value("[]", converter=False)  # a bare list would be taken for a list of values
    rows = (row for model in (FindingStep, Appeal) for row in model.select(model.photos).where(model.photos != none))
    return {digest for row in rows for digest in row.photos}

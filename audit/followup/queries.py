"""Finding findings, within what the actor may see; what is open, and what fell due."""

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
from audit.followup import duties, reused, visits
from audit.followup.course import LIVE, RULED, overdue
from audit.followup.days import Calendar, Calendars, working_days_between, years_without
from audit.followup.models import Appeal, Finding, FindingStep, StepPhoto
from audit.inspections import covert
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


def unordered_covert() -> peewee.Expression:
    """The condition, on what `joined` gives, that a finding is of a covert visit that counties must not know of yet,
    and that none of them knows it by an order either."""
    return (Inspection.kind == covert.COVERT) & (Round.state != covert.OPEN) & Finding.unit.is_null()


def in_sight(actor) -> peewee.Expression:
    """The condition, on what `joined` gives, that the actor may see a finding: of their area, and not kept from them
    with the covert visit that it is of (decision 0023)."""
    here = centres.within(actor.division, Finding.county)
    return here & ~unordered_covert() if covert.is_kept_from(actor) else here


def waits_for_publication(finding_id: int) -> bool:
    """Whether an order would tell a county of a covert visit that it must not know of yet."""
    return joined().where(Finding.id == finding_id, unordered_covert()).exists()


def get(actor, finding_id: int) -> Finding:
    """The finding with all that it names; NotFound when it is out of the actor's sight."""
    found = joined().where(Finding.id == finding_id, in_sight(actor)).first()
    if found is None:
        raise NotFound()
    return found


def listed(actor, asked: dict, *, now: datetime) -> tuple[list[Finding], int]:
    """One page of the findings in sight, the most pressing first, and how many there are."""
    query = joined().where(in_sight(actor), *filters(asked, today(now)))
    # as text and not by NULLS LAST, so that both engines have one order
    ordered = query.order_by(Finding.due_on.is_null(), Finding.due_on, Finding.id)
    rows, total = page_of(ordered, asked["page"], asked["page_size"])
    return told(actor, rows, now=now), total


def filters(asked: dict, day: date) -> Iterator[peewee.Expression]:
    """The conditions of a list, on what `joined` gives."""
    columns = {
        "round": Round.code, "county": Division.code, "state": Finding.state, "kind": Finding.kind,
        "item": Finding.item, "centre": Finding.centre,
    }  # fmt: skip
    for name, column in columns.items():
        if asked.get(name):
            yield column == asked[name]
    if "overdue" in asked:
        yield past(day) if asked["overdue"] else ~past(day)
    if "returned" in asked:
        yield Finding.id.in_(_returned()) if asked["returned"] else Finding.id.not_in(_returned())


def past(day: date) -> peewee.Expression:
    """The condition that a finding is overdue."""
    return Finding.state.in_(LIVE) & Finding.due_on.is_null(False) & (Finding.due_on < day.isoformat())


def _returned():
    """The findings whose last step sent a report back."""
    last = FindingStep.select(peewee.fn.MAX(FindingStep.id)).group_by(FindingStep.finding)
    return FindingStep.select(FindingStep.finding).where(FindingStep.id.in_(last), FindingStep.verb == "return")


def told(actor, findings: Collection[Finding], *, now: datetime) -> list[Finding]:
    """The same findings as the actor knows them, with their words, and what the day makes of them; the same few queries
    however many."""
    shown = list(visits.as_known(findings) if covert.is_kept_from(actor) else findings)
    known, day, words = calendars(), today(now), items_of({each.inspection.edition_id for each in shown})
    for each in shown:
        each.words = words[each.inspection.edition_id][each.item]
        each.overdue = overdue(each.state, each.due_on, day)
        each.weekends_only = guessed(each.due_on, day, known)
    return shown


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
    """One finding with its words and its steps, oldest first, each with who took it; which of its proofs others rest on
    too; and whether it is too `early` to order it."""
    (finding,) = told(actor, [get(actor, finding_id)], now=now)
    rows = FindingStep.select(FindingStep, Account).join(Account, peewee.JOIN.LEFT_OUTER)
    finding.history = list(rows.where(FindingStep.finding == finding.id).order_by(FindingStep.id))
    finding.used_elsewhere = reused.elsewhere(actor, finding)
    finding.early = waits_for_publication(finding.id)
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


# --- how many stand where ------------------------------------------------------------------------------------------

STANDING = ("state", "overdue", "kind", "returned")  # what narrows a list by where its findings stand
SOON = 5  # working days


def _narrowed(actor, asked: dict, now: datetime, *, but: tuple[str, ...]):
    narrower = {name: each for name, each in asked.items() if name not in but}
    return joined().where(in_sight(actor), *filters(narrower, today(now)))


def by_state(actor, asked: dict, *, now: datetime) -> dict[str, int]:
    """How many findings in sight stand in each state; how many are `live` (neither closed nor withdrawn), and of those
    `overdue` and `long_term`. `asked` narrows them as it does the list, but for where they stand. One query."""
    late = peewee.Case(None, [(past(today(now)), 1)], 0)
    rows = _narrowed(actor, asked, now, but=STANDING)
    rows = rows.select(Finding.state, Finding.kind, peewee.fn.COUNT(Finding.id), peewee.fn.SUM(late))
    found = dict.fromkeys((*LIVE, "closed", "withdrawn", "live", "overdue", "long_term"), 0)
    for state, kind, number, late_ones in rows.group_by(Finding.state, Finding.kind).tuples():
        found[state] += number
        if state in LIVE:
            found["live"] += number
            found["overdue"] += late_ones
            found["long_term"] += number * (kind == "long-term")
    return found


def by_centre(actor, asked: dict, *, now: datetime) -> dict[UUID, int]:
    """How many findings in sight are neither closed nor withdrawn, by centre; narrowed as `by_state` is. One query."""
    rows = _narrowed(actor, asked, now, but=STANDING).where(Finding.state.in_(LIVE))
    rows = rows.select(Finding.centre, peewee.fn.COUNT(Finding.id)).group_by(Finding.centre)
    return dict(rows.tuples())


def by_item(actor, asked: dict, *narrower: peewee.Expression, now: datetime) -> list[dict]:
    """The items that findings in sight are about, as {item, text, findings}, by code; `asked` narrows them as it does
    the list, but for the item. Two queries."""
    rows = _narrowed(actor, asked, now, but=("item",)).where(*narrower)
    rows = rows.select(Finding.item, Inspection.edition, peewee.fn.COUNT(Finding.id))
    counted = list(rows.group_by(Finding.item, Inspection.edition).order_by(Finding.item, Inspection.edition).tuples())
    words, found = items_of({edition for _, edition, _ in counted}), {}
    for item, edition, number in counted:
        entry = found.setdefault(item, {"item": item, "findings": 0})
        entry["findings"] += number
        entry["text"] = words[edition][item]["text"]
    return list(found.values())


def number(actor, asked: dict, *narrower: peewee.Expression, now: datetime) -> int:
    """How many findings a list so narrowed has. One query."""
    return _narrowed(actor, asked, now, but=()).where(*narrower).count()


def to_verify(actor) -> int:
    """How many reported findings in sight are the actor's to verify. One query."""
    return joined().where(in_sight(actor), duties.verifiable(actor)).count()


def ruled_since(actor, moment: datetime) -> dict[str, int]:
    """How many appeals in sight were decided since then, by what was decided. One query."""
    rows = Appeal.select(Appeal.state, peewee.fn.COUNT(Appeal.id)).join(Inspection).join(Centre)
    rows = rows.where(centres.within(actor.division), Appeal.state.in_(RULED), Appeal.decided_at >= moment)
    return dict.fromkeys(RULED, 0) | dict(rows.group_by(Appeal.state).tuples())


def ordered(actor, *, now: datetime) -> dict:
    """Of what was ordered in sight and is not reported: how many are `overdue`, due `soon` and `later`; and `next`, the
    earliest day of those that are not overdue. Two queries."""
    rows = joined().where(in_sight(actor), Finding.state == "ordered")
    rows = rows.select(Finding.due_on, peewee.fn.COUNT(Finding.id)).group_by(Finding.due_on).order_by(Finding.due_on)
    day, known = today(now), calendars()
    found: dict = {"overdue": 0, "soon": 0, "later": 0, "next": None}
    for due_on, number in rows.tuples():
        which = _pressing(date.fromisoformat(due_on), day, known)
        found[which] += number
        if which != "overdue":
            found["next"] = found["next"] or due_on
    return found


def _pressing(due_on: date, day: date, known: Calendars) -> str:
    if due_on < day:
        return "overdue"
    return "soon" if working_days_between(day, due_on, known) <= SOON else "later"


# --- for those above ---------------------------------------------------------------------------------------------


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


def findings_of(
    round_id: int, county: str | None = None, centres: Collection[UUID] | None = None, *, secrets: bool = True
) -> Iterator[Finding]:
    """The findings of a round (of one county's code, of some centres), by county, centre and item, a few hundred at a
    time; without `secrets` as those know them from whom covert visits are kept."""
    ordered = joined().where(Finding.round == round_id)
    if centres is not None:
        ordered = ordered.where(Finding.centre.in_(list(centres)))
    if county is not None:
        ordered = ordered.where(Division.code == county)
    ids = ordered.select(Finding.id).order_by(Division.code, Centre.code, Centre.id, Finding.item).tuples()
    for some in batches([each for (each,) in ids], CHUNK):
        found = {each.id: each for each in joined().where(Finding.id.in_(some))}
        rows = [found[each] for each in some]
        yield from rows if secrets else visits.as_known(rows)


def open_appeals(round_id: int) -> int:
    """How many appeals of a round nobody has decided yet."""
    return Appeal.select().where(Appeal.round == round_id, Appeal.state == "open").count()


def appealed(round_id: int) -> list[UUID]:
    """The visits that these are against."""
    rows = Appeal.select(Appeal.inspection).where(Appeal.round == round_id, Appeal.state == "open").distinct()
    return [each for (each,) in rows.tuples()]


def names_photo(digest: str) -> bool:
    """Whether a step of a finding or an appeal rests on a photo."""
    of_steps = StepPhoto.select().where(StepPhoto.digest == digest)
    return of_steps.exists() or Appeal.select().where(contains(Appeal.photos, digest)).exists()


def named_photos() -> set[str]:
    """The photos that steps of findings and appeals rest on."""
    of_steps = {digest for (digest,) in StepPhoto.select(StepPhoto.digest).distinct().tuples()}
    none = peewee.Value("[]", converter=False)  # a bare list would be taken for a list of values
    of_appeals = Appeal.select(Appeal.photos).where(Appeal.photos != none)
    return of_steps | {digest for row in of_appeals for digest in row.photos}

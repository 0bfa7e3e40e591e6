"""Appeals (申诉): a county objects to an item of a visit that counts; somebody who had no part in it decides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from audit.accounts.models import Account
from audit.base.db import digest_of, page_of
from audit.base.problems import (
    AppealClosed,
    AppealDecided,
    AppealExists,
    NotAppealable,
    NotFound,
    SeparationOfDuties,
    ValidationError,
)
from audit.base.storage import Storage
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.checklists import queries as checklists
from audit.checklists.models import Edition
from audit.evidence.shown import Shown
from audit.followup import deadlines, duties, opening, proofs, queries, visits
from audit.followup.days import years_without
from audit.followup.models import Appeal
from audit.inspections import answers as reading
from audit.inspections import covert, decisions, rulings
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection
from audit.rounds import queries as rounds
from audit.rounds.models import Round

Decider = Account.alias()


# --- finding them ------------------------------------------------------------------------------------------------


def _joined():
    """Appeals with their round, its policy, county, visit, centre, and the people in them."""
    return (
        Appeal.select(Appeal, Round, Edition, Division, Inspection, Centre, Account, Decider)
        .join(Round, on=(Appeal.round == Round.id))
        .join(Edition, on=(Round.followup_policy == Edition.id))
        .join_from(Appeal, Division, on=(Appeal.county == Division.id))
        .join_from(Appeal, Inspection, on=(Appeal.inspection == Inspection.id))
        .join(Centre, on=(Inspection.centre == Centre.id))
        .join_from(Appeal, Account, on=(Appeal.filed_by == Account.id))
        .switch(Appeal)
        .left_outer_join(Decider, on=(Appeal.decided_by == Decider.id))
    )


def get(actor, appeal_id: int) -> Appeal:
    """The appeal; NotFound when its centre is out of the actor's area."""
    found = _joined().where(Appeal.id == appeal_id, centres.within(actor.division)).first()
    if found is None:
        raise NotFound()
    return found


def detail(actor, appeal_id: int, *, now: datetime) -> Appeal:
    """One appeal as it is shown."""
    return _told([get(actor, appeal_id)], now)[0]


def photo_of(actor, appeal_id: int, digest: str, size: str, storage: Storage) -> Shown:
    """A photo that came with an appeal in sight."""
    return proofs.photo_of(actor, get(actor, appeal_id).photos, digest, size, storage)


def listed(actor, asked: dict, *, now: datetime) -> tuple[list[Appeal], int]:
    """One page of the appeals in sight, those first that were filed first, and how many there are."""
    query = _joined().where(centres.within(actor.division)).order_by(Appeal.id)
    for name, column in {"round": Round.code, "state": Appeal.state, "county": Division.code}.items():
        if asked.get(name):
            query = query.where(column == asked[name])
    rows, total = page_of(query, asked["page"], asked["page_size"])
    return _told(rows, now), total


def waiting(actor, *, now: datetime) -> list[Appeal]:
    """The open appeals in sight, the oldest first; `own` says of each whether it is the actor's to decide."""
    here = centres.within(actor.division)
    found = list(_joined().where(here, Appeal.state == "open").order_by(Appeal.id))
    own = {each.id for each in _joined().where(here, duties.decidable(actor))}
    for each in found:
        each.own = each.id in own
    return _told(found, now)


def standing(inspection_id: UUID, item: str) -> Appeal | None:
    """The appeal on the item that was not withdrawn; one that was decided stands too: there is no second one."""
    rows = Appeal.select().where(Appeal.inspection == inspection_id, Appeal.item == item, Appeal.state != "withdrawn")
    return rows.first()


def window(round_: Round, *, now: datetime) -> tuple[date | None, bool]:
    """(the last day for appeals in a round, None while there is none; whether one may be filed today)."""
    last = deadlines.for_appeals(round_, queries.calendars())
    return last, round_.state in rounds.FROZEN and last is not None and queries.today(now) <= last


def windows(actor, *, now: datetime) -> list[tuple[Round, date]]:
    """The rounds in sight in which appeals are taken today, each with the last day, the nearest first. Two queries."""
    known, day = queries.calendars(), queries.today(now)
    rows = Round.select(Round, Edition).join(Edition, on=(Round.followup_policy == Edition.id))
    found = [
        (each, last)
        for each in rows.where(Round.state.in_(rounds.FROZEN), rounds.in_sight(actor))
        if (last := deadlines.for_appeals(each, known)) and day <= last
    ]
    return sorted(found, key=lambda pair: (pair[1], pair[0].code))


def _told(appeals: Collection[Appeal], now: datetime) -> list[Appeal]:
    """The same appeals with the words of their items and the day by which each should be decided."""
    known, day = queries.calendars(), queries.today(now)
    words = queries.items_of({each.inspection.edition_id for each in appeals})
    for each in appeals:
        each.words = words[each.inspection.edition_id][each.item]
        last = deadlines.for_decision(each.round, each.filed_at, known)
        each.decide_by = last.isoformat()
        each.weekends_only = years_without(queries.today(each.filed_at), last, known)
        each.overdue = each.state == "open" and last < day
    return list(appeals)


def seal_of(appeal: Appeal) -> dict:
    """What the trail keeps of an appeal in every line: on what it was filed, and with which words and photos."""
    return {
        "round": appeal.round_id,
        "inspection": str(appeal.inspection_id),
        "item": appeal.item,
        "claim": digest_of({"reason": appeal.reason, "photos": appeal.photos}),
    }


def seal_of_end(appeal: Appeal) -> dict:
    """What the line of its end keeps besides."""
    return {"outcome": appeal.state, "ruling": digest_of({"decision": appeal.decision, "answer": appeal.answer})}


# --- filing and deciding -----------------------------------------------------------------------------------------


def file(inspection_id: UUID, body: dict, *, actor, now: datetime) -> tuple[Appeal, int]:
    """File an appeal against one item of a visit: 201, or 200 with the same one when it was sent before.

    Raises AppealClosed outside the days for it, NotAppealable for a visit that does not count, AppealExists when
    one on the item stands.
    """
    with write() as trail:
        inspection = inspections.get(actor, inspection_id)
        stands = standing(inspection_id, body["item"])
        if stands and _same(stands, body, actor):
            trail.nothing()
            return detail(actor, stands.id, now=now), 200
        _check_open(inspection.round, now)
        _check_appealable(inspection, body["item"], actor)
        if stands:
            raise AppealExists(f"appeal {stands.id} on {body['item']}: {stands.state}")
        proofs.check(body["photos"], actor)
        appeal = Appeal.create(
            round=inspection.round_id,
            county=inspection.centre.county_id,
            inspection=inspection.id,
            item=body["item"],
            reason=body["reason"],
            photos=body["photos"],
            filed_by=actor.id,
            filed_at=now,
            state="open",
        )
        trail.record("appeal.file", appeal.id, actor=actor, at=now, detail=seal_of(appeal))
    return detail(actor, appeal.id, now=now), 201


def _same(appeal: Appeal, body: dict, actor) -> bool:
    sent = (actor.id, body["reason"], body["photos"])
    return appeal.state == "open" and (appeal.filed_by_id, appeal.reason, appeal.photos) == sent


def _check_open(round_: Round, now: datetime) -> None:
    last, is_open = window(round_, now=now)
    if round_.state not in rounds.FROZEN or last is None:
        raise AppealClosed(f"轮次未进入申诉期 · no appeals are taken in this round: it is {round_.state}")
    if not is_open:
        day = last.isoformat()
        raise AppealClosed(f"申诉期已于{day}结束 · the last day for appeals was {day}", last_day=day)


def counts(inspection: Inspection, actor) -> bool:
    """Whether a visit is the one that counts for its centre, as far as the actor may know: no other can be appealed
    against."""
    kept = covert.kinds_kept_from(actor, inspection.round)
    counted = visits.counted(inspection.round_id, [inspection.centre_id], kept).get(inspection.centre_id)
    return counted is not None and counted.id == inspection.id


def _check_appealable(inspection: Inspection, item: str, actor) -> None:
    if not counts(inspection, actor):
        raise NotAppealable("another visit counts for the centre, or none")
    if item not in checklists.checklist(inspection.edition_id).item:
        raise ValidationError(errors={"/item": "not an item of the edition"})


def decide(appeal_id: int, body: dict, *, actor, now: datetime) -> Appeal:
    """Dismiss an appeal (维持), or uphold it (变更): then `answer` counts for the item, and the visit is scored again.

    Raises SeparationOfDuties to the visit's team, to who reviewed or decided anything of it and to who filed it;
    AppealDecided when it has an end already.
    """
    with write() as trail:
        appeal = get(actor, appeal_id)
        if why := duties.why_not_decide(appeal, actor):
            raise SeparationOfDuties(why)
        state = "upheld" if body["decision"] == "uphold" else "dismissed"
        if _decided_so(appeal, state, body, actor):
            trail.nothing()
            return detail(actor, appeal_id, now=now)
        _end(appeal, state, now)
        appeal.decided_by, appeal.decision = Account.get_by_id(actor.id), body["reason"]
        ruled = _uphold(appeal, body, actor=actor, now=now) if state == "upheld" else {}
        appeal.save()
        verb = {"upheld": "appeal.uphold", "dismissed": "appeal.dismiss"}[state]
        told = ruled | seal_of(appeal) | seal_of_end(appeal)
        trail.record(verb, appeal.id, actor=actor, at=now, detail=told)
    return detail(actor, appeal_id, now=now)


def _uphold(appeal: Appeal, body: dict, *, actor, now: datetime) -> dict:
    """The decision on the item, the new score, and the finding that follows from it; the seal of the decision."""
    inspection = inspections.with_centres().where(Inspection.id == appeal.inspection_id).get()
    made = decisions.write_decision(
        inspection, appeal.item, body["answer"], body["reason"], actor=actor, now=now, appeal=appeal.id
    )
    appeal.answer = made.answer
    opening.rescored(inspection, now=now)
    return rulings.seal_of_decision(made)


def _decided_so(appeal: Appeal, state: str, body: dict, actor) -> bool:
    """Whether this decision was sent before: a corrected answer is another one."""
    sent = (state, actor.id, body["reason"], _as_sent(body.get("answer")))
    return (appeal.state, appeal.decided_by_id, appeal.decision, _as_sent(appeal.answer)) == sent


def _as_sent(answer: dict | None) -> dict | None:
    return answer and reading.as_sent(reading.form(answer))


def withdraw(appeal_id: int, *, actor, now: datetime) -> Appeal:
    """Withdraw an appeal that nobody has decided; safe to repeat. Another one may be filed while there is time."""
    with write() as trail:
        appeal = get(actor, appeal_id)
        if appeal.state == "withdrawn":
            trail.nothing()
        else:
            _end(appeal, "withdrawn", now)
            appeal.decided_by = Account.get_by_id(actor.id)
            appeal.save()
            trail.record(
                "appeal.withdraw", appeal.id, actor=actor, at=now, detail=seal_of(appeal) | seal_of_end(appeal)
            )
    return detail(actor, appeal_id, now=now)


def _end(appeal: Appeal, state: str, now: datetime) -> None:
    if appeal.state != "open":
        raise AppealDecided(f"it is {appeal.state}")
    appeal.state, appeal.decided_at = state, now

"""What counties and townships issued: lists that say of how many an item is a share, entered once for everybody, and
taken back where that was a mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from audit.accounts.models import Account
from audit.base.clock import BEIJING
from audit.base.problems import InvalidParameter, ListSuperseded, NotFound, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.checklists import queries as checklists
from audit.checklists.models import Edition
from audit.rounds import documents, queries
from audit.rounds.models import IssuedList, Round, RoundLevel

# told inside the transaction that enters or withdraws a list, for each level whose checklist has its item: round,
# level, division
Listed = Callable[..., object]


def enter(code: str, body: dict, *, listed: Listed, actor, now: datetime) -> tuple[IssuedList, int]:
    """Enter a list as the next version for its division and item: 201, and 200 when the newest one says the same.

    From now on its m is that of every visit to a centre of the division, whatever was sent; a township's own list
    comes before its county's. Raises RoundFrozen, and ValidationError for an item of which no county issues a list, and
    for a list of a day that has not come.
    """
    with write() as trail:
        round_ = queries.whole(code, actor)
        queries.refuse_frozen(round_)
        division = _division(round_, body["division"])
        levels = _levels(round_, body["item"])
        values = _values(body, actor, now=now)
        last = _last(round_, division, body["item"])
        if last is not None and last.withdrawn_at is None and values.items() <= last.__data__.items():
            trail.nothing()
            return last, 200
        version = last.version + 1 if last else 1
        entered = IssuedList.create(
            round=round_, division=division, item=body["item"], version=version, **values,
            entered_by=actor.id, entered_at=now,
        )  # fmt: skip
        for level in levels:
            listed(round_, level, division, now=now)
        trail.record("list.enter", subject_of(entered), actor=actor, at=now, detail=seal_of(entered))
    return entered, 201


def withdraw(list_id: int, reason: str, *, listed: Listed, actor, now: datetime) -> IssuedList:
    """Take a list back, with the reason: the m that was sent counts again (of a township's list, that of its county's
    where there is one), and the levels are scored again. Safe to repeat. Raises ListSuperseded, RoundFrozen.
    """
    with write() as trail:
        row = _of(actor, list_id)
        if row.withdrawn_at is not None:
            trail.nothing()
            return row
        queries.refuse_frozen(row.round)
        if _last(row.round, row.division, row.item).id != row.id:
            raise ListSuperseded()
        row.withdrawn_by, row.withdrawn_at, row.reason = Account.get_by_id(actor.id), now, reason
        row.save(only=[IssuedList.withdrawn_by, IssuedList.withdrawn_at, IssuedList.reason])
        # also of an item that takes no lists any more: the present rule for that is younger than some lists
        for level in (each.level for each in _checklists(row.round) if row.item in _items(each)):
            listed(row.round, level, row.division, now=now)
        trail.record("list.withdraw", subject_of(row), actor=actor, at=now, detail=seal_of_end(row))
    return row


def _of(actor, list_id: int) -> IssuedList:
    """The list, of a round that is the actor's to decide over; NotFound otherwise."""
    query = IssuedList.select(IssuedList, Round, Division).join(Round).switch(IssuedList).join(Division)
    row = query.where(IssuedList.id == list_id).first()
    if row is None or not centres.reaches(actor, row.round.area):
        raise NotFound()
    return row


def _division(round_: Round, code: str) -> Division:
    """A county of the round's area, or a township in one."""
    try:
        found = centres.by_code(code)
    except InvalidParameter as error:
        raise ValidationError(errors={"/division": error.detail}) from error
    inside = Division.select().where(Division.id == found.id, centres.inside(round_.area_id)).exists()
    if found.level not in ("county", "township") or not inside:
        raise ValidationError(errors={"/division": f"{code}: no county or township of the round's area"})
    return found


def _levels(round_: Round, item: str) -> list[str]:
    """The levels of the round whose checklist leaves the m of this item to lists."""
    found = [each.level for each in _checklists(round_) if item in open_shares(each.edition)]
    if not found:
        raise ValidationError(errors={"/item": "no share of the round's checklists that a county issues a list for"})
    return found


def _checklists(round_: Round) -> list[RoundLevel]:
    rows = RoundLevel.select(RoundLevel, Edition).join(Edition).where(RoundLevel.round == round_.id)
    return list(rows.order_by(RoundLevel.level))


def _items(level: RoundLevel) -> set[str]:
    return {each.code for each in checklists.standard(level.edition).items}


def open_shares(edition: Edition) -> set[str]:
    """The share items of a checklist whose m is the length of a list that the county owes: where it issued none, that
    is its duty (`when_m_zero`). Of how many people or cases an item is a share, the inspector counts on the day."""
    items = checklists.standard(edition).items
    shares = (each for each in items if each.answer == "share" and each.of is None and each.sample is None)
    return {each.code for each in shares if each.when_m_zero == "county_duty"}


def _values(body: dict, actor, *, now: datetime) -> dict:
    today = now.astimezone(BEIJING).date()
    if body["issued_on"] > today:
        raise ValidationError(errors={"/issued_on": f"lies after today, {today.isoformat()}"})
    digest = body.get("document")
    if digest is not None and documents.readable(digest, actor) is None:
        raise ValidationError(errors={"/document": "no document of yours: send it first"})
    return {
        "m": body["m"],
        "title": body["title"],
        "issued_on": body["issued_on"].isoformat(),
        "document": digest,
    }


def _last(round_: Round, division: Division, item: str) -> IssuedList | None:
    same = (IssuedList.round == round_.id) & (IssuedList.division == division.id) & (IssuedList.item == item)
    return IssuedList.select().where(same).order_by(IssuedList.version.desc()).first()


def subject_of(row: IssuedList) -> str:
    """What a line of the trail about it names."""
    return f"{row.round.code}/{row.division.code}/{row.item}"


def seal_of(row: IssuedList) -> dict:
    """What the trail keeps of a list: all that it says."""
    said = {name: getattr(row, name) for name in ("version", "m", "title", "issued_on")}
    return said | {"division": row.division_id, "document": row.document_id}


def seal_of_end(row: IssuedList) -> dict:
    """What the trail keeps of its withdrawal."""
    return {"version": row.version, "reason": row.reason}


def newest(round_: Round, actor, asked: dict):
    """The lists of a round that count and are of use in the actor's area, by division and item."""
    query = IssuedList.select(IssuedList, Division).join(Division)
    query = query.where(IssuedList.round == round_.id, queries.newest(), centres.inside(actor.division))
    if asked.get("county"):
        county = Division.alias()
        counties = county.select(county.id).where(county.code == asked["county"], county.level == "county")
        query = query.where(Division.id.in_(counties) | Division.parent.in_(counties))
    return query.order_by(Division.code, IssuedList.item, IssuedList.id)

"""A table of centres as its sender sees it: how it is read, what it would do, and what they decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from audit.base.problems import ValidationError
from audit.centres import actions
from audit.centres import queries as centres
from audit.centres.actions import Source
from audit.centres.columns import HEADINGS
from audit.centres.distance import metres
from audit.centres.imports import Unfit
from audit.centres.matching import Line, Outcome
from audit.centres.models import Centre
from audit.centres.tables import Reading, Table
from audit.web import wording
from audit.web.pages import language, say
from audit.web.registry_words import DATUMS, VALUES, VOCABULARY

MOST_SHOWN = 300
# of a change these stand for one another: a code brings its division along, a name its spelling
UNSHOWN = {"division_id", "county_id", "township_id", "spelling", "merged_into_id"}


def asked_reading(query: Mapping) -> dict:
    """How a table is to be read, from the address of its page."""
    columns = {column: query[f"at_{column}"] for column in HEADINGS if f"at_{column}" in query}
    return {name: query.get(name) for name in ("sheet", "line", "datum")} | {
        "columns": columns if "mapped" in query else None
    }


def tried(table: Table, reading: Reading, *, now: datetime) -> dict | None:
    """What the table would do, read so; None before it is known what stands where."""
    if "division_code" not in reading.at or reading.wants_datum:
        return None
    rows = table.rows(reading)
    outcome = actions.import_rows(rows, Source(table.name, ""), dry_run=True, actor=None, now=now)
    return told(outcome, rows)


# --- what it would do ----------------------------------------------------------------------------------------------


def told(outcome: Outcome, rows: list[tuple]) -> dict:
    """What a dry run found, each kind in the order in which somebody has to look at it."""
    names, open_rows = _names(outcome), {each.number for each in outcome.proposals}
    # what may be another centre's new name or code is neither new nor missing before somebody has said so
    maybe = {each.id for proposal in outcome.proposals for each in proposal.candidates}
    new = [each for each in outcome.lines if each.new and each.number not in open_rows]
    missing = [each for each in outcome.missing if each.id not in maybe]
    closing = [each for each in outcome.lines if _closes(each)]
    changed = [each for each in outcome.lines if each.changes and not each.new and each not in closing]
    changed.sort(key=lambda each: not each.centre.demonstration)
    noted = [each for each in outcome.lines if each.notes and each not in changed]
    return {
        "counts": {
            "new": len(new), "changed": len(changed), "closing": len(closing), "unchanged": outcome.unchanged,
            "faults": len(outcome.faults), "missing": len(missing), "proposals": len(outcome.proposals),
        },
        "faults": _faults(outcome.faults, dict(rows)),
        "proposals": [_proposal(each, names) for each in outcome.proposals],
        "closing": [_line(each, names) | {"into": _into(each, outcome)} for each in closing],
        "missing": [_centre(each, names) | {"into": _heirs(each, outcome)} for each in missing[:MOST_SHOWN]],
        "changed": [_line(each, names) for each in changed[:MOST_SHOWN]],
        "new": [_line(each, names) for each in new[:MOST_SHOWN]],
        "noted": [_line(each, names) for each in noted[:MOST_SHOWN]],
        "most": MOST_SHOWN,
    }  # fmt: skip


def _closes(line: Line) -> bool:
    return "status" in line.changes and line.centre.status == "closed" and not line.new


def _names(outcome: Outcome) -> dict:
    """Divisions by id, of all centres that may be shown: one query."""
    return centres.named({number for each in outcome.standing for number in (each.county_id, each.township_id)})


def _faults(faults: Mapping[str, str], rows: Mapping) -> list[dict]:
    """The first of the faults, by their rows."""
    found = []
    for pointer, why in faults.items():
        number, _, column = pointer.strip("/").partition("/")
        found.append((int(number) if number.isdigit() else 0, column, why))
    found.sort(key=lambda each: each[0])
    return [_fault(row, column, why, rows.get(row, {}).get(column, "")) for row, column, why in found[:MOST_SHOWN]]


def _fault(row: int, column: str, why: str, cell) -> dict:
    return {
        "row": row,
        "column": wording.called(column, language(), VOCABULARY),
        "cell": "" if isinstance(cell, Unfit) else cell,
        "why": wording.sentence(why, language()),
    }


def _centre(centre: Centre, names: Mapping) -> dict:
    above = (names.get(centre.county_id), names.get(centre.township_id) if centre.level == "village" else None)
    return {
        "id": str(centre.id),
        "name": centre.name,
        "code": centre.code,
        "where": " › ".join(each.name for each in above if each),
        "learnt": centre.point_confidence == "learnt",
        "demonstration": centre.demonstration,
    }


def _line(line: Line, names: Mapping) -> dict:
    changes = [
        (wording.called(name, language(), VOCABULARY), *map(_value, pair))
        for name, pair in line.changes.items()
        if name not in UNSHOWN and (name != "merged_into" or pair[1])
    ]
    notes = [*_moves(line), *(wording.sentence(each, language()) for each in line.notes)]
    return _centre(line.centre, names) | {"row": line.number, "changes": changes, "notes": notes}


def _moves(line: Line) -> Iterable[str]:
    """How far a point moves: 300 to 500 m for all of them is a datum that was mistaken for another."""
    before = [line.changes.get(name, (getattr(line.centre, name),))[0] for name in ("lat", "lon")]
    if None not in before and {"lat", "lon"} & line.changes.keys() and not line.new:
        far = round(metres(tuple(before), (line.centre.lat, line.centre.lon)))
        yield say(f"坐标移动 {far} 米", f"the point moves by {far} m")


def _value(value) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    return say(*VALUES[value]) if value in VALUES else str(value)


def _proposal(proposal, names: Mapping) -> dict:
    division = proposal.division
    candidates = [_centre(each, names) | {"moved": each.code != division.code} for each in proposal.candidates]
    return {
        "row": proposal.number, "name": proposal.name, "code": division.code, "division": division.name,
        "candidates": candidates,
    }  # fmt: skip


def _into(line: Line, outcome: Outcome) -> str:
    heir = next((each for each in outcome.standing if each.id == line.centre.merged_into_id), None)
    return f"{heir.name} {heir.code}" if heir else ""


def _heirs(centre: Centre, outcome: Outcome) -> list[tuple[str, str]]:
    """(what the form says, name) of the centres that may serve its people: those of its level nearby."""
    near = 9 if centre.level == "village" else 6
    gone = {each.id for each in outcome.missing}
    found = [
        each
        for each in outcome.standing
        if each.level == centre.level and each.code[:near] == centre.code[:near] and each.status == "active"
        and each.id not in gone
    ]  # fmt: skip
    new = {line.centre.id for line in outcome.lines if line.new}
    # a new centre has no id yet that would last until the import: its code means it, where it is alone
    codes = [each.code for each in found]
    sayable = [each for each in found if each.id not in new or codes.count(each.code) == 1]
    ordered = sorted(sayable, key=lambda each: each.code)
    return [(each.code if each.id in new else str(each.id), f"{each.name} {each.code}") for each in ordered]


# --- what was decided ----------------------------------------------------------------------------------------------


def decided(rows: list[tuple], typed: Mapping[str, str]) -> list[tuple]:
    """The rows with what their sender said: which centre each is, and rows that close those which are missing."""
    same = {name.removeprefix("same-"): value for name, value in typed.items() if name.startswith("same-")}
    sure = [
        (number, cells | {"centre_id": same[str(number)]} if str(number) in same else cells) for number, cells in rows
    ]
    return sure + list(_closings(typed))


def _closings(typed: Mapping[str, str]) -> Iterable[tuple]:
    marked = {name.partition("-")[2] for name in typed if name.startswith(("close-", "why-", "into-"))}
    for centre in sorted(marked):
        why, into = typed.get(f"why-{centre}"), typed.get(f"into-{centre}")
        if f"close-{centre}" not in typed:
            raise ValidationError(
                errors={"/status": say("填了停用原因或并入，但没有勾选停用", "a reason without a tick")}
            )
        if not why:
            raise ValidationError(errors={"/closed_why": say("停用须写明原因", "a centre is closed with a reason")})
        cells = {"centre_id": centre, "status": "closed", "closed_why": why}
        yield centre, cells | ({"merged_into": into} if into else {})


# --- the table itself ----------------------------------------------------------------------------------------------


def read_as(table: Table, reading: Reading) -> dict:
    """How it is read, for the form that changes it."""
    headings = table.headings(reading.sheet, reading.line)
    return {
        "sheets": list(table.first),
        "headings": [each or say(f"第 {n} 列", f"column {n}") for n, each in enumerate(headings, 1)],
        "left_out": [each for n, each in enumerate(headings) if each and n not in reading.at.values()],
        "columns": [(name, wording.called(name, language(), VOCABULARY)) for name in HEADINGS],
        "datums": [(name, say(*words)) for name, words in DATUMS.items()],
    }


def imported(outcome: Outcome) -> tuple[str, str]:
    """What an import came to, in Chinese and English."""
    closed = sum(_closes(each) for each in outcome.lines)
    new, changed, same = outcome.added, outcome.changed - closed, outcome.unchanged
    return (
        f"已导入：新增 {new} 个、变更 {changed} 个、停用 {closed} 个、未变 {same} 个",
        f"Imported: {new} new, {changed} changed, {closed} closed, {same} as they were",
    )


def present() -> Iterable[list[str]]:
    """The registry as a table to change and send again: with their ids, centres keep what they are."""
    for each in centres.every():
        point = (each.lat, each.lon, each.point_datum, each.point_source) if each.lat is not None else ("",) * 4
        closed = (each.closed_why or "", each.merged_into_id or "")
        yield [str(value) for value in (
            each.code, each.name, VALUES[each.tier][0], "是" if each.demonstration else "否",
            VALUES[each.status][0], "" if each.population is None else each.population,
            each.population_source or "", *(value or "" for value in point), each.id, *closed,
        )]  # fmt: skip

"""Rows of a table matched with the divisions and centres that stand, before anything is changed.

A row means the centre whose id it gives; else the one of its division with its name, or the only one there when it
gives no name. A row that fits none may be a centre under another name, or one whose division has another code by now:
that is proposed, never assumed. Until somebody says so (the column centre_id), such a row is a new centre.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from audit.base.fields import spelling
from audit.centres import queries, registry
from audit.centres.imports import NEW
from audit.centres.models import Centre, Division

WITH_CENTRES = ("township", "village")
POINT = ("lat", "lon", "point_datum", "point_source", "point_confidence")
LEARNT_STAYS = "the point that visits taught stays; the table's is not taken"
OUT_OF_BOUNDS = "the point lies outside the area of the registry: are lat and lon swapped?"
STILL_CLOSED = "it is closed, and the table does not say that it is open"


@dataclass
class Line:
    """What a row comes to: `changes` are {field: (before, after)}; a new centre has none."""

    number: int | str
    centre: Centre
    new: bool = False
    changes: dict[str, tuple] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Proposal:
    """A row that may be one of these centres, under another name or another code."""

    number: int
    name: str
    division: Division
    candidates: list[Centre]


@dataclass
class Outcome:
    """What an import did, or in a dry run would do. `missing` are active centres of the counties and levels of the
    table that no row means, `standing` all centres of those counties as they would be."""

    divisions: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    missing: list[Centre] = field(default_factory=list)
    standing: list[Centre] = field(default_factory=list)


class Plan:
    """The rows one after the other: those that surely mean a centre first, so that nobody else is taken for it."""

    def __init__(self, rows: list[tuple[int | str, dict]], faults: dict[str, str]):
        self.outcome = Outcome(faults=faults)
        rows = [(number, _spelled(row)) for number, row in rows]
        codes = {row["division_code"] for _, row in rows if "division_code" in row}
        self.divisions = queries.by_codes(codes)
        named = queries.by_ids({row["centre_id"] for _, row in rows if isinstance(row.get("centre_id"), UUID)})
        self.centres = queries.standing(codes | {each.code for each in named})
        self.known = {each.id: each for some in self.centres.values() for each in some}
        self.alike: dict[tuple[str, str], list[Centre]] = {}
        for each in self.known.values():
            self.alike.setdefault((each.spelling, each.level), []).append(each)
        self.met: dict[UUID, Line] = {}
        self.into: list[tuple[Line, UUID | str]] = []
        unsure = [(number, row) for number, row in rows if not self._surely(number, row)]
        for number, row in unsure:
            self._meet(number, row, self._division(number, row))
        self._close()
        self._count(codes)
        self._look_at_names()

    def _fault(self, number: int | str, column: str, text: str) -> None:
        self.outcome.faults[f"/{number}/{column}"] = text

    # --- which centre a row means ---

    def _surely(self, number: int | str, row: dict) -> bool:
        """Take a row whose centre is beyond doubt, or that is at fault; False leaves it for later."""
        if isinstance(row.get("centre_id"), UUID):
            self._named(number, row)
            return True
        division = self._division(number, row)
        if division is None:
            return True
        if "name" in row and not self._same(division, row):
            return False
        self._meet(number, row, division)
        return True

    def _division(self, number: int | str, row: dict) -> Division | None:
        found = self.divisions.get(row["division_code"], [])
        if len(found) != 1:
            self._fault(number, "division_code", "no such division" if not found else "ambiguous between code sets")
        elif found[0].level not in WITH_CENTRES or county_of(found[0]) is None:
            self._fault(number, "division_code", "centres belong to the townships and villages of a county")
        elif "lat" in row and not _inside(found[0].bounds, row["lat"], row["lon"]):
            self._fault(number, "lat", OUT_OF_BOUNDS)
        else:
            return found[0]
        return None

    def _named(self, number: int | str, row: dict) -> None:
        """The row gives the centre's id: then its name and its code may be new."""
        centre = self.known.get(row["centre_id"])
        division = self._division(number, row) if "division_code" in row else None
        if centre is None:
            self._fault(number, "centre_id", "no centre has this id")
        elif "division_code" not in row:
            if "lat" in row and not _inside(centre.division.bounds, row["lat"], row["lon"]):
                self._fault(number, "lat", OUT_OF_BOUNDS)
            else:
                self._change(number, centre, row, None)
        elif division is None:
            pass  # its fault is told
        elif division.level != centre.level:
            self._fault(number, "division_code", f"the centre is a {centre.level}'s, and stays one")
        elif division.code[:6] != centre.code[:6]:
            self._fault(number, "division_code", "another county: close the centre there and open one here")
        else:
            self._change(number, centre, row, division)

    def _same(self, division: Division, row: dict) -> list[Centre]:
        standing = self.centres.setdefault(division.code, [])
        return [each for each in standing if "name" not in row or each.spelling == row["spelling"]]

    def _meet(self, number: int | str, row: dict, division: Division) -> None:
        """Find the centre that the row means, or make it."""
        same = self._same(division, row)
        if len(same) > 1:
            self._fault(number, "name", "the division has several centres: say which by name")
        elif same:
            self._change(number, same[0], row, None)
        else:
            self._propose(number, row, division)
            centre = _blank(row, division)
            self.centres[division.code].append(centre)
            self._change(number, centre, row, None, new=True)

    def _propose(self, number: int | str, row: dict, division: Division) -> None:
        if "name" not in row or row.get("centre_id") == NEW:
            return
        alike = self.alike.get((row["spelling"], division.level), ())
        moved = [each for each in alike if each.code != division.code and _could_move(each, division)]
        candidates = [
            each
            for each in (*moved, *self.centres[division.code])
            if each.status == "active" and each.id not in self.met
        ]
        if candidates:
            self.outcome.proposals.append(Proposal(number, row["name"], division, candidates))

    # --- what it changes ---

    def _change(self, number: int | str, centre: Centre, row: dict, division: Division | None, new: bool = False):
        """Give the centre what the row says."""
        if centre.id in self.met:
            self._fault(number, "name", "the same centre stands in an earlier row")
            return
        if row.get("status") == "closed" and centre.demonstration and row.get("demonstration", True):
            self._fault(number, "status", "a demonstration site is not closed: take the mark off it first")
            return
        line = self.met[centre.id] = Line(number, centre, new)
        values = _values(centre, row, line)
        if not new and "centre_id" in row:
            values |= _identity(row, division)
        for key, value in values.items():
            before = getattr(centre, key)
            if before != value:
                setattr(centre, key, value)
                line.changes[key] = (before, value)
        if "merged_into" in row:
            self.into.append((line, row["merged_into"]))
        if centre.status == "closed" and "status" not in row:
            line.notes.append(STILL_CLOSED)

    def _close(self) -> None:
        """Who serves the people of a centre that went into another: an active one of its level."""
        for line, wanted in self.into:
            target = self._target(line, wanted)
            if target is None:
                self._fault(line.number, "merged_into", "no such centre, or several: give the id of an active one")
            elif target.id == line.centre.id or target.status != "active" or target.level != line.centre.level:
                self._fault(line.number, "merged_into", "another active centre of the same level is wanted")
            elif line.centre.merged_into_id != target.id:
                line.changes["merged_into"] = (line.centre.merged_into_id, target.id)
                line.centre.merged_into = target.id

    def _target(self, line: Line, wanted: UUID | str) -> Centre | None:
        if isinstance(wanted, UUID):
            found = [self.known[wanted]] if wanted in self.known else queries.by_ids({wanted})
        else:
            others = self.centres.get(wanted) or [each for some in queries.standing({wanted}).values() for each in some]
            found = [each for each in others if each.code == wanted and each.status == "active" and each != line.centre]
        return found[0] if len(found) == 1 else None

    def _look_at_names(self) -> None:
        """Two centres of a division never share a spelling."""
        seen: dict[tuple, UUID] = {}
        for each in self.outcome.standing:
            other = seen.setdefault((each.division_id, each.spelling), each.id)
            line = self.met.get(each.id) or self.met.get(other)
            if other != each.id and line:
                self._fault(line.number, "name", "another centre of the division has this name")

    def _count(self, codes: set[str]) -> None:
        told = self.outcome
        told.lines = list(self.met.values())
        told.added = sum(line.new for line in told.lines)
        told.changed = sum(bool(line.changes) and not line.new for line in told.lines)
        told.unchanged = len(told.lines) - told.added - told.changed
        told.standing = [*self.known.values(), *(line.centre for line in told.lines if line.new)]
        covered = {(code[:6], len(code)) for code in codes}
        told.missing = sorted(
            (
                each
                for each in self.known.values()
                if each.status == "active" and each.id not in self.met and (each.code[:6], len(each.code)) in covered
            ),
            key=lambda each: (each.code, str(each.id)),
        )

    def apply(self) -> None:
        """Write it all; closed ones after those that they go into."""
        for line in self.outcome.lines:
            if line.new:
                line.centre.save(force_insert=True)
        for line in self.outcome.lines:
            if line.changes and not line.new:
                line.centre.save()

    def told(self) -> dict:
        """What the trail keeps of it: the numbers, each centre that is renamed, moved, closed or opened again, and the
        point that a demonstration site had."""
        told: dict[str, dict] = {"renamed": {}, "moved": {}, "closed": {}, "opened": {}, "points": {}}
        for line in self.outcome.lines:
            key, changes = str(line.centre.id), {} if line.new else line.changes
            if "name" in changes:
                told["renamed"][key] = list(changes["name"])
            if "code" in changes:
                told["moved"][key] = list(changes["code"])
            if "status" in changes and line.centre.status == "closed":
                into = line.centre.merged_into_id
                told["closed"][key] = {"why": line.centre.closed_why, "into": into and str(into)}
            elif "status" in changes:
                told["opened"][key] = line.centre.code
            if line.centre.demonstration and {"lat", "lon"} & changes.keys():
                told["points"][key] = {name: changes[name][0] for name in POINT if name in changes}
        counts = {"added": self.outcome.added, "changed": self.outcome.changed}
        return counts | {name: centres for name, centres in told.items() if centres}


def _spelled(row: dict) -> dict:
    """The row with how its name is spelled: once, however many centres it is held against."""
    return row | {"spelling": spelling(row["name"])} if "name" in row else row


def _could_move(centre: Centre, division: Division) -> bool:
    """Whether a centre of the name and level is one nearby: of the same township, or a township's in the county."""
    near = 9 if division.level == "village" else 6
    return centre.code[:near] == division.code[:near]


def _values(centre: Centre, row: dict, line: Line) -> dict:
    """What a row says of a centre, by field. A new figure never keeps the source of the figure before it."""
    columns = ("tier", "demonstration", "status", "population", "population_source")
    values = {column: row[column] for column in columns if column in row}
    if values.get("population", centre.population) != centre.population:
        values.setdefault("population_source", None)
    if values.get("status") == "closed" and (centre.status != "closed" or "closed_why" in row):
        values["closed_why"] = row.get("closed_why")
    elif values.get("status") == "active":
        values |= {"closed_why": None, "merged_into_id": None}
    point = _point(centre, row)
    # two people confirmed it from what visits measured
    if point and centre.point_confidence == "learnt":
        line.notes.append(LEARNT_STAYS)
        return values
    return values | point


def _point(centre: Centre, row: dict) -> dict:
    point = {"point_source": row["point_source"]} if "point_source" in row else {}
    if "lat" in row:
        point |= {"lat": row["lat"], "lon": row["lon"], "point_datum": row["datum"]}
    if all(getattr(centre, name) == value for name, value in point.items()):
        return {}
    if "lat" in row:
        point["point_confidence"] = "imported"
        if (row["lat"], row["lon"]) != (centre.lat, centre.lon):
            point.setdefault("point_source", None)
    return point


def _identity(row: dict, division: Division | None) -> dict:
    """The name and the division of a row that gives the centre's id."""
    named = {name: row[name] for name in ("name", "spelling") if name in row}
    return named | (_belonging(division) if division else {})


def _belonging(division: Division) -> dict:
    township = division.id if division.level == "township" else division.parent_id
    return {
        "division_id": division.id, "county_id": county_of(division), "township_id": township, "code": division.code,
    }  # fmt: skip


def county_of(division: Division) -> int | None:
    """The county that a township or village lies in."""
    above = division.parent
    return above and (above.id if division.level == "township" else above.parent_id)


def _blank(row: dict, division: Division) -> Centre:
    name = row.get("name") or registry.usual_name(division.name, division.level)
    return Centre(
        id=uuid4(),
        **_belonging(division),
        level=division.level,
        name=name,
        spelling=row.get("spelling") or spelling(name),
        tier="standard",
        demonstration=False,
        status="active",
    )


def _inside(bounds: list | None, lat: float, lon: float) -> bool:
    if (lat, lon) == (0, 0):
        return False
    if not bounds:
        return True
    south, west, north, east = map(float, bounds)
    return south <= lat <= north and west <= lon <= east

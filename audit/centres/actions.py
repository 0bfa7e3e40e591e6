"""Load a registry that ships, import a table of centres. All of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import peewee

from audit.base.fields import spelling
from audit.base.problems import DuplicateCentre, NotFound, ValidationError
from audit.base.trail import write
from audit.centres import imports, queries, registry
from audit.centres.models import Centre, Division

CHUNK = 500  # rows per INSERT; SQLite takes at most 32,766 values in one
WITH_CENTRES = ("township", "village")


@dataclass
class Outcome:
    """What an import did, or in a dry run would do."""

    divisions: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def load_registry(name: str, *, actor, now: datetime, dry_run: bool = False) -> Outcome:
    """Load a shipped registry: its divisions, and the usual centre of each township and village.

    Loading again changes nothing. Raises NotFound for a name that does not ship.
    """
    about = registry.registries().get(name)
    if about is None:
        raise NotFound(f"{name}: registries that ship are {', '.join(registry.registries())}")
    shipped = list(registry.rows(about["divisions"]))
    with write() as trail:
        known = {each.code for each in Division.select(Division.code).where(*_same_source(about))}
        rows = [row for row in shipped if row["division_code"] not in known]
        added, all_centres = (sum(row["level"] in WITH_CENTRES for row in some) for some in (rows, shipped))
        if rows and not dry_run:
            _insert_usual_centres(rows, about, _insert_divisions(rows, about))
            trail.record("centres.load-registry", name, actor=actor, at=now, detail={"centres": added})
        else:
            trail.nothing()
    return Outcome(divisions=len(rows), added=added, unchanged=all_centres - added)


def _same_source(about: dict):
    return Division.scheme == about["scheme"], Division.edition == about["edition"]


def _insert_divisions(rows: list[dict], about: dict) -> dict[str, int]:
    ids = {each.code: each.id for each in Division.select(Division.id, Division.code).where(*_same_source(about))}
    for level in ("prefecture", "county", "township", "village"):
        values = [
            {
                "scheme": about["scheme"],
                "edition": about["edition"],
                "code": row["division_code"],
                "name": row["name"],
                "level": level,
                "parent": ids.get(row["parent_code"]),
                "traits": about["traits"],
                "bounds": about.get("bounds"),
            }
            for row in rows
            if row["level"] == level
        ]
        for chunk in peewee.chunked(values, CHUNK):
            Division.insert_many(chunk).execute()
        found = Division.select(Division.id, Division.code).where(Division.level == level, *_same_source(about))
        ids |= {each.code: each.id for each in found}
    return ids


def _insert_usual_centres(rows: list[dict], about: dict, ids: dict[str, int]) -> None:
    points = {row["division_code"]: row for row in registry.rows(about["points"])} if "points" in about else {}
    values = [
        _usual_centre(row, about, ids, points.get(row["division_code"])) for row in rows if row["level"] in WITH_CENTRES
    ]
    for chunk in peewee.chunked(values, CHUNK):
        Centre.insert_many(chunk).execute()


def _usual_centre(row: dict, about: dict, ids: dict[str, int], point: dict | None) -> dict:
    code, level = row["division_code"], row["level"]
    name = registry.usual_name(row["name"], level)
    shown = code in about["demonstration"]
    return {
        "id": registry.centre_id(about["scheme"], code, level),
        "division": ids[code],
        "county": ids[code[:6]],
        "township": ids[code[:9]],
        "level": level,
        "code": code,
        "name": name,
        "spelling": spelling(name),
        "tier": "demonstration" if shown else "standard",
        "demonstration": shown,
        "status": "active",
        "lat": float(point["lat"]) if point else None,
        "lon": float(point["lon"]) if point else None,
        "point_datum": "WGS-84" if point else None,
        "point_source": f"{about['points_source']} {point['geonames_id']}" if point else None,
        "point_confidence": "unverified" if point else None,
    }


def import_centres(path: Path, *, dry_run: bool, actor, now: datetime) -> Outcome:
    """Add and change centres from a table; a division's only centre is meant when a row gives no name.

    With one bad row nothing is stored: ValidationError lists every fault as `/row/column`. A dry run stores
    nothing in any case and says what would happen.
    """
    rows, faults = imports.checked(imports.read(path))
    with write() as trail:
        plan = _Plan(rows, faults)
        if plan.outcome.faults and not dry_run:
            raise ValidationError("nothing was imported", errors=plan.outcome.faults)
        if dry_run or not (plan.outcome.added or plan.outcome.changed):
            trail.nothing()
            return plan.outcome
        try:
            plan.apply()
        except peewee.IntegrityError as error:
            raise DuplicateCentre("somebody else imported the same centre meanwhile; nothing was imported") from error
        detail = {"added": plan.outcome.added, "changed": plan.outcome.changed}
        trail.record("centres.import", path.name[:100], actor=actor, at=now, detail=detail)
    return plan.outcome


def learn_point(centre: Centre, position: tuple[float, float], *, source: str) -> dict:
    """Give a centre the point (WGS-84) that visits taught; inside the caller's transaction, which writes its line.

    Returns the point that stood before, for that line to keep.
    """
    before = {name: getattr(centre, name) for name in ("lat", "lon", "point_datum", "point_source")}
    before["point_confidence"] = centre.point_confidence
    centre.lat, centre.lon = position
    centre.point_datum, centre.point_source, centre.point_confidence = "WGS-84", source, "learnt"
    centre.save(only=[Centre.lat, Centre.lon, Centre.point_datum, Centre.point_source, Centre.point_confidence])
    return before


class _Plan:
    """Rows matched with the divisions and centres that stand, before anything is changed."""

    def __init__(self, rows: list[tuple[int, dict]], faults: dict[str, str]):
        self.outcome = Outcome(faults=faults)
        codes = {row["division_code"] for _, row in rows}
        self.divisions = queries.by_codes(codes)
        self.centres = queries.standing(codes)
        self.new: list[Centre] = []
        self.touched: list[Centre] = []
        self.seen: set[UUID] = set()
        for number, row in rows:
            self._take(number, row)

    def _fault(self, number: int, column: str, text: str) -> None:
        self.outcome.faults[f"/{number}/{column}"] = text

    def _take(self, number: int, row: dict) -> None:
        found = self.divisions.get(row["division_code"], [])
        if len(found) != 1:
            self._fault(number, "division_code", "no such division" if not found else "ambiguous between code sets")
        elif found[0].level not in WITH_CENTRES or _county_of(found[0]) is None:
            self._fault(number, "division_code", "centres belong to the townships and villages of a county")
        elif "lat" in row and not _inside(found[0].bounds, row["lat"], row["lon"]):
            self._fault(number, "lat", "the point lies outside the area of the registry: are lat and lon swapped?")
        else:
            self._meet(number, row, found[0])

    def _meet(self, number: int, row: dict, division: Division) -> None:
        """Find the centre that the row means, or make it."""
        standing = self.centres.setdefault(division.code, [])
        same = [each for each in standing if "name" not in row or each.spelling == spelling(row["name"])]
        if len(same) > 1:
            self._fault(number, "name", "the division has several centres: say which by name")
        elif same and same[0].id in self.seen:
            self._fault(number, "name", "the same centre stands in an earlier row")
        else:
            centre = same[0] if same else _blank(row, division)
            self.seen.add(centre.id)
            changed = _change(centre, row)
            if not same:
                standing.append(centre)
                self.new.append(centre)
                self.outcome.added += 1
            elif changed:
                self.touched.append(centre)
                self.outcome.changed += 1
            else:
                self.outcome.unchanged += 1

    def apply(self) -> None:
        for centre in self.new:
            centre.save(force_insert=True)
        for centre in self.touched:
            centre.save()


def _change(centre: Centre, row: dict) -> bool:
    """Give the centre what the row says; whether that changed anything."""
    values = {key: value for key, value in row.items() if key not in ("division_code", "datum", "name")}
    if "datum" in row:
        values["point_datum"] = row["datum"]
    # a new figure never keeps the source of the figure before it
    if "lat" in values:
        values["point_confidence"] = "imported"
        if (values["lat"], values["lon"]) != (centre.lat, centre.lon):
            values.setdefault("point_source", None)
    if values.get("population", centre.population) != centre.population:
        values.setdefault("population_source", None)
    changed = {key: value for key, value in values.items() if getattr(centre, key) != value}
    for key, value in changed.items():
        setattr(centre, key, value)
    return bool(changed)


def _county_of(division: Division) -> int | None:
    above = division.parent
    return above and (above.id if division.level == "township" else above.parent_id)


def _blank(row: dict, division: Division) -> Centre:
    name = row.get("name") or registry.usual_name(division.name, division.level)
    return Centre(
        id=uuid4(),
        division=division,
        county=_county_of(division),
        township=division if division.level == "township" else division.parent,
        level=division.level,
        code=division.code,
        name=name,
        spelling=spelling(name),
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

"""Load a registry that ships, import a table of centres. All of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import peewee

from audit.base.fields import spelling
from audit.base.problems import NotFound, ValidationError
from audit.base.trail import write
from audit.centres import imports, registry
from audit.centres.models import Centre, Division

CHUNK = 500  # rows per INSERT; SQLite takes at most 32,766 values in one


@dataclass
class Outcome:
    """What an import did, or in a dry run would do."""

    divisions: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def load_registry(name: str, *, actor, now: datetime) -> Outcome:
    """Load a shipped registry: its divisions, and the usual centre of each township and village.

    Loading again changes nothing. Raises NotFound for a name that does not ship.
    """
    about = registry.registries().get(name)
    if about is None:
        raise NotFound(f"{name}: registries that ship are {', '.join(registry.registries())}")
    with write() as trail:
        known = {each.code for each in Division.select(Division.code).where(*_same_source(about))}
        rows = [row for row in registry.rows(about["divisions"]) if row["division_code"] not in known]
        if not rows:
            trail.nothing()
            return Outcome()
        ids = _insert_divisions(rows, about)
        added = _insert_usual_centres(rows, about, ids)
        trail.record("centres.load-registry", name, actor=actor, at=now, detail={"centres": added})
    return Outcome(divisions=len(rows), added=added)


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


def _insert_usual_centres(rows: list[dict], about: dict, ids: dict[str, int]) -> int:
    points = {row["division_code"]: row for row in registry.rows(about["points"])} if "points" in about else {}
    values = [
        _usual_centre(row, about, ids, points.get(row["division_code"]))
        for row in rows
        if row["level"] in ("township", "village")
    ]
    for chunk in peewee.chunked(values, CHUNK):
        Centre.insert_many(chunk).execute()
    return len(values)


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
        plan.apply()
        detail = {"added": plan.outcome.added, "changed": plan.outcome.changed}
        trail.record("centres.import", path.name[:100], actor=actor, at=now, detail=detail)
    return plan.outcome


class _Plan:
    """Rows matched with the divisions and centres that stand, before anything is changed."""

    def __init__(self, rows: list[tuple[int, dict]], faults: dict[str, str]):
        self.outcome = Outcome(faults=faults)
        codes = {row["division_code"] for _, row in rows}
        self.divisions: dict[str, list[Division]] = {}
        for each in Division.select().where(Division.code.in_(codes | {code[:n] for code in codes for n in (6, 9)})):
            self.divisions.setdefault(each.code, []).append(each)
        self.centres: dict[str, list[Centre]] = {}
        for each in Centre.select().where(Centre.code.in_(codes)):
            self.centres.setdefault(each.code, []).append(each)
        self.new: list[Centre] = []
        self.touched: list[Centre] = []
        for number, row in rows:
            self._take(number, row)

    def _fault(self, number: int, column: str, text: str) -> None:
        self.outcome.faults[f"/{number}/{column}"] = text

    def _take(self, number: int, row: dict) -> None:
        code = row["division_code"]
        found = self.divisions.get(code, [])
        if len(found) != 1:
            self._fault(number, "division_code", "no such division" if not found else "ambiguous between code sets")
            return
        if "lat" in row and not _inside(found[0].bounds, row["lat"], row["lon"]):
            self._fault(number, "lat", "the point lies outside the area of the registry: are lat and lon swapped?")
            return
        centre = self._meant(number, row, found[0])
        if centre is not None:
            self._change(centre, row)

    def _meant(self, number: int, row: dict, division: Division) -> Centre | None:
        standing = self.centres.setdefault(division.code, [])
        named = "name" in row
        same = [each for each in standing if not named or each.spelling == spelling(row["name"])]
        if len(same) == 1:
            if any(each is same[0] for each in (*self.new, *self.touched)):
                self._fault(number, "name", "the same centre stands in an earlier row")
                return None
            return same[0]
        if same:
            self._fault(number, "name", "the division has several centres: say which by name")
            return None
        centre = _blank(row, division, self.divisions)
        standing.append(centre)
        return centre

    def _change(self, centre: Centre, row: dict) -> None:
        values = {key: value for key, value in row.items() if key not in ("division_code", "datum", "name")}
        if "lat" in values:
            values["point_confidence"] = "imported"
        new = not centre.county_id or centre._new
        changed = {key: value for key, value in values.items() if getattr(centre, key) != value}
        for key, value in changed.items():
            setattr(centre, key, value)
        if new:
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


def _blank(row: dict, division: Division, known: dict[str, list[Division]]) -> Centre:
    name = row.get("name") or registry.usual_name(division.name, division.level)
    centre = Centre(
        id=uuid4(),
        division=division,
        county=known[division.code[:6]][0],
        township=known[division.code[:9]][0],
        level=division.level,
        code=division.code,
        name=name,
        spelling=spelling(name),
        tier="standard",
        demonstration=False,
        status="active",
    )
    centre._new = True
    return centre


def _inside(bounds: list | None, lat: float, lon: float) -> bool:
    if (lat, lon) == (0, 0):
        return False
    if not bounds:
        return True
    south, west, north, east = map(float, bounds)
    return south <= lat <= north and west <= lon <= east

"""Charts of scores of 0 to 100: bullet bars, a radar, a trend. Pure geometry; words come from the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from audit.web.drawings import Area, Bar, Dot, Drawing, Line, Mark, label, wide

WIDTH = 360.0  # a phone shows it hardly smaller than it is made
FULL = 100.0
EDGE = 6.0
GRID = (0, 25, 50, 75, 100)


# --- bullet bars -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bullet:
    """One bar of 0 to 100: its value, the line to reach, and where it was before. None is not drawn."""

    name: str
    value: float | None
    text: str  # the value as it is printed
    line: float | None = None
    before: float | None = None


ROW, TRACK = 44.0, 14.0  # heights of a bar with its label, and of the bar alone


def bullets(bars: Sequence[Bullet]) -> Drawing:
    """Bars under each other, each under its name and printed value."""
    marks: list[Mark] = []
    for number, each in enumerate(bars):
        marks += _bullet(each, number * ROW + EDGE)
    return Drawing(WIDTH, len(bars) * ROW + EDGE, tuple(marks))


def _bullet(each: Bullet, top: float) -> list[Mark]:
    room, base, track = WIDTH - 2 * EDGE, top + 13, top + 19
    marks: list[Mark] = [
        label(EDGE, base, each.name, room * 0.6),
        label(WIDTH - EDGE, base, each.text, room * 0.35, anchor="end", look="label strong"),
        Bar(EDGE, track, room, TRACK, "track"),
    ]
    marks += [Line(_across(at), track, _across(at), track + TRACK, "grid") for at in GRID[1:-1]]
    if each.value is not None:
        marks.append(Bar(EDGE, track + 2, _across(each.value) - EDGE, TRACK - 4, "value"))
    if each.before is not None:
        x = _across(each.before)
        marks.append(Area(((x, track + TRACK - 5), (x - 4, track + TRACK + 3), (x + 4, track + TRACK + 3)), "before"))
    if each.line is not None:
        marks.append(Line(_across(each.line), track - 3, _across(each.line), track + TRACK + 3, "goal"))
    return marks


def _across(value: float) -> float:
    return EDGE + min(max(value, 0.0), FULL) / FULL * (WIDTH - 2 * EDGE)


# --- radar -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of 0 to 100 with its name, its printed value, and the values drawn on it."""

    name: str
    text: str
    value: float | None
    line: float | None = None


def radar(axes: Sequence[Axis], height: float = 280.0) -> Drawing:
    """A radar with its numbers printed at the axes. It misleads, for its area grows as the square: never alone."""
    middle, reach = (WIDTH / 2, height / 2), height / 2 - 48
    turns = [2 * math.pi * number / len(axes) - math.pi / 2 for number in range(len(axes))]

    def spot(turn: float, value: float | None) -> tuple[float, float]:
        far = reach * min(max(value or 0.0, 0.0), FULL) / FULL
        return middle[0] + far * math.cos(turn), middle[1] + far * math.sin(turn)

    marks: list[Mark] = [Area(tuple(spot(turn, ring) for turn in turns), "grid") for ring in GRID[1:]]
    marks += [Line(*middle, *spot(turn, FULL), "grid") for turn in turns]
    if any(each.line is not None for each in axes):
        marks.append(Area(tuple(spot(turn, each.line) for turn, each in zip(turns, axes, strict=True)), "goal"))
    marks.append(Area(tuple(spot(turn, each.value) for turn, each in zip(turns, axes, strict=True)), "value"))
    for turn, each in zip(turns, axes, strict=True):
        marks += _axis_label(spot(turn, FULL), turn, each, height)
    return Drawing(WIDTH, height, tuple(marks))


def _axis_label(end: tuple[float, float], turn: float, axis: Axis, height: float) -> list[Mark]:
    """The words in lines beside the end of their axis, the number in the last one."""
    side = math.cos(turn)
    anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
    x = end[0] + {"middle": 0, "start": 7, "end": -7}[anchor]
    room = {"middle": 2 * min(x, WIDTH - x), "start": WIDTH - x, "end": x}[anchor] - EDGE
    words = [axis.name] if anchor == "middle" else _lines(axis.name, room)
    lines = [(word, "label") for word in words] + [(axis.text, "label strong")]
    tall = 14.0
    down = math.sin(turn)
    top = end[1] - 8 - tall * (len(lines) - 1) if down < -0.3 else end[1] + 16 if down > 0.3 else end[1] - tall / 2
    top = min(max(top, 14.0), height - tall * (len(lines) - 1) - 6)
    return [label(x, top + tall * at, word, room, anchor=anchor, look=look) for at, (word, look) in enumerate(lines)]


def _lines(text: str, room: float) -> list[str]:
    """The text in two lines at most, broken at a space where one line has no room for it."""
    if wide(text, 12.0) <= room or " " not in text:
        return [text]
    first, _, rest = text.partition(" ")
    return [first, rest]


# --- trend -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A period: its name, its total and how it is printed; `measure` is what it was measured with.

    None as measure is not known: it is joined to nothing.
    """

    name: str
    value: float
    text: str
    measure: object | None
    here: bool = False


LEFT, RIGHT, TOP, BOTTOM = 34.0, 14.0, 26.0, 170.0


def trend(steps: Sequence[Step], changed: str) -> Drawing:
    """Totals over the periods. Where the measure changed the line is broken, and `changed` is written at the break."""
    top = max(FULL, *(each.value for each in steps)) if steps else FULL

    def down(value: float) -> float:
        return BOTTOM - value / top * (BOTTOM - TOP)

    slot = (WIDTH - LEFT - RIGHT) / max(len(steps), 1)
    places = [(LEFT + slot * (number + 0.5), down(max(each.value, 0.0))) for number, each in enumerate(steps)]
    marks: list[Mark] = []
    for value in GRID:
        marks.append(Line(LEFT, down(value), WIDTH - RIGHT, down(value), "grid"))
        marks.append(label(LEFT - 5, down(value) + 4, str(value), LEFT - 8, anchor="end", look="label faint", size=11))
    for run in runs(steps):
        if len(run) > 1:
            marks.append(Area(tuple(places[number] for number in run), "series", closed=False))
        if run[0] > 0:
            x = LEFT + slot * run[0]
            marks.append(Line(x, TOP - 6, x, BOTTOM, "break"))
            marks.append(label(x, TOP - 11, changed, slot, anchor="middle", look="label faint", size=11))
    for each, (x, y) in zip(steps, places, strict=True):
        marks.append(Dot(x, y, 5.5 if each.here else 4, "here" if each.here else "step"))
        beside = y - 9 if y > TOP + 13 else y + 17  # above the mark, unless it stands at the very top
        marks.append(label(x, beside, each.text, slot, anchor="middle", look="label strong"))
        marks.append(label(x, BOTTOM + 17, each.name, slot - 2, anchor="middle", size=11))
    return Drawing(WIDTH, BOTTOM + 26, tuple(marks))


def runs(steps: Sequence[Step]) -> list[list[int]]:
    """The places of periods that were measured with the same, each run by itself."""
    found: list[list[int]] = []
    for number, each in enumerate(steps):
        same = number > 0 and each.measure is not None and each.measure == steps[number - 1].measure
        if same:
            found[-1].append(number)
        else:
            found.append([number])
    return found

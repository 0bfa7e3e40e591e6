"""通报 as a PDF for the stamped copy, and as a page to print: the notice, 县区排名 with cards, 说明.

The source of the PDF is a file that ships; what it tells comes to it as JSON, so that no name is ever markup.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from audit.base.clock import shown
from audit.base.problems import PdfUnavailable
from audit.base.text import holdable
from audit.evidence.prints import Face
from audit.rankings import sheets
from audit.rankings.cover import CONTACT, cover
from audit.rankings.queries import Frame
from audit.rankings.sheets import Stamp

SOURCE = Path(__file__).parent / "templates" / "report.typ"
STYLE = (Path(__file__).parent / "templates" / "report.css").read_text("utf-8")
ATTACHED = ("县区排名", "说明", "问题清单（电子附件）", "得分依据（电子附件）")
OFF_PAPER = {"区划代码"}


def content(of: Frame, found: dict[str, list], stamp: Stamp) -> dict:
    """What both forms say, as JSON: texts alone, numbers as they are printed."""
    columns = [each for each in sheets.counties(of) if each.heading not in OFF_PAPER]
    notice = cover(of, found, stamp, of.round.area.name, ATTACHED)
    rows = [{"place": row.place, "cells": [each.printed(row) for each in columns]} for row in found["counties"]]
    return _plain(
        asdict(notice)
        | {
            "contact": [each.strip("　") for each in CONTACT],
            "table": f"{'【示例数据】' if of.round.sample else ''}{of.round.name}县区排名（{stamp.label}）",
            "made": f"{'公布' if stamp.version else '生成'}：{shown(stamp.at)}（北京时间）",
            "headings": [each.heading for each in columns],
            "wide": [each.kind == "prose" for each in columns],
            "card": next(number for number, each in enumerate(columns) if each.heading == "亮牌"),
            "rows": rows,
            "bands": {
                band["shape"][0]: {"name": f"card-{key}", "fill": band["fill"], "ink": band["ink"]}
                for key, band in of.bands.items()
            },
            # no table of photos lies beside it: the notes that tell of one stay with the workbook
            "notes": sheets.notes(of, found, stamp, of.round.area.name, tables=False),
        }
    )


def _plain(value):
    """Without the characters that paper cannot hold."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return holdable(value) if isinstance(value, str) else value


def style(told: dict) -> str:
    """The style of the page to print, with the colours of the policy (which are #RRGGBB and nothing else)."""
    bands = told["bands"].values()
    return "\n".join(
        [STYLE, *(f".{each['name']} {{ background: {each['fill']}; color: {each['ink']}; }}" for each in bands)]
    )


def pdf(told: dict, face: Face, *, page: str) -> bytes:
    """The notice as PDF, equal bytes for equal content; without the means PdfUnavailable, naming the page to print."""
    if not face.path:
        raise PdfUnavailable("no font with Chinese was found: set AUDIT_FONT", print_page=page)
    try:
        import typst
    except ImportError:
        raise PdfUnavailable("a PDF needs typst: pip install 'audit[pdf]'", print_page=page) from None
    given = {"told": json.dumps(told, ensure_ascii=False), "family": face.family}
    # the moment in the file is a fixed one: nothing tells when it was drawn
    return typst.compile(
        str(SOURCE), root=str(SOURCE.parent), font_paths=[str(Path(face.path).parent)], sys_inputs=given, timestamp=0
    )

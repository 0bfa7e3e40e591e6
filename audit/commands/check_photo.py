"""audit check-photo: would these files be taken as photos, and what do they say of themselves?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import click

from audit.base.problems import PhotoTooLarge, Problem
from audit.config import Config
from audit.evidence import pictures
from audit.inspections.photo_flags import EDITORS, named

SECONDS = 120  # longer than anything that a check itself allows
MEGA = 1024 * 1024


@click.command("check-photo")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_obj
def check_photo(config: Config, files: tuple[Path, ...], as_json: bool) -> None:
    """Check photos as the server would: verdict, format, pixels, EXIF, what is odd; nothing is stored.

    Each file is checked in a process of its own, so that seconds and peak memory are those of that file. Flags that
    need other photos, a visit or a clock are not told. Exit code 1 when any file is refused.
    """
    refused = 0
    for file in files:
        found = _apart(file, config.max_photo_bytes)
        refused += found["verdict"] != "accept"
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else _line(found))
    if refused:
        raise click.exceptions.Exit(1)


def _apart(file: Path, limit: int) -> dict:
    command = [sys.executable, "-P", "-m", "audit.commands.check_photo", str(limit), str(file.absolute())]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each), "PYTHONUTF8": "1"}
    try:
        ended = subprocess.run(command, capture_output=True, env=environment, timeout=SECONDS, check=True)
    except subprocess.SubprocessError as error:
        return {"file": str(file), "verdict": "broken", "detail": f"its check did not end well: {error}"[:300]}
    return {"file": str(file), **json.loads(ended.stdout)}


def _line(found: dict) -> str:
    verdict = " ".join(str(found[each]) for each in ("verdict", "status") if found.get(each))
    size = f"{found['width']} × {found['height']}" if "width" in found else ""
    exif = found.get("exif", {})
    facts = [f"{name}={value}" for name, value in exif.items() if name != "odd"]
    odd = found.get("flags", []) + exif.get("odd", [])
    cost = f"{found['seconds']:.2f} s, {found['megabytes']:.0f} MB" if "seconds" in found else ""
    told = [verdict, found.get("detail", ""), found.get("format", ""), size, " ".join(facts)]
    told += [f"flags: {', '.join(odd)}" if odd else "", cost]
    return f"{found['file']}: " + "; ".join(each for each in told if each)


# --- what runs in the child ------------------------------------------------------------------------------------


def look(file: Path, limit: int) -> dict:
    """The verdict on one file and what it cost, imports not counted in the seconds but in the memory."""
    begun = time.perf_counter()
    try:
        found = {"verdict": "accept", **_seen(file, limit)}
    except Problem as problem:
        found = {"verdict": problem.slug, "status": problem.status, "detail": problem.detail or problem.en}
    return found | {"seconds": round(time.perf_counter() - begun, 3), "megabytes": round(peak() / MEGA, 1)}


def _seen(file: Path, limit: int) -> dict:
    size = file.stat().st_size
    if size > limit:
        raise PhotoTooLarge(f"{size} bytes; at most {limit}")
    with file.open("rb") as opened:
        picture = pictures.examine(opened)
    flags = ["edited"] if named(picture.exif.get("software", ""), EDITORS) else []
    flags += ["exif-odd"] if "odd" in picture.exif else []
    told = {"format": pictures.kind_of(picture.media_type), "width": picture.width, "height": picture.height}
    return told | {"bytes": size, "dhash": picture.dhash, "exif": picture.exif, "flags": flags}


def peak() -> int:
    """The most bytes that this process and the largest of its children held at once, added up; 0 where it is not told.

    Linux counts a process's own peak anew when it starts; getrusage would count its parent's in.
    """
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit + children
    own = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), "0")
    return int(own) * 1024 + children


if __name__ == "__main__":
    click.echo(json.dumps(look(Path(sys.argv[2]), int(sys.argv[1]))))

"""What runs in the bounded child: a HEIC picture comes in as a file, and what was found in it goes out (decision 0011).

`python -m audit.evidence.heic examine`: one line of JSON, then the renditions one after the other.
`python -m audit.evidence.heic bare`: the whole picture as a JPEG without metadata.
"""

from __future__ import annotations

import errno
import io
import json
import mmap
import sys
from collections.abc import Callable
from typing import BinaryIO

import pi_heif

from audit.base.problems import Problem
from audit.evidence import bounded, pictures


def examine(file: BinaryIO, out: BinaryIO) -> None:
    """Everything about a picture, or the problem with it."""
    try:
        picture = pictures.decode(file, "HEIF")
    except Problem as problem:
        out.write(json.dumps({"problem": problem.slug, "detail": problem.detail}).encode() + b"\n")
        return
    told = {name: getattr(picture, name) for name in ("width", "height", "dhash", "exif")}
    told["renditions"] = {size: len(data) for size, data in picture.renditions.items()}
    out.write(json.dumps(told).encode() + b"\n")
    for data in picture.renditions.values():
        out.write(data)


def bare(file: BinaryIO, out: BinaryIO) -> None:
    pictures.write_whole(file, "HEIF", out)


TASKS: dict[str, Callable[[BinaryIO, BinaryIO], None]] = {"examine": examine, "bare": bare}


def main(task: str) -> None:
    bounded.bind()
    # no thumbnails, no depth, no threads: the picture alone, and as little of libheif as that takes
    pi_heif.register_heif_opener(decode_threads=0, thumbnails=False, depth_images=False, aux_images=False)
    # mapped, not read: reading would move the place in the file that the parent shares
    with mmap.mmap(0, 0, access=mmap.ACCESS_READ) as data:
        file = io.BytesIO(data)
    try:
        TASKS[task](file, sys.stdout.buffer)
        sys.stdout.flush()
    except Exception as error:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        raise SystemExit(bounded.LATER if full else bounded.FAILED) from error


if __name__ == "__main__":
    main(sys.argv[1])

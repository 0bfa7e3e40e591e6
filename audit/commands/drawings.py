"""Drawn pictures for the demonstration: plainly no photographs, each unlike every other, with EXIF time and place."""

from __future__ import annotations

import io
import random
from datetime import datetime

from PIL import ExifTags, Image, ImageDraw, ImageFont

SIZE = (800, 600)


def draw(seed: str, caption: str, taken_at: datetime, point: tuple[float, float] | None) -> bytes:
    """A JPEG of about 30 kB: blurred blocks of colour that no other seed has, captioned as a sample."""
    chance = random.Random(seed)
    blocks = Image.new("RGB", (9, 8))
    blocks.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(72)])
    picture = blocks.resize(SIZE, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 520, 780, 580), fill="white")
    pen.text((32, 532), f"SAMPLE, drawn: {caption}", fill="black", font=ImageFont.load_default(26))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, exif=_exif(taken_at, point))
    return out.getvalue()


def photograph_sized() -> bytes:
    """A JPEG as large as a phone's, 12 Mpx and about 3 MB, of nothing but coloured noise."""
    chance = random.Random(12)
    small = Image.frombytes("RGB", (800, 600), chance.randbytes(800 * 600 * 3))
    out = io.BytesIO()
    small.resize((4000, 3000), Image.Resampling.BICUBIC).save(out, "JPEG", quality=77)
    return out.getvalue()


def _exif(taken_at: datetime, point: tuple[float, float] | None) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SAMPLE"
    exif[ExifTags.Base.Model] = "drawn by audit demo"
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.DateTimeOriginal] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    camera[ExifTags.Base.OffsetTimeOriginal] = taken_at.strftime("%z")[:3] + ":" + taken_at.strftime("%z")[3:]
    if point:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for key, value, refs in ((1, point[0], "NS"), (3, point[1], "EW")):
            gps[key], gps[key + 1] = refs[value < 0], _sexagesimal(abs(value))
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4)

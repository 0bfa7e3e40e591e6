"""A HEIC picture for the tests: the four quarters of made_pictures.scene(), and kinds of damage to it.

pi-heif only decodes. These two files of 0.8 KB were drawn and encoded once, with pillow-heif 1.8.1 (whose wheel bundles
the GPL's x265 and is therefore no dependency here, not even of the tests), and are the project's own.
"""

from __future__ import annotations

import base64
import struct
import zlib

_UPRIGHT = (
    "eNpjYGCQSSupLMhIzUxmAILczDRDEDs3MzGNgYFxWm5qSSIDBChmpOQUQdkMBZnJJQxowCQzJx9siIsDAxMDI4jFuAtCA0EOUAwImNTgIl+A2C"
    "IzMy8NzAPJigI5qWBlQDUZZcmGDEiCjCAlrhWZYOV8BZkluQxQlQxXMwuKCoD0tsyC5HwgXQ7U68zIDBKaAFZk84Hhz98fPxgY+JkTgDokHBh5"
    "GP//BylgBqlgBiGbXUwOiUBJLSdGRjSZBXIKGpF5SybNevZAccGBBgYGngaQeEsSUDm7C+PBog1JDkBbhJPzc4ryknMqgMK8DGxANQwimcUFqV"
    "D/fgDiBUAsUJBZkQkSYObg4ABS4pkFubBAZmRgZGlkYmYBMqUyi1LToMJ8ySnFyeBABXqXMSM3JREU+hkajOvDsnMbfvJNiv//ee79/1PlJvwW"
    "LDl2lJ3LQXlBfbC80I13dhrzt9dL+zQ0nyy+a9OowsAhcSlJ3y78/755Hz/Vr/376E3CXKPnRmHnvkga8zbkPtJ81ODYE5+pntYbwPk7sIBZb7"
    "G1Rj0oUtkgIe/ry6AF5HEwsDDyg6OMG4jtGIVAAQVxXXsmAws0Wrw6VOHsFpA3AjLy81J9E7NTQemIaQIz2AQRkE8mCILZ7EBcA1JpZGBkZmVo"
    "aGVkoGBoYGVsYGVgwKBtYAGiGIBmgtMCA5MfJOGwMoAjimEXA8REJlcGsCqY+CVoKMpC3cIDpXWhdCSU5oLSIB8yAgCpb5Js"
)
_TURNED = (
    "eNpdUk1oE0EUfrObJmlNU1srxL/aomKsqJutSIkhrNpexEhFqPTUJptddmg2WTaLRhCyxYoeFELBi1AN6FX0JvTgD6jgxUNPXqSSg15EqvZQqS"
    "W+mUyL9LGP780337zZ994AwF7Tu+5YBtUBzaZmgsU2zZoApG4bXhZaNmDlC66IwaG6B1vsJC2UeJIRDSQgLCJvW4hWQA5NUjaZFfRhSosmX7Hd"
    "nbgwuAw11lU9Af+RhElGK5TLow71bBBKWKKO6yC+oo5eQryGZ88RmVE1Lkotw9/11VWALnkKT8Q0EiHNJhPITCGzL7UgaVncHDxLyJadel9/fK"
    "L4ZO7B1y8D9dc+QMRn/GwO5aER8sZ9ntPwlh16qeAW9UIF6U4IogZ6adkxRL3L6HX07Q6tUEbI4XAYoZ26JQ8vghh17I1uEyBtM5IcuIXxbuoa"
    "puCjer6s8/Zi4cSy81k2BytOno1P2/6f6Nxk8/f8UvN+X22t23v/LtShHahXL+/v+fQjHX/0orrngn/zQ/lzauYghGOLuRPpK82XD3/+qj5db3"
    "yfmle/qeMfV3YNdfp240jDP3N3kh427421r11y5OOPT8erbLzB1gwyGRjEVRgCpIsPbxt6mvSwluG/BQFuUwiIAZ2/c2gznmVljFmlopHJThvs"
    "RUk1mWfoZZXUunkcQr/BlKqinkomEklV6U8oySElqShwVBlmAJiTvwqQLraeUBvwkcECtDJKo8BVG/yi6OI+8S8RgccETgjsEMgqJP8AmzqU8w"
    "=="
)


def heic(turned: bool = False) -> bytes:
    """240 × 160 with EXIF of maker, time and place; turned: stored lying, with a property that says so."""
    return zlib.decompress(base64.b64decode(_TURNED if turned else _UPRIGHT))


def claiming(width: int, height: int) -> bytes:
    """One whose container speaks of a large picture."""
    data = bytearray(heic())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def damaged() -> bytes:
    """Whole as a container, rubbish inside."""
    data = heic()
    at = data.index(b"mdat") + 4
    return data[:at] + bytes(byte ^ 0xA5 for byte in data[at:])


def branded(first: bytes, *others: bytes, more: bytes = b"") -> bytes:
    """The same picture under other brands, and `more` boxes behind it; offsets inside are kept."""
    data = heic()
    size = struct.unpack_from(">I", data)[0]
    room = size - 16 - 4 * len(others)
    return data[:8] + first + data[12:16] + b"".join(others) + others[-1] * (room // 4) + data[size:] + more


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content

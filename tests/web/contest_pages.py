"""Reading pages of counties and centres in tests."""

from __future__ import annotations

import re

MAIN = re.compile(r"<main.*</main>", re.DOTALL)
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")


def main(answer) -> str:
    """What a page says below its menu."""
    assert answer.status_code == 200, answer.text
    return MAIN.search(answer.text)[0]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def after(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table after some text."""
    body = page.split(heading, 1)[1].split("<tbody>", 1)[1].split("</tbody>")[0]
    return [[words(cell) for cell in CELL.findall(row)] for row in ROW.findall(body)]


def fact(page: str, name: str) -> str:
    return words(re.search(rf"<dt>{name}</dt><dd>(.*?)</dd>", page, re.DOTALL)[1])

"""The file of an edition before it is published: what is wrong with it, or what is new in it."""

from __future__ import annotations

from collections.abc import Mapping

from audit.base.db import digest_of
from audit.base.problems import ValidationError
from audit.checklists import editions
from audit.checklists import queries as checklists
from audit.web import amendments, pages, wording
from audit.web.editions import KINDS

MOST_FORM = 3 * editions.MOST_BYTES + pages.MOST_BYTES  # a Chinese letter of a file takes nine bytes of a form


def tried(name: str, raw: bytes) -> dict:
    """What publishing a file would come to: all that is wrong with it, or what is new in it. Nothing is stored."""
    try:
        content = editions.parse(name, raw)
    except ValidationError as problem:
        return {"name": name, "faults": _faults(problem, raw)}
    known = checklists.known(content["id"])
    newest = checklists.newest(content["kind"], content.get("level"))
    digest = digest_of(content)
    return {
        "name": name,
        "faults": [],
        "text": raw.decode("utf-8"),
        "content": content,
        "kind": KINDS[content["kind"]],
        "digest": digest,
        "standing": known and ("same" if known.digest == digest else "other"),
        "newest": newest and newest.id,
        "found": amendments.between(newest.content, content) if newest else None,
    }


def status_of(trial: Mapping) -> int:
    """Of the answer to a file: what is at fault is refused as the API would."""
    return 422 if trial["faults"] else 200


def typed(given: Mapping[str, str]) -> dict:
    """The content that a form sends to be published, checked again."""
    return editions.parse("edition.toml", given.get("text", "").encode())


def _faults(problem: ValidationError, raw: bytes) -> list[dict]:
    """Each fault with the item it is in, by its code where the file can be read so far."""
    language = pages.language()
    content = editions.readable(raw)
    if not problem.errors:
        return [{"place": "", "what": wording.sentence(problem.detail, language)}]
    return [
        {"place": place(each["pointer"], content, language), "what": wording.sentence(each["detail"], language)}
        for each in problem.errors
    ]


def place(pointer: str, content: Mapping, language: str) -> str:
    """Where in a file: /items/3/weight is TA04 · 权重."""
    parts, at, said = pointer.strip("/").split("/"), content, []
    for part in parts:
        at = _into(at, part)
        named = at.get("code") or at.get("key") if part.isdigit() and isinstance(at, Mapping) else None
        said.append(str(named) if named else part)
    lists = [part for part in said if part not in amendments.LISTS or len(said) == 1]
    return amendments.label(tuple(lists))[0 if language == "zh" else 1]


def _into(value, part: str):
    if isinstance(value, Mapping):
        return value.get(part)
    inside = isinstance(value, list) and part.isdigit() and int(part) < len(value)
    return value[int(part)] if inside else None

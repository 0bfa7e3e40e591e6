"""Finding editions and baselines."""

from __future__ import annotations

from audit.base.problems import NotFound, UnknownChecklist
from audit.checklists.models import Baseline, Edition
from audit.scoring.answers import Answer
from audit.scoring.standard import Edition as Standard


def published(edition_id: str) -> Edition:
    """A published edition or policy; NotFound otherwise."""
    found = Edition.get_or_none(Edition.id == edition_id)
    if found is None:
        raise NotFound()
    return found


def checklist(edition_id: str) -> Standard:
    """The rules of a published checklist; UnknownChecklist when there is none of that name."""
    found = Edition.get_or_none(Edition.id == edition_id, Edition.kind == "checklist")
    if found is None:
        raise UnknownChecklist(edition_id)
    return standard(found)


def standard(edition: Edition) -> Standard:
    """The rules of an edition, read once per content."""
    key = edition.digest
    if key not in _read:
        _read[key] = Standard.of(edition.content)
    return _read[key]


_read: dict[str, Standard] = {}  # by digest: what is published never changes


def listed(asked: dict):
    query = Edition.select().order_by(Edition.kind, Edition.id)
    for name in ("kind", "level"):
        if asked.get(name):
            query = query.where(getattr(Edition, name) == asked[name])
    return query


def known(edition_id: str) -> Edition | None:
    """What is published under this id, if anything is."""
    return Edition.get_or_none(Edition.id == edition_id)


def newest(kind: str, level: str | None) -> Edition | None:
    """Of a kind, and for checklists of a level, what was published last."""
    same = Edition.level.is_null() if level is None else Edition.level == level
    found = Edition.select().where(Edition.kind == kind, same)
    return found.order_by(Edition.published_at.desc(), Edition.id.desc()).first()


def answers(baseline: Baseline | None) -> dict[str, Answer] | None:
    """What the demonstration site answered, for scoring; None without a baseline."""
    if baseline is None:
        return None
    return {code: Answer.of(wire) for code, wire in baseline.answers.items()}


def baseline(baseline_id: int) -> Baseline:
    found = Baseline.get_or_none(Baseline.id == baseline_id)
    if found is None:
        raise NotFound()
    return found

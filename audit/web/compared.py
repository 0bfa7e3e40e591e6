"""One item of a visit with its photos beside those of the demonstration site and of the round before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from audit.accounts.permissions import Can
from audit.base import db
from audit.base.problems import NotFound
from audit.checklists import queries as checklists
from audit.followup import appeals
from audit.inspections import baselines, desk, evidence, queries, scores
from audit.inspections.evidence_schemas import EvidenceOut
from audit.inspections.explain import REASONS
from audit.inspections.models import Inspection
from audit.inspections.schemas import ExampleOut, InspectionOut, ScoreOut
from audit.web import checks
from audit.web.items import item_of, standard_of
from audit.web.seen import every
from audit.web.values import answer, found, standard


def told(actor, inspection_id: UUID, code: str, *, now: datetime) -> dict:
    """All that the page of an item shows; NotFound for a visit out of sight and for what is no item."""
    with db.snapshot():
        visit = queries.detail(actor, inspection_id)
        content = checklists.published(visit.edition_id).content
        item = item_of(content, code)
        if item is None:
            raise NotFound()
        sent = InspectionOut().dump(visit)
        score = ScoreOut().dump(scores.told(actor, inspection_id))
        own, site = _own(actor, sent, code), _site(actor, score, item)
        before = _before(actor, visit, item)
        objection = _objection(actor, visit, code, now)
    said = next((each for each in sent["answers"] if each["item"] == code), {})
    examples, earlier = (site or {}).get("photos", []), (before or {}).get("photos", [])
    return {
        "now": now,
        "item": item,
        "visit": visit,
        "centre": visit.centre,
        "round": visit.round,
        "mark": _mark(score, item),
        "standard": standard_of(item, visit.tier),
        "note": said.get("note"),
        "decision": next((each for each in reversed(sent["decisions"]) if each["item"] == code), None),
        "own": own,
        "site": site,
        "before": before,
        "rows": list(zip_longest(own["photos"], examples, earlier)),
        "objection": objection,
        "beside": _beside(content, code),
    }


def _mark(score: Mapping, item: Mapping) -> dict | None:
    """The line of the score, in words; None where the item is not scored."""
    mark = next((each for each in (*score["items"], *score["extras"]) if each["code"] == item["code"]), None)
    if mark is None:
        return None
    extra = "possible" not in mark
    zh, en = REASONS.get(mark["reason"], (None, None))
    return {
        **mark,
        "found": answer(mark["sent"], item) if extra else found(mark, item),
        "bar": None if extra or mark["reference"] is None else standard({"standard": mark["reference"]}, item),
        "why": zh and {"zh": zh, "en": en},
        "photos_wanted": 0 if extra else item["photos"],
    }


def _own(actor, sent: Mapping, code: str) -> dict:
    """The photos of this visit: where each was taken is for those who may see positions."""
    named = next((each.get("photos", []) for each in sent["answers"] if each["item"] == code), [])
    kept = {each["digest"] for each in queries.proofs(sent["id"]) if each["item"] == code}
    facts = {}
    if actor.can(Can.READ_EVIDENCE) and queries.sees_positions(actor, queries.joined(sent["id"])):
        proof = EvidenceOut().dump(evidence.told(actor, sent["id"]))
        facts = {each["digest"]: each for each in proof["photos"] if each["item"] == code}
    said = {each["digest"]: each for each in sent["photos"]}
    photos = [
        {
            "digest": digest,
            "said": said.get(digest),
            "exif": _spelt(facts[digest]["exif"]) if digest in facts else None,
            "checks": checks.of_photo(facts[digest]) if digest in facts else [],
        }
        for digest in named
        if digest in kept
    ]
    return {"photos": photos, "gone": len(named) - len(photos)}


def _spelt(exif: Mapping) -> dict:
    return {**exif, "taken_at": checks.camera_time(exif["taken_at"])}


def _site(actor, score: Mapping, item: Mapping) -> dict | None:
    """What the demonstration site reached and its photos, where the round measures with a baseline."""
    number = score["against"].get("baseline")
    if not number:
        return None
    baseline = baselines.seen(actor, number)
    photos = ExampleOut(many=True).dump(baselines.examples(actor, number))
    return {
        "id": number,
        "centre": baseline.centre_name,
        "version": baseline.version,
        "sample": baseline.sample,
        "found": answer(baseline.answers.get(item["code"]), item),
        "photos": [each["digest"] for each in photos if each["item"] == item["code"]],
    }


def _before(actor, visit: Inspection, item: Mapping) -> dict | None:
    """The visit of the round before; its items stand beside these only when its edition is the same."""
    earlier = desk.earlier(actor, visit)
    if earlier is None:
        return None
    same = earlier.edition_id == visit.edition_id
    mark = _mark(ScoreOut().dump(scores.told(actor, earlier.id)), item) if same else None
    photos = [each["digest"] for each in queries.proofs(earlier.id) if each["item"] == item["code"]] if same else []
    return {
        "id": earlier.id,
        "round": earlier.round,
        "finished_at": earlier.finished_at,
        "same": same,
        "mark": mark,
        "found": mark and mark["found"],
        "photos": photos,
    }


def _objection(actor, visit: Inspection, code: str, now: datetime) -> dict | None:
    """The county's way to object, and until when; None for everybody else and for a visit that does not count."""
    if not actor.can(Can.FILE_APPEALS) or not appeals.counts(visit, actor):
        return None
    last, is_open = appeals.window(visit.round, now=now)
    return {"standing": appeals.standing(visit.id, code), "last": last, "open": is_open}


def _beside(content: Mapping, code: str) -> dict:
    codes = [each["code"] for each in every(content)]
    place = codes.index(code)
    return {
        "previous": codes[place - 1] if place else None,
        "next": codes[place + 1] if place + 1 < len(codes) else None,
    }

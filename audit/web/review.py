"""What a reviewer sees of a visit: every item with its photos, its checks and what came before; as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from audit.base import db
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.inspections import baselines, desk, evidence, queries, risks, scores
from audit.inspections.answers import as_sent
from audit.inspections.evidence_schemas import EvidenceOut
from audit.inspections.models import Inspection
from audit.inspections.review_schemas import KeptAsideOut
from audit.inspections.schemas import ExampleOut, InspectionOut, ScoreOut, WaitingOut
from audit.rounds import queries as rounds
from audit.rounds.schemas import RoundOut
from audit.web import checks
from audit.web.formulas import KINDS
from audit.web.items import About, by_item, parts
from audit.web.seen import WHYS, Seen, counting, differences, moved, since, timeline
from audit.web.states import VISITS

MOST_ROUNDS = {"page": 1, "page_size": 100}


def choices(actor) -> dict:
    """What the queue can be narrowed to: rounds and counties in sight; and its words."""
    return {
        "kinds": KINDS,
        "states": VISITS,
        "most": desk.MOST_SEARCHED,
        "rounds": RoundOut(many=True).dump(rounds.listed(actor, MOST_ROUNDS)[0]),
        "counties": [{"code": each.code, "name": each.name} for each in centres.divisions(actor, {"level": "county"})],
    }


def sheet(actor, inspection_id: UUID) -> dict:
    """All that the review page shows of a visit, at one moment; NotFound when it is out of sight."""
    with db.snapshot():
        found = queries.detail(actor, inspection_id)
        visit, score = InspectionOut().dump(found), ScoreOut().dump(scores.told(actor, inspection_id))
        told = evidence.told(actor, inspection_id)
        proof, row = EvidenceOut().dump(told), desk.by_evidence(actor, found, told)
        content = checklists.published(visit["edition"]).content
        examples, before = _examples(actor, score), _before(actor, found)
        sent = queries.sendings(inspection_id)
    return {
        "visit": visit,
        "row": WaitingOut().dump(row),
        "powers": risks.powers(row.facts, actor.roles),
        "score": score,
        "content": content,
        "place": checks.of_visit(proof),
        "flags": proof["flags"],
        "parts": parts(About(content, found.tier, visit, score, by_item(proof["photos"]), examples, before)),
        "baseline": score["against"].get("baseline"),
        "before": before,
        "seen": Seen.of(visit),
        "kinds": KINDS,
        "states": VISITS,
        "whys": WHYS,
        "timeline": timeline(content, visit, sent),
        "aside": _aside(actor, content, visit) if visit["kept_aside"] else [],
        "sample_round": found.round.sample,
    }


def _aside(actor, content: Mapping, visit: Mapping) -> list[dict]:
    """Other content that came under the same number and was not used: who sent it, and item by item what differs."""
    used = {each["item"]: each for each in visit["answers"]}
    found = []
    for each in KeptAsideOut(many=True).dump(queries.kept_aside(actor, visit["id"])):
        other = {answer["item"]: as_sent(answer) for answer in each["body"]["answers"]}
        found.append({"at": each["received_at"], "by": each["sender"], "items": differences(content, used, other)})
    return found


def _examples(actor, score: Mapping) -> dict[str, list[str]]:
    """The demonstration site's photos by item, where the round measures with a baseline."""
    number = score["against"].get("baseline")
    found: dict[str, list[str]] = {}
    for each in ExampleOut(many=True).dump(baselines.examples(actor, number)) if number else ():
        found.setdefault(each["item"], []).append(each["digest"])
    return found


def _before(actor, inspection: Inspection) -> dict | None:
    """The visit that was approved in a round before: its answers and photos by item."""
    earlier = desk.earlier(actor, inspection)
    if earlier is None:
        return None
    score = ScoreOut().dump(scores.told(actor, earlier.id))
    return {
        "id": str(earlier.id),
        "round": earlier.round.code,
        "finished_at": earlier.finished_at,
        "edition": earlier.edition_id,
        "total": score["total"],
        "items": {each["code"]: each for each in (*score["items"], *score["extras"])},
        "photos": by_item(queries.proofs(earlier.id)),
    }


def edition_of(actor, inspection_id: UUID) -> dict:
    """The content of the edition that a visit in sight was made with."""
    return checklists.published(queries.get(actor, inspection_id).edition_id).content


# --- what changed ------------------------------------------------------------------------------------------------


def changed(actor, inspection_id: UUID, typed: Mapping) -> dict:
    """What became of a visit since a form was filled in on it: the decisions, and item by item what is another now."""
    with db.snapshot():
        visit = InspectionOut().dump(queries.detail(actor, inspection_id))
        content, seen = checklists.published(visit["edition"]).content, Seen.read(typed.get("seen"))
        before = seen and queries.answers_in(inspection_id, seen.revision)
    told = {"visit": visit, "version": visit["version"], "seen": Seen.of(visit), "known": before is not None}
    if before is None:
        return told | {"goes_on": False}
    was = counting(before, visit["decisions"][: seen.decisions], seen.revision)
    now = counting(visit["answers"], visit["decisions"], visit["revision"])
    return told | {
        "moved": moved(seen, visit),
        "goes_on": visit["state"] == "submitted" or ("why" in typed and visit["state"] != "void"),
        "events": since(seen, content, visit),
        "resent": visit["revision"] - seen.revision,
        "items": differences(content, was, now),
    }


def standing(actor, inspection_id: UUID) -> dict:
    """A visit as somebody sees it who may take it out: where it stands, and what they may do."""
    found = queries.detail(actor, inspection_id)
    facts = desk.facts_of(actor, found)
    visit = InspectionOut().dump(found)
    return {
        "visit": visit,
        "own": facts.own,
        "mine": found.voiding is not None and found.voiding.proposed_by_id == actor.id,
        "whys": risks.powers(facts, actor.roles).voids,
        "seen": Seen.of(visit),
        "kinds": KINDS,
        "states": VISITS,
        "whys_in_words": WHYS,
        "sample_round": found.round.sample,
    }


def said_of(voiding) -> tuple[str, str]:
    """What taking a visit out has come to."""
    if voiding.settled:
        return "已作废", "The visit is void"
    return "已提议作废，须由另一人确认", "Proposed; a second person has to confirm it"

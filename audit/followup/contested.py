"""What an appeal is about: the item as it was scored when the county objected, and as it counts now."""

from __future__ import annotations

from uuid import UUID

from audit.checklists import queries as checklists
from audit.followup.models import Appeal
from audit.inspections import answers as reading
from audit.inspections import queries as inspections
from audit.inspections import rulings, scores
from audit.inspections.explain import explanation, in_words
from audit.inspections.models import Inspection
from audit.rounds import queries as rounds
from audit.rounds.models import RoundLevel
from audit.scoring.score import score


def of_visit(actor, inspection_id: UUID, item: str) -> dict:
    """{mark, total, gain} of an item as `scores.told` says now; `mark` is None where the visit has no score for it,
    `gain` where it could bring the centre nothing more."""
    return _picked(scores.told(actor, inspection_id), item)


def of_appeal(actor, appeal: Appeal) -> tuple[dict, dict | None]:
    """The same as it was when the appeal was filed; and, where it was upheld, as it is now."""
    now = of_visit(actor, appeal.inspection_id, appeal.item)
    if appeal.state != "upheld" or now["mark"] is None:
        return now, None
    return _before(appeal), now


def _picked(told: dict, item: str) -> dict:
    marks = (each for each in (*told["items"], *told["extras"]) if each["code"] == item)
    gains = (each["reference_gain"] for each in told.get("gaps", ()) if each["item"] == item)
    return {"mark": next(marks, None), "total": told["total"], "gain": next(gains, None)}


def _before(appeal: Appeal) -> dict:
    """The score without what the appeal changed."""
    inspection = inspections.with_centres().where(Inspection.id == appeal.inspection_id).get()
    level = scores.level_of(inspection)
    ((_, made_from),) = scores.inputs([inspection], level)
    edition, baseline, tier, given, photos = made_from
    answer = _answer_before(inspection, level, appeal)
    others = {code: each for code, each in given.items() if code != appeal.item}
    answers = others | ({appeal.item: reading.parse(answer)} if answer else {})
    explained = explanation(score(edition, baseline, tier, answers, photos))
    named = reading.photos(inspections.revision(inspection).body["answers"])
    found = _picked(in_words(explained, level.edition.content, named), appeal.item)
    if found["mark"]:
        found["mark"] |= {"answer_from": "sent", "sent": answer and reading.as_sent(answer)}
    return found


def _answer_before(inspection: Inspection, level: RoundLevel, appeal: Appeal) -> dict | None:
    """What counted for the item until the appeal was decided: a reviewer's decision, or what was sent."""
    made = rulings.decisions(inspection.id)
    own = next(each for each in made if each.appeal == appeal.id)
    earlier = [each for each in made if (each.revision, each.item) == (own.revision, own.item) and each.id < own.id]
    if earlier:
        return earlier[-1].answer
    if own.sent is None:
        return None
    listed = rounds.issued(inspection.round_id, inspection.centre)
    sent = [own.sent | {"item": own.item}]
    return reading.counted(checklists.standard(level.edition), sent, listed, {})[own.item][0]

"""What an appeal is about: the item as it was scored when the county objected, and as it counts now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from audit.followup.models import Appeal
from audit.inspections import answers as reading
from audit.inspections import queries as inspections
from audit.inspections import scores
from audit.inspections.explain import explanation, in_words
from audit.inspections.models import Inspection, ItemDecision
from audit.rounds import queries as rounds
from audit.scoring.gaps import gaps
from audit.scoring.score import score


def of_visit(actor, inspection_id: UUID, item: str) -> dict:
    """{mark, total, gain} of an item as `scores.told` says now; `mark` is None where the visit has no score for it,
    `gain` where it could bring the centre nothing more."""
    return _picked(scores.told(actor, inspection_id), item)


def of_appeal(actor, appeal: Appeal) -> tuple[dict, dict | None]:
    """The same as it was when the appeal was filed; and, where it was upheld, as it is now."""
    told = scores.told(actor, appeal.inspection_id)
    now = _picked(told, appeal.item)
    if not told["items"]:  # the visit has no score any more
        return now, None
    return _as_filed(appeal), now if appeal.state == "upheld" else None


def _picked(told: dict, item: str) -> dict:
    marks = (each for each in (*told["items"], *told["extras"]) if each["code"] == item)
    gains = (each["reference_gain"] for each in told["gaps"] if each["item"] == item)
    return {"mark": next(marks, None), "total": told["total"], "gain": next(gains, None)}


def _as_filed(appeal: Appeal) -> dict:
    """The score without what was decided since the appeal was filed."""
    inspection = inspections.with_centres().where(Inspection.id == appeal.inspection_id).get()
    level = scores.level_of(inspection)
    ((_, (edition, baseline, tier, _, photos)),) = scores.inputs([inspection], level)
    sent = inspections.revision(inspection).body["answers"]
    listed = rounds.issued(inspection.round_id, inspection.centre)
    counts = reading.counted(edition, sent, listed, _decided_by(inspection, appeal.filed_at))
    given = {code: reading.parse(answer) for code, (answer, _) in counts.items()}
    made_from = (edition, baseline, tier, given, photos)
    words = in_words(explanation(score(*made_from)), level.edition.content, reading.photos(sent))
    gains = [{"item": each.code, "reference_gain": str(each.reference_gain)} for each in gaps(*made_from)[0]]
    found = _picked(words | {"gaps": gains}, appeal.item)
    if found["mark"]:
        said = next((reading.as_sent(reading.form(each)) for each in sent if each["item"] == appeal.item), None)
        found["mark"] |= {"answer_from": counts[appeal.item][1], "sent": said}
    return found


def _decided_by(inspection: Inspection, moment: datetime) -> dict[str, dict]:
    """The newest answer per item that had been decided by then on what counts."""
    own = (ItemDecision.inspection == inspection.id) & (ItemDecision.revision == inspection.revision)
    rows = ItemDecision.select(ItemDecision.item, ItemDecision.answer)
    return dict(rows.where(own, ItemDecision.decided_at <= moment).order_by(ItemDecision.id).tuples())

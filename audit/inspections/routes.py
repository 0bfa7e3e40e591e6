"""Inspections, from phones; their scores; baselines."""

from __future__ import annotations

from flask import Response, current_app, send_file

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock, http
from audit.base.http import Blueprint, current_actor
from audit.base.paging import LIST_HEADERS, paged, sliced
from audit.checklists.schemas import BaselineOut
from audit.evidence.shown import Shown
from audit.inspections import actions, baselines, burden, effects, evidence, queries, scores
from audit.inspections.evidence_schemas import EvidenceOut
from audit.inspections.schemas import (
    AdoptionIn,
    AdoptionOut,
    BurdenQuery,
    CentreBurdenOut,
    CentreBurdenQuery,
    ConfirmationIn,
    EditionEffectIn,
    EffectOut,
    ExampleOut,
    ExampleQuery,
    InspectionIn,
    InspectionOut,
    InspectionQuery,
    InspectionRef,
    PhotoQuery,
    ReceiptOut,
    ScoreOut,
    YearBurdenOut,
)

inspections = Blueprint("inspections", __name__, url_prefix="/api/v1", description="Visits and their scores")
BASELINE = "<int(min=1, max=2147483647):baseline_id>"
IMAGE = {"200": {"description": "The picture", "content": {"image/*": {"schema": {"type": "string"}}}}}


@inspections.put("/inspections/<uuid:inspection_id>")
@allow(Can.SUBMIT)
@inspections.arguments(InspectionIn)
@inspections.response(201, ReceiptOut)
@inspections.alt_response(200, schema=ReceiptOut, description="Sent before: the same receipt", success=True)
@inspections.problems(404, 409, 429)
def submit(body, inspection_id):
    """Submit an inspection; safe to repeat.

    The id is made on the phone. Photos may come before or after, in any order.
    """
    return actions.submit(inspection_id, body, actor=current_actor(), now=clock.now())


@inspections.put("/inspections/<uuid:inspection_id>/membership")
@allow(Can.SUBMIT)
@inspections.response(200, ReceiptOut)
@inspections.problems(404)
def join(inspection_id):
    """Say that you were on a visit whose sender names you: your photos count for it from now on. Safe to repeat."""
    return actions.join(inspection_id, actor=current_actor(), now=clock.now())


@inspections.get("/inspections")
@allow(Can.READ_INSPECTIONS)
@inspections.arguments(InspectionQuery, location="query")
@inspections.response(200, InspectionRef(many=True), headers=LIST_HEADERS)
def list_inspections(asked):
    """Inspections you may see, newest first."""
    return paged(queries.listed(current_actor(), asked), asked)


@inspections.get("/inspections/<uuid:inspection_id>")
@allow(Can.READ_INSPECTIONS)
@inspections.response(200, InspectionOut, headers={"ETag": {"schema": {"type": "string"}}})
@inspections.problems(404)
def get_inspection(inspection_id):
    """One inspection; its ETag is the version that a review names in If-Match."""
    found = queries.detail(current_actor(), inspection_id)
    return found, 200, {"ETag": f'"{found.version}"'}


@inspections.get("/inspections/<uuid:inspection_id>/score")
@allow(Can.READ_INSPECTIONS)
@inspections.response(200, ScoreOut)
@inspections.problems(404)
def get_score(inspection_id):
    """The score and why: each item's value, reference, credit and points; gaps with exact gains."""
    return scores.told(current_actor(), inspection_id)


@inspections.get("/inspections/<uuid:inspection_id>/evidence")
@allow(Can.READ_EVIDENCE)
@inspections.response(200, EvidenceOut)
@inspections.problems(404)
def get_evidence(inspection_id):
    """Where the visit and its photos were made, each photo's flags and twins; for its team and for reviewers.

    The phone's fix, the photo's EXIF and the centre's point are kept apart. Flags advise and never refuse.
    """
    return evidence.told(current_actor(), inspection_id)


@inspections.get("/inspections/<uuid:inspection_id>/photos/<string(length=64):digest>")
@allow(Can.READ_INSPECTIONS)
@inspections.doc(responses=IMAGE)
@inspections.arguments(PhotoQuery, location="query")
@inspections.problems(404, 409, 410)
def get_photo(asked, inspection_id, digest):
    """A photo of an inspection: upright and without metadata at 320 or 1600 px, the original, or a copy to print.

    The copy to print is the 1600 px one with a band below it: time, place, people, inspection, photo, 示例 of a sample.

    The original is untouched for the visit's inspectors and for reviewers; others get it without its metadata.

    `preview` is what a phone sent ahead of an original that is still missing, and not found once that has come.
    """
    holds = current_app.extensions
    picture = queries.photo_of(
        current_actor(), inspection_id, digest, asked["size"], holds["storage"], face=holds["print_face"]
    )
    return _sent(picture, as_attachment=asked["size"] == "original")


def _sent(picture: Shown, *, as_attachment: bool = False) -> Response:
    response = send_file(
        picture.file, mimetype=picture.media_type, as_attachment=as_attachment, download_name=picture.name
    )
    response.headers["Cache-Control"] = picture.caching
    return response


@inspections.get("/burden")
@allow(Can.READ_BURDEN)
@inspections.arguments(BurdenQuery, location="query")
@inspections.response(200, YearBurdenOut)
def get_burden(asked):
    """What a year of inspecting cost the centres: visits per centre, minutes per visit, by county. Never by person."""
    return burden.of_counties(current_actor(), asked["year"])


@inspections.get("/burden/centres")
@allow(Can.READ_BURDEN)
@inspections.arguments(CentreBurdenQuery, location="query")
@inspections.response(200, CentreBurdenOut(many=True), headers=LIST_HEADERS)
def list_burden(asked):
    """The centres visited in a year, the most visited first."""
    return sliced(burden.of_centres(current_actor(), asked), asked)


@inspections.post("/rounds/<string:code>/baselines")
@allow(Can.ADOPT_BASELINE)
@inspections.arguments(AdoptionIn)
@inspections.response(201, AdoptionOut)
@inspections.problems(404, 409)
def adopt_baseline(body, code):
    """Adopt an approved visit to a demonstration site as the baseline, and score the round again.

    With unusual values it is only proposed, until somebody else confirms them.
    """
    return baselines.adopt(code, body["inspection"], actor=current_actor(), now=clock.now())


@inspections.get(f"/baselines/{BASELINE}")
@allow(Can.READ_CHECKLISTS)
@inspections.response(200, BaselineOut)
@inspections.problems(404)
def get_baseline(baseline_id):
    """What a demonstration site reached, for everybody whom a round measures with it."""
    return baselines.seen(current_actor(), baseline_id)


@inspections.get(f"/baselines/{BASELINE}/photos")
@allow(Can.READ_CHECKLISTS)
@inspections.response(200, ExampleOut(many=True))
@inspections.problems(404)
def list_examples(baseline_id):
    """The photos that show what full marks look like, for every inspector whom a round measures with them."""
    return baselines.examples(current_actor(), baseline_id)


@inspections.get(f"/baselines/{BASELINE}/photos/<string(length=64):digest>")
@allow(Can.READ_CHECKLISTS)
@inspections.doc(responses=IMAGE)
@inspections.arguments(ExampleQuery, location="query")
@inspections.problems(404)
def get_example(asked, baseline_id, digest):
    """One of them: upright and without metadata. The original is read through its visit alone."""
    return _sent(baselines.example(current_actor(), baseline_id, digest, asked["size"], http.extension("storage")))


@inspections.post(f"/rounds/<string:code>/baselines/{BASELINE}/confirmation")
@allow(Can.ADOPT_BASELINE)
@inspections.arguments(ConfirmationIn)
@inspections.response(200, AdoptionOut)
@inspections.problems(404, 409)
def confirm_baseline(body, code, baseline_id):
    """Confirm the unusual values of a proposed baseline, as a second person, and adopt it."""
    return baselines.confirm(code, baseline_id, body["items"], actor=current_actor(), now=clock.now())


@inspections.post("/rounds/<string:code>/baselines/preview")
@allow(Can.ADOPT_BASELINE)
@inspections.arguments(AdoptionIn)
@inspections.response(200, EffectOut)
@inspections.problems(404, 409)
def preview_baseline(body, code):
    """What adopting this visit as the baseline would do to every score of its level. Nothing is stored."""
    return effects.of_baseline(code, body["inspection"], actor=current_actor())


@inspections.post("/rounds/<string:code>/editions/preview")
@allow(Can.ADOPT_BASELINE)
@inspections.arguments(EditionEffectIn)
@inspections.response(200, EffectOut)
@inspections.problems(404)
def preview_edition(body, code):
    """What another edition would do to every score of a level, by the items that both have. Nothing is stored."""
    return effects.of_edition(code, body["level"], body["edition"], actor=current_actor())

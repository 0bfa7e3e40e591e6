"""What goes in and out of inspections."""

from __future__ import annotations

import marshmallow as ma

from audit.base import clock
from audit.base.fields import Code, Digest, Moment, Number, Several, Text, Uuid, Whole, YesNo
from audit.base.paging import Paged
from audit.inspections.review_schemas import (
    MOST_ANSWERS,
    AdmissionOut,
    AnswerFormIn,
    ItemDecisionOut,
    ReviewOut,
    VoidingOut,
)
from audit.inspections.risks import RISKS

KINDS = ("self", "check", "spot", "covert", "recheck")  # 自评 核查 抽查 暗访 复查
STATES = ("waiting", "submitted", "returned", "approved", "void")  # waiting: photos are still on their way

MOST_PHOTOS = 50
SOURCES = ("camera", "gallery")
MARKS = ("rectify", "escalate")  # 需整改 需领导关注: what the inspector asks others to look at; no points hang on it


class FixIn(ma.Schema):
    """Where the phone says it was, kept apart from what photos and the registry say."""

    lat = Number(-90, 90, 20, required=True)
    lon = Number(-180, 180, 20, required=True)
    accuracy_m = Number(0, 100_000, 20, required=True)
    confidence = ma.fields.String(
        validate=ma.validate.OneOf(["0.95", "0.68", "unknown"]),
        load_default="unknown",
        metadata={"description": "Browsers give 0.95, Android apps 0.68"},
    )
    datum = ma.fields.String(required=True, validate=ma.validate.OneOf(["WGS-84", "GCJ-02", "BD-09", "CGCS2000"]))
    taken_at = Moment(required=True)


class AnswerIn(AnswerFormIn):
    """One item: `value`, or `n` and `m`, or `yes`, or `choice`, or `not_applicable` with its reason."""

    item = Code("[A-Z]{1,4}[0-9]{1,4}", required=True)
    photos = Several(Digest(), 0, MOST_PHOTOS)
    note = Text(2000, lines=True)
    flag = ma.fields.String(validate=ma.validate.OneOf(MARKS))

    @ma.validates_schema
    def one_form(self, answer, **_):
        if len(set(answer.get("photos", ()))) < len(answer.get("photos", ())):
            raise ma.ValidationError("a photo stands twice", "photos")


class PhotoIn(ma.Schema):
    """What the phone knows of a photo. A `fix` of null says that there was none; left out, it says nothing.

    `fix_after` is where the phone was a moment later: a fix of before the shot may be an old one.
    """

    digest = Digest(required=True)
    taken_at = Moment(required=True)
    source = ma.fields.String(required=True, validate=ma.validate.OneOf(SOURCES))
    fix = ma.fields.Nested(FixIn, allow_none=True)
    fix_after = ma.fields.Nested(FixIn)


class InspectionIn(ma.Schema):
    revision = Whole(1, 1000, required=True)
    round = ma.fields.String(required=True, validate=ma.validate.Length(1, 32))
    centre = Uuid(required=True)
    edition = ma.fields.String(required=True, validate=ma.validate.Length(1, 64))
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    started_at = Moment(required=True)
    finished_at = Moment(required=True)
    fix = ma.fields.Nested(FixIn, allow_none=True, load_default=None)
    no_fix_reason = Text(300)
    team = Several(
        ma.fields.String(validate=ma.validate.Length(1, 64)),
        0,
        10,
        load_default=list,
        metadata={"description": "Names of the other inspectors on the visit; who joins it may send its photos"},
    )
    answers = Several(ma.fields.Nested(AnswerIn), 1, MOST_ANSWERS, required=True)
    # without a default: what was sent before there was this list keeps its digest
    photos = Several(
        ma.fields.Nested(PhotoIn),
        0,
        MOST_ANSWERS * MOST_PHOTOS,
        metadata={"description": "What the phone knows of the photos that the answers name, each at most once"},
    )

    @ma.validates_schema(skip_on_field_errors=True)
    def photos_are_named(self, body, **_):
        named = {digest for answer in body["answers"] for digest in answer.get("photos", ())}
        wrong, seen = {}, set()
        for index, each in enumerate(body.get("photos", ())):
            if each["digest"] not in named:
                wrong[index] = {"digest": ["no answer names it"]}
            elif each["digest"] in seen:
                wrong[index] = {"digest": ["stands twice"]}
            seen.add(each["digest"])
        if wrong:
            raise ma.ValidationError({"photos": wrong})

    @ma.validates_schema(skip_on_field_errors=True)
    def in_order(self, body, **_):
        if body["started_at"] > body["finished_at"]:
            raise ma.ValidationError("lies before started_at", "finished_at")
        if len({each["item"] for each in body["answers"]}) < len(body["answers"]):
            raise ma.ValidationError("an item is answered twice", "answers")


class FlagOut(ma.Schema):
    flag = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    # those stored before there were numbers have none
    numbers = ma.fields.Dict(dump_default=dict, metadata={"description": "What the flag rests on: distance_m, hours …"})


class ProvisionalOut(ma.Schema):
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(["provisional", "final"]))
    total = ma.fields.String(allow_none=True, metadata={"description": "2 decimals, or null"})


class ReceiptOut(ma.Schema):
    """What was stored. Keep the bytes of every photo in `missing_photos`, and send it; keep those in
    `unchecked_photos` until they are accepted: one that is rejected is missing again."""

    id = ma.fields.UUID(required=True)
    revision = ma.fields.Integer(required=True)
    received_at = Moment(required=True)
    digest = ma.fields.String(required=True, metadata={"description": "sha256 over the content as it was understood"})
    state = ma.fields.String(required=True)
    missing_photos = ma.fields.List(ma.fields.String(), required=True)
    unchecked_photos = ma.fields.List(ma.fields.String(), required=True)
    flags = ma.fields.List(ma.fields.Nested(FlagOut), required=True)
    score = ma.fields.Nested(ProvisionalOut, required=True)


class InspectionQuery(Paged):
    round = ma.fields.String(validate=ma.validate.Length(1, 32))
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    county = Code("[0-9]{6}")
    centre = Uuid()
    mine = YesNo(metadata={"description": "Only visits you were on"})


class InspectionRef(ma.Schema):
    id = ma.fields.UUID(required=True)
    round = ma.fields.String(attribute="round.code", required=True)
    centre = ma.fields.UUID(attribute="centre_id", required=True)
    centre_name = ma.fields.String(attribute="centre.name", required=True)
    county = ma.fields.String(attribute="centre.county.name", required=True)
    edition = ma.fields.String(attribute="edition_id", required=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    version = ma.fields.Integer(required=True)
    started_at = Moment(required=True)
    finished_at = Moment(required=True)
    received_at = Moment(required=True)
    flags = ma.fields.List(ma.fields.Nested(FlagOut), required=True)


class InspectionOut(InspectionRef):
    """One visit. `fix`, and those of its photos, are shown to its inspectors and to reviewers only."""

    answers = ma.fields.List(ma.fields.Dict(), required=True)
    team = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Of a covert visit nobody, for a county"}
    )
    fix = ma.fields.Dict(allow_none=True)
    photos = ma.fields.List(
        ma.fields.Dict(),
        required=True,
        metadata={"description": "What the phone said of them: digest, taken_at, source"},
    )
    missing_photos = ma.fields.List(ma.fields.String(), required=True)
    unchecked_photos = ma.fields.List(ma.fields.String(), required=True)
    previews = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": "Those of missing_photos that can be seen with size=preview; they prove nothing"},
    )
    reviews = ma.fields.List(ma.fields.Nested(ReviewOut), required=True)
    decisions = ma.fields.List(
        ma.fields.Nested(ItemDecisionOut),
        required=True,
        metadata={"description": "In their order: of those on the current revision, an item's last one counts"},
    )
    admission = ma.fields.Nested(AdmissionOut, allow_none=True, required=True)
    voiding = ma.fields.Nested(
        VoidingOut,
        allow_none=True,
        required=True,
        metadata={"description": "An open proposal is shown to reviewers and the office only"},
    )
    blind = ma.fields.Boolean(
        attribute="second",
        allow_none=True,
        required=True,
        metadata={"description": "A second visit that never counts; null to everybody but the office"},
    )
    kept_aside = ma.fields.Integer(required=True, metadata={"description": "Conflicting bodies kept for the reviewer"})


class QueueQuery(Paged):
    """What a reviewer looks for among the visits that wait; without a state: those that nobody has decided on."""

    page_size = Whole(1, 50, load_default=20)
    round = ma.fields.String(validate=ma.validate.Length(1, 32))
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    county = Code("[0-9]{6}")
    age = Whole(1, 365, metadata={"description": "Waiting for so many days at least"})
    risk = ma.fields.String(validate=ma.validate.OneOf(RISKS))


class WaitingOut(InspectionRef):
    """A visit on the reviewers' desk, with what to look at twice."""

    photos_named = ma.fields.Integer(required=True)
    photos_arrived = ma.fields.Integer(required=True)
    place = ma.fields.String(required=True, allow_none=True)
    risks = ma.fields.Dict(required=True)
    not_applicable = ma.fields.Integer(required=True)
    own = ma.fields.Boolean(required=True)
    admitted = ma.fields.Boolean(required=True)
    obstacles = ma.fields.List(ma.fields.Dict(), required=True)
    at_once = ma.fields.Boolean(required=True)


class ExampleQuery(ma.Schema):
    size = ma.fields.String(validate=ma.validate.OneOf(["320", "1600"]), load_default="320")


class ExampleOut(ma.Schema):
    """A photo of what full marks look like: one of the visit that the baseline was taken from."""

    item = ma.fields.String(required=True)
    digest = ma.fields.String(required=True)


class PhotoQuery(ma.Schema):
    size = ma.fields.String(
        validate=ma.validate.OneOf(["320", "1600", "original", "print", "preview"]), load_default="1600"
    )


class ScoreOut(ma.Schema):
    """The score and why; figures are strings with 2 decimals."""

    inspection = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(["provisional", "final", "void"]))
    total = ma.fields.String(allow_none=True)
    against = ma.fields.Dict(required=True, metadata={"description": "baseline or standard, and which"})
    met = ma.fields.Integer(required=True)
    assessable = ma.fields.Integer(required=True)
    not_applicable = ma.fields.Dict(
        required=True, metadata={"description": "count and codes of the items that did not apply"}
    )
    dimensions = ma.fields.List(ma.fields.Dict(), required=True)
    items = ma.fields.List(
        ma.fields.Dict(),
        required=True,
        metadata={"description": "`answer_from`: sent, list (whose length is its m) or decision; `sent` as it came"},
    )
    extras = ma.fields.List(ma.fields.Dict(), required=True)
    bonus = ma.fields.String(required=True)
    deductions = ma.fields.String(required=True)
    gaps = ma.fields.List(ma.fields.Dict(), required=True)
    dimension_gaps = ma.fields.List(ma.fields.Dict(), required=True)


class BurdenQuery(ma.Schema):
    year = Whole(2000, 2100, load_default=lambda: clock.now().astimezone(clock.BEIJING).year)


class CentreBurdenQuery(Paged, BurdenQuery):
    county = Code("[0-9]{6}")


class BurdenOut(ma.Schema):
    """Visits that began in the year, whatever became of them but those that are void."""

    visits = ma.fields.Integer(required=True)
    centres = ma.fields.Integer(required=True, metadata={"description": "Centres that were visited at all"})
    visits_per_centre = ma.fields.String(allow_none=True, required=True, metadata={"description": "2 decimals"})
    most = ma.fields.Integer(required=True, metadata={"description": "Visits to the centre that had most"})
    minutes_per_visit = ma.fields.Integer(allow_none=True, required=True, metadata={"description": "The median"})


class CountyBurdenOut(BurdenOut):
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class YearBurdenOut(ma.Schema):
    year = ma.fields.Integer(required=True)
    whole = ma.fields.Nested(BurdenOut, required=True)
    counties = ma.fields.List(ma.fields.Nested(CountyBurdenOut), required=True)


class CentreBurdenOut(ma.Schema):
    centre = ma.fields.UUID(required=True)
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    county = ma.fields.String(required=True)
    visits = ma.fields.Integer(required=True)
    minutes_per_visit = ma.fields.Integer(required=True, metadata={"description": "The median"})


class AdoptionIn(ma.Schema):
    inspection = Uuid(required=True)


class ConfirmationIn(ma.Schema):
    items = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": "The codes of every unusual item: exactly those the proposal lists"},
    )


class AdoptionOut(ma.Schema):
    baseline = ma.fields.Integer(attribute="id", required=True)
    version = ma.fields.Integer(required=True)
    adopted = ma.fields.Function(lambda baseline: baseline.adopted_at is not None, metadata={"type": "boolean"})
    unusual = ma.fields.List(ma.fields.Dict(), required=True)
    sample = ma.fields.Boolean(required=True)
    rescored = ma.fields.Integer(required=True)


class EffectOut(ma.Schema):
    """What another baseline or edition would do to the scores of a level; nothing of it is stored.

    One row per centre, by change, the largest fall first: the visit that counts, or else the last complete one.
    """

    round = ma.fields.String(required=True)
    level = ma.fields.String(required=True)
    edition = ma.fields.String(required=True)
    against = ma.fields.Dict(required=True, metadata={"description": "What the scores are measured against now"})
    unusual = ma.fields.List(ma.fields.Dict(), required=True, metadata={"description": "Of a baseline: as adopting it"})
    unanswered = ma.fields.List(
        ma.fields.Dict(), required=True, metadata={"description": "Of an edition: {item, visits} without an answer"}
    )
    summary = ma.fields.Dict(
        required=True, metadata={"description": "centres, mean_before, mean_after, up, down, same, cards"}
    )
    rows = ma.fields.List(
        ma.fields.Dict(),
        required=True,
        metadata={"description": "centre, code, name, county, inspection, state, before, after, change, cards"},
    )


class EditionEffectIn(ma.Schema):
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(["township", "village"]))
    edition = ma.fields.String(required=True, validate=ma.validate.Length(1, 64))

"""What a visit's photos and positions say, and to whom."""

import hashlib
import io
from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, NOW, STARTED, picture, visit
from PIL import Image

from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.accounts.queries import Actor, actor_of
from audit.centres import datums
from audit.centres.models import Centre
from audit.evidence import place
from audit.inspections import desk
from audit.inspections.models import Inspection

HERE = (29.21273, 89.17835)  # of every picture's EXIF and every visit's fix
ONE, OTHER = picture("evidence"), picture("more evidence")


@pytest.fixture
def precise(app):
    """Gives 嘎东镇's centre a point that a fix may be held against."""
    where = {"lat": HERE[0], "lon": HERE[1], "point_datum": "WGS-84"}
    Centre.update(point_source="a test", point_confidence="learnt", **where).where(Centre.id == GADONG).execute()


@pytest.fixture
def shown_by(people):
    """Sends photos and a visit that names them for TA02; its id: `shown_by("tashi", ONE, centre=LUOJIANG)`."""

    def submit(name: str, *photos, centre=GADONG, told=None, **changes):
        inspection = uuid4()
        for digest, data in photos:
            people[name].send_photo(digest, data)
        body = visit(centre, photos={"TA02": [digest for digest, _ in photos]}, **changes)
        body |= {"photos": told} if told else {}
        assert people[name].submit(inspection, body).status_code == 201
        return inspection

    return submit


def recompressed(data: bytes) -> tuple[str, bytes]:
    """(sha256, bytes) of the same picture in other bytes."""
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).save(out, "JPEG", quality=40)
    return hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue()


def evidence(person, inspection) -> dict:
    answer = person.get(f"/inspections/{inspection}/evidence")
    assert answer.status_code == 200, answer.json
    return answer.json


def only(person, inspection) -> dict:
    """What is told of the visit's only photo."""
    (photo,) = evidence(person, inspection)["photos"]
    return photo


def names(told: dict) -> list[str]:
    return [each["flag"] for each in told["flags"]]


def fix(lat=HERE[0], lon=HERE[1], **changes) -> dict:
    return {"lat": lat, "lon": lon, "accuracy_m": 8.5, "confidence": "0.95", "datum": "WGS-84", "taken_at": STARTED} | (
        changes
    )


def about(photo, **changes) -> dict:
    return {"digest": photo[0], "taken_at": STARTED, "source": "camera"} | changes


# --- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [("tashi", 200), ("reviewer", 200), ("drolma", 404), ("pema", 404), ("office", 403), ("bailang", 403)],
)
def test_evidence_is_for_the_team_and_for_reviewers(people, shown_by, name, status):
    inspection = shown_by("tashi", ONE)
    assert people[name].get(f"/inspections/{inspection}/evidence").status_code == status


def test_who_works_in_the_county_too_is_still_no_reviewer(people, newcomer, shown_by):
    both = newcomer("inspector", "540200")
    Account.update(roles=["inspector", "county"]).where(Account.name == both.name).execute()
    assert both.get(f"/inspections/{shown_by('tashi', ONE)}/evidence").status_code == 404


# --- the place ---------------------------------------------------------------------------------------------------


def test_the_place_of_the_visit_says_how_far_it_was(tashi, precise, a_visit):
    told = evidence(tashi, a_visit)["positions"]["fix"]
    assert (told["verdict"], told["distance_m"], told["r95_m"], told["accuracy_m"]) == ("inside", 0, 12, 12)


def test_the_point_of_the_centre_comes_with_its_source_and_its_doubt(tashi, a_visit):
    point = evidence(tashi, a_visit)["positions"]["centre"]
    assert (point["source"], point["confidence"], point["uncertainty_m"]) == (
        "GeoNames 1281264", "unverified", place.PUBLIC_M,
    )  # fmt: skip


def test_a_fix_far_away_is_flagged_when_it_comes(tashi, precise):
    flags = tashi.submit(uuid4(), visit(fix=fix(lat=29.3))).json["flags"]
    assert [(each["flag"], each["numbers"]["distance_m"]) for each in flags] == [("far", 9673)]


def test_an_unverified_point_puts_nobody_outside(tashi):
    assert tashi.submit(uuid4(), visit(fix=fix(lat=29.5))).json["flags"] == []


def test_gcj_02_under_another_label_is_suspected(tashi, precise):
    lat, lon = (round(each, 8) for each in datums.wgs_to_gcj(HERE))
    flags = tashi.submit(uuid4(), visit(fix=fix(lat, lon))).json["flags"]
    assert [(each["flag"], each["numbers"]["datum"]) for each in flags] == [("datum-suspect", "GCJ-02")]


def test_gcj_02_under_its_own_label_is_inside(tashi, precise):
    lat, lon = (round(each, 8) for each in datums.wgs_to_gcj(HERE))
    inspection = uuid4()
    tashi.submit(inspection, visit(fix=fix(lat, lon, datum="GCJ-02")))
    told = evidence(tashi, inspection)["positions"]["fix"]
    assert (told["verdict"], told["lat"], told["datum"]) == ("inside", lat, "GCJ-02")


def test_a_point_that_was_learnt_since_decides_what_is_told(tashi):
    inspection = uuid4()
    tashi.submit(inspection, visit(fix=fix(lat=29.3)))
    before = names(evidence(tashi, inspection))
    Centre.update(point_source="a test", point_confidence="learnt").where(Centre.id == GADONG).execute()
    assert (before, names(evidence(tashi, inspection))) == ([], ["far"])


def test_a_centre_without_a_point_leaves_it_open(tashi, a_visit):
    Centre.update(lat=None, lon=None, point_source=None).where(Centre.id == GADONG).execute()
    told = evidence(tashi, a_visit)["positions"]
    assert (told["centre"], told["fix"]["verdict"], told["fix"]["distance_m"]) == (None, "cannot-tell", None)


def test_flags_stored_before_there_were_numbers_are_read(reviewer, a_visit):
    old = [{"flag": "late", "zh": "不在轮次期限内", "en": "Outside its round's days"}]
    Inspection.update(flags=old).where(Inspection.id == a_visit).execute()
    shown = [evidence(reviewer, a_visit), reviewer.get(f"/inspections/{a_visit}").json]
    assert [each["flags"] for each in shown] == [[old[0] | {"numbers": {}}]] * 2


# --- the photos --------------------------------------------------------------------------------------------------


def test_photos_stand_in_the_order_of_the_answers(tashi):
    inspection, digests = uuid4(), [ONE[0], OTHER[0]]
    tashi.submit(inspection, visit(photos={"TA02": digests[::-1], "TA01": digests[:1]}))
    found = [(each["item"], each["digest"]) for each in evidence(tashi, inspection)["photos"]]
    assert found == [("TA01", digests[0]), ("TA02", digests[1]), ("TA02", digests[0])]


def test_three_positions_are_kept_apart(tashi, precise, shown_by):
    inspection = shown_by("tashi", ONE, told=[about(ONE, fix=fix(lat=29.2130))])
    positions = only(tashi, inspection)["positions"]
    assert positions.pop("fix_after") is None
    assert {name: each["lat"] for name, each in positions.items()} == {
        "fix": 29.2130, "exif": pytest.approx(HERE[0], abs=1e-6), "centre": HERE[0],
    }  # fmt: skip
    assert (positions["fix"]["distance_m"], positions["exif"]["verdict"]) == (29.9, "inside")


def test_the_facts_of_the_camera_and_of_the_phone_stand_side_by_side(tashi, shown_by):
    photo = only(tashi, shown_by("tashi", ONE, told=[about(ONE)]))
    assert photo["exif"] == {
        "make": "SAMPLE", "model": "drawn by audit demo", "software": None, "taken_at": "2026:11:20 02:30:00",
        "offset": "+00:00",
    }  # fmt: skip
    assert (photo["taken_at"], photo["source"]) == ("2026-11-20T02:00:00.000000Z", "camera")


def test_nothing_told_is_nothing_known(tashi, shown_by):
    photo = only(tashi, shown_by("tashi", ONE))
    assert (photo["taken_at"], photo["source"], photo["positions"]["fix"], photo["flags"]) == (None, None, None, [])


def test_flags_come_with_their_numbers_in_both_languages(tashi, precise, shown_by):
    told = about(ONE, taken_at="2026-11-18T10:30:00+08:00", source="gallery", fix=fix(lat=29.3))
    photo = only(tashi, shown_by("tashi", ONE, told=[told]))
    assert names(photo) == ["far", "gallery", "stale", "clock-skew"]
    assert [each["numbers"].get("hours") for each in photo["flags"]] == [None, None, -47.5, None]
    assert all(each["zh"] and each["en"] for each in photo["flags"])


def test_a_photo_that_is_still_missing_has_no_facts(tashi, a_waiting_visit):
    photo = only(tashi, a_waiting_visit[0])
    assert (photo["state"], set(photo["exif"].values()), photo["positions"]["exif"]) == ("missing", {None}, None)


def test_naming_somebody_else_s_photo_tells_nothing_of_it(tashi, pema, shown_by):
    shown_by("tashi", ONE)
    own = uuid4()
    pema.submit(own, visit(JIANGZI, photos={"TA02": [ONE[0]]}))
    photo = only(pema, own)
    assert (photo["state"], photo["exif"]["make"], photo["twins"]) == ("missing", None, [])


def test_eight_photos_cost_no_more_queries_than_one(reviewer, shown_by, queries_of):
    photos = [picture(f"evidence {number}") for number in range(8)]
    one, eight = shown_by("tashi", photos[0]), shown_by("tashi", *photos, centre=LUOJIANG)
    counts = [queries_of(lambda each=each: evidence(reviewer, each)) for each in (one, eight)]
    assert counts[0] == counts[1]


# --- twins -------------------------------------------------------------------------------------------------------


def test_the_same_photo_in_another_visit_is_found_from_both(reviewer, shown_by):
    first, second = shown_by("tashi", ONE), shown_by("pema", ONE, centre=JIANGZI)
    for own, its_twin in ((first, second), (second, first)):
        photo = only(reviewer, own)
        assert "duplicate-exact" in names(photo)
        assert [(each["inspection"], each["same_bytes"]) for each in photo["twins"]] == [(str(its_twin), True)]


def test_a_twin_says_where_it_stands(reviewer, shown_by):
    first, second = shown_by("tashi", ONE), shown_by("tashi", ONE, centre=LUOJIANG)
    (twin,) = only(reviewer, first)["twins"]
    assert twin == {
        "digest": ONE[0],
        "same_bytes": True,
        "distance_bits": 0,
        "inspection": str(second),
        "centre": str(LUOJIANG),
        "centre_name": Centre.get_by_id(LUOJIANG).name,
        "round": "2026Q4",
        "item": "TA02",
        "url": f"/api/v1/inspections/{second}/photos/{ONE[0]}",
    }


def test_the_link_of_a_twin_leads_to_it(reviewer, shown_by, client):
    first, _ = shown_by("tashi", ONE), shown_by("tashi", ONE, centre=LUOJIANG)
    (twin,) = only(reviewer, first)["twins"]
    answer = reviewer.get(twin["url"].removeprefix("/api/v1"), buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")


def test_a_photo_of_another_round_is_found(reviewer, another_round, shown_by):
    another_round("2026Q3")
    first, _ = shown_by("tashi", ONE), shown_by("tashi", ONE, round="2026Q3")
    assert [each["round"] for each in only(reviewer, first)["twins"]] == ["2026Q3"]


def test_a_photo_that_looks_alike_is_found(reviewer, shown_by):
    copy = recompressed(ONE[1])
    first, second = shown_by("tashi", ONE), shown_by("tashi", copy, centre=LUOJIANG)
    photo = only(reviewer, first)
    assert names(photo) == ["duplicate-near"]
    (twin,) = photo["twins"]
    assert (twin["digest"], twin["inspection"], twin["same_bytes"]) == (copy[0], str(second), False)
    assert twin["distance_bits"] <= 6


def test_other_photos_are_no_twins(reviewer, shown_by):
    first, _ = shown_by("tashi", ONE), shown_by("tashi", OTHER, centre=LUOJIANG)
    assert only(reviewer, first)["twins"] == []


def test_photos_of_the_same_visit_are_no_twins(reviewer, shown_by):
    photos = evidence(reviewer, shown_by("tashi", ONE, recompressed(ONE[1])))["photos"]
    assert [(each["twins"], each["flags"]) for each in photos] == [([], []), ([], [])]


def test_an_inspector_sees_only_the_twins_of_their_own_visits(tashi, shown_by):
    first, own = shown_by("tashi", ONE), shown_by("tashi", ONE, centre=LUOJIANG)
    shown_by("pema", ONE, centre=JIANGZI)
    photo = only(tashi, first)
    assert [each["inspection"] for each in photo["twins"]] == [str(own)]
    assert photo["flags"][0]["numbers"] == {"visits": 1}


def test_a_reviewer_of_one_county_sees_no_twin_in_another(newcomer, shown_by):
    first, _ = shown_by("tashi", ONE), shown_by("pema", ONE, centre=JIANGZI)
    assert only(newcomer("reviewer", "540228"), first)["twins"] == []


def test_a_reviewer_of_one_county_is_told_that_the_photo_stands_in_another(newcomer, shown_by):
    first, _ = shown_by("tashi", ONE), shown_by("pema", ONE, centre=JIANGZI)
    (told,) = only(newcomer("reviewer", "540228"), first)["flags"]
    assert (told["flag"], told["numbers"]) == ("duplicate-elsewhere", {"visits": 1})
    assert "江孜" not in str(told)


def test_an_inspector_is_not_told_of_it(tashi, shown_by):
    first, _ = shown_by("tashi", ONE), shown_by("pema", ONE, centre=JIANGZI)
    assert only(tashi, first)["flags"] == []


def acting(person) -> Actor:
    return actor_of(Account.get(Account.name == person.name), "a desk", 0, policy=Policy(), now=NOW)


@pytest.mark.parametrize(("name", "told"), [("reviewer", ["duplicate-elsewhere"]), ("inspector", [])])
def test_the_desk_tells_of_it_whom_the_evidence_tells(newcomer, shown_by, name, told):
    first, _ = shown_by("tashi", ONE), shown_by("pema", ONE, centre=JIANGZI)
    person = newcomer("reviewer", "540228")
    Account.update(roles=[name, "office"]).where(Account.name == person.name).execute()
    row = desk.named(acting(person), [first])[first]
    assert [each["flag"] for each in row.risks.get("duplicates", ())] == told


def test_the_desk_finds_the_flags_that_the_evidence_tells(newcomer, reviewer, shown_by):
    far = fix(lat=HERE[0] + 1)
    told = [about(ONE, source="gallery"), about(OTHER)]
    visits = [shown_by("tashi", ONE, OTHER, fix=far, told=told), shown_by("tashi", recompressed(ONE[1]), OTHER)]
    shown_by("pema", OTHER, centre=JIANGZI)
    for person in (reviewer, newcomer("reviewer", "540228")):
        rows = desk.named(acting(person), visits)
        for each in visits:
            found = evidence(person, each)
            kinds = {name for photo in (found, *found["photos"]) for name in names(photo)}
            assert {one["flag"] for column in rows[each].risks.values() for one in column} == kinds
            assert rows[each].place == found["positions"]["fix"]["verdict"]


def test_a_visit_that_only_names_the_digest_is_no_twin(reviewer, pema, shown_by):
    first = shown_by("tashi", ONE)
    pema.submit(uuid4(), visit(JIANGZI, photos={"TA02": [ONE[0]]}))
    assert only(reviewer, first)["twins"] == []


def test_a_revised_visit_is_no_twin_of_itself(tashi, reviewer, shown_by):
    inspection = shown_by("tashi", ONE)
    reviewer.review(inspection, "return", reasons=[{"item": "TA02", "reason": "unclear"}])
    tashi.submit(inspection, visit(photos={"TA02": [ONE[0]]}, revision=2))
    assert only(reviewer, inspection)["twins"] == []

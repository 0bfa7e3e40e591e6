"""What a phone says of its photos: sealed with the visit, and its positions shown to few."""

from uuid import uuid4

import pytest
from factories import FINISHED, STARTED, picture, visit
from submissions import faults_of, loaded, pointers, slug

from audit.base.db import canonical, digest_of
from audit.inspections.models import Revision

ONE, OTHER = "a" * 64, "b" * 64
FIX = {
    "lat": 29.2127300001, "lon": 89.17835, "accuracy_m": 8.5, "confidence": "0.68", "datum": "GCJ-02",
    "taken_at": STARTED,
}  # fmt: skip


def about(digest: str = ONE, **changes) -> dict:
    return {"digest": digest, "taken_at": STARTED, "source": "camera"} | changes


def telling(*told: dict) -> dict:
    """A visit with two photos of one item, and what the phone says of them."""
    return visit(photos={"TA02": [ONE, OTHER]}) | {"photos": list(told)}


def test_a_photo_that_no_answer_names_is_refused_at_its_place():
    assert faults_of(telling(about(), about("c" * 64))) == {"/photos/1/digest"}


def test_a_photo_that_stands_twice_is_refused_at_its_place():
    assert faults_of(telling(about(), about(OTHER), about())) == {"/photos/2/digest"}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"digest": "A" * 64}, "/photos/0/digest"),
        ({"source": "screen"}, "/photos/0/source"),
        ({"taken_at": "2026-11-20T10:00:00"}, "/photos/0/taken_at"),
        ({"taken_at": None}, "/photos/0/taken_at"),
        ({"fix": FIX | {"lat": 91}}, "/photos/0/fix/lat"),
        ({"fix": {}}, "/photos/0/fix/lat"),
        ({"fix_after": FIX | {"lon": 181}}, "/photos/0/fix_after/lon"),
        ({"fix_after": None}, "/photos/0/fix_after"),
        ({"score": 100}, "/photos/0/score"),
    ],
)
def test_what_is_told_wrongly_is_refused_at_its_place(changes, pointer):
    assert pointer in faults_of(telling(about(**changes)))


def test_a_refusal_comes_as_one(tashi):
    refused = tashi.submit(uuid4(), telling(about("c" * 64)))
    assert (refused.status_code, slug(refused), pointers(refused)) == (422, "validation-error", {"/photos/0/digest"})


def test_telling_nothing_seals_as_before_there_was_anything_to_tell():
    assert "photos" not in loaded(visit(photos={"TA02": [ONE]}))


def test_a_photo_of_several_items_is_told_once(tashi):
    body = visit(photos={"TA01": [ONE], "TA02": [ONE]}) | {"photos": [about()]}
    assert tashi.submit(uuid4(), body).status_code == 201


def test_sending_it_twice_changes_nothing(tashi):
    inspection, body = uuid4(), telling(about(fix=FIX), about(OTHER, fix=None))
    first, again = tashi.submit(inspection, body), tashi.submit(inspection, body)
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)


def test_telling_something_else_is_a_conflict(tashi):
    inspection = uuid4()
    tashi.submit(inspection, telling(about()))
    refused = tashi.submit(inspection, telling(about(source="gallery")))
    assert (refused.status_code, slug(refused)) == (409, "inspection-conflict")


def test_positions_are_stored_exactly_as_they_were_sent(tashi):
    inspection = uuid4()
    tashi.submit(inspection, telling(about(fix=FIX)))
    stored = Revision.get(Revision.inspection == inspection)
    assert stored.body["photos"][0]["fix"]["lat"] == "29.2127300001"
    assert (digest_of(stored.body), '"accuracy_m":"8.5"' in canonical(stored.body)) == (stored.digest, True)


@pytest.mark.parametrize(
    ("name", "shown"), [("tashi", True), ("reviewer", True), ("bailang", False), ("office", False)]
)
def test_the_positions_of_photos_are_for_the_team_and_reviewers(people, tashi, name, shown):
    inspection = uuid4()
    tashi.submit(inspection, telling(about(fix=FIX), about(OTHER, fix=None)))
    told = people[name].get(f"/inspections/{inspection}").json["photos"]
    assert [each["digest"] for each in told] == [ONE, OTHER]
    assert ["fix" in each for each in told] == [shown, shown]


def test_where_the_phone_was_a_moment_later_is_for_the_same_people(people, tashi):
    inspection = uuid4()
    tashi.submit(inspection, telling(about(fix=None, fix_after=FIX)))
    told = {name: people[name].get(f"/inspections/{inspection}").json["photos"][0] for name in ("tashi", "bailang")}
    assert (told["tashi"]["fix_after"]["lat"], "fix_after" in told["bailang"]) == (FIX["lat"], False)


def test_the_team_reads_the_numbers_it_sent(tashi):
    inspection = uuid4()
    tashi.submit(inspection, telling(about(fix=FIX)))
    fix = tashi.get(f"/inspections/{inspection}").json["photos"][0]["fix"]
    assert (fix["lat"], fix["lon"], fix["accuracy_m"]) == (FIX["lat"], FIX["lon"], FIX["accuracy_m"])


def test_a_visit_that_told_nothing_shows_an_empty_list(tashi, a_visit):
    assert tashi.get(f"/inspections/{a_visit}").json["photos"] == []


def test_a_body_that_was_kept_aside_shows_its_positions_to_the_reviewer(tashi, reviewer):
    inspection = uuid4()
    tashi.submit(inspection, telling(about()))
    tashi.submit(inspection, telling(about(fix=FIX)))
    kept = reviewer.get(f"/inspections/{inspection}/kept-aside").json
    assert kept[0]["body"]["photos"][0]["fix"]["lat"] == "29.2127300001"


def test_a_new_revision_tells_of_its_own_photos(tashi, reviewer):
    inspection, (digest, data) = uuid4(), picture("told")
    tashi.send_photo(digest, data)
    body = visit(photos={"TA02": [digest]}) | {"photos": [about(digest)]}
    tashi.submit(inspection, body)
    reviewer.review(inspection, "return", reasons=[{"item": "TA02", "reason": "unclear"}])
    tashi.submit(inspection, body | {"revision": 2, "photos": [about(digest, taken_at=FINISHED)]})
    told = tashi.get(f"/inspections/{inspection}").json["photos"]
    assert [each["taken_at"] for each in told] == ["2026-11-20T03:30:00.000000Z"]

"""Who sees what was sent ahead of an original, and for how long; and that it counts for nothing."""

import io
from uuid import uuid4

import pytest
from factories import picture, visit
from PIL import Image

from audit.evidence.models import PhotoPreview

DIGEST, ORIGINAL = picture("takes minutes on 2G")
SMALL = picture("its preview")[1]


def ahead(person, digest: str = DIGEST):
    answer = person.put(f"/photos/{digest}/preview", data=SMALL)
    assert answer.status_code == 201, answer.json


def seen(person, inspection, digest: str = DIGEST, size: str = "preview"):
    return person.get(f"/inspections/{inspection}/photos/{digest}?size={size}", buffered=True)


def previews(person, inspection) -> list[str]:
    return person.get(f"/inspections/{inspection}").json["previews"]


@pytest.fixture
def waiting(tashi):
    """A visit of tashi's and drolma's that waits for two photos; tashi sent a preview of the second."""
    inspection = uuid4()
    ahead(tashi)
    tashi.submit(inspection, visit(team=["drolma"], photos={"TA02": ["0" * 64, DIGEST]}))
    return inspection


@pytest.mark.parametrize("name", ["tashi", "reviewer", "bailang", "office"])
def test_who_may_read_the_visit_sees_what_is_coming(people, waiting, name):
    answer = seen(people[name], waiting)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-cache",
    )
    with Image.open(io.BytesIO(answer.data)) as image:
        assert dict(image.getexif()) == {}
    assert previews(people[name], waiting) == [DIGEST]


@pytest.mark.parametrize("name", ["pema", "jiangzi"])
def test_for_others_it_is_not_there(people, waiting, name):
    foreign, unknown = seen(people[name], waiting), seen(people[name], uuid4())
    assert (foreign.status_code, foreign.json) == (404, unknown.json)


@pytest.mark.parametrize("size", ["320", "1600", "original", "print"])
def test_it_is_shown_as_nothing_but_a_preview(reviewer, waiting, size):
    assert seen(reviewer, waiting, size=size).status_code == 404


def test_what_has_none_is_not_found(reviewer, waiting):
    assert seen(reviewer, waiting, "0" * 64).status_code == 404


def test_a_digest_that_the_visit_does_not_name_is_not_found(tashi, reviewer, waiting):
    ahead(tashi, "1" * 64)
    assert (seen(reviewer, waiting, "1" * 64).status_code, previews(reviewer, waiting)) == (404, [DIGEST])


def test_a_stranger_s_preview_is_not_shown(tashi, pema, reviewer):
    inspection = uuid4()
    ahead(pema)
    tashi.submit(inspection, visit(photos={"TA02": [DIGEST]}))
    assert (seen(reviewer, inspection).status_code, previews(reviewer, inspection)) == (404, [])


def test_a_colleague_s_preview_is_shown_once_the_colleague_joined(drolma, reviewer, waiting):
    ahead(drolma, "0" * 64)
    before = (seen(reviewer, waiting, "0" * 64).status_code, previews(reviewer, waiting))
    drolma.put(f"/inspections/{waiting}/membership")
    after = (seen(reviewer, waiting, "0" * 64).status_code, previews(reviewer, waiting))
    assert (before, after) == ((404, [DIGEST]), (200, ["0" * 64, DIGEST]))


def test_it_is_gone_once_the_original_came(tashi, reviewer, waiting):
    tashi.send_photo(DIGEST, ORIGINAL)
    assert (seen(reviewer, waiting).status_code, previews(reviewer, waiting)) == (404, [])
    assert seen(reviewer, waiting, size="320").status_code == 200


def test_that_of_a_colleague_is_not_shown_either_once_the_original_came(tashi, drolma, reviewer, waiting):
    drolma.put(f"/inspections/{waiting}/membership")
    ahead(drolma)
    tashi.send_photo(DIGEST, ORIGINAL)
    assert (seen(reviewer, waiting).status_code, previews(reviewer, waiting)) == (404, [])


def test_one_whose_file_is_lost_is_not_found(app, reviewer, waiting):
    app.extensions["storage"].delete(PhotoPreview.get().key)
    assert seen(reviewer, waiting).status_code == 404


def test_it_is_no_evidence(tashi, reviewer, waiting):
    told = reviewer.get(f"/inspections/{waiting}/evidence").json
    states = {each["digest"]: (each["state"], each["exif"]["make"], each["flags"]) for each in told["photos"]}
    assert states[DIGEST] == ("missing", None, states["0" * 64][2])
    assert reviewer.get(f"/inspections/{waiting}").json["missing_photos"] == ["0" * 64, DIGEST]


def test_it_allows_no_review(reviewer, waiting):
    assert reviewer.review(waiting).json["type"] == "/problems/photos-incomplete"


def test_it_changes_no_score(tashi, reviewer, waiting):
    before = reviewer.get(f"/inspections/{waiting}/score").json
    ahead(tashi, "0" * 64)
    assert reviewer.get(f"/inspections/{waiting}/score").json == before


def test_many_previews_cost_no_more_queries_than_one(tashi, reviewer, queries_of, monkeypatch):
    visits = {number: uuid4() for number in (1, 20)}
    for number, inspection in visits.items():
        digests = [f"{number:02}{each:062}" for each in range(number)]
        for digest in digests:
            ahead(tashi, digest)
        tashi.submit(inspection, visit(photos={"TA02": digests}))
    one, many = (queries_of(lambda path=f"/inspections/{each}": reviewer.get(path)) for each in visits.values())
    assert (one, len(previews(reviewer, visits[20]))) == (many, 20)

"""Who sees which visit, and which of its photos."""

import hashlib
import io
from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, picture, visit
from PIL import Image
from states import made_once

DIGEST, PHOTO = picture("seen")
PATHS = ("", "/score", f"/photos/{DIGEST}")


@made_once
def with_a_photo(tashi):
    """A visit of tashi's to 白朗县 with one photo."""
    inspection = uuid4()
    tashi.send_photo(DIGEST, PHOTO)
    tashi.submit(inspection, visit(photos={"TA02": [DIGEST]}))
    return inspection


def ids(answer) -> list[str]:
    return [each["id"] for each in answer.json]


@pytest.mark.parametrize("name", ["tashi", "reviewer", "reviewing-inspector", "bailang", "office"])
def test_the_visit_is_read_in_its_area(people, with_a_photo, name):
    read = [people[name].get(f"/inspections/{with_a_photo}{path}", buffered=True) for path in PATHS]
    assert [each.status_code for each in read] == [200, 200, 200]


@pytest.mark.parametrize("name", ["jiangzi", "pema", "drolma"])
@pytest.mark.parametrize("path", PATHS)
def test_the_visit_is_not_there_for_others(people, with_a_photo, name, path):
    foreign = people[name].get(f"/inspections/{with_a_photo}{path}")
    unknown = people[name].get(f"/inspections/{uuid4()}{path}")
    assert (foreign.status_code, foreign.json) == (404, unknown.json)


@pytest.mark.parametrize("name", ["admin", "auditor"])
def test_who_keeps_accounts_or_the_trail_reads_no_visits(people, with_a_photo, name):
    assert people[name].get(f"/inspections/{with_a_photo}").status_code == 403


def test_no_filter_finds_a_visit_of_another_county(jiangzi, with_a_photo):
    for query in ("", "?county=540228", f"?centre={GADONG}", "?round=2026Q4", "?state=submitted"):
        answer = jiangzi.get(f"/inspections{query}")
        assert (answer.status_code, answer.json, answer.headers["X-Total-Count"]) == (200, [], "0"), query


def test_a_filter_finds_what_it_says(pema, office, with_a_photo):
    pema.submit(uuid4(), visit(JIANGZI))
    wanted = {
        "": 2,
        "county=540228": 1,
        "county=540222": 1,
        f"centre={JIANGZI}": 1,
        f"centre={LUOJIANG}": 0,
        "round=2026Q4": 2,
        "round=1999Q1": 0,
        "state=submitted": 2,
        "state=approved": 0,
        "mine=true": 0,
    }
    assert {query: len(office.get(f"/inspections?{query}").json) for query in wanted} == wanted


def test_an_inspector_lists_only_visits_they_were_on(tashi, drolma, pema, with_a_photo):
    together = uuid4()
    drolma.submit(together, visit(LUOJIANG, team=["tashi"]))
    pema.submit(uuid4(), visit(JIANGZI))
    assert ids(tashi.get("/inspections")) == [str(together), str(with_a_photo)]


def test_a_filter_that_is_none_is_refused(office):
    for query in ("state=lost", "county=5402", "centre=x", "order=score", "mine=1", "page=0"):
        assert office.get(f"/inspections?{query}").status_code == 400, query


def test_a_list_of_many_costs_no_more_queries_than_one_of_few(tashi, office, with_a_photo, queries_of):
    few = queries_of(lambda: office.get("/inspections"))
    for _ in range(3):
        tashi.submit(uuid4(), visit(LUOJIANG))
    assert queries_of(lambda: office.get("/inspections")) == few


@pytest.mark.parametrize(
    ("name", "shown"), [("tashi", True), ("reviewer", True), ("bailang", False), ("office", False)]
)
def test_the_position_is_for_its_inspectors_and_reviewers(people, with_a_photo, name, shown):
    assert bool(people[name].get(f"/inspections/{with_a_photo}").json["fix"]) is shown


# --- photos ----------------------------------------------------------------------------------------------------


def photo(person, inspection, size: str):
    # buffered: the test client leaves files open, which servers close
    return person.get(f"/inspections/{inspection}/photos/{DIGEST}?size={size}", buffered=True)


@pytest.mark.parametrize("name", ["tashi", "reviewer"])
def test_the_original_comes_back_untouched(people, with_a_photo, name):
    answer = photo(people[name], with_a_photo, "original")
    assert (hashlib.sha256(answer.data).hexdigest(), answer.mimetype) == (DIGEST, "image/jpeg")


@pytest.mark.parametrize("name", ["bailang", "office"])
def test_who_may_not_see_positions_gets_the_original_without_its_own(people, with_a_photo, name):
    answer = photo(people[name], with_a_photo, "original")
    bare = Image.open(io.BytesIO(answer.data))
    assert (bare.tobytes() == Image.open(io.BytesIO(PHOTO)).tobytes(), dict(bare.getexif())) == (True, {})
    assert "without-metadata" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(("size", "disposition"), [("original", "attachment"), ("1600", "inline"), ("320", "inline")])
def test_a_photo_is_served_so_that_no_browser_runs_it(bailang, with_a_photo, size, disposition):
    headers = photo(bailang, with_a_photo, size).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith(disposition)
    assert "private" in headers["Cache-Control"]


@pytest.mark.parametrize("size", ["320", "1600"])
def test_a_rendition_is_small_and_without_metadata(bailang, with_a_photo, size):
    small = Image.open(io.BytesIO(photo(bailang, with_a_photo, size).data))
    assert max(small.size) == min(800, int(size))
    assert not small.getexif()


def test_a_rendition_is_what_one_gets_unasked(bailang, with_a_photo):
    unasked = bailang.get(f"/inspections/{with_a_photo}/photos/{DIGEST}", buffered=True).data
    assert unasked == photo(bailang, with_a_photo, "1600").data


def test_a_png_comes_back_as_a_png(tashi, reviewer):
    out = io.BytesIO()
    Image.open(io.BytesIO(PHOTO)).save(out, "PNG")
    digest, inspection = hashlib.sha256(out.getvalue()).hexdigest(), uuid4()
    tashi.send_photo(digest, out.getvalue())
    tashi.submit(inspection, visit(photos={"TA02": [digest]}))
    answer = reviewer.get(f"/inspections/{inspection}/photos/{digest}?size=original", buffered=True)
    assert (answer.mimetype, answer.data) == ("image/png", out.getvalue())


@pytest.mark.parametrize("query", ["?size=640", "?size=", "?width=320", "?size=320&size=1600"])
def test_a_size_that_is_not_made_is_refused(bailang, with_a_photo, query):
    assert bailang.get(f"/inspections/{with_a_photo}/photos/{DIGEST}{query}").status_code == 400


def test_a_photo_is_not_there_through_a_visit_that_does_not_name_it(tashi, reviewer, with_a_photo):
    other = uuid4()
    tashi.submit(other, visit(LUOJIANG))
    assert photo(reviewer, other, "320").status_code == 404


def test_naming_somebody_else_s_photo_does_not_show_it(tashi, pema, with_a_photo):
    own = uuid4()
    pema.submit(own, visit(JIANGZI, photos={"TA02": [DIGEST]}))
    assert photo(pema, own, "320").status_code == 404


def test_a_photo_of_two_visits_is_seen_through_each(tashi, reviewer, with_a_photo):
    other = uuid4()
    tashi.submit(other, visit(LUOJIANG, photos={"TA02": [DIGEST]}))
    assert [photo(reviewer, each, "320").status_code for each in (with_a_photo, other)] == [200, 200]


def test_a_photo_that_is_still_missing_is_not_there(tashi, reviewer, a_waiting_visit):
    inspection, digest, _ = a_waiting_visit
    assert reviewer.get(f"/inspections/{inspection}/photos/{digest}").status_code == 404

"""A centre's point is learnt from approved visits: proposed by one person, confirmed by another."""

from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, STARTED, approved, picture, visit
from submissions import slug

from audit.accounts.models import Account
from audit.base.trail import TrailLine
from audit.centres import datums
from audit.centres.models import Centre

URL = f"/centres/{LUOJIANG}/learnt-point"


def fix(lat=29.1, lon=89.2, **changes) -> dict:
    own = {"lat": lat, "lon": lon, "accuracy_m": 12, "confidence": "0.95", "datum": "WGS-84", "taken_at": STARTED}
    return own | changes


@pytest.fixture
def visited(tashi, reviewer):
    """Approved visits to 洛江镇 with these fixes: `visited(fix(), fix(lat=29.2))`."""
    return lambda *fixes: [approved(tashi, reviewer, LUOJIANG, fix=each) for each in fixes]


def learnt(person) -> dict:
    answer = person.get(URL)
    assert answer.status_code == 200, answer.json
    return answer.json


def proposed(person) -> int:
    answer = person.post(URL)
    assert answer.status_code == 201, answer.json
    return answer.json["id"]


def confirmed(person, proposal: int):
    return person.post(f"{URL}/{proposal}/confirmation")


# --- what is learnt ----------------------------------------------------------------------------------------------


def test_nothing_is_learnt_from_no_visit(reviewing_inspector):
    told = learnt(reviewing_inspector)
    assert (told["visits"], told["lat"], told["lon"], told["proposal"]) == (0, None, None, None)


def test_the_median_of_the_visits_is_learnt(reviewing_inspector, visited):
    visited(fix(29.1, 89.2), fix(29.1002, 89.2004), fix(29.1004, 89.2002))
    told = learnt(reviewing_inspector)
    assert (told["visits"], told["lat"], told["lon"], told["datum"]) == (3, 29.1002, 89.2002, "WGS-84")


def test_the_spread_says_how_far_the_furthest_lies(reviewing_inspector, visited):
    visited(fix(29.1), fix(29.1), fix(29.109))
    assert learnt(reviewing_inspector)["spread_m"] == 998


def test_one_stray_visit_of_three_moves_nothing(reviewing_inspector, visited):
    visited(fix(29.1, 89.2), fix(29.1, 89.2), fix(30.0, 88.0))
    assert (learnt(reviewing_inspector)["lat"], learnt(reviewing_inspector)["lon"]) == (29.1, 89.2)


@pytest.mark.parametrize(
    "bad", [None, fix(accuracy_m=31), fix(accuracy_m=19, confidence="0.68"), fix(accuracy_m=0)],
    ids=["none", "31 m", "19 m of 68 %", "0 m"],
)  # fmt: skip
def test_a_visit_without_a_good_fix_teaches_nothing(reviewing_inspector, visited, bad):
    visited(bad)
    assert learnt(reviewing_inspector)["visits"] == 0


def test_a_declared_datum_is_converted(reviewing_inspector, visited):
    lat, lon = (round(each, 9) for each in datums.wgs_to_gcj((29.1, 89.2)))
    visited(fix(lat, lon, datum="GCJ-02"))
    assert (learnt(reviewing_inspector)["lat"], learnt(reviewing_inspector)["lon"]) == (29.1, 89.2)


def test_the_fixes_of_a_visit_s_photos_are_one_with_it_and_the_gallery_s_are_none(tashi, reviewer, reviewing_inspector):
    inspection, pictures = uuid4(), [picture(f"learnt {number}") for number in range(3)]
    for each in pictures:
        tashi.send_photo(*each)
    told = [
        {"digest": digest, "taken_at": STARTED, "source": source, "fix": fix(lat)}
        for (digest, _), lat, source in zip(pictures, (29.1, 29.3, 40), ("camera", "camera", "gallery"), strict=True)
    ]
    body = visit(LUOJIANG, fix=fix(29.2), photos={"TA02": [digest for digest, _ in pictures]})
    tashi.submit(inspection, body | {"photos": told})
    reviewer.review(inspection)
    assert (learnt(reviewing_inspector)["visits"], learnt(reviewing_inspector)["lat"]) == (1, 29.2)


def test_a_visit_that_is_not_approved_teaches_nothing(tashi, reviewing_inspector):
    tashi.submit(uuid4(), visit(LUOJIANG, fix=fix()))
    assert learnt(reviewing_inspector)["visits"] == 0


def test_made_up_visits_teach_nothing(tashi, reviewer, reviewing_inspector, another_round):
    another_round("2026S", sample=True)
    approved(tashi, reviewer, LUOJIANG, fix=fix(), round="2026S")
    assert learnt(reviewing_inspector)["visits"] == 0


def test_how_far_the_point_would_move_is_told(reviewing_inspector, visited):
    Centre.update(lat=29.109, lon=89.2).where(Centre.id == LUOJIANG).execute()
    visited(fix(29.1))
    assert learnt(reviewing_inspector)["moves_m"] == 998


def test_a_centre_without_a_point_moves_from_nowhere(reviewing_inspector, visited):
    Centre.update(lat=None, lon=None).where(Centre.id == LUOJIANG).execute()
    visited(fix())
    assert (learnt(reviewing_inspector)["moves_m"], learnt(reviewing_inspector)["present"]) == (None, None)


# --- proposing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reviewer", "reviewing-inspector"])
def test_reviewers_propose(people, visited, name):
    visited(fix())
    answer = people[name].post(URL)
    assert (answer.status_code, answer.json["proposed_by"]) == (201, name.title())
    assert (answer.json["lat"], answer.json["visits"], answer.json["confirmed_at"]) == (29.1, 1, None)


def test_without_a_visit_there_is_nothing_to_propose(reviewing_inspector):
    refused = reviewing_inspector.post(URL)
    assert (refused.status_code, slug(refused)) == (409, "point-not-learnable")


def test_proposing_again_gives_the_proposal_that_waits(reviewing_inspector, reviewer, visited):
    visited(fix())
    first = proposed(reviewing_inspector)
    again = [each.post(URL) for each in (reviewing_inspector, reviewer)]
    assert [(each.status_code, each.json["id"]) for each in again] == [(200, first), (200, first)]


def test_a_proposal_waits_where_the_second_person_looks(reviewing_inspector, reviewer, visited):
    visited(fix())
    first = proposed(reviewing_inspector)
    assert learnt(reviewer)["proposal"]["id"] == first


def test_a_proposal_changes_no_point(reviewing_inspector, visited):
    before = reviewing_inspector.get(f"/centres/{LUOJIANG}").json["point"]
    visited(fix())
    proposed(reviewing_inspector)
    assert reviewing_inspector.get(f"/centres/{LUOJIANG}").json["point"] == before


def test_another_county_s_centre_is_not_there(newcomer, visited):
    visited(fix())
    stranger = newcomer("reviewer", "540222")
    assert [stranger.get(URL).status_code, stranger.post(URL).status_code] == [404, 404]


# --- confirming --------------------------------------------------------------------------------------------------


def test_a_second_person_sets_the_point(reviewing_inspector, reviewer, visited):
    visited(fix(), fix())
    answer = confirmed(reviewer, proposed(reviewing_inspector))
    assert (answer.status_code, answer.json["confirmed_by"]) == (200, "Reviewer")
    assert reviewing_inspector.get(f"/centres/{LUOJIANG}").json["point"] == {
        "lat": 29.1,
        "lon": 89.2,
        "datum": "WGS-84",
        "source": "learnt from 2 visits (2026-11-20), proposed by reviewing-inspector, confirmed by reviewer",
        "confidence": "learnt",
    }


def test_nobody_confirms_their_own(reviewing_inspector, visited):
    visited(fix())
    refused = confirmed(reviewing_inspector, proposed(reviewing_inspector))
    assert (refused.status_code, slug(refused)) == (403, "separation-of-duties")


def test_confirming_twice_changes_nothing(reviewing_inspector, reviewer, visited):
    visited(fix())
    proposal = proposed(reviewing_inspector)
    first, again = confirmed(reviewer, proposal), confirmed(reviewer, proposal)
    assert (again.status_code, again.json) == (200, first.json)


def test_a_proposal_whose_visits_changed_is_refused(reviewing_inspector, reviewer, visited):
    visited(fix())
    proposal = proposed(reviewing_inspector)
    visited(fix(29.2))
    refused = confirmed(reviewer, proposal)
    assert (refused.status_code, slug(refused)) == (409, "point-moved-on")


def test_what_moved_on_is_proposed_anew(reviewing_inspector, reviewer, visited):
    visited(fix())
    proposed(reviewing_inspector)
    visited(fix(29.2))
    assert confirmed(reviewer, proposed(reviewing_inspector)).json["lat"] == 29.15


def test_a_point_that_the_centre_has_is_not_proposed_again(reviewing_inspector, reviewer, visited):
    visited(fix())
    confirmed(reviewer, proposed(reviewing_inspector))
    refused = reviewing_inspector.post(URL)
    assert (refused.status_code, slug(refused)) == (409, "point-not-learnable")


def test_a_proposal_is_not_there_under_another_centre(reviewing_inspector, reviewer, visited):
    visited(fix())
    proposal = proposed(reviewing_inspector)
    assert reviewer.post(f"/centres/{JIANGZI}/learnt-point/{proposal}/confirmation").status_code == 404


def test_each_step_leaves_one_line_with_the_point_that_stood_before(reviewing_inspector, reviewer, visited):
    visited(fix())
    last = TrailLine.select().count()
    confirmed(reviewer, proposed(reviewing_inspector))
    lines = list(TrailLine.select().where(TrailLine.seq > last).order_by(TrailLine.seq))
    assert [(each.action, each.subject, each.actor) for each in lines] == [
        ("point.propose", str(LUOJIANG), "reviewing-inspector"),
        ("point.confirm", str(LUOJIANG), "reviewer"),
    ]
    assert set(lines[1].detail["before"]) == {"lat", "lon", "point_datum", "point_source", "point_confidence"}


def test_long_names_leave_the_source_its_length(reviewing_inspector, newcomer, visited):
    visited(fix())
    Account.update(name="o" * 64).where(Account.name == "reviewing-inspector").execute()
    confirmed(newcomer("reviewer", "540228"), proposed(reviewing_inspector))
    source = reviewing_inspector.get(f"/centres/{LUOJIANG}").json["point"]["source"]
    assert (len(source) <= 100, "proposed by ooo" in source, "confirmed by reviewer" in source) == (True, True, True)


def test_a_learnt_point_tells_inside_from_outside(tashi, reviewing_inspector, reviewer, visited):
    visited(fix())
    confirmed(reviewer, proposed(reviewing_inspector))
    (stray,) = visited(fix(29.11))
    assert [each["flag"] for each in tashi.get(f"/inspections/{stray}").json["flags"]] == ["far"]


def test_the_learnt_point_of_one_centre_is_not_another_s(reviewing_inspector, visited):
    visited(fix())
    assert reviewing_inspector.get(f"/centres/{GADONG}/learnt-point").json["visits"] == 0

"""暗访: for few until the publication; who came is for no county, ever."""

from types import SimpleNamespace

import pytest
from factories import GADONG, LUOJIANG, approved, picture, visit
from states import made_once

from audit.accounts.models import Account
from audit.evidence import prints
from audit.inspections import covert as rule
from audit.rounds.models import Round

DIGEST, PHOTO = picture("covert")
PATHS = ("", "/score", f"/photos/{DIGEST}")


@made_once
def covert(tashi, reviewer):
    """The id of an approved covert visit of tashi's to 嘎东镇, with a photo."""
    tashi.send_photo(DIGEST, PHOTO)
    return approved(tashi, reviewer, GADONG, kind="covert", photos={"TA02": [DIGEST]})


@pytest.fixture
def publish(app):
    return lambda state="published": Round.update(state=state).where(Round.code == "2026Q4").execute()


def read(person, inspection) -> list[int]:
    return [person.get(f"/inspections/{inspection}{path}", buffered=True).status_code for path in PATHS]


@pytest.mark.parametrize("state", ["open", "closed", "frozen"])
def test_before_the_publication_a_county_finds_no_covert_visit(bailang, covert, publish, state):
    publish(state)
    assert read(bailang, covert) == [404, 404, 404]
    for query in ("", "?round=2026Q4", f"?centre={GADONG}", "?state=approved"):
        answer = bailang.get(f"/inspections{query}")
        assert (answer.json, answer.headers["X-Total-Count"]) == ([], "0")


@pytest.mark.parametrize("name", ["tashi", "reviewer", "office"])
def test_those_who_work_with_it_see_it_and_who_came(people, covert, name):
    assert read(people[name], covert) == [200, 200, 200]
    assert people[name].get(f"/inspections/{covert}").json["team"] == ["Tashi"]


def test_once_published_it_is_shown_without_who_came(bailang, covert, publish):
    publish()
    assert read(bailang, covert) == [200, 200, 200]
    assert bailang.get(f"/inspections/{covert}").json["team"] == []
    assert "Tashi" not in bailang.get(f"/inspections/{covert}").text


@pytest.mark.parametrize(("name", "told"), [("bailang", False), ("office", True)])
def test_a_print_copy_names_nobody_to_a_county(people, covert, publish, monkeypatch, name, told):
    asked, real = [], prints.copy
    monkeypatch.setattr(prints, "copy", lambda file, lines, face: asked.extend(lines) or real(file, lines, face))
    publish()
    people[name].get(f"/inspections/{covert}/photos/{DIGEST}?size=print", buffered=True)
    assert any("Tashi" in line.full for line in asked) is told


def test_other_kinds_are_shown_as_they_come(bailang, tashi, reviewer, covert):
    check = approved(tashi, reviewer, LUOJIANG)
    assert [each["id"] for each in bailang.get("/inspections").json] == [str(check)]
    assert bailang.get(f"/inspections/{check}").json["team"] == ["Tashi"]


def test_a_county_account_that_reviews_too_works_with_it(bailang, covert):
    Account.update(roles=["county", "reviewer"]).where(Account.name == "bailang").execute()
    assert read(bailang, covert) == [200, 200, 200]


def test_who_was_on_it_sees_their_own(tashi, covert):
    Account.update(roles=["county", "inspector"]).where(Account.name == "tashi").execute()
    assert read(tashi, covert) == [200, 200, 200]
    assert tashi.get(f"/inspections/{covert}").json["team"] == ["Tashi"]


def test_it_is_no_burden_that_a_county_could_count(bailang, office, covert, publish):
    year = visit()["started_at"][:4]
    counted = [person.get(f"/burden?year={year}").json["whole"]["visits"] for person in (bailang, office)]
    publish()
    assert (counted, bailang.get(f"/burden?year={year}").json["whole"]["visits"]) == ([0, 1], 1)


@pytest.mark.parametrize(
    ("roles", "state", "kept"),
    [
        ({"county"}, "open", {"covert"}),
        ({"county"}, "frozen", {"covert"}),
        ({"county"}, "published", set()),
        ({"county", "inspector"}, "open", {"covert"}),
        ({"county", "office"}, "open", set()),
        ({"office"}, "open", set()),
        ({"reviewer"}, "open", set()),
    ],
)
def test_what_a_county_reads_is_made_as_if_there_were_none(roles, state, kept):
    actor = SimpleNamespace(roles=frozenset(roles))
    assert rule.kinds_kept_from(actor, Round(state=state)) == kept
    assert rule.kinds_kept_from(None, Round(state=state)) == set()


def test_covert_visits_are_told_from_others(tashi, reviewer, covert):
    check = approved(tashi, reviewer, LUOJIANG)
    assert rule.among([covert, check]) == {covert}

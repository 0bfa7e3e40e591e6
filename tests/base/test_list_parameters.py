"""Query strings have one meaning, or are refused (GE19 to GE23), and lists tell where their pages are."""

import re

import pytest

from audit.app import create_app
from audit.base import db
from audit.config import Config

DIGITS = "9" * 5_000


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ask(request, tmp_path_factory):
    """The answer of a list to a query string, over the stage itself: nothing here writes."""
    place, tokens = request.getfixturevalue(f"{request.param}_stage")
    url = f"sqlite:///{place}" if request.param == "sqlite" else request.getfixturevalue("postgres").url(place)
    client = create_app(Config(data=tmp_path_factory.mktemp("lists"), database_url=url)).test_client()
    own = {"Authorization": f"Bearer {tokens['office']}"}
    yield lambda query, path="/centres": client.get(f"/api/v1{path}?{query}", headers=own)
    db.database.close_all()


@pytest.mark.parametrize(
    "query",
    [
        "page=abc", "page=-1", "page=0", "page=1_0", "page=１", "page=1.0", "page=+1", "page=%2B1", "page=%201",
        "page=1%0a", "page=", f"page={DIGITS}", "page=100001", "page_size=501", "page_size=1000000", "page_size=0",
        "per_page=1000000",
        "sort=score;DROP TABLE", "sort=password_hash", "order=desc,(select 1)",
        "county=540228&county=540222", "page=1&page=2", "page=1&page=1",
        "q=a%00b", "q=%00", "q=", "q=%20", f"q={'a' * 101}", "q=a%E2%80%8Bb", "nothing=1", "%00=1",
        "level=county%20or%201=1", "status=any", "near=91,181", "near=NaN,1", "near=29.1",
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_understood_is_refused(ask, query):
    answer = ask(query)
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-parameter")
    assert answer.json["errors"][0]["pointer"].startswith("/")


@pytest.mark.parametrize(
    "query", ["q=%25", "q=_", "q='", "q=%5C", "q=%25_%25_", "q=%22", "q=%25%25%25%25%25%25%25%25a"]
)
def test_what_is_searched_for_means_itself(ask, query):
    answer = ask(query)
    assert (answer.status_code, answer.json) == (200, [])


@pytest.mark.parametrize("path", ["/centres", "/divisions", "/checklists", "/rounds", "/inspections"])
@pytest.mark.parametrize("query", ["page=abc", "page_size=501", "page=1&page=1", "sort=id"])
def test_every_list_reads_its_parameters_strictly(ask, path, query):
    assert ask(query, path).status_code == 400


@pytest.mark.parametrize("query", ["q=%ff", "q=%ed%a0%80", "q=%c0%af", "q=%e4%b8", "%ff=1"])
def test_a_query_that_is_not_utf_8_is_refused(ask, query):
    answer = ask(query)
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-parameter")


def links(answer) -> dict[str, int]:
    """Page numbers by rel."""
    return {rel: int(page) for page, rel in re.findall(r'[?&]page=(\d+)[^>]*>; rel="(\w+)"', answer.headers["Link"])}


def test_the_first_page_leads_on(ask):
    answer = ask("level=township&page_size=10")
    total = int(answer.headers["X-Total-Count"])
    assert len(answer.json) == 10
    assert links(answer) == {"first": 1, "next": 2, "last": -(-total // 10)}


def test_a_page_in_the_middle_leads_both_ways(ask):
    found = links(ask("level=township&page_size=10&page=3"))
    assert (found["first"], found["prev"], found["next"]) == (1, 2, 4)


def test_links_keep_the_filters(ask):
    link = ask("q=%E9%95%87&level=township&page_size=5").headers["Link"]
    assert all("q=%E9%95%87&level=township&page_size=5&page=" in each for each in link.split(", "))


def test_a_page_beyond_the_end_is_empty(ask):
    answer = ask("page=99999&page_size=500")
    assert (answer.status_code, answer.json) == (200, [])
    assert "next" not in links(answer)


def test_an_empty_list_has_one_page(ask):
    answer = ask("q=nothing-is-called-so")
    assert links(answer) == {"first": 1, "last": 1}


def test_the_pages_together_are_the_list(ask):
    pages = [ask(f"level=township&page_size=100&page={number}").json for number in (1, 2, 3, 4)]
    everything = ask("level=township&page_size=500")
    together = [centre["id"] for page in pages for centre in page]
    assert together == [centre["id"] for centre in everything.json]
    assert len(set(together)) == int(everything.headers["X-Total-Count"])

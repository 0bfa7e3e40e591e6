"""Who reaches which page: every page and form × everybody of the cast, for what belongs to 白朗县 (540228).

200: it is shown. 303: it leads on, to where its line says, and who is not signed in to the sign-in. 401: a form of
nobody's. 403: the role does not hold the permission, or what one did oneself is for somebody else. 404: another's, and
so not there. tashi was on every visit but the blind one, which drolma made; pema inspects, and jiangzi works, in
another county; `both` reviews and inspects. As in tests/test_reach.py, {round} is of 白朗县 alone and {all} of all.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from urllib.parse import quote_plus

import pytest
import stage
from page_places import filled_in, forms, places
from states import made_once

from audit.accounts.models import Account
from audit.app import PAGES
from audit.base import db
from audit.base.trail import TrailLine
from audit.evidence.models import Photo
from audit.rankings.models import Card

# what a page may be asked for besides stands where it changes what is shown; a line that leaves no room goes on below
PAGES_SHOWN = """
                                  tashi drolma pema reviewer both bailang jiangzi office office2 admin auditor nobody
/ → /home                         302   302    302  302      302  302     302     302    302     302   302     302
/sign-in                          200   200    200  200      200  200     200     200    200     200   200     200
/home                             200   200    200  200      200  200     200     200    200     200   200     303
/account                          200   200    200  200      200  200     200     200    200     200   200     303

/accounts                         403   403    403  403      403  403     403     403    403     200   403     303
/accounts/new                     403   403    403  403      403  403     403     403    403     200   403     303
/accounts/devices                 403   403    403  403      403  403     403     403    403     200   403     303
/accounts/{account}               403   403    403  403      403  403     403     403    403     200   403     303
/registry                         403   403    403  403      403  403     403     403    403     200   403     303
/registry/centres.xlsx            403   403    403  403      403  403     403     403    403     200   403     303
/registry/tables/{table}          403   403    403  403      403  403     403     403    403     200   403     303
/trail                            403   403    403  403      403  403     403     403    403     403   200     303

/editions                         200   200    200  200      200  200     200     200    200     200   403     303
/editions/{edition}               200   200    200  200      200  200     200     200    200     200   403     303
/editions/{policy}                200   200    200  200      200  200     200     200    200     200   403     303
/editions/{edition}/form          200   200    200  200      200  200     200     200    200     200   403     303
/editions/{edition}/differences/{edition}
                                  200   200    200  200      200  200     200     200    200     200   403     303
/editions/{edition}/effect?round={all}
                                  403   403    403  403      403  403     403     200    200     403   403     303

/rounds                           200   200    200  200      200  200     200     200    200     200   403     303
/rounds/{all}                     200   200    200  200      200  200     200     200    200     200   403     303
/rounds/{round}                   200   200    404  200      200  200     404     200    200     200   403     303
/rounds/{published}               200   200    404  200      200  200     404     200    200     200   403     303
/rounds/{all}/baselines           403   403    403  403      403  403     403     200    200     403   403     303
/rounds/{round}/baselines         403   403    403  403      403  403     403     200    200     403   403     303
/rounds/{all}/baselines/{approved}
                                  403   403    403  403      403  403     403     200    200     403   403     303
/rounds/{all}/plans               200   200    200  200      200  200     200     200    200     403   403     303
/rounds/{round}/plans             200   200    404  200      200  200     404     200    200     403   403     303
/plans/{plan}                     403   403    403  403      403  403     403     200    200     403   403     303
/rounds/{round}/draws/{draw}      403   403    403  200      200  403     403     200    200     403   403     303
/rounds/{all}/lists               200   200    200  200      200  200     200     200    200     200   403     303
/rounds/{round}/lists             200   200    404  200      200  200     404     200    200     200   403     303

/counties → /rounds/{all}/counties/{own}
                                  403   403    403  200      200  303     303     200    200     403   403     303
/rounds/{all}/counties/540228     403   403    403  200      200  200     404     200    200     403   403     303
/rounds/{round}/counties/540228   403   403    403  200      200  200     404     200    200     403   403     303
/rounds/{published}/counties/540228
                                  403   403    403  200      200  200     404     200    200     403   403     303
/rounds/{all}/ranking/counties    403   403    403  200      200  200     200     200    200     403   403     303
/rounds/{round}/ranking/townships 403   403    403  200      200  200     404     200    200     403   403     303
/rounds/{published}/ranking/villages
                                  403   403    403  200      200  200     404     200    200     403   403     303
/rounds/{all}/exports             403   403    403  403      403  200     200     200    200     403   403     303
/rounds/{published}/exports       403   403    403  403      403  200     404     200    200     403   403     303
/rounds/{round}/sensitivity       403   403    403  403      403  403     403     200    200     403   403     303
/rounds/{round}/agreement         403   403    403  403      403  403     403     200    200     403   403     303
/cards                            403   403    403  403      403  200     200     200    200     403   403     303
/cards/{card}                     403   403    403  403      403  200     404     200    200     403   403     303
/rounds/{published}/publications/1/cards
                                  403   403    403  403      403  403     403     200    200     403   403     303
/annual                           403   403    403  403      403  200     200     200    200     403   403     303
/annual/{year}                    403   403    403  403      403  200     404     200    200     403   403     303
/burden                           403   403    403  403      403  200     200     200    200     403   403     303

/centres                          403   403    403  200      200  200     200     200    200     403   403     303
/centres/{centre}                 403   403    403  200      200  200     404     200    200     403   403     303
/centres/{other_centre}           403   403    403  200      200  200     404     200    200     403   403     303
/review                           403   403    403  200      200  403     403     403    403     403   403     303
/review/{visit}                   403   403    403  200      200  403     403     403    403     403   403     303
/review/{covert}                  403   403    403  200      200  403     403     403    403     403   403     303
/review/{blind}                   403   403    403  200      200  403     403     403    403     403   403     303
/review/{visit}/approval → /review/{visit}
                                  403   403    403  303      303  403     403     403    403     403   403     303
/inspections/{visit}/record       200   404    404  200      200  200     404     200    200     403   403     303
/inspections/{covert}/record      200   404    404  200      200  404     404     200    200     403   403     303
/inspections/{blind}/record       404   200    404  200      200  200     404     200    200     403   403     303
/inspections/{visit}/items/TA01   200   404    404  200      200  200     404     200    200     403   403     303
/inspections/{covert}/items/TA01  200   404    404  200      200  404     404     200    200     403   403     303
/inspections/{blind}/items/VA01   404   200    404  200      200  200     404     200    200     403   403     303
/inspections/{visit}/voiding      403   403    403  200      200  403     403     200    200     403   403     303
/inspections/{covert}/voiding     403   403    403  200      200  403     403     200    200     403   403     303

/findings?round={all}&page_size=200
                                  200   200    200  200      200  200     200     200    200     403   403     303
/findings/{found}                 200   200    404  200      200  200     404     200    200     403   403     303
/findings/{reported}              200   200    404  200      200  200     404     200    200     403   403     303
/findings/{hidden}                200   200    404  200      200  404     404     200    200     403   403     303
/appeals                          403   403    403  200      200  200     200     200    200     403   403     303
/appeals/{appeal}                 403   403    403  200      200  200     404     200    200     403   403     303
/inspections/{trial}/items/TP01/appeal
                                  403   403    403  403      403  200     404     403    403     403   403     303
"""
# {own} is the asker's own county; * is what was made just now
FORMS_SENT = """
                                  tashi drolma pema reviewer both bailang jiangzi office office2 admin auditor nobody
/sign-in → /home                  303   303    303  303      303  303     303     303    303     303   303     303
/sign-out → /sign-in              303   303    303  303      303  303     303     303    303     303   303     401
/language → /home                 303   303    303  303      303  303     303     303    303     303   303     303
/account/password → /account      303   303    303  303      303  303     303     303    303     303   303     401
/account/second-factor            200   200    200  200      200  200     200     200    200     200   200     401
/account/second-factor/code → /account
                                  303   303    303  303      303  303     303     303    303     303   303     401
/account/second-factor/removal → /account
                                  303   303    303  303      303  303     303     303    303     303   303     401
/account/devices/{token}/sign-out → /account
                                  404   404    404  404      404  303     404     404    404     404   404     401

/accounts                         403   403    403  403      403  403     403     403    403     200   403     401
/accounts/{account} → /accounts/{account}
                                  403   403    403  403      403  403     403     403    403     303   403     401
/accounts/{account}/disabling → /accounts/{account}
                                  403   403    403  403      403  403     403     403    403     303   403     401
/accounts/{disabled}/enabling → /accounts/{disabled}
                                  403   403    403  403      403  403     403     403    403     303   403     401
/accounts/{account}/password-reset
                                  403   403    403  403      403  403     403     403    403     200   403     401
/accounts/{account}/sign-out → /accounts/{account}
                                  403   403    403  403      403  403     403     403    403     303   403     401
/registry/tables → /registry/tables/*
                                  403   403    403  403      403  403     403     403    403     303   403     401
/registry/tables/{table} → /registry
                                  403   403    403  403      403  403     403     403    403     303   403     401
/editions/drafts                  403   403    403  403      403  403     403     403    403     200   403     401
/editions → /editions/township-2026.2
                                  403   403    403  403      403  403     403     403    403     303   403     401

/rounds → /rounds/another         403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{round}/closing → /rounds/{round}
                                  403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{ended}/steps → /rounds/{ended}
                                  403   403    403  403      403  403     403     303    303     403   403     401
/steps/{waiting_step}/confirmation → /rounds/{deciding}
                                  403   403    403  403      403  403     403     303    403     403   403     401
/steps/{waiting_step}/withdrawal → /rounds/{deciding}
                                  403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{all}/baselines → /rounds/{all}/baselines
                                  403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{odd}/baselines/{odd_baseline}/confirmation → /rounds/{odd}/baselines
                                  403   403    403  403      403  403     403     303    403     403   403     401
/rounds/{round}/plans → /rounds/{round}/plans?county=540228
                                  403   403    403  403      403  403     403     303    303     403   403     401
/plans/{plan}/replacement → /rounds/{round}/plans?county=540228
                                  403   403    403  403      403  403     403     303    303     403   403     401
/plans/{plan}/withdrawal → /rounds/{round}/plans?county=540228
                                  403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{round}/draws → /rounds/{round}/draws/*
                                  403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{round}/lists → /rounds/{round}/lists
                                  403   403    403  403      403  403     403     303    303     403   403     401
/lists/{list}/withdrawal → /rounds/{round}/lists
                                  403   403    403  403      403  403     403     303    303     403   403     401
/rounds/{published}/publications/1/cards → /cards?round={published}
                                  403   403    403  403      403  403     403     303    303     403   403     401
/cards/{card}/acknowledgement → /cards/{card}
                                  403   403    403  403      403  303     404     403    403     403   403     401
/cards/{card}/withdrawal → /cards/{card}
                                  403   403    403  403      403  403     403     303    403     403   403     401

/review                           403   403    403  200      200  403     403     403    403     403   403     401
/review/{visit}/approval → /review
                                  403   403    403  303      303  403     403     403    403     403   403     401
/review/{visit}/return → /review  403   403    403  303      303  403     403     403    403     403   403     401
/review/{visit}/decisions → /review/{visit}#TZ07
                                  403   403    403  303      303  403     403     403    403     403   403     401
/review/{late}/admission → /review/{late}
                                  403   403    403  303      303  403     403     403    403     403   403     401
/inspections/{clean}/voiding → /inspections/{clean}/voiding
                                  403   403    403  303      303  403     403     303    303     403   403     401
/inspections/{visit}/voiding/{voiding}/confirmation → /inspections/{visit}/voiding
                                  403   403    403  303      303  403     403     303    403     403   403     401

/findings/orders → /findings?round={all}&county=540228&state=ordered
                                  403   403    403  403      403  403     403     303    303     403   403     401
/findings/{found}/order → /findings/{found}
                                  403   403    403  403      403  403     403     303    303     403   403     401
/findings/{ordered}/report → /findings/{ordered}
                                  403   403    403  403      403  303     404     403    403     403   403     401
/findings/{reported}/verification → /findings/{reported}
                                  403   303    404  303      303  403     403     403    403     403   403     401
/findings/{closed}/reopening → /findings/{closed}
                                  403   403    403  403      403  403     403     303    303     403   403     401
/inspections/{trial}/items/TP01/appeal → /appeals/*
                                  403   403    403  403      403  303     404     403    403     403   403     401
/appeals/{appeal}/decision → /appeals/{appeal}
                                  403   403    403  303      403  403     403     303    303     403   403     401
/appeals/{appeal}/withdrawal → /appeals/{appeal}
                                  403   403    403  403      403  303     404     403    403     403   403     401
"""
ACCOUNTS = {"both": "reviewing-inspector"}
# what pages of 白朗县's name, and those of other counties do not
IDS = ("centre", "other_centre", "approved", "covert", "blind", "trial", "round", "published")
PATHS = ("/findings/{found}", "/findings/{closed}", "/appeals/{appeal}", "/cards/{card}", "/plans/{plan}")
KEPT = ("/inspections/{covert}", "/findings/{hidden}")
WITHOUT_A_LINE = {"/language", "/registry/tables", "/editions/drafts"}  # these let somebody look, and decide nothing
NAMES = {each.name for each in PAGES}


def read(table: str) -> tuple[list[str], list[tuple[str, str, list[int]]]]:
    """(the cast, each line as (path, where it leads, status by person))."""
    head, *lines = (line.split() for line in re.sub(r"(\S)\n {34}", r"\1 ", table).splitlines() if line)
    rows = []
    for path, *rest in lines:
        where = rest[1] if rest[0] == "→" else ""
        rows.append((path, where, [int(each) for each in rest[2 if where else 0 :]]))
    return head, rows


CAST, SHOWN = read(PAGES_SHOWN)
SENT = read(FORMS_SENT)[1]


@pytest.fixture
def engine() -> str:
    """Who reaches what is the same on both."""
    return "sqlite"


@made_once
def place(people) -> dict:
    return places(people)


@pytest.fixture
def ask(place, browse):
    """What somebody finds behind a path of the table: `ask("bailang", "/rounds/{round}")`."""

    def get(name: str, path: str):
        return desk(browse, name).get(path.format_map(place))

    return get


@pytest.fixture
def send(place, browse):
    """The answer to a form, and the lines that the trail has more; then it is undone, so that nothing hangs on it."""
    filled = forms(place)
    before = {
        "/account/second-factor/removal": Account.update(second_factor=place["secret"]),
        "/rounds/{published}/publications/1/cards": Card.delete(),
    }

    def post(name: str, path: str):
        with db.database.atomic() as undo:
            if path in before:
                before[path].execute()
            lines = TrailLine.select().count()
            answer = desk(browse, name).post(path.format_map(place), filled_in(filled.get(path, {})))
            lines = TrailLine.select().count() - lines
            undo.rollback()
        return answer, lines

    return post


def desk(browse, name: str):
    return browse(None if name == "nobody" else ACCOUNTS.get(name, name))


def of(name: str, rows: list) -> dict[str, int]:
    return {path: statuses[CAST.index(name)] for path, _, statuses in rows}


def leads(answer, where: str, place: dict, name: str) -> bool:
    """Whether a redirect goes where it should."""
    if name == "nobody" and answer.request.method == "GET" and where != "/home":
        asked = answer.request.full_path.rstrip("?")
        return answer.location == f"/sign-in?next={quote_plus(asked)}"
    own = stage.CAST.get(ACCOUNTS.get(name, name), ((), None))[1]
    return fnmatch(answer.location, where.format_map(place | {"own": own}).replace("?", "[?]"))


@pytest.mark.parametrize("name", CAST)
def test_everybody_is_shown_what_the_table_says(ask, place, name):
    answers = {path: ask(name, path) for path, _, _ in SHOWN}
    assert {path: each.status_code for path, each in answers.items()} == of(name, SHOWN)
    led = [(answers[path], where) for path, where, _ in SHOWN if answers[path].location]
    assert [answer.location for answer, where in led if not leads(answer, where, place, name)] == []


@pytest.mark.parametrize("name", CAST)
def test_a_form_is_taken_as_the_table_says_and_who_is_refused_changes_nothing(send, place, name):
    answers = {path: send(name, path) for path, _, _ in SENT}
    found = {path: (answer.status_code, lines > 0) for path, (answer, lines) in answers.items()}
    assert found == {
        path: (status, status in (200, 303) and path not in WITHOUT_A_LINE) for path, status in of(name, SENT).items()
    }
    led = [(answers[path][0], where) for path, where, _ in SENT if answers[path][0].location]
    assert [answer.location for answer, where in led if not leads(answer, where, place, name)] == []


def told(ask, place, name: str, words) -> set[str]:
    """Those of these words that stand on any page which somebody is shown."""
    pages = [ask(name, path) for path, status in of(name, SHOWN).items() if status == 200]
    text = "".join(each.text for each in pages if each.mimetype == "text/html")
    return {word for word in words if re.search(rf"{re.escape(word.format_map(place))}(?![0-9])", text)}


def test_no_page_shows_another_county_what_is_not_theirs(ask, place):
    words = {f"{{{each}}}" for each in IDS} | set(PATHS)
    found = {name: told(ask, place, name, words) for name in ("office", "pema", "jiangzi")}
    assert found == {"office": words, "pema": set(), "jiangzi": set()}


def test_no_page_tells_a_county_of_a_covert_visit(ask, place):
    found = {name: told(ask, place, name, KEPT) for name in ("office", "bailang")}
    assert found == {"office": {*KEPT}, "bailang": set()}


def test_a_verification_of_what_is_anothers_keeps_no_photo(place, browse):
    form = forms(place)["/findings/{ordered}/report"] | {"decision": "close"}
    kept = Photo.select().count()
    answer = browse("pema").post(f"/findings/{place['reported']}/verification", filled_in(form))
    assert (answer.status_code, Photo.select().count()) == (404, kept)


def test_every_page_stands_in_the_tables(app, place):
    adapter, known = app.url_map.bind("localhost"), set()
    for method, rows in (("GET", SHOWN), ("POST", SENT)):
        for path, _, _ in rows:
            asked = path.format_map(place).partition("?")[0]
            known.add((method, adapter.match(asked, method=method, return_rule=True)[0].rule))
    pages = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint.partition(".")[0] in NAMES
    }
    assert pages == known


def test_every_line_of_the_tables_is_whole_and_every_form_is_sent(place):
    assert [row for row in (*SHOWN, *SENT) if len(row[2]) != len(CAST)] == []
    assert forms(place).keys() <= {path for path, _, _ in SENT}

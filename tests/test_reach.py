"""Who reaches what: every route × everybody of the cast, for what belongs to 白朗县 (540228). One table, one page.

401: nobody without a sign-in. 403: the role does not hold the permission. 404: somebody else's, and so not there.
tashi was on the visit; pema inspects, and jiangzi works, in another county; bailang in this one.
"""

from __future__ import annotations

import shutil
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from factories import GADONG, PASSWORD, ROOT, ROUND, ROUND_BODY, answers, approved, picture, visit

from audit.accounts.models import Account, Token
from audit.accounts.secrets import hash_password
from audit.app import create_app
from audit.base import db
from audit.base.docs import style_name
from audit.config import Config
from audit.rounds import actions as rounds
from audit.web.shell import shell

# {round} is of 白朗县 alone, {all} the prefecture's, in which its counties meet
TABLE = """
                                                 tashi pema reviewer bailang jiangzi office admin auditor nobody
POST   /tokens                                     201  201      201     201     201    201   201     201    201
GET    /tokens                                     200  200      200     200     200    200   200     200    401
DELETE /tokens/current                             204  204      204     204     204    204   204     204    401
DELETE /tokens/{token}                             404  404      404     204     404    404   404     404    401
GET    /me                                         200  200      200     200     200    200   200     200    401
PUT    /me/password                                204  204      204     204     204    204   204     204    401
POST   /me/second-factor                           201  201      201     201     201    201   201     201    401
PUT    /me/second-factor                           422  422      422     422     422    422   422     422    401
DELETE /me/second-factor                           204  204      204     204     204    204   204     204    401

GET    /accounts                                   403  403      403     403     403    403   200     403    401
POST   /accounts                                   403  403      403     403     403    403   201     403    401
GET    /accounts/{account}                         403  403      403     403     403    403   200     403    401
PATCH  /accounts/{account}                         403  403      403     403     403    403   200     403    401
POST   /accounts/{account}/password-reset          403  403      403     403     403    403   201     403    401
GET    /accounts/{account}/tokens                  403  403      403     403     403    403   200     403    401
DELETE /accounts/{account}/tokens                  403  403      403     403     403    403   204     403    401
GET    /trail                                      403  403      403     403     403    403   403     200    401
GET    /trail.csv                                  403  403      403     403     403    403   403     200    401

GET    /centres                                    200  200      200     200     200    200   200     403    401
GET    /centres/{centre}                           200  404      200     200     404    200   200     403    401
GET    /divisions                                  200  200      200     200     200    200   200     403    401
GET    /checklists                                 200  200      200     200     200    200   200     403    401
GET    /checklists/{edition}                       200  200      200     200     200    200   200     403    401
GET    /baselines/{baseline}                       200  200      200     200     200    200   200     403    401
GET    /baselines/{baseline}/photos                200  200      200     200     200    200   200     403    401
GET    /baselines/{baseline}/photos/{example}      200  200      200     200     200    200   200     403    401

GET    /rounds                                     200  200      200     200     200    200   200     403    401
POST   /rounds                                     403  403      403     403     403    201   403     403    401
GET    /rounds/{round}                             200  404      200     200     404    200   200     403    401
GET    /rounds/{all}                               200  200      200     200     200    200   200     403    401
POST   /rounds/{round}/closing                     403  403      403     403     403    200   403     403    401
POST   /rounds/{all}/baselines                     403  403      403     403     403    201   403     403    401
POST   /rounds/{all}/baselines/{baseline}/confirmation
                                                   403  403      403     403     403    403   403     403    401

PUT    /photos/{photo}                             200  201      403     403     403    403   403     403    401
PUT    /photos/{photo}/preview                     200  201      403     403     403    403   403     403    401
GET    /photos/{photo}                             200  404      403     403     403    403   403     403    401
POST   /photos/questions                           200  200      403     403     403    403   403     403    401
OPTIONS /uploads                                   204  204      204     204     204    204   204     204    204
OPTIONS /uploads/{upload}                          204  204      204     204     204    204   204     204    204
POST   /uploads                                    201  201      403     403     403    403   403     403    401
HEAD   /uploads/{upload}                           200  404      403     403     403    403   403     403    401
PATCH  /uploads/{upload}                           204  404      403     403     403    403   403     403    401
DELETE /uploads/{other_upload}                     204  404      403     403     403    403   403     403    401
PUT    /inspections/{visit}                        200  404      403     403     403    403   403     403    401
PUT    /inspections/{visit}/membership              200  404      403     403     403    403   403     403    401
GET    /inspections                                200  200      200     200     200    200   403     403    401
GET    /inspections/{visit}                        200  404      200     200     404    200   403     403    401
GET    /inspections/{visit}/score                  200  404      200     200     404    200   403     403    401
GET    /inspections/{visit}/photos/{photo}         200  404      200     200     404    200   403     403    401
GET    /inspections/{visit}/evidence               200  404      200     403     403    403   403     403    401
GET    /inspections/{visit}/kept-aside             403  403      200     403     403    403   403     403    401
POST   /inspections/{visit}/reviews                403  403      201     403     403    403   403     403    401
GET    /burden                                     403  403      403     200     200    200   403     403    401
GET    /burden/centres                             403  403      403     200     200    200   403     403    401

GET    /centres/{centre}/learnt-point              403  403      200     403     403    403   403     403    401
POST   /centres/{centre}/learnt-point              403  403      200     403     403    403   403     403    401
POST   /centres/{centre}/learnt-point/{proposal}/confirmation
                                                   403  403      200     403     403    403   403     403    401

GET    /rounds/{round}/rankings/counties           403  403      200     200     404    200   403     403    401
GET    /rounds/{all}/rankings/counties             403  403      200     200     200    200   403     403    401
GET    /rounds/{round}/rankings/townships          403  403      200     200     404    200   403     403    401
GET    /rounds/{all}/rankings/townships            403  403      200     200     200    200   403     403    401
GET    /rounds/{round}/rankings/villages           403  403      200     200     404    200   403     403    401
GET    /rounds/{all}/rankings/villages             403  403      200     200     200    200   403     403    401
GET    /rounds/{round}/counties/540228             403  403      200     200     404    200   403     403    401
GET    /rounds/{all}/counties/540228               403  403      200     200     404    200   403     403    401
GET    /rounds/{all}/exports/ranking.xlsx          403  403      403     403     403    200   403     403    401
GET    /rounds/{all}/exports/counties.csv          403  403      403     403     403    200   403     403    401

GET    /openapi.json                               200  200      200     200     200    200   200     200    200
GET    /docs                                       200  200      200     200     200    200   200     200    200
GET    /docs/{style}                               200  200      200     200     200    200   200     200    200
GET    !/setup/a-secret                            404  404      404     404     404    404   404     404    404
POST   !/setup/a-secret                            404  404      404     404     404    404   404     404    404
GET    !/app                                       308  308      308     308     308    308   308     308    308
GET    !/app/                                      200  200      200     200     200    200   200     200    200
GET    !/app/worker.js                             200  200      200     200     200    200   200     200    200
GET    !/app/manifest.webmanifest                  200  200      200     200     200    200   200     200    200
GET    !/app/{version_of_app}/app.css              200  200      200     200     200    200   200     200    200
GET    !/health                                    200  200      200     200     200    200   200     200    200
"""
CAST, *LINES = [line.split() for line in TABLE.replace("confirmation\n", "confirmation").splitlines() if line]
ROWS = [(method, path, [int(status) for status in statuses]) for method, path, *statuses in LINES]
COUNTY_ROUND = "bailang-only"
UPLOAD = {  # of a photo that nobody has sent yet
    "Tus-Resumable": "1.0.0",
    "Upload-Length": "10",
    "Upload-Metadata": "sha256 " + b64encode(b"0" * 64).decode(),
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
}


def bodies(place: dict) -> dict[str, dict]:
    """What is sent where something has to be sent: right, so that only the reach decides."""
    account = {"name": "newcomer", "display": "N", "roles": ["inspector"], "password": PASSWORD}
    a_round = ROUND_BODY | {"code": "another", "opens_on": "2026-10-01", "closes_on": "2026-12-31"}
    return {
        "POST /tokens": {"name": "bailang", "password": PASSWORD, "device": "d"},
        "PUT /me/password": {"old": PASSWORD, "new": "Another 1 password"},
        "POST /me/second-factor": {"password": PASSWORD},
        "PUT /me/second-factor": {"code": "000000"},
        "DELETE /me/second-factor": {"password": PASSWORD},
        "POST /accounts": account,
        "PATCH /accounts/{account}": {"display": "changed"},
        "POST /rounds": a_round,
        "POST /rounds/{all}/baselines": {"inspection": place["approved"]},
        "POST /rounds/{all}/baselines/{baseline}/confirmation": {"items": []},
        "POST /photos/questions": {"digests": [place["photo"]]},
        "PUT /inspections/{visit}": place["body"],
        "POST /inspections/{visit}/reviews": {"decision": "approve"},
    }


@dataclass
class House:
    """The application with everybody in it, and what belongs to 白朗县."""

    app: object
    people: dict
    place: dict
    bytes: bytes

    def ask(self, name: str, method: str, path: str):
        """The answer; what it changed is undone, so that no question hangs on another."""
        template, full = f"{method} {path}", path.format_map(self.place)
        full = full[1:] if full.startswith("!") else f"/api/v1{full}"
        token = self.people[name].token
        sent = {"headers": {"Authorization": f"Bearer {token}"} if token else {}}
        if path.startswith("/uploads"):
            sent["headers"] |= UPLOAD
        if template in ("PUT /photos/{photo}", "PUT /photos/{photo}/preview"):
            sent |= {"data": self.bytes, "content_type": "image/jpeg"}
        elif template in (known := bodies(self.place)):
            sent["json"] = known[template]
        if path.endswith("/reviews"):
            sent["headers"]["If-Match"] = self.place["version"]
        with db.database.atomic() as undo:
            answer = self.app.test_client().open(full, method=method, **sent)
            answer.get_data()
            answer.close()
            undo.rollback()
        return answer


@pytest.fixture(scope="module")
def house(sqlite_stage, tmp_path_factory, request):
    # by its path: folders have a conftest of their own, and an import takes whichever came first
    Person = request.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py")).Person
    folder = tmp_path_factory.mktemp("reach")
    path, tokens = sqlite_stage
    copy = shutil.copy(path, folder / "audit.db")
    app = create_app(Config(data=folder, database_url=f"sqlite:///{copy}", idle_minutes=1440, checkers=0))
    people = {name: Person(name, app.test_client(), token) for name, token in tokens.items()}
    people["nobody"] = Person("nobody", app.test_client(), None)
    yield House(app, people, seed(people), picture("reach")[1])
    db.database.close_all()


def seed(people: dict) -> dict:
    """A visit with a photo that waits for its review, an approved one, its baseline, a round of the county alone."""
    now = datetime.now(UTC)
    Account.update(password=hash_password(PASSWORD), password_changed_at=now).execute()
    Token.update(expires_at=now + timedelta(hours=12)).execute()
    rounds.open_round(ROUND_BODY | {"code": COUNTY_ROUND, "area": "540228"}, actor=None, now=now)
    example, shown = picture("an example")
    assert people["tashi"].send_photo(example, shown).status_code == 201
    done = approved(people["tashi"], people["reviewer"], photos={answers()[0]["item"]: [example]})
    adopted = people["office"].post(f"/rounds/{ROUND}/baselines", json={"inspection": str(done)})
    digest, data = picture("reach")
    body = visit(photos={answers()[0]["item"]: [digest]})
    waiting = "00000000-0000-4000-8000-000000000001"
    assert people["tashi"].send_photo(digest, data).status_code == 201
    assert people["tashi"].submit(waiting, body).status_code == 201
    proposed = people["reviewing-inspector"].post(f"/centres/{GADONG}/learnt-point")
    begun = [people["tashi"].post("/uploads", headers=UPLOAD) for _ in range(2)]
    uploads = [each.headers["Location"].rpartition("/")[2] for each in begun]
    account = Account.get(Account.name == "bailang")
    return {
        "account": account.id,
        "token": Token.get(Token.account == account).id,
        "centre": GADONG,
        "edition": "township-2026.1",
        "approved": str(done),
        "baseline": adopted.json["baseline"],
        "proposal": proposed.json["id"],
        "round": COUNTY_ROUND,
        "all": ROUND,
        "visit": waiting,
        "version": people["tashi"].get(f"/inspections/{waiting}").headers["ETag"],
        "photo": digest,
        "upload": uploads[0],
        "other_upload": uploads[1],
        "body": body,
        "style": style_name(),
        "example": example,
        "version_of_app": shell().version,
    }


@pytest.mark.parametrize("name", CAST)
def test_everybody_reaches_what_the_table_says(house, name):
    column = CAST.index(name)
    expected = {f"{method} {path}": statuses[column] for method, path, statuses in ROWS}
    found = {f"{method} {path}": house.ask(name, method, path).status_code for method, path, _ in ROWS}
    assert {row: found[row] for row in found if found[row] != expected[row]} == {}


def test_every_route_stands_in_the_table(house):
    adapter = house.app.url_map.bind("localhost")
    known = set()
    for method, path, _ in ROWS:
        full = path[1:] if path.startswith("!") else f"/api/v1{path}"
        rule, _ = adapter.match(full.format_map(house.place), method=method, return_rule=True)
        known.add((method, rule.rule))
    routes = {
        (method, rule.rule) for rule in house.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes - known == set()


def test_every_line_of_the_table_is_whole():
    assert [row for row in ROWS if len(row[2]) != len(CAST)] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/inspections", ["visit", "approved"]),
        ("/inspections?county=540228", ["visit", "approved"]),
        ("/inspections?round={all}", ["visit", "approved"]),
        ("/inspections?centre={centre}", ["visit", "approved"]),
        ("/centres?county=540228&page_size=500", ["centre"]),
        ("/centres?q=嘎东&page_size=500", ["centre"]),
        ("/centres?near=29.21,89.17&page_size=500", ["centre"]),
        ("/rounds", ["round"]),
        ("/rounds?state=open", ["round"]),
        ("/rounds/{all}/rankings/townships", ["centre"]),
    ],
)
def test_no_list_or_filter_shows_another_county_what_is_not_theirs(house, path, words):
    own, other = (house.people[name].get(path.format_map(house.place)) for name in ("bailang", "jiangzi"))
    assert (own.status_code, other.status_code) == (200, 200)
    for word in words:
        assert str(house.place[word]) in own.text, word
        assert str(house.place[word]) not in other.text, word


@pytest.mark.parametrize("path", ["/inspections/{id}", "/inspections/{id}/score", "/inspections/{id}/photos/{photo}"])
@pytest.mark.parametrize("name", ["pema", "jiangzi"])
def test_what_is_anothers_looks_like_what_never_was(house, name, path):
    theirs, none = (
        house.people[name].get(path.format_map(house.place | {"id": each}))
        for each in (house.place["visit"], "00000000-0000-4000-8000-000000000002")
    )
    assert (theirs.status_code, theirs.data) == (404, none.data)
    assert dict(theirs.headers) == dict(none.headers)

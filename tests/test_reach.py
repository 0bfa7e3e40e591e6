"""Who reaches what: every route × everybody of the cast, for what belongs to 白朗县 (540228). One table, one page.

401: nobody without a sign-in. 403: the role does not hold the permission. 404: somebody else's, and so not there.
tashi was on the visit; pema inspects, and jiangzi works, in another county; bailang in this one.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from factories import (
    GADONG,
    LUOJIANG,
    PASSWORD,
    ROOT,
    ROUND,
    ROUND_BODY,
    answers,
    approved,
    large_photo,
    picture,
    visit,
)

from audit.accounts.models import Account, Token
from audit.accounts.secrets import hash_password
from audit.app import PAGES as OF_PAGES
from audit.app import create_app
from audit.base import db
from audit.base.docs import style_name
from audit.config import Config
from audit.evidence.prints import Face
from audit.rounds import actions as rounds
from audit.rounds.models import Round
from audit.web import assets
from audit.web.shell import shell

PAGES = {each.name for each in OF_PAGES}

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
POST   /rounds/{all}/baselines/preview             403  403      403     403     403    200   403     403    401
POST   /rounds/{all}/editions/preview              403  403      403     403     403    200   403     403    401
POST   /rounds/{all}/baselines/{baseline}/confirmation
                                                   403  403      403     403     403    403   403     403    401

GET    /rounds/{round}/centres                     200  404      200     200     404    200   200     403    401
PUT    /rounds/{round}/centres/{centre}            403  403      403     403     403    200   403     403    401
GET    /rounds/{round}/lists                       200  404      200     200     404    200   200     403    401
POST   /rounds/{round}/lists                       403  403      403     403     403    201   403     403    401
POST   /lists/{list}/withdrawal                    403  403      403     403     403    200   403     403    401
GET    /rounds/{round}/plans                       200  404      200     200     404    200   403     403    401
POST   /rounds/{round}/plans                       403  403      403     403     403    201   403     403    401
POST   /plans/{plan}/replacement                   403  403      403     403     403    201   403     403    401
POST   /plans/{plan}/withdrawal                    403  403      403     403     403    200   403     403    401
GET    /rounds/{round}/draws                       403  403      200     403     403    200   403     403    401
POST   /rounds/{round}/draws                       403  403      403     403     403    201   403     403    401
GET    /rounds/{round}/draws/{draw}                403  403      200     403     403    200   403     403    401
GET    /rounds/{round}/draws/{draw}/check          403  403      200     403     403    200   403     403    401
PUT    /documents/{document}                       403  403      403     403     403    200   403     403    401
GET    /documents/{document}                       403  403      200     200     404    200   403     403    401

PUT    /photos/{photo}                             200  201      403     201     201    403   403     403    401
PUT    /photos/{photo}/preview                     200  201      403     403     403    403   403     403    401
GET    /photos/{photo}                             200  404      403     404     404    403   403     403    401
POST   /photos/questions                           200  200      403     200     200    403   403     403    401
OPTIONS /uploads                                   204  204      204     204     204    204   204     204    204
OPTIONS /uploads/{upload}                          204  204      204     204     204    204   204     204    204
POST   /uploads                                    201  201      403     201     201    403   403     403    401
HEAD   /uploads/{upload}                           200  404      403     404     404    403   403     403    401
PATCH  /uploads/{upload}                           204  404      403     404     404    403   403     403    401
DELETE /uploads/{other_upload}                     204  404      403     404     404    403   403     403    401
PUT    /inspections/{visit}                        200  404      403     403     403    403   403     403    401
PUT    /inspections/{visit}/membership              200  404      403     403     403    403   403     403    401
GET    /inspections                                200  200      200     200     200    200   403     403    401
GET    /inspections/{visit}                        200  404      200     200     404    200   403     403    401
GET    /inspections/{visit}/score                  200  404      200     200     404    200   403     403    401
GET    /inspections/{visit}/photos/{photo}         200  404      200     200     404    200   403     403    401
GET    /inspections/{visit}/evidence               200  404      200     403     403    403   403     403    401
GET    /inspections/{visit}/kept-aside             403  403      200     403     403    403   403     403    401
POST   /inspections/{visit}/reviews                403  403      201     403     403    403   403     403    401
POST   /inspections/{visit}/decisions              403  403      201     403     403    403   403     403    401
POST   /inspections/{visit}/admission              403  403      409     403     403    403   403     403    401
POST   /inspections/{visit}/voiding                403  403      200     403     403    200   403     403    401
PUT    /inspections/{visit}/voiding/{voiding}/confirmation
                                                   403  403      200     403     403    200   403     403    401
GET    /burden                                     403  403      403     200     200    200   403     403    401
GET    /burden/centres                             403  403      403     200     200    200   403     403    401

GET    /centres/{centre}/learnt-point              403  403      200     403     403    403   403     403    401
POST   /centres/{centre}/learnt-point              403  403      200     403     403    403   403     403    401
POST   /centres/{centre}/learnt-point/{proposal}/confirmation
                                                   403  403      200     403     403    403   403     403    401

GET    /findings                                   200  200      200     200     200    200   403     403    401
GET    /findings/{found}                           200  404      200     200     404    200   403     403    401
GET    /findings/{reported}/photos/{proof}         200  404      200     200     404    200   403     403    401
POST   /findings/{found}/order                     403  403      403     403     403    200   403     403    401
POST   /rounds/{all}/orders                        403  403      403     403     403    200   403     403    401
POST   /findings/{ordered}/report                  403  403      403     200     404    403   403     403    401
POST   /findings/{reported}/verification           403  404      200     403     403    403   403     403    401
POST   /findings/{closed}/reopening                403  403      403     403     403    200   403     403    401
POST   /inspections/{trial}/appeals                403  403      403     201     404    403   403     403    401
GET    /appeals                                    403  403      200     200     200    200   403     403    401
GET    /appeals/{appeal}                           403  403      200     200     404    200   403     403    401
GET    /appeals/{appeal}/photos/{proof}            403  403      200     200     404    200   403     403    401
POST   /appeals/{appeal}/decision                  403  403      200     403     403    200   403     403    401
POST   /appeals/{appeal}/withdrawal                403  403      403     200     404    403   403     403    401

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
GET    /rounds/{all}/exports/findings.csv          403  403      403     403     403    200   403     403    401
GET    /rounds/{all}/exports/report.pdf            403  403      403     403     403    409   403     403    401
GET    /rounds/{all}/exports/report.html           403  403      403     403     403    200   403     403    401
GET    /rounds/{all}/agreement                     403  403      403     403     403    200   403     403    401
GET    /rounds/{all}/counties/540228/exports/ranking.xlsx
                                                   403  403      403     200     404    200   403     403    401
GET    /rounds/{all}/counties/540228/evidence.zip  403  403      403     200     404    200   403     403    401

GET    /rounds/{all}/steps                         403  403      403     403     403    200   403     403    401
GET    /rounds/{published}/steps                   403  403      403     403     403    200   403     403    401
POST   /rounds/{published}/steps                   403  403      403     403     403    409   403     403    401
PUT    /steps/{step}/confirmation                  403  403      403     403     403    200   403     403    401
DELETE /steps/{step}                               403  403      403     403     403    409   403     403    401
GET    /rounds/{published}/publications            403  403      200     200     404    200   403     403    401
GET    /rounds/{published}/publications/1          403  403      200     200     404    200   403     403    401
GET    /rounds/{published}/publications/1/rankings/counties
                                                   403  403      200     200     404    200   403     403    401
GET    /rounds/{published}/publications/1/rankings/townships
                                                   403  403      200     200     404    200   403     403    401
GET    /rounds/{published}/publications/1/rankings/villages
                                                   403  403      200     200     404    200   403     403    401
GET    /rounds/{published}/publications/1/exports/ranking.xlsx
                                                   403  403      403     403     403    200   403     403    401
GET    /rounds/{published}/publications/1/exports/counties.csv
                                                   403  403      403     403     403    200   403     403    401
GET    /rounds/{published}/publications/1/exports/report.pdf
                                                   403  403      403     403     403    409   403     403    401
GET    /rounds/{published}/publications/1/exports/report.html
                                                   403  403      403     403     403    200   403     403    401
GET    /rounds/{published}/publications/1/counties/540228/exports/ranking.xlsx
                                                   403  403      403     200     404    200   403     403    401
GET    /rounds/{published}/publications/1/counties/540228/evidence.zip
                                                   403  403      403     200     404    200   403     403    401
POST   /rounds/{published}/publications/1/cards    403  403      403     403     403    200   403     403    401
GET    /cards                                      403  403      403     200     200    200   403     403    401
GET    /cards/{card}                               403  403      403     200     404    200   403     403    401
POST   /cards/{card}/acknowledgement               403  403      403     200     404    403   403     403    401
POST   /cards/{card}/withdrawal                    403  403      403     403     403    200   403     403    401
GET    /rounds/{all}/sensitivity                   403  403      403     403     403    200   403     403    401
POST   /rounds/{all}/whatif                        403  403      403     403     403    200   403     403    401
GET    /annual/{year}                              403  403      403     200     404    200   403     403    401
GET    /annual/{year}/export.xlsx                  403  403      403     403     403    200   403     403    401

GET    /openapi.json                               200  200      200     200     200    200   200     200    200
GET    /docs                                       200  200      200     200     200    200   200     200    200
GET    /docs/{style}                               200  200      200     200     200    200   200     200    200
GET    !/setup/a-secret                            404  404      404     404     404    404   404     404    404
POST   !/setup/a-secret                            404  404      404     404     404    404   404     404    404
GET    !/                                          302  302      302     302     302    302   302     302    302
GET    !/app                                       308  308      308     308     308    308   308     308    308
GET    !/app/                                      200  200      200     200     200    200   200     200    200
GET    !/app/worker.js                             200  200      200     200     200    200   200     200    200
GET    !/app/manifest.webmanifest                  200  200      200     200     200    200   200     200    200
GET    !/app/{version_of_app}/app.css              200  200      200     200     200    200   200     200    200
GET    !/pages/{look}                              200  200      200     200     200    200   200     200    200
GET    !/health                                    200  200      200     200     200    200   200     200    200
"""
# a path that leaves no room has its line below it
CAST, *LINES = [line.split() for line in re.sub(r"(\S)\n {50}", r"\1 ", TABLE).splitlines() if line]
ROWS = [(method, path, [int(status) for status in statuses]) for method, path, *statuses in LINES]
COUNTY_ROUND, PUBLISHED = "bailang-only", "bailang-published"
PDF = b"%PDF-1.7 a list"
CARDS = {"basis": "level", "appeal_days": 5}
A_LIST = {"division": "540228", "item": "TM01", "m": 120, "title": "list", "issued_on": "2026-09-30"}
A_PLAN = {"centre": str(GADONG), "inspector": "tashi", "kind": "check", "due_on": "2026-12-10"}
A_DRAW = {
    "level": "township",
    "kind": "spot",
    "per_county": {"count": 1},
    "inspectors": ["tashi"],
    "due_on": "2026-12-10",
}
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
        "POST /rounds/{all}/baselines/preview": {"inspection": place["approved"]},
        "POST /rounds/{all}/editions/preview": {"level": "township", "edition": "township-2026.1"},
        "POST /rounds/{all}/baselines/{baseline}/confirmation": {"items": []},
        "POST /rounds/{published}/steps": {"what": "publish", "note": "again"},
        "POST /rounds/{published}/publications/1/cards": CARDS,
        "POST /cards/{card}/withdrawal": {"reason": "not so"},
        "POST /rounds/{all}/whatif": {"ranking_policy": "ranking-2026.1"},
        "PUT /rounds/{round}/centres/{centre}": {"tier": "standard", "reason": "changed"},
        "POST /rounds/{round}/lists": A_LIST | {"m": 100},
        "POST /lists/{list}/withdrawal": {"reason": "a mistake"},
        "POST /rounds/{round}/plans": A_PLAN | {"kind": "recheck"},  # the draw may have planned the spot check
        "POST /rounds/{round}/draws": A_DRAW | {"seed": "another", "reason": "drawn again"},
        "POST /plans/{plan}/replacement": {"inspector": "drolma", "reason": "ill"},
        "POST /plans/{plan}/withdrawal": {"reason": "not needed"},
        "POST /findings/{found}/order": place["order"],
        "POST /rounds/{all}/orders": place["order"] | {"county": "540228"},
        "POST /findings/{ordered}/report": {"note": "已改", "photos": [place["proof"]]},
        "POST /findings/{reported}/verification": {"decision": "close", "note": "属实"},
        "POST /findings/{closed}/reopening": {"reason": "又不达标"},
        "POST /inspections/{trial}/appeals": {"item": "TP01", "reason": "不属实"},
        "POST /appeals/{appeal}/decision": {"decision": "dismiss", "reason": "属实"},
        "POST /photos/questions": {"digests": [place["photo"]]},
        "PUT /inspections/{visit}": place["body"],
        "POST /inspections/{visit}/reviews": {"decision": "approve"},
        "POST /inspections/{visit}/decisions": {"item": "TZ07", "answer": {"value": 1}, "reason": "counted again"},
        "POST /inspections/{visit}/admission": {"reason": "it was neither late nor unassigned"},
        "POST /inspections/{visit}/voiding": {"why": "fraud", "reason": "suspected before"},
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
        elif template == "PUT /documents/{document}":
            sent |= {"data": PDF, "query_string": {"name": "list.pdf"}}
        elif template in (known := bodies(self.place)):
            sent["json"] = known[template]
        if path.endswith(("/reviews", "/decisions", "/voiding")):
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
    app.extensions["print_face"] = Face()  # on every machine alike: no font, and so no PDF (409)
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
    step = publish_one(people, now)
    example, shown = picture("an example")
    assert people["tashi"].send_photo(example, shown).status_code == 201
    done = approved(people["tashi"], people["reviewer"], photos={answers()[0]["item"]: [example]})
    adopted = people["office"].post(f"/rounds/{ROUND}/baselines", json={"inspection": str(done)})
    digest, data = picture("reach")
    body = visit(photos={answers()[0]["item"]: [digest]})
    waiting = "00000000-0000-4000-8000-000000000001"
    assert people["tashi"].send_photo(digest, data).status_code == 201
    assert people["tashi"].submit(waiting, body).status_code == 201
    suspected = suspect(people["office2"], waiting)
    proposed = people["reviewing-inspector"].post(f"/centres/{GADONG}/learnt-point")
    begun = [people["tashi"].post("/uploads", headers=UPLOAD) for _ in range(2)]
    uploads = [each.headers["Location"].rpartition("/")[2] for each in begun]
    account = Account.get(Account.name == "bailang")
    return (
        {
            "account": account.id,
            "token": Token.get(Token.account == account).id,
            "centre": GADONG,
            "edition": "township-2026.1",
            "approved": str(done),
            "baseline": adopted.json["baseline"],
            "proposal": proposed.json["id"],
            "round": COUNTY_ROUND,
            "all": ROUND,
            "published": PUBLISHED,
            "step": step,
            "card": issue_one(people["office2"]),
            "year": ROUND_BODY["closes_on"].year,
            "visit": waiting,
            "voiding": suspected,
            "version": people["tashi"].get(f"/inspections/{waiting}").headers["ETag"],
            "photo": digest,
            "upload": uploads[0],
            "other_upload": uploads[1],
            "body": body,
            "style": style_name(),
            "example": example,
            "look": assets.url("style.css").split("/")[-1],
            "version_of_app": shell().version,
        }
        | planned(people["office"])
        | mended_and_objected_to(people, now)
    )


def planned(office) -> dict:
    """A plan, a draw, and a list with its document, in the round of the county alone."""
    document = hashlib.sha256(PDF).hexdigest()
    assert office.put(f"/documents/{document}?name=list.pdf", data=PDF).status_code == 201
    listed = office.post(f"/rounds/{COUNTY_ROUND}/lists", json=A_LIST | {"document": document})
    plan = office.post(f"/rounds/{COUNTY_ROUND}/plans", json=A_PLAN)
    draw = office.post(f"/rounds/{COUNTY_ROUND}/draws", json=A_DRAW)
    assert (listed.status_code, plan.status_code, draw.status_code) == (201, 201, 201)
    return {"list": listed.json["id"], "document": document, "plan": plan.json["id"], "draw": draw.json["id"]}


def suspect(person, inspection: str) -> int:
    """Propose to void a visit for fraud; the number of the proposal."""
    version = person.get(f"/inspections/{inspection}").headers["ETag"]
    body = {"why": "fraud", "reason": "suspected"}
    return person.post(f"/inspections/{inspection}/voiding", json=body, headers={"If-Match": version}).json["id"]


def publish_one(people: dict, now: datetime) -> int:
    """Publish a round of the county with one visit; the step that did it, of office2's, the office's to confirm."""
    rounds.open_round(ROUND_BODY | {"code": PUBLISHED, "area": "540228"}, actor=None, now=now)
    approved(people["tashi"], people["reviewer"], LUOJIANG, round=PUBLISHED)
    assert people["office"].post(f"/rounds/{PUBLISHED}/closing").status_code == 200
    for what in ("freeze", "publish"):
        step = people["office2"].post(f"/rounds/{PUBLISHED}/steps", json={"what": what, "note": what})
        assert people["office"].put(f"/steps/{step.json['id']}/confirmation").status_code == 200
    return step.json["id"]


def issue_one(person) -> int:
    """Issue the cards of what was published; the number of the one for the centre that was visited."""
    assert person.post(f"/rounds/{PUBLISHED}/publications/1/cards", json=CARDS).status_code == 201
    return person.get(f"/cards?round={PUBLISHED}").json[0]["id"]


def mended_and_objected_to(people: dict, now: datetime) -> dict:
    """Findings in four states, and an appeal in a round of the county whose trial ranking stands."""
    office, bailang, second = (people[name] for name in ("office", "bailang", "reviewing-inspector"))
    data = large_photo(20_000, "a proof")
    proof = hashlib.sha256(data).hexdigest()
    assert bailang.send_photo(proof, data).status_code == 201
    numbers = [each["id"] for each in office.get(f"/findings?round={ROUND}&page_size=4").json]
    order = {"unit": "镇政府", "due_on": (now + timedelta(days=30)).date().isoformat()}
    steps = [
        (office, "order", order),
        (bailang, "report", {"note": "已改", "photos": [proof]}),
        (second, "verification", {"decision": "close", "note": "属实"}),
    ]
    for taken, number in enumerate(numbers):
        for person, what, body in steps[:taken]:
            assert person.post(f"/findings/{number}/{what}", json=body).status_code == 200
    rounds.open_round(
        ROUND_BODY | {"code": "bailang-trial", "area": "540228", "followup_policy": "followup-2026.1"},
        actor=None,
        now=now,
    )
    trial = approved(people["tashi"], second, LUOJIANG, round="bailang-trial")
    Round.update(state="frozen", frozen_at=now).where(Round.code == "bailang-trial").execute()
    body = {"item": "TA01", "reason": "不属实", "photos": [proof]}
    appeal = bailang.post(f"/inspections/{trial}/appeals", json=body)
    states = dict(zip(("found", "ordered", "reported", "closed"), numbers, strict=True))
    return states | {"order": order, "proof": proof, "trial": str(trial), "appeal": appeal.json["id"]}


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
        (method, rule.rule)
        for rule in house.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint.partition(".")[0] not in PAGES  # tests/web/test_page_reach.py
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

"""What belongs to 白朗县 and pages show: as tests/test_reach.py has it, and what only forms need; and those forms."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from uuid import uuid4

import pyotp
from factories import (
    GADONG,
    LUOJIANG,
    MAYI,
    PASSWORD,
    ROOT,
    ROUND,
    ROUND_BODY,
    answered,
    approved,
    large_photo,
    visit,
)
from made_documents import PDF
from stage import opened
from test_reach import A_DRAW, A_LIST, A_PLAN, CARDS, COUNTY_ROUND, seed

from audit.accounts.models import Account
from audit.accounts.secrets import new_second_factor
from audit.centres.queries import by_code
from audit.inspections.models import Inspection
from audit.rounds import actions as rounds

EDITION = (ROOT / "checklists" / "township-2026.1.toml").read_text("utf-8")
NEXT_EDITION = EDITION.replace('id = "township-2026.1"', 'id = "township-2026.2"')
OF_THE_COUNTY = {"ended": "bailang-ended", "deciding": "bailang-deciding", "odd": "bailang-odd"}
CODES = {"policy": "ranking-2026.1", "other_centre": LUOJIANG}


def places(people: dict) -> dict:
    """{name: what stands for it in a path or a form}."""
    here = seed(people) | OF_THE_COUNTY | CODES
    for code in OF_THE_COUNTY.values():
        rounds.open_round(ROUND_BODY | {"code": code, "area": "540228"}, actor=None, now=datetime.now(UTC))
    return here | visits(people) | unsettled(people) | accounts() | {"table": table_of(people["admin"])}


def table_of(admin) -> str:
    """The digest of a table of centres that waits to be imported."""
    headers = {"Authorization": f"Bearer {admin.token}"}
    answer = admin.client.post("/registry/tables", data=filled_in({"file": a_table(3900)}), headers=headers)
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def a_table(people: int) -> tuple[bytes, str]:
    """A table that says of one centre how many people it serves."""
    return f"统计用区划代码,便民服务中心名称,常住人口\n540228100,洛江镇便民服务中心,{people}\n".encode(), "中心.csv"


def filled_in(form: dict) -> dict:
    """A form with its files, which are (bytes, name), opened to be sent."""
    return {name: (io.BytesIO(each[0]), each[1]) if isinstance(each, tuple) else each for name, each in form.items()}


def visits(people: dict) -> dict:
    """A covert visit with a finding, a blind one, one without a flag, and one that came after its round."""
    tashi, drolma, office = (people[name] for name in ("tashi", "drolma", "office"))
    covert = approved(tashi, people["reviewer"], LUOJIANG, kind="covert")
    found = office.get(f"/findings?round={ROUND}&centre={LUOJIANG}").json
    planned = office.post(f"/rounds/{COUNTY_ROUND}/plans", json=A_PLAN | {"centre": str(MAYI)})
    again = A_DRAW | {"level": "village", "kind": "check", "inspectors": ["drolma"], "blind": True}
    drawn = office.post(f"/rounds/{COUNTY_ROUND}/draws", json=again)
    closed = office.post(f"/rounds/{OF_THE_COUNTY['ended']}/closing")
    assert (planned.status_code, drawn.status_code, closed.status_code) == (201, 201, 200)
    sent = {
        "blind": (drolma, visit(MAYI, round=COUNTY_ROUND)),
        "clean": (tashi, visit(LUOJIANG)),
        "late": (tashi, visit(LUOJIANG, round=OF_THE_COUNTY["ended"])),
    }
    ids = {name: str(uuid4()) for name in sent}
    assert [person.submit(ids[name], body).status_code for name, (person, body) in sent.items()] == [201] * 3
    assert Inspection.get_by_id(ids["blind"]).blind
    version = Inspection.get_by_id(ids["clean"]).version
    return ids | {"covert": str(covert), "hidden": found[0]["id"], "clean_version": str(version)}


def unsettled(people: dict) -> dict:
    """What waits for a second person: a baseline with an unusual value, and a step."""
    office2, odd, deciding = people["office2"], OF_THE_COUNTY["odd"], OF_THE_COUNTY["deciding"]
    small = answered(visit(), "TA01", value=120)["answers"]
    inspection = approved(people["tashi"], people["reviewer"], GADONG, round=odd, answers=small)
    baseline = office2.post(f"/rounds/{odd}/baselines", json={"inspection": str(inspection)})
    assert office2.post(f"/rounds/{deciding}/closing").status_code == 200
    step = office2.post(f"/rounds/{deciding}/steps", json={"what": "freeze", "note": "a note", "accept": True})
    assert (baseline.json["adopted"], step.status_code) == (False, 201)
    waiting = {"odd_baseline": baseline.json["baseline"], "waiting_step": step.json["id"]}
    return waiting | {"odd_visit": str(inspection)}


def accounts() -> dict:
    """An account that was disabled; and everybody has begun with a second factor."""
    gone, secret = opened("gone", ["county"], by_code("540228").id), new_second_factor()
    Account.update(disabled_at=datetime.now(UTC)).where(Account.id == gone.id).execute()
    Account.update(second_factor_pending=secret).execute()
    return {"disabled": gone.id, "secret": secret}


def forms(place: dict) -> dict[str, dict]:
    """What is typed into each form: right, so that only the reach decides. The others are no more than a button."""
    shown = {"version": place["version"].strip('"')}
    person = {"display": "N", "role-inspector": "yes", "division": "all"}
    plan = A_PLAN | {"kind": "recheck"}  # the draw may have planned the spot check
    drawn = {"level": "township", "kind": "spot", "by": "count", "how": "1", "go-tashi": "on", "due_on": "2026-12-10"}
    photo = (large_photo(20_000, "sent with a form"), "现场.jpg")
    return {
        "/sign-in": {"name": "bailang", "password": PASSWORD},
        "/language": {"language": "en"},
        "/account/password": {"old": PASSWORD, "new": "Another 1 password", "again": "Another 1 password"},
        "/account/second-factor": {"password": PASSWORD},
        "/account/second-factor/code": {"code": pyotp.TOTP(place["secret"]).now()},
        "/account/second-factor/removal": {"password": PASSWORD},
        "/accounts": person | {"name": "newcomer"},
        "/accounts/{account}": person,
        "/registry/tables": {"file": a_table(4000)},
        "/editions/drafts": {"file": (NEXT_EDITION.encode(), "new.toml")},
        "/editions": {"text": NEXT_EDITION},
        "/rounds": {
            "code": "another", "name": "二季度", "area": "540200", "opens_on": "2027-04-01", "closes_on": "2027-06-30",
            **ROUND_BODY["editions"], "ranking_policy": "ranking-2026.1", "card_policy": "cards-2026.1",
        },
        "/rounds/{ended}/steps": {"what": "freeze", "note": "a note", "accept": "on"},
        "/rounds/{all}/baselines": {"inspection": place["approved"]},
        "/rounds/{odd}/baselines/{odd_baseline}/confirmation": {"item-TA01": "yes"},
        "/rounds/{round}/plans": plan,
        "/rounds/{round}/closing": {"sure": "on"},
        "/plans/{plan}/replacement": {"inspector": "drolma", "reason": "ill"},
        "/plans/{plan}/withdrawal": {"reason": "not needed"},
        "/rounds/{round}/draws": drawn | {"seed": "another", "reason": "drawn again"},
        "/rounds/{round}/lists": A_LIST | {"m": "100", "document": (PDF, "清单.pdf")},
        "/lists/{list}/withdrawal": {"reason": "a mistake"},
        "/rounds/{published}/publications/1/cards": CARDS,
        "/cards/{card}/withdrawal": {"reason": "not so"},
        "/review": {f"visit-{place['clean']}": place["clean_version"]},
        "/review/{visit}/approval": shown,
        "/review/{visit}/return": shown | {"reason-TA01": "too dark"},
        "/review/{visit}/decisions": shown | {"item": "TZ07", "value-TZ07": "1", "grounds-TZ07": "counted again"},
        "/review/{late}/admission": {"reason": "the road was closed"},
        "/inspections/{clean}/voiding": {"version": place["clean_version"], "why": "fraud", "reason": "suspected"},
        "/findings/orders": place["order"] | {"round": ROUND, "county": "540228"},
        "/findings/{found}/order": place["order"],
        "/findings/{ordered}/report": {"note": "已改", "photos": photo},
        "/findings/{reported}/verification": {"decision": "close", "note": "属实"},
        "/findings/{closed}/reopening": {"reason": "又不达标"},
        "/inspections/{trial}/items/TP01/appeal": {"reason": "不属实", "photos": photo},
        "/appeals/{appeal}/decision": {"decision": "dismiss", "reason": "属实"},
    }  # fmt: skip

"""People and visits that only the tests of inspections need."""

import random
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

import pytest
from factories import GADONG, MAYI, ROUND_BODY, answered, content, picture, visit
from states import made_once

from audit.accounts import signing_in
from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.centres import queries as centres
from audit.centres.models import Centre
from audit.commands import inventions
from audit.inspections import news
from audit.rounds import actions as rounds
from audit.rounds.models import Round

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def reviewing_inspector(people):
    """An inspector who also reviews."""
    return people["reviewing-inspector"]


@pytest.fixture
def newcomer(nobody, client):
    """Opens an account and signs it in: `newcomer("reviewer", "540222")`."""

    def open_account(role: str, area: str):
        account = Account.create(
            name=f"{role}-of-{area}",
            display=role,
            roles=[role],
            division=centres.by_code(area).id,
            password=None,
            created_at=NOW,
        )
        token = signing_in.issue(account, "a phone", policy=Policy(), now=datetime.now(UTC))["token"]
        return type(nobody)(account.name, client, token)

    return open_account


@pytest.fixture
def another_round(app):
    """Opens a round: `another_round("2026S", sample=True)`."""

    def open_round(code: str, **changes):
        body = ROUND_BODY | {"code": code, "name": code}
        return rounds.open_round(body | changes, actor=None, now=NOW)

    return open_round


@pytest.fixture
def a_visit(tashi):
    """The id of a complete visit of tashi's to 嘎东镇, not yet reviewed."""
    inspection = uuid4()
    assert tashi.submit(inspection, visit()).status_code == 201
    return inspection


@pytest.fixture
def a_waiting_visit(tashi):
    """(id, digest, bytes): a visit of tashi's and the photo of TA02 that it waits for."""
    inspection, (digest, data) = uuid4(), picture("waited for")
    assert tashi.submit(inspection, visit(photos={"TA02": [digest]})).status_code == 201
    return inspection, digest, data


@pytest.fixture
def a_village_site(app):
    """Makes a village's station a demonstration site: `a_village_site(MAYI)`."""

    def raise_it(centre):
        Centre.update(demonstration=True).where(Centre.id == centre).execute()
        return centre

    return raise_it


@cache
def proofs() -> list[tuple[str, bytes]]:
    """As many pictures as an item wants, drawn once."""
    return [picture(f"proof {number}") for number in range(5)]


@made_once
def proofs_sent(tashi):
    """The pictures, as tashi sent them."""
    for digest, data in proofs():
        assert tashi.send_photo(digest, data).status_code in (200, 201)


@pytest.fixture
def proven(proofs_sent):
    """Submits a visit with all the photos it wants; its id: `proven(tashi, LUOJIANG, TA06={"value": 3})`."""
    sent = {"tashi"}

    def submit(inspector, centre=GADONG, *, edition: str | None = None, round: str = "2026Q4", **given):
        body = visit(centre, round=round)
        for item, answer in given.items():
            body = answered(body, item, **answer)
        level = "village" if centre == MAYI else "township"
        digests = [digest for digest, _ in proofs()]
        inventions.attach(content(level), body["answers"], digests, random.Random(0), 0.0)
        if inspector.name not in sent:
            for digest, data in proofs():
                inspector.send_photo(digest, data)
            sent.add(inspector.name)
        inspection = uuid4()
        receipt = inspector.submit(inspection, body | ({"edition": edition} if edition else {}))
        assert (receipt.status_code, receipt.json["state"]) == (201, "submitted"), receipt.json
        return inspection

    return submit


@pytest.fixture
def freeze(app):
    """Freezes the round of the stage, without the two people that it takes."""
    return lambda state="frozen": Round.update(state=state).where(Round.code == "2026Q4").execute()


@pytest.fixture
def told(monkeypatch):
    """What those above were told: [(event, id of the visit)]."""
    heard = []
    listener = lambda event, visit, now: heard.append((event, str(visit.id)))  # noqa: E731
    monkeypatch.setattr(news, "listeners", [listener])
    return heard


@pytest.fixture
def a_late_visit(tashi, office):
    """The id of a complete visit of tashi's that came after its round was closed."""
    office.post("/rounds/2026Q4/closing")
    inspection = uuid4()
    assert tashi.submit(inspection, visit()).status_code == 201
    return inspection

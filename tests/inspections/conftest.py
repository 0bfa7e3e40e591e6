"""People and visits that only the tests of inspections need."""

import random
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from factories import GADONG, MAYI, ROUND_BODY, answered, content, picture, visit

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


@pytest.fixture
def proven():
    """Submits a visit with all the photos it wants; its id: `proven(tashi, LUOJIANG, TA06={"value": 3})`."""
    sent: set[str] = set()
    pictures = [picture(f"proof {number}") for number in range(5)]

    def submit(inspector, centre=GADONG, *, edition: str | None = None, round: str = "2026Q4", **given):
        body = visit(centre, round=round)
        for item, answer in given.items():
            body = answered(body, item, **answer)
        level = "village" if centre == MAYI else "township"
        digests = [digest for digest, _ in pictures]
        inventions.attach(content(level), body["answers"], digests, random.Random(0), 0.0)
        for digest, data in pictures:
            if digest not in sent:
                inspector.send_photo(digest, data)
                sent.add(digest)
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

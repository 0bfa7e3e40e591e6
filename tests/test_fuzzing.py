"""schemathesis against our own OpenAPI document: what it says is what happens, whatever is sent.

As the office in `make test`; as every role, with more examples, in `make fuzz`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS
from stage import CAST, set_the_stage

from audit.accounts import signing_in
from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.app import create_app
from audit.base import db
from audit.config import Config

ROLES = os.environ.get("FUZZ_ROLES", "office").split()
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
# Requests that fit the document and are refused with 422 all the same, for what no JSON schema can say
BEYOND_THE_SCHEMA = {
    "POST /api/v1/accounts": "the password must be strong and the division must exist",
    "PATCH /api/v1/accounts/{account_id}": "the division must exist",
    "PUT /api/v1/me/password": "the new password must be strong",
    "PUT /api/v1/me/second-factor": "the code is that of the moment",
    "POST /api/v1/rounds": "area, editions and policies must exist, and it opens before it closes",
    "POST /api/v1/rounds/{code}/lists": "division, item and document must exist",
    "POST /api/v1/rounds/{code}/plans": "centre and inspector must exist, and the day lie in the round",
    "POST /api/v1/rounds/{code}/draws": "one of count and share, and inspectors who exist",
    "POST /api/v1/plans/{plan_id}/replacement": "the plan says what may be replaced",
    "PUT /api/v1/documents/{digest}": "the bytes must be a document with that digest",
    "PUT /api/v1/inspections/{inspection_id}": "round, edition, team and answers must fit the checklist",
    "POST /api/v1/rounds/{code}/publications/{version}/cards": "the counties must be the round's, 5.0 is not whole",
    "POST /api/v1/inspections/{inspection_id}/reviews": "a return wants reasons, an approval has none",
    "POST /api/v1/inspections/{inspection_id}/decisions": "the answer must fit the item, and the version be named",
    "POST /api/v1/inspections/{inspection_id}/voiding": "the version must be named",
    "POST /api/v1/rounds/{code}/editions/preview": "the edition must be published, and of the level",
    "POST /api/v1/appeals/{appeal_id}/decision": "what is upheld has an answer, what is dismissed has none",
    "POST /api/v1/rounds/{code}/baselines/{baseline_id}/confirmation": "exactly the unusual items are named",
    "PUT /api/v1/photos/{digest}": "the bytes must be a picture with that digest",
    "PUT /api/v1/photos/{digest}/preview": "the bytes must be a small picture",
    "POST /api/v1/uploads": "the metadata must hold a digest, and the checksum be that of the body",
    "GET /api/v1/trail": "moments before 1900 are none that every time zone can show",
    "GET /api/v1/trail.csv": "moments before 1900 are none that every time zone can show",
    "GET /api/v1/centres": "near must lie on this planet",
}


@schemathesis.serializer("application/offset+octet-stream")
def pieces(_context, value) -> bytes:
    """The body of an upload in pieces: bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def stage_for_fuzzing(tmp_path_factory):
    """(the document's operations by label, a fresh token of a role) on a seeded database."""
    folder = tmp_path_factory.mktemp("fuzz")
    url = f"sqlite:///{folder / 'audit.db'}"
    set_the_stage(url)
    app = create_app(Config(data=folder, database_url=url, tries=0, checkers=0))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = {each.ok().label: each.ok() for each in schema.get_all_operations()}

    def token(role: str) -> str:
        account = Account.get(Account.name == next(name for name, (roles, _) in CAST.items() if roles == [role]))
        return signing_in.issue(account, "fuzzing", policy=Policy(tries=0), now=datetime.now(UTC))["token"]

    yield operations, token
    db.database.close_all()


def labels() -> list[str]:
    """Every operation of the document, read without a database."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        document = create_app(Config(data=Path(folder))).test_client().get("/api/v1/openapi.json").get_json()
    return [
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in ("get", "put", "post", "patch", "delete", "head", "options")
        if method in item
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("label", labels())
def test_what_the_document_says_is_what_happens(stage_for_fuzzing, label, role):
    operations, token = stage_for_fuzzing
    # its WSGI transport asks for packed answers and does not unpack them
    headers = {"Authorization": f"Bearer {token(role)}", "Accept-Encoding": "identity"}
    operation = operations[label]
    left_out = [CHECKS.get_one("positive_data_acceptance")] if label in BEYOND_THE_SCHEMA else []

    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case):
        case.call_and_validate(headers=headers, excluded_checks=left_out)

    holds()


def test_every_exception_is_still_an_operation():
    assert set(BEYOND_THE_SCHEMA) - set(labels()) == set()

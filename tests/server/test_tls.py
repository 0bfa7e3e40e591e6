"""`audit serve --tls`: a phone that trusts the CA speaks HTTPS with it, by every name of the certificate."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection

import pytest
from factories import PASSWORD, ROOT, large_photo, picture
from stage import give_everybody

from audit.base import db
from audit.commands import trial

MOST = 60  # seconds until a test gives up


@pytest.fixture(scope="module")
def secured(copies, sqlite_stage, tmp_path_factory):
    """(port, what the server said, asks it: method, path, body, token, host); the lines do not know the engine."""
    folder = tmp_path_factory.mktemp("tls")
    with copies("sqlite", folder) as (url, _):
        db.open_database(url)
        give_everybody(PASSWORD)
        db.database.close_all()
        yield from _listening(folder, url)


def _listening(folder, url: str):
    log, ca = folder / "server.log", folder / "tls/audit-ca.crt"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "audit.cli", "--data", str(folder), "serve", "--tls", "--port", str(port)]
    environment = os.environ | {"AUDIT_DATABASE_URL": url}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)

    def ask(method: str, path: str, body: bytes | None = None, token: str = "", host: str = "127.0.0.1", **headers):
        line = HTTPSConnection(host, port, timeout=30, context=ssl.create_default_context(cafile=ca))
        try:
            line.request(method, path, body, headers | ({"Authorization": f"Bearer {token}"} if token else {}))
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()

    _wait(process, log, ask)
    yield port, log, ask
    process.terminate()
    process.wait(30)


def _wait(process, log, ask) -> None:
    end = time.monotonic() + MOST
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            return ask("GET", "/health")
        except (OSError, HTTPException):  # no CA yet, or nobody listens yet
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def test_a_phone_signs_in_and_sends_a_photo(secured):
    _, log, ask = secured
    who = json.dumps({"name": "tashi", "password": PASSWORD, "device": "a phone"}).encode()
    status, signed_in = ask("POST", "/api/v1/tokens", who, **{"Content-Type": "application/json"})
    assert status == 201
    digest, data = picture()
    path, jpeg = f"/api/v1/photos/{digest}", {"Content-Type": "image/jpeg"}
    assert ask("PUT", path, data, signed_in["token"], **jpeg)[0] == 201
    assert ask("PUT", path, large_photo(3_000_000), signed_in["token"], **jpeg)[0] == 422
    assert f"listening on https://127.0.0.1:{secured[0]}/" in log.read_text("utf-8")


def test_it_answers_to_each_address_and_to_no_other_name(secured):
    port, log, ask = secured
    for address in trial.lan_addresses():
        assert ask("GET", "/health", host=address)[0] == 200
        assert f"  https://{address}:{port}/app/\n" in log.read_text("utf-8")
    assert ask("GET", "/health", host="localhost")[0] == 200
    assert ask("GET", "/health", Host="evil.example")[0] == 400


def test_who_does_not_trust_the_ca_gets_nothing(secured):
    line = HTTPSConnection("127.0.0.1", secured[0], timeout=30)
    with pytest.raises(ssl.SSLCertVerificationError):
        line.request("GET", "/health")
    line.close()
    plain = HTTPConnection("127.0.0.1", secured[0], timeout=30)
    with pytest.raises((OSError, HTTPException)):
        plain.request("GET", "/health")
        plain.getresponse()
    plain.close()

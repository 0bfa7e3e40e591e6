"""Documents behind lists: kept as they came, taken by content, read by those whom they concern."""

from __future__ import annotations

import gzip
import threading
from urllib.parse import quote

import pytest
from made_documents import PDF, PNG, archive, digest_of, docx, every, send, xlsx

from audit.base.trail import TrailLine
from audit.rounds import documents
from audit.rounds.models import Document

PATH = f"/documents/{digest_of(PDF)}"
ENTERED = {"division": "540228", "item": "TM01", "m": 120, "title": "县级应进驻事项清单", "issued_on": "2026-09-30"}


def listed(office, **changes) -> None:
    answer = office.post("/rounds/2026Q4/lists", json=ENTERED | {"document": digest_of(PDF)} | changes)
    assert answer.status_code == 201, answer.json


@pytest.mark.parametrize("kind", ["pdf", "jpg", "png", "xlsx", "docx"])
def test_a_document_comes_back_byte_for_byte(office, kind):
    data = every()[kind]
    assert send(office, data, f"清单.{kind}").status_code == 201
    answer = office.get(f"/documents/{digest_of(data)}", buffered=True)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, data, documents.MEDIA_TYPES[kind])


def test_it_is_a_file_to_keep_and_nothing_to_show(office):
    send(office)
    headers = office.get(PATH, buffered=True).headers
    assert (
        headers["Content-Disposition"].startswith("attachment") and quote("清单.pdf") in headers["Content-Disposition"]
    )
    assert (headers["X-Content-Type-Options"], "private" in headers["Cache-Control"]) == ("nosniff", True)


def test_its_name_ends_as_what_it_is(office):
    send(office, PNG, "清单.exe")
    headers = office.get(f"/documents/{digest_of(PNG)}", buffered=True).headers
    assert headers["Content-Disposition"].endswith(f"{quote('清单.exe.png')}")


def test_sending_twice_changes_nothing(office):
    first, lines = send(office), TrailLine.select().count()
    again = send(office, name="又一次.pdf")
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert TrailLine.select().count() == lines


def test_two_offices_may_send_the_same(office, moved):
    send(office)
    other = moved("office2", "540228")
    assert other.get(PATH, buffered=True).status_code == 404
    assert (send(other).status_code, other.get(PATH, buffered=True).status_code) == (201, 200)


def test_a_file_that_was_lost_is_mended_by_sending_it_again(office, app):
    send(office)
    app.extensions["storage"].delete(Document.get().key)
    assert (send(office).status_code, office.get(PATH, buffered=True).data) == (200, PDF)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("text", b"hello"),
        ("nothing", b""),
        ("web page", b"<!doctype html><script>"),
        ("plain archive", archive("a.txt")),
        ("torn", xlsx()[:-100]),
        ("macros", docx("word/vbaProject.bin")),
        ("both", archive("[Content_Types].xml", "word/document.xml", "xl/workbook.xml")),
        ("program", b"MZ" + bytes(100)),
    ],
)
def test_what_is_no_document_is_refused(office, name, data):
    answer = send(office, data)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-media-type"), name


def test_an_archive_with_a_huge_directory_is_not_read(office, monkeypatch):
    monkeypatch.setattr(documents, "MOST_DIRECTORY", 10)
    assert send(office, docx()).status_code == 415


def test_too_much_is_refused_announced_or_not(office, monkeypatch):
    monkeypatch.setattr(documents, "LIMIT", 10)
    assert send(office).status_code == 413
    chunked = {"environ_overrides": {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}}
    answer = office.put(PATH, data=PDF, query_string={"name": "a"}, content_length=None, **chunked)
    assert answer.status_code == 413


def test_other_bytes_than_were_announced_are_refused(office):
    answer = office.put(f"/documents/{'0' * 64}", data=PDF, query_string={"name": "a"})
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/checksum-mismatch")
    assert Document.select().count() == 0


@pytest.mark.parametrize("query", ["", "?name=", "?name=%00", "?name=a&name2=b", "?name=" + "x" * 201])
def test_it_wants_a_name(office, query):
    assert office.put(f"{PATH}{query}", data=PDF).status_code == 400


def test_too_many_uploads_at_once_are_put_off(office, app):
    app.extensions["upload_places"] = threading.BoundedSemaphore(1)
    with app.extensions["upload_places"]:
        assert send(office).status_code == 503
    assert send(office).status_code == 201


def test_a_packed_body_is_not_unpacked(office):
    packed = office.put(f"{PATH}?name=a", data=gzip.compress(PDF), headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415


@pytest.mark.parametrize("digest", ["A" * 64, "x" * 64])
def test_what_is_no_digest_is_not_found(office, digest):
    assert office.put(f"/documents/{digest}?name=a", data=PDF).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("nobody", 401), ("tashi", 403), ("bailang", 403), ("reviewer", 403), ("admin", 403)]
)
def test_only_the_office_sends_documents(people, name, status):
    assert send(people[name]).status_code == status


@pytest.mark.parametrize(
    ("name", "status"), [("nobody", 401), ("tashi", 403), ("bailang", 200), ("jiangzi", 404), ("reviewer", 200)]
)
def test_a_document_is_read_where_its_list_holds(people, name, status):
    send(people["office"])
    listed(people["office"])
    assert people[name].get(PATH, buffered=True).status_code == status


def test_a_document_that_nothing_rests_on_is_for_its_sender_alone(office, office2):
    send(office)
    assert (office.get(PATH, buffered=True).status_code, office2.get(PATH, buffered=True).status_code) == (200, 404)

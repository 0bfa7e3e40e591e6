"""AUDIT_STORAGE_URL: one that cannot be used is named before anything starts; one that is down is no traceback."""

from __future__ import annotations

import dataclasses
import socket
from contextlib import closing
from uuid import uuid4

import pytest
from factories import picture


@pytest.fixture
def at(here):
    """This test's data with its photos at a URL: `at("s3://…")`."""
    return lambda url: dataclasses.replace(here, storage_url=url)


@pytest.fixture
def down(monkeypatch):
    """The URL of a bucket at which nobody listens."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # second tries come at once
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"s3://photos?endpoint=http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("verify",), ("retention",), ("backup", "/nowhere")])
def test_a_bad_url_is_named(words, at, credentials):
    code, said = at("s3://photos?endpint=x").run(*words)
    assert (code, said.startswith("Error: storage_url: knows no endpint")) == (1, True), said


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("backup", "/nowhere"), ("retention",)])
def test_a_bucket_that_cannot_be_used_is_told(words, at, swift, credentials):
    code, said = at(swift.url(bucket="nothing-there")).run(*words)
    told = "Error: storage_url: the bucket nothing-there cannot be used: there is no such bucket"
    assert (code, said.startswith(told)) == (1, True), said


@pytest.mark.parametrize("words", [("backup", "/nowhere"), ("retention",), ("storage", "move", "--to", "/nowhere")])
def test_a_bucket_that_is_down_is_a_sentence(words, at, down, credentials):
    code, said = at(down).run(*words)
    assert (code, said) == (1, "Error: temporarily-unavailable: the store of photos does not serve\n")


def test_verify_says_that_a_bucket_is_down_and_checks_the_rest(at, down, credentials, proved_visit):
    code, said = at(down).run("verify")
    assert (code, "the store of photos does not serve; photos after it are not checked" in said) == (1, True), said
    assert "photos: 1 checked, 1 faults" in said
    assert "scores: 1 checked, 0 faults" in said


def test_verify_says_why_a_bucket_cannot_be_used(at, swift, credentials, proved_visit):
    code, said = at(swift.url(bucket="nothing-there")).run("verify")
    assert (code, "there is no such bucket (NoSuchBucket); photos after it are not checked" in said) == (1, True), said


def test_photos_in_a_bucket_are_sent_shown_and_verified(at, swift, credentials, tashi):
    there = at(swift.url(str(uuid4())))
    digest, data = picture("in a bucket")
    assert there.client(tashi).send_photo(digest, data).status_code == 201
    assert there.run("verify")[0] == 0

"""Clients that are not ours, against the real server: tuspy and tus-js-client, cut off and gone on with."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cutting_line import cutting_line
from factories import ROOT, large_photo, picture
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed
from tusclient.uploader import Uploader

TUS_JS = "tus-js-client@4.3.1"
MIB = 1024 * 1024
SIZE = 3 * MIB + 17


@pytest.fixture
def photo(request) -> tuple[str, bytes]:
    """(sha256, bytes) of a photo of 3 MB that no other test sends."""
    data = large_photo(SIZE, request.node.name)
    return hashlib.sha256(data).hexdigest(), data


@pytest.fixture
def file(tmp_path, photo) -> Path:
    """It, on a phone."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo[1])
    return path


@pytest.fixture
def phone(server):
    """tashi's line to the server."""
    return server.sign_in("tashi")


@pytest.fixture
def photo_is_here(phone, photo):
    """The server has it already."""
    phone.must("PUT", f"/api/v1/photos/{photo[0]}", photo[1])


@pytest.fixture
def kept_whole(server, photo):
    """Whether the server keeps the photo byte for byte; None when it keeps nothing of that name: `kept_whole()`."""
    digest, data = photo
    kept = server.data / "uploads" / digest[:2] / digest[2:4] / f"{digest}.jpg"
    return lambda: kept.read_bytes() == data if kept.exists() else None


# --- tuspy ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tuspy(server, phone, photo):
    """An uploader of tuspy's: `tuspy(data)`; keywords go to it."""

    def uploader(data: bytes = photo[1], port: int = server.port, **options) -> Uploader:
        client = TusClient(f"http://127.0.0.1:{port}/api/v1/uploads", {"Authorization": f"Bearer {phone.token}"})
        digest = hashlib.sha256(data).hexdigest()
        metadata = {"filename": "现场 1.jpg", "filetype": "image/jpeg", "sha256": digest}
        # a stream, for tuspy leaves files open
        return client.uploader(
            file_stream=io.BytesIO(data), metadata=metadata, retry_delay=0, upload_checksum=True, **options
        )

    return uploader


def test_tuspy_is_cut_off_and_goes_on(tuspy, kept_whole):
    first = tuspy(chunk_size=256 * 1024)
    first.upload(stop_at=SIZE // 2)
    assert kept_whole() is None
    second = tuspy(url=first.url, chunk_size=256 * 1024)
    assert second.offset == first.offset > 0
    second.upload()
    assert (second.offset, kept_whole()) == (SIZE, True)


def test_tuspy_is_cut_off_in_the_middle_of_a_piece_and_goes_on(tuspy, server, kept_whole):
    # each of its requests has a connection of its own: the announcement, a piece that is cut, …
    with cutting_line(server.port, [10_000, MIB // 2, 10_000, MIB, 10_000, MIB // 2]) as port:
        uploader = tuspy(port=port, chunk_size=MIB, retries=5)
        uploader.upload()
    assert (uploader.offset, kept_whole()) == (SIZE, True)


def test_tuspy_sends_a_photo_in_one_piece(tuspy, kept_whole):
    tuspy().upload()
    assert kept_whole() is True


def test_tuspy_learns_that_a_photo_is_here_already(tuspy, photo_is_here):
    uploader = tuspy(retries=1)
    uploader.upload()
    assert (uploader.offset, uploader.request.status_code) == (SIZE, 204)


def test_tuspy_without_a_retry_is_told_to_look(tuspy, photo_is_here):
    uploader = tuspy()
    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload()
    assert (refused.value.status_code, uploader.get_offset()) == (409, SIZE)


def test_tuspy_goes_on_after_the_server_died(tuspy, kept_whole, server):
    first = tuspy(chunk_size=256 * 1024)
    first.upload(stop_at=SIZE // 2)
    server.dies_and_starts_again()
    second = tuspy(url=first.url, chunk_size=256 * 1024)
    assert second.offset == first.offset
    second.upload()
    assert kept_whole() is True


def test_tuspy_is_told_why_a_file_is_no_photo(tuspy):
    with pytest.raises(TusUploadFailed) as refused:
        tuspy(b"GIF89a" + bytes(1000)).upload()
    problem = json.loads(refused.value.response_content)
    assert (refused.value.status_code, problem["type"]) == (415, "/problems/unsupported-photo-format")


# --- tus-js-client -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def tus_js_folder(tmp_path_factory) -> Path:
    """tus-js-client, fetched by npm into a folder that goes with the tests."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("NOT TESTED with tus-js-client: node and npm are not on this machine")
    folder = tmp_path_factory.mktemp("tus-js")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), TUS_JS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"NOT TESTED with tus-js-client: npm could not fetch it: {done.stderr[-500:]}")
    return folder


@pytest.fixture
def tus_js(server, phone, photo, file, tus_js_folder):
    """Runs tus-js-client; what it asked, was answered and left: `tus_js(port=…, chunkSize=…)`."""

    def run(port: int = server.port, **options) -> dict:
        own = {
            "endpoint": f"http://127.0.0.1:{port}/api/v1/uploads",
            "headers": {"Authorization": f"Bearer {phone.token}"},
            "retryDelays": [0] * 5,
        }
        job = {"file": str(file), "sha256": photo[0], "options": own | options}
        command = ["node", str(ROOT / "tests" / "server" / "tus_js.cjs"), json.dumps(job)]
        environment = os.environ | {"NODE_PATH": str(tus_js_folder / "node_modules")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_tus_js_client_sends_a_photo_in_one_piece(tus_js, kept_whole):
    assert (tus_js()["asked"], kept_whole()) == (["POST 201", "PATCH 204"], True)


@pytest.mark.parametrize("size", [None, 256 * 1024])
def test_tus_js_client_is_cut_off_twice_and_goes_on(tus_js, server, kept_whole, size):
    with cutting_line(server.port, [SIZE // 3, SIZE // 3]) as port:
        done = tus_js(port, **({"chunkSize": size} if size else {}))
    assert (done["error"], kept_whole()) == (None, True)
    assert (done["asked"].count("POST 201"), done["asked"].count("HEAD 200") >= 2) == (1, True)


def test_tus_js_client_goes_on_another_day(tus_js, server, kept_whole):
    with cutting_line(server.port, [SIZE // 2]) as port:
        first = tus_js(port, retryDelays=None)
    assert ("failed to upload chunk" in first["error"], kept_whole()) == (True, None)
    server.dies_and_starts_again()
    path = first["url"].partition("/api/")[2]
    second = tus_js(uploadUrl=f"http://127.0.0.1:{server.port}/api/{path}")
    assert (second["asked"], kept_whole()) == (["HEAD 200", "PATCH 204"], True)


def test_tus_js_client_sends_the_photo_with_its_announcement(tus_js, kept_whole):
    assert (tus_js(uploadDataDuringCreation=True)["asked"], kept_whole()) == (["POST 201"], True)


@pytest.mark.parametrize(
    ("options", "asked"),
    [({}, ["POST 201", "PATCH 409", "HEAD 200"]), ({"uploadDataDuringCreation": True}, ["POST 201"])],
)
def test_tus_js_client_learns_that_a_photo_is_here_already(tus_js, photo_is_here, options, asked):
    done = tus_js(**options)
    assert (done["asked"], done["error"]) == (asked, None)


def test_a_foreign_photo_becomes_evidence_like_any_other(tuspy, phone):
    digest, data = picture("foreign")
    tuspy(data).upload()
    assert phone.must("GET", f"/api/v1/photos/{digest}")["state"] in ("received", "accepted")

"""A real S3 server for tests: OpenStack Swift with s3api from PyPI, whole in one process, with folders of its own.

Run as a program it serves until its standard input ends, so it goes when its tests go, however they end.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

ACCESS, SECRET, BUCKET = "test:tester", "s3cr3t-of-the-tests", "photos"
NEEDED = ("swift", "pyeclib", "boto3")
KINDS = ("account", "container", "object")
COMMON = """[DEFAULT]
swift_dir = {folder}
devices = {folder}
mount_check = false
fallocate_reserve = 0
recon_cache_path = {folder}
# a slow machine is no reason to answer 503, nor to leave an object out of a listing
conn_timeout = 30
node_timeout = 60
container_update_timeout = 60
log_level = WARNING
"""
PROXY = """[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth bulk slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:s3api]
use = egg:swift#s3api
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
"""


@dataclass(frozen=True)
class Store:
    """A running server that holds one empty bucket."""

    endpoint: str
    folder: Path

    def url(self, prefix: str = "", bucket: str = BUCKET) -> str:
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}"


@pytest.fixture(scope="session")
def swift():
    """The server, one per test process, on a free port; ready in about a second."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        pytest.skip(f"NO S3 SERVER: {', '.join(missing)} not installed; pip install -e '.[dev]'")
    folder = _folder_with_xattrs()
    command = [sys.executable, "-W", "ignore", __file__, str(folder)]
    with (folder / "stderr.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    with process:
        port = process.stdout.readline().decode().strip()
        assert port, (folder / "stderr.log").read_text()
        store = Store(f"http://127.0.0.1:{port}", folder)
        _make_bucket(store)
        yield store
        process.stdin.close()
        process.wait(30)
    assert not folder.exists()


def _make_bucket(store: Store) -> None:
    import boto3

    keys = {"aws_access_key_id": ACCESS, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    boto3.session.Session().client("s3", endpoint_url=store.endpoint, **keys).create_bucket(Bucket=BUCKET)


@pytest.fixture(scope="session")
def loader() -> Callable:
    """boto3 reads its models once, not for every client: 0.02 s instead of 0.14 s for each."""
    from botocore.session import create_loader

    return cache(create_loader)


@pytest.fixture
def credentials(monkeypatch, loader):
    """Those of the server, and no others that this machine may hold."""
    monkeypatch.setattr("botocore.session.create_loader", loader)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)


def _folder_with_xattrs() -> Path:
    """Swift keeps what it knows of an object in the extended attributes of its file."""
    tried = []
    for place in (tempfile.gettempdir(), "/var/tmp", "/dev/shm"):
        try:
            folder = tempfile.mkdtemp(prefix="audit-swift-", dir=place)
        except OSError as error:
            tried.append(f"{place}: {error.strerror}")
            continue
        try:
            os.setxattr(folder, "user.audit", b"x" * 1000)
            return Path(folder)
        except OSError as error:
            tried.append(f"{place}: {errno.errorcode[error.errno]}")
            shutil.rmtree(folder)
    return pytest.skip(f"NO S3 SERVER: Swift needs a filesystem with user xattrs ({'; '.join(tried)}); set TMPDIR")


# --- the program -------------------------------------------------------------------------------------------------


def serve(folder: Path) -> None:
    """Listen, write rings and settings, say the port, and go when standard input ends."""
    import eventlet

    eventlet.monkey_patch()
    sockets = {kind: eventlet.listen(("127.0.0.1", 0)) for kind in (*KINDS, "proxy")}
    ports = {kind: each.getsockname()[1] for kind, each in sockets.items()}
    _write_settings(folder)
    _write_rings(folder, ports)
    _log_to(folder / "swift.log")
    for kind, each in sockets.items():
        eventlet.spawn(_serve_one, folder / f"{kind}.conf", each)
    print(ports["proxy"], flush=True)  # noqa: T201
    eventlet.tpool.execute(sys.stdin.buffer.read)
    shutil.rmtree(folder)
    os._exit(0)


def _write_settings(folder: Path) -> None:
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = tests\n")
    for kind in KINDS:
        (folder / f"{kind}.conf").write_text(
            COMMON.format(folder=folder) + f"[app:{kind}-server]\nuse = egg:swift#{kind}\n[pipeline:main]\n"
            f"pipeline = {kind}-server\n"
        )
    (folder / "proxy.conf").write_text(COMMON.format(folder=folder) + PROXY.format(secret=SECRET))


def _write_rings(folder: Path, ports: dict[str, int]) -> None:
    """One copy of everything, in one folder."""
    from swift.common.ring import RingBuilder
    from swift.common.utils import set_swift_dir

    set_swift_dir(str(folder))
    (folder / "disk").mkdir()
    for kind in KINDS:
        ring = RingBuilder(1, 1, 0)
        where = {"ip": "127.0.0.1", "port": ports[kind], "device": "disk"}
        ring.add_dev(where | {"id": 0, "region": 1, "zone": 1, "weight": 1})
        ring.rebalance()
        ring.get_ring().save(str(folder / f"{kind}.ring.gz"))


def _log_to(path: Path) -> None:
    import logging

    from swift.common.utils import logs

    handler = logging.FileHandler(path)
    logs.ThreadSafeSysLogHandler = lambda *args, **kwargs: handler


def _serve_one(settings: Path, socket) -> None:
    """As swift.common.wsgi.run_server does, which would give every server a loop of its own."""
    from eventlet import wsgi
    from swift.common.http_protocol import SwiftHttpProtocol
    from swift.common.utils import NullLogger
    from swift.common.wsgi import loadapp

    kept = {"protocol": SwiftHttpProtocol, "capitalize_response_headers": False, "socket_timeout": 60}
    wsgi.server(socket, loadapp(str(settings)), NullLogger(), **kept)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))

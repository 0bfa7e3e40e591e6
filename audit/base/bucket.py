"""Where photo bytes live when many machines serve: an S3-compatible bucket, with the contract of `storage.Folder`."""

from __future__ import annotations

import errno
import hashlib
import io
import re
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

from audit.base.s3 import Blob, Unusable, asked, passing
from audit.base.storage import Held

PIECE = 64 * 1024
FORM = "s3://BUCKET/optional/prefix?endpoint=https://host:port&region=…"


class Bucket:
    """Blobs under a prefix: ab/cd/abcd….jpg. Put-if-absent by key; any number of threads may share one.

    Errors that pass are TemporarilyUnavailable, a full store or quota StorageFull, all others Unusable.
    """

    def __init__(self, name: str, spool_folder: Path, *, prefix: str = "", endpoint: str = "", region: str = ""):
        """Asks nothing of the store yet: see `check`. Credentials come from boto3's own chain (AWS_… and files)."""
        try:
            import boto3
            from botocore.config import Config
        except ImportError:
            raise ValueError("a bucket needs boto3: pip install 'audit[s3]'") from None
        self.name, self._spools = name, Path(spool_folder)
        self._prefix = f"{prefix.strip('/')}/".lstrip("/")
        config = Config(
            signature_version="s3v4",
            # over TLS boto3 would sign no digest of the body; stores that know no x-amz-checksum-… enforce this one
            s3={"payload_signing_enabled": True, "addressing_style": "path" if endpoint else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=30,
            retries={"total_max_attempts": 2, "mode": "standard"},
            max_pool_connections=64,
        )
        session = boto3.session.Session()
        self._s3 = session.client("s3", endpoint_url=endpoint or None, region_name=region or None, config=config)

    @classmethod
    def of(cls, url: str, spool_folder: Path) -> Bucket:
        """The bucket that FORM names; ValueError says in a sentence, without repeating the URL, why it cannot be."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.username is not None or "@" in options.get("endpoint", ""):
            raise ValueError("credentials do not belong in the URL but in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        if parts.scheme != "s3" or parts.fragment or not re.fullmatch(r"\w[\w.-]{2,62}", parts.netloc, re.ASCII):
            raise ValueError(f"must look like {FORM}")
        if unknown := options.keys() - {"endpoint", "region"}:
            raise ValueError(f"knows no {', '.join(sorted(unknown))}; must look like {FORM}")
        if not re.fullmatch(r"(https?://[\w.\[\]:-]+/?)?", options.get("endpoint", ""), re.ASCII):
            raise ValueError("the endpoint must look like https://host:port")
        return cls(parts.netloc, spool_folder, prefix=parts.path, **options)

    def check(self) -> None:
        """To be called at start: ValueError says why the bucket cannot be used as it is set."""
        try:
            with asked():
                self._s3.list_objects_v2(Bucket=self.name, Prefix=self._prefix, MaxKeys=1)
        except Unusable as error:
            raise ValueError(f"the bucket {self.name} cannot be used: {error.strerror}") from None

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it is: two that say the same are one."""
        return self._s3.meta.endpoint_url, self.name, self._prefix

    @contextmanager
    def spool(self) -> Iterator[BinaryIO]:
        """A file for bytes on their way in, on this machine; it has no name, so not even a crash leaves it behind."""
        self._spools.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._spools) as spool:
            yield spool

    def put(self, key: str, spool: BinaryIO) -> bool:
        """Make the spooled bytes durable under `key`, sure that these arrived; False when the key was held already.

        AWS and Swift refuse bytes whose sha256 is not the announced one; a store that neither repeats it nor names
        the object by the MD5 of what it got is read back. Of writers at the same moment the first wins where the
        store is atomic (AWS), the last on Swift, which looks only as a PUT begins: keys must name their bytes.
        """
        spool.flush()
        # some stores ignore If-None-Match; with it only writers at the same moment can meet
        if self.exists(key):
            return False
        digest = _digest(spool, hashlib.sha256)
        announced = b64encode(digest).decode()
        spool.seek(0)
        with suppress(FileExistsError), asked():
            answer = self._s3.put_object(**self._where(key), Body=spool, IfNoneMatch="*", ChecksumSHA256=announced)
            if answer.get("ChecksumSHA256") != announced and answer.get("ETag", "").strip('"') != _md5(spool):
                self._read_back(key, digest)
            return True
        return False

    def _read_back(self, key: str, digest: bytes) -> None:
        with suppress(FileNotFoundError), self.open(key) as file:
            if _digest(file, hashlib.sha256) == digest:
                return
        # or the next to put this key would find it present
        self.delete(key)
        raise passing("the store holds other bytes than were sent")

    def open(self, key: str) -> BinaryIO:
        """The bytes as they come; FileNotFoundError when there are none. A seek costs a request when read from."""

        def fetch(start: int) -> dict:
            span = {"Range": f"bytes={start}-"} if start else {}
            with asked():
                answer = self._s3.get_object(**self._where(key), **span)
            if start and "ContentRange" not in answer:
                raise Unusable(errno.EIO, "the store gives no ranges")
            return answer

        return io.BufferedReader(Blob(fetch), PIECE)

    @contextmanager
    def local(self, key: str) -> Iterator[BinaryIO]:
        """The bytes, fetched into a file on this machine that is gone afterwards."""
        with self.open(key) as stream, self.spool() as file:
            shutil.copyfileobj(stream, file)
            file.seek(0)
            yield file

    def exists(self, key: str) -> bool:
        return self.held(key) is not None

    def held(self, key: str) -> Held | None:
        """What is held under the key, its time to the second; None when nothing is."""
        with suppress(FileNotFoundError), asked():
            found = self._s3.head_object(**self._where(key))
            return Held(key, found["ContentLength"], found["LastModified"].astimezone(UTC))
        return None

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError), asked():
            self._s3.delete_object(**self._where(key))

    def listed(self) -> Iterator[Held]:
        """Everything held, a thousand to a request, in no order to rely on."""
        pages = iter(self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self._prefix))
        while page := _next(pages):
            for each in page.get("Contents", ()):
                # consoles mark folders by empty objects
                if not each["Key"].endswith("/"):
                    key = each["Key"].removeprefix(self._prefix)
                    yield Held(key, each["Size"], each["LastModified"].astimezone(UTC))

    def _where(self, key: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": self._prefix + key}


def _next(pages: Iterator[dict]) -> dict | None:
    with asked():
        return next(pages, None)


def _digest(file: BinaryIO, kind) -> bytes:
    file.seek(0)
    return hashlib.file_digest(file, kind).digest()


def _md5(file: BinaryIO) -> str:
    return _digest(file, lambda: hashlib.md5(usedforsecurity=False)).hex()

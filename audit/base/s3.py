"""What an S3-compatible store says, in our words, and its bytes as a file. For `bucket` alone."""

from __future__ import annotations

import errno
import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from audit.base.problems import StorageFull, TemporarilyUnavailable

log = logging.getLogger("audit")

# bodies lie far below every store's limit for one object: EntityTooLarge is how Swift says that a quota is used up
FULL = {"EntityTooLarge", "InsufficientStorage", "QuotaExceeded", "ServiceQuotaExceeded", "XMinioStorageFull"}
# a conflict with another writer, bytes damaged on the way, a clock of the store's: the same bytes may be sent again
PASSING = {"ConditionalRequestConflict", "OperationAborted", "BadDigest", "XAmzContentSHA256Mismatch", "RequestTimeout"}
REASONS = {
    "NoSuchBucket": "there is no such bucket",
    "PermanentRedirect": "the bucket is in another region",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
} | dict.fromkeys(("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"), "the credentials are refused")


class Unusable(OSError):
    """The store refuses as things are set: credentials, bucket, region. The message holds no secret."""


@contextmanager
def asked() -> Iterator[None]:
    """What boto3 raises, in our words; its own words may hold what was signed, so they go no further."""
    from botocore import exceptions as boto

    try:
        yield
    except boto.ClientError as error:
        raise _meaning(error.response) from None
    except (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError) as error:
        raise passing(type(error).__name__) from None
    except boto.BotoCoreError as error:
        raise Unusable(errno.EACCES, str(error)) from None


def _meaning(answer: dict) -> Exception:
    code, status = answer["Error"].get("Code", ""), answer["ResponseMetadata"]["HTTPStatusCode"]
    if code in ("NoSuchKey", "404"):
        return FileNotFoundError(errno.ENOENT, "no such object")
    if status == 412:
        return FileExistsError(errno.EEXIST, "the object is there")
    if status == 507 or code in FULL:
        log.error("the bucket is full: %s", code)
        return StorageFull(headers={"Retry-After": "60"})
    if status in (408, 429, 500, 502, 503, 504) or code in PASSING:
        return passing(f"{status} {code}")
    return Unusable(errno.EACCES, f"{REASONS.get(code, 'the store refuses')} ({code})")


def passing(why: str) -> TemporarilyUnavailable:
    log.warning("the bucket does not serve: %s", why)
    return TemporarilyUnavailable("the store of photos does not serve", headers={"Retry-After": "10"})


class Blob(io.RawIOBase):
    """Bytes off the wire, never more of them in memory than are asked for."""

    def __init__(self, fetch: Callable[[int], dict]):
        """`fetch` asks for the bytes from an offset on."""
        answer = fetch(0)
        self._fetch, self._body, self._size = fetch, answer["Body"], answer["ContentLength"]
        self._at = self._body_at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def readinto(self, buffer) -> int:
        if self._at >= self._size:
            return 0
        if self._at != self._body_at:
            self._body.close()
            self._body, self._body_at = self._fetch(self._at)["Body"], self._at
        with asked():
            count = self._body.readinto(buffer)
        self._at = self._body_at = self._at + count
        return count

    def close(self) -> None:
        if not self.closed and hasattr(self, "_body"):
            self._body.close()
        super().close()

"""A phone that sends a photo in pieces, as tus 1.0.0 has it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

TUS = {"Tus-Resumable": "1.0.0"}
MEDIA_TYPE = "application/offset+octet-stream"


def announcing(data: bytes, **changes: str | None) -> dict[str, str]:
    """The headers of a creation; a keyword replaces one (`Upload_Length`), None leaves it out."""
    digest = hashlib.sha256(data).hexdigest().encode()
    headers = TUS | {
        "Upload-Length": str(len(data)),
        "Upload-Metadata": f"filename eC5qcGc=,sha256 {b64encode(digest).decode()}",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in headers.items() if value is not None}


def checksum(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    return {"Upload-Checksum": f"{algorithm} {b64encode(hashlib.new(algorithm, data).digest()).decode()}"}


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def raising(error: Exception):
    """A function that takes anything and raises this."""

    def fail(*_, **__):
        raise error

    return fail


class Sender:
    """Somebody of the cast, sending in pieces."""

    def __init__(self, person):
        self.person = person

    def call(self, method: str, path: str, headers: dict | None = None, **kwargs):
        own = {"Authorization": f"Bearer {self.person.token}"} if self.person.token else {}
        return self.person.client.open(path, method=method, headers=own | (headers or {}), **kwargs)

    def begin(self, data: bytes, first: bytes | None = None, **changes):
        """Announce `data`, with the bytes of `first` along."""
        along = {} if first is None else {"data": first, "content_type": MEDIA_TYPE}
        return self.call("POST", "/api/v1/uploads", announcing(data, **changes), **along)

    def begun(self, data: bytes, first: bytes | None = None) -> str:
        """The path of a new upload."""
        answer = self.begin(data, first)
        assert answer.status_code == 201, answer.json
        return answer.headers["Location"]

    def look(self, path: str):
        return self.call("HEAD", path, TUS)

    def offset(self, path: str) -> int:
        return int(self.look(path).headers["Upload-Offset"])

    def send(self, path: str, offset: int, data, headers: dict | None = None, **kwargs):
        headers = TUS | {"Upload-Offset": str(offset)} | (headers or {})
        return self.call("PATCH", path, headers, data=data, content_type=MEDIA_TYPE, **kwargs)

    def end(self, path: str):
        return self.call("DELETE", path, TUS)

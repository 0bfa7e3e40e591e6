"""Simulated phones: they talk real HTTP, send things twice, lose answers, and send photos before and after the form."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from audit.commands import drawings, inventions

NAMESPACE = UUID("0d0f7a2c-5f3e-5f0b-8a34-0f9c2d7f1e11")


class Client:
    """One keep-alive connection with a token."""

    def __init__(self, host: str, port: int, token: str | None = None):
        self.host, self.port, self.token = host, port, token
        self.connection = http.client.HTTPConnection(host, port, timeout=60)
        self.used_at = time.monotonic()

    def call(self, method: str, path: str, body=None, headers: dict | None = None) -> tuple[int, object, dict]:
        """(status, JSON or bytes, headers in lower case); dict and list bodies go as JSON."""
        sent = {"Accept-Language": "zh"} | (headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, dict | list):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        if time.monotonic() - self.used_at > 10:
            self.connection.close()  # the server hangs up on idle connections; the next request opens another
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        raw, kind = answer.read(), answer.headers.get_content_type()
        self.used_at = time.monotonic()
        return (
            answer.status,
            json.loads(raw) if kind.endswith("json") and raw else raw,
            {name.lower(): value for name, value in answer.headers.items()},
        )

    def must(self, method: str, path: str, body=None, headers: dict | None = None):
        """The JSON of an answer that has to be 2xx."""
        status, answer, told = self.call(method, path, body, headers)
        for _ in range(PATIENCE):
            if status != 503:
                break
            time.sleep(min(2, int(told.get("retry-after", 1))))
            status, answer, told = self.call(method, path, body, headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def close(self) -> None:
        self.connection.close()

    def send_and_hang_up(self, method: str, path: str, body: bytes, headers: dict) -> None:
        """Send, and go out of reach before the answer comes."""
        self.connection.request(method, path, body, headers | {"Authorization": f"Bearer {self.token}"})
        self.connection.close()


def sign_in(host: str, port: int, name: str, password: str, device: str) -> Client:
    client = Client(host, port)
    answer = client.must("POST", "/api/v1/tokens", {"name": name, "password": password, "device": device})
    client.token = answer["token"]
    return client


@dataclass
class Visit:
    """A made-up visit to one centre."""

    centre: dict
    content: dict
    answers: list[dict]
    started_at: datetime
    finished_at: datetime
    pictures: range  # the numbers of those drawn: a number drawn again looks as it did before
    kind: str
    gallery: bool = False  # its pictures were chosen, not taken
    keeps: int = 0  # pictures that wait on the phone for a better signal


@dataclass
class Tally:
    """What the phones did, counted under a lock."""

    counts: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **more: int) -> None:
        with self.lock:
            for name, number in more.items():
                self.counts[name] = self.counts.get(name, 0) + number


PATIENCE = 10  # times that a phone is told to come later before it gives up
SEALED = ("id", "revision", "received_at", "digest")  # of a receipt; what is missing or checked moves on


class Phone:
    """One inspector's phone in the field."""

    def __init__(self, client: Client, round_code: str, tally: Tally, seed: int):
        self.client, self.round_code, self.tally = client, round_code, tally
        self.chance = random.Random(seed)
        self.sent: dict[UUID, dict] = {}

    def carry_out(self, visit: Visit) -> UUID:
        """Draw the pictures, send everything in a random order, until the receipt says that nothing is missing."""
        inspection = uuid5(NAMESPACE, f"{self.round_code}/{visit.centre['id']}")
        pictures = dict(self._draw(visit, number) for number in visit.pictures)
        chance = random.Random(f"photos/{visit.centre['id']}")
        forgetful = 0.0 if visit.centre["demonstration"] else 0.03
        inventions.attach(visit.content, visit.answers, list(pictures), chance, forgetful)
        body = self.sent[inspection] = self._body(visit)
        named = {digest for answer in body["answers"] for digest in answer.get("photos", ())}
        early = [digest for digest in pictures if self.chance.random() < 0.5 and not visit.keeps]
        for digest in early:
            self._send_photo(digest, pictures[digest])
        receipt = self._submit(inspection, body)
        missing = receipt["missing_photos"]
        self.chance.shuffle(missing)
        for digest in missing[visit.keeps :]:
            self._send_photo(digest, pictures[digest])
        if missing:
            receipt = self._submit(inspection, body)
        if len(receipt["missing_photos"]) != visit.keeps:
            raise RuntimeError(f"{inspection}: not those photos missing that its phone keeps")
        self.tally.add(inspections=1, photos=len(named | set(early)))
        return inspection

    def revise(self, inspection: UUID, number: int) -> None:
        """Send a returned visit again, with a note on what was asked."""
        body = self.sent[inspection] | {"revision": number}
        body["answers"][0]["note"] = "示例：已按退回意见补充说明"
        line = Client(self.client.host, self.client.port, self.client.token)
        line.must("PUT", f"/api/v1/inspections/{inspection}", body)
        line.close()
        self.tally.add(revisions=1)

    def _draw(self, visit: Visit, number: int) -> tuple[str, bytes]:
        point = visit.centre["point"]
        place = (point["lat"], point["lon"]) if point else None
        caption = f"{visit.centre['division']['code']} #{number + 1}"
        picture = drawings.draw(f"{visit.centre['id']}/{number}", caption, visit.started_at, place)
        return hashlib.sha256(picture).hexdigest(), picture

    def _body(self, visit: Visit) -> dict:
        point = visit.centre["point"]
        fix = None
        if point:
            fix = {
                "lat": round(point["lat"] + self.chance.uniform(-2e-4, 2e-4), 6),
                "lon": round(point["lon"] + self.chance.uniform(-2e-4, 2e-4), 6),
                "accuracy_m": self.chance.randint(5, 40),
                "confidence": "0.95",
                "datum": "WGS-84",
                "taken_at": visit.started_at.isoformat(),
            }
        source = "gallery" if visit.gallery else "camera"
        return {
            "revision": 1,
            "round": self.round_code,
            "centre": visit.centre["id"],
            "edition": visit.content["id"],
            "kind": visit.kind,
            "started_at": visit.started_at.isoformat(),
            "finished_at": visit.finished_at.isoformat(),
            "fix": fix,
            **({} if fix else {"no_fix_reason": "示例：登记处无坐标"}),
            "answers": visit.answers,
            "photos": [
                {"digest": digest, "taken_at": visit.started_at.isoformat(), "source": source}
                for digest in sorted({digest for answer in visit.answers for digest in answer.get("photos", ())})
            ],
        }

    def _send_photo(self, digest: str, picture: bytes) -> None:
        path, headers = f"/api/v1/photos/{digest}", {"Content-Type": "image/jpeg", "Content-Length": str(len(picture))}
        if self.chance.random() < 0.04:
            self.client.send_and_hang_up("PUT", path, picture, headers)
            self.tally.add(lost_answers=1)
        if self.chance.random() < 0.03:
            status, _, _ = self.client.call("PUT", path, picture[: len(picture) // 2], {"Content-Type": "image/jpeg"})
            self.tally.add(torn_uploads=int(status == 422))
        self.client.must("PUT", path, picture, {"Content-Type": "image/jpeg"})
        if self.chance.random() < 0.05:
            self.client.must("PUT", path, picture, {"Content-Type": "image/jpeg"})
            self.tally.add(sent_twice=1)

    def _submit(self, inspection: UUID, body: dict) -> dict:
        path = f"/api/v1/inspections/{inspection}"
        if self.chance.random() < 0.05:
            raw = json.dumps(body).encode()
            self.client.send_and_hang_up(
                "PUT", path, raw, {"Content-Type": "application/json", "Content-Length": str(len(raw))}
            )
            self.tally.add(lost_answers=1)
        receipt = self.client.must("PUT", path, body)
        if self.chance.random() < 0.1:
            again = self.client.must("PUT", path, body)
            if any(again[name] != receipt[name] for name in SEALED):
                raise RuntimeError(f"{inspection}: the second receipt differs from the first")
            self.tally.add(sent_twice=1)
        return receipt

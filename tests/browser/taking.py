"""Photos that a test takes with a phone, and how it follows them: on the disk, over the line, at the server."""

from __future__ import annotations

import struct
import zlib
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from factories import PASSWORD, large_photo
from phone import sha256

ITEM = "VA01"
NUMBERS = count()


def photo_file(folder: Path, size: int = 40_000) -> Path:
    """A photo that no other test has."""
    number = next(NUMBERS)
    path = folder / f"{number}.jpg"
    path.write_bytes(large_photo(size, f"taken {number}"))
    return path


def broken_inside(seed: int) -> bytes:
    """A PNG whose frame is whole and whose picture cannot be decoded."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", Random(seed).randbytes(500)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def signs_in(phone, name: str) -> None:
    """Somebody types a name and the password; what comes of it is for the test to see."""
    page = phone.open("#/login", "form")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button.main")


def begun(phone, village: str = "马义村") -> str:
    """A visit begun without tapping, on a phone that sends nothing until `sends`; the visit's id."""
    phone.ask("session", "(session) => session.set({ paused: true })")
    phone.until("queue", "(queue) => queue.status().mode !== 'sending'")
    return phone.ask("visits", BEGIN, village)


def item_of(phone, visit: str, item: str = ITEM, screen: str = "item"):
    """Show an item, or the camera for it; the page."""
    phone.open(f"#/{screen}/{visit}/{item}")
    phone.page.locator(f"audit-photos[visit='{visit}'][item='{item}'][data-count]").wait_for(state="attached")
    return phone.page


def attach(page, *files: Path) -> None:
    """From the album, to the item that is opened, when it shows what it has already."""
    shown = f"audit-photos[item='{page.url.split('/')[-1]}']"
    before = int(page.locator(f"{shown}[data-count]").get_attribute("data-count"))
    page.locator("input[type=file][multiple]").set_input_files(files)
    page.locator(f"{shown}[data-count='{before + len(files)}']").wait_for()


def choose(phone, visit: str, *files: Path, item: str = ITEM, screen: str = "item", input: str = "input[multiple]"):
    """Hand files to a chooser of an item; the page."""
    page = item_of(phone, visit, item, screen)
    page.locator(input).set_input_files([str(each) for each in files])
    return page


def taken(phone, visit: str, *files: Path, item: str = ITEM) -> list[str]:
    """Photos chosen, safe on the phone, and at rest there; their digests."""
    page = choose(phone, visit, *files, item=item)
    for each in files:
        page.locator(f"[data-digest='{sha256(each)}']").wait_for()
    phone.until("photos", "async (photos) => (await photos.mine()).every((each) => each.fix_after)")
    return [sha256(each) for each in files]


def shot(phone, visit: str, number: int = 1):
    """So many photos by the camera inside the page, each said to be safe; the page."""
    page = phone.open(f"#/camera/{visit}/{ITEM}", ".shutter:not([disabled])")
    for n in range(number):
        page.click(".shutter:not([disabled])")
        page.locator(f".count:has-text('{n + 1}')").wait_for()
    return page


def handed_in(phone, visit: str) -> None:
    """All of it answered and handed in, without tapping."""
    phone.answer_all(visit)
    phone.ask("visits", HAND_IN, visit)
    phone.until("visits", "async (visits, id) => (await visits.find(id)).state === 'queued'", visit)


def hand_in(phone, begun: str) -> None:
    """Tap it in, and say that what lacks may lack."""
    page = phone.open(f"#/check/{begun}", "#hand-in:not([disabled])")
    page.click("#hand-in")
    page.locator("dialog button", has_text="提交").click()
    page.locator("h1", has_text="上传").wait_for()


def sends(phone) -> None:
    """The phone sends from here on."""
    phone.ask("session", "(session) => session.set({ paused: false })")
    phone.ask("queue", "(queue) => queue.kick()")


def under_way(phone) -> None:
    """The phone sends over a slow line, and a part of the first photo is there."""
    phone.line.rate = 300_000
    sends(phone)
    phone.until("photos", "async (photos) => (await photos.mine())[0].offset > 0")


def arrived(phone, state: str = "accepted") -> None:
    """Wait until all photos came to this, without waiting for the phone's own pauses."""
    phone.until("photos", ARRIVED, state)


def at_rest(phone) -> None:
    phone.until("queue", "(queue) => queue.status().mode !== 'sending'")


def dump(phone) -> str:
    """What the phone holds, to be compared."""
    return phone.ask("db", DUMP)


def listen(page) -> list[tuple[str, str, str | None]]:
    """What the page asks the server from here on: (method, path, Upload-Offset)."""
    heard = []
    page.on("request", lambda each: heard.append((each.method, urlsplit(each.url).path, _offset(each))))
    return heard


def _offset(request) -> str | None:
    return request.headers.get("upload-offset")


def went_on(requests) -> bool:
    """Whether the phone asked where to go on, and went on from there and not from the start."""
    asked = max((n for n, each in enumerate(requests) if each[0] == "HEAD"), default=None)
    return asked is not None and next(int(each[2]) for each in requests[asked:] if each[0] == "PATCH") > 0


def begun_uploads(requests) -> int:
    return sum(each[:2] == ("POST", "/api/v1/uploads") for each in requests)


def at_the_server(server, digest: str) -> tuple[str, int]:
    found = server.sign_in("tashi").must("GET", f"/api/v1/photos/{digest}")
    return found["digest"], found["bytes"]


def problem(route, status: int, **told) -> None:
    """Answer a request as the server answers what it does not take."""
    headers = told.pop("headers", {})
    route.fulfill(status=status, json={"status": status} | told, headers=headers)


BEGIN = """async (visits, village) => {
  const main = document.querySelector('script[type=module]').src;
  const { rounds, centres } = await (await import(new URL('pack.js', main))).known();
  const { id } = await visits.begin(centres.find((each) => each.name.includes(village)), rounds[0], 'check', []);
  await visits.change(id, (visit) => { visit.no_fix_reason = 'indoors'; });
  return id;
}"""
HAND_IN = "(visits, id) => visits.handIn(id)"
ARRIVED = """async (photos, state) => {
  const main = document.querySelector('script[type=module]').src;
  const all = await photos.mine();
  if (all.length && all.every((each) => each.state === state)) return true;
  (await import(new URL('queue.js', main))).kick();
  return false;
}"""
DUMP = """async (db) => JSON.stringify([
  await db.all('visits'), await db.all('photos'), await db.get('keep', 'session'),
  await db.read(['bytes'], ({ bytes }) => bytes.keys()),
])"""

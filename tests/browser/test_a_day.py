"""A whole day: signed in in town, two visits without signal, two deaths of the phone; in the evening all of it goes."""

from __future__ import annotations

import re

from factories import picture
from phone import sha256
from taking import attach

PHOTOS = 12  # per visit: half by the camera in the app, half from a file


PHOTOS_OF = """async (model, id) => {
  const main = document.querySelector('script[type=module]').src;
  return model.photosOf(await (await import(new URL('visits.js', main))).find(id));
}"""
ALL_PROVED = """async (photos) => {
  const all = await photos.mine();
  const queue = await import(new URL('queue.js', document.querySelector('script[type=module]').src));
  if (queue.status().mode === 'offline') queue.kick(); // as the phone does when it finds a network again
  return all.length && all.every((each) => each.state === 'accepted');
}"""


def fill(phone, photos: list) -> None:
    """Walk through every item of the visit that is open, tapping; the first ones get photos."""
    page = phone.page
    page.click("nav.bar a >> nth=0")
    while True:
        page.locator(".standard").wait_for()
        answer(page)
        if photos and page.locator("[data-chooser=gallery]").count():
            take = photos.pop(0)
            take(phone)
        onwards = page.locator("nav.bar a").last
        if "#/item/" not in onwards.get_attribute("href"):
            return
        heading = page.locator("h1").inner_text()
        onwards.click()
        page.wait_for_function("(old) => document.querySelector('h1').innerText !== old", arg=heading)


def answer(page) -> None:
    """Give the item whatever answer it takes."""
    main = page.locator("main")
    for name, value in (("value", "12"), ("n", "1"), ("m", "1")):
        if main.locator(f"input[name={name}]").count():
            main.locator(f"input[name={name}]").fill(value)
    for name in ("yes", "choice"):
        if main.locator(f"input[name={name}]").count():
            main.locator(f"input[name={name}]").first.check(force=True)
            page.locator("audit-saved", has_text=re.compile(r"\d\d:\d\d")).wait_for()


def by_camera(count: int):
    def take(phone) -> None:
        page = phone.page
        page.locator("main a", has_text="拍照").click()
        page.locator(".shutter:not([disabled])").wait_for()
        for n in range(count):
            page.click(".shutter:not([disabled])")
            page.locator(f".count:has-text('{n + 1}')").wait_for()
        page.locator("nav.bar a").click()
        page.locator(".standard").wait_for()

    return take


def from_files(files: list):
    def take(phone) -> None:
        attach(phone.page, *files)

    return take


def hand_in(phone, visit: str) -> None:
    phone.open(f"#/check/{visit}", "#hand-in:not([disabled])")
    phone.page.click("#hand-in")
    if phone.page.locator("dialog").count():
        phone.page.locator("dialog button", has_text="提交").click()
    phone.until("visits", "async (visits, id) => (await visits.find(id)).state === 'queued'", visit)


def test_a_day_without_signal_arrives_whole(phone, line, server, tmp_path):
    files = [tmp_path / f"{n}.jpg" for n in range(PHOTOS)]
    for n, file in enumerate(files):
        file.write_bytes(picture(f"a day {n} {server.port}")[1])
    line.die()
    phone.context.set_offline(True)
    visits = []
    for n, village in enumerate(("马义村", "吉雄村")):
        own = files[n * 6 : n * 6 + 6]
        visits.append(phone.begin(village))
        fill(phone, [by_camera(3), from_files(own[:3]), by_camera(3), from_files(own[3:])])
        phone.killed_and_opened()  # the phone needed its memory
        phone.context.set_offline(True)
        hand_in(phone, visits[-1])
    kept = phone.photos()
    wanted = {visit: set(phone.ask("model", PHOTOS_OF, visit)) for visit in visits}
    assert set().union(*wanted.values()) == set(kept)
    assert {sha256(each) for each in files} <= set(kept)
    assert {phone.digest_of_bytes(each) for each in kept} == set(kept)
    line.dead, line.rate, line.cuts = False, 100_000, [150_000, 60_000, 200_000, 90_000]
    phone.context.set_offline(False)
    phone.ask("queue", "(queue) => queue.kick()")
    phone.until("photos", ALL_PROVED)
    sent = phone.ask("visits", "(visits) => visits.mine()")
    assert {each["state"]: each.get("problem") for each in sent} == {"sent": None}
    line.rate = None
    office = server.sign_in("reviewer")
    for visit in visits:
        told = office.must("GET", f"/api/v1/inspections/{visit}")
        named = {digest for each in told["answers"] for digest in each.get("photos", ())}
        assert (told["state"], told["missing_photos"], named) == ("submitted", [], wanted[visit])
    assert line.cuts == []
    assert phone.faults == []

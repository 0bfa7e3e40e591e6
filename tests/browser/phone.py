"""A phone with the inspectors' app: a real Chromium of 360 × 740, with a fake camera, that can be killed."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import psutil
from factories import PASSWORD

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]  # fmt: skip
GADONG_IS_AT = {"latitude": 29.21273, "longitude": 89.17835, "accuracy": 8.5}
IMPORT = """async ([name, code, given]) => {
  const main = document.querySelector('script[type=module]').src;
  return await (0, eval)(code)(await import(new URL(name + '.js', main)), given);
}"""

# ms; no test is about how soon, and a machine that is shared may stand still for a while
PATIENCE = 120_000
LEFT = "() => document.querySelector('#app > header')?.setAttribute('data-left', '')"


class Phone:
    """One browser profile on the disk, and the page that is open in it."""

    def __init__(self, playwright, chromium: str, folder: Path, origin: str, **options):
        self.playwright, self.chromium, self.folder, self.origin = playwright, chromium, folder, origin
        self.options = {
            "viewport": {"width": 360, "height": 740},
            "device_scale_factor": 2,
            "is_mobile": True,
            "has_touch": True,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "geolocation": GADONG_IS_AT,
            "permissions": ["geolocation", "camera"],
            "accept_downloads": True,
        } | options
        self.faults: list[str] = []
        self.start()

    def start(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=self.chromium, args=FLAGS, headless=True, bypass_csp=False, **self.options
        )
        self.page = self.context.pages[0]
        self.context.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def kill(self) -> None:
        """kill -9 of the whole browser, as a phone does that needs its memory."""
        own = f"--user-data-dir={self.folder}"
        everybody = [each for each in psutil.process_iter() if own in _command(each)]
        for each in everybody:
            each.kill()
        psutil.wait_procs(everybody)
        self.close()

    def freshen(self) -> None:
        """Empty it of work, but not of what a day needs, and open the app in a page of its own."""
        self.line.mend()
        self.context.set_offline(False)
        old, self.page = self.context.pages, self.new_page()
        for each in old:
            each.close()
        self.faults.clear()
        self.page.goto(f"{self.origin}/health")  # no page of the app: nothing of it runs
        if self.page.evaluate(EMPTY):
            self.open("#/", "audit-centres")
        else:
            self.sign_in()

    def new_page(self):
        """Another window of the app."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def close(self) -> None:
        with suppress(Exception):  # it was killed: there is nothing left to close
            self.context.close()

    def killed_and_opened(self) -> None:
        self.kill()
        self.start()

    # --- the app ---------------------------------------------------------------------------------------------------

    def open(self, screen: str = "", wait: str = "h1"):
        """Show a screen, as if it were tapped on, and wait for an element of it: not of the one that is left."""
        address = f"{self.origin}/app/{screen}"
        if self.page.url != address:
            self.page.evaluate(LEFT)
        try:
            self.page.goto(address)
        except Exception as error:
            if "ERR_SOCKET_NOT_CONNECTED" not in str(error):
                raise
            # Chromium's own, of a machine with too much to do: it never got as far as the line; people tap again
            self.page.goto(address)
        self.page.locator("[data-left]").wait_for(state="detached")
        self.page.locator(wait).first.wait_for()
        return self.page

    def sign_in(self, name: str = "tashi", password: str = PASSWORD) -> None:
        """Sign in and wait until the phone has what a day without signal needs."""
        self.open("#/login", "form")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("form button.main")
        self.page.locator("[data-centre] .ready").first.wait_for()
        self.until("pack", "async (pack) => Object.values((await pack.known()).ready).every(Boolean)")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")

    def begin(self, name: str) -> str:
        """Begin a visit to the first centre of this name; the visit's id."""
        self.open("#/", "audit-centres [data-centre]")
        self.page.fill("input[type=search]", name)
        self.page.locator("[data-centre]", has_text=name).first.click()
        self.page.click("dialog button.main")
        self.page.locator("audit-sections details").first.wait_for()
        return self.page.url.rpartition("/")[2]

    def ask(self, module: str, code: str, given=None):
        """What a module of the app says: `ask("photos", "(photos) => photos.mine()")`."""
        return self.page.evaluate(IMPORT, [module, code, given])

    def answer(self, visit: str, code: str, **answer) -> None:
        """Write an answer without tapping."""
        change = "(visits, [id, code, given]) => visits.answer(id, code, (answer) => Object.assign(answer, given))"
        self.ask("visits", change, [visit, code, answer])

    def answer_all(self, visit: str) -> None:
        """Answer everything without tapping, in a way that wants no photos where the edition lets it."""
        self.ask("visits", ANSWER_ALL, visit)

    def photos(self) -> dict[str, dict]:
        """The records of the photos on the phone, by digest."""
        return {each["digest"]: each for each in self.ask("photos", "(photos) => photos.mine()")}

    def digest_of_bytes(self, digest: str) -> str | None:
        """The sha256 of the bytes that the phone holds of a photo; None when it holds none."""
        return self.ask("db", SHA, digest)

    def until(self, module: str, code: str, given=None) -> None:
        """Wait until a module of the app says yes."""
        assert self.page.evaluate(UNTIL, [module, code, given]), f"{module}: it never came true: {code}"


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


EMPTY = """() => new Promise((done, failed) => {
  const opening = indexedDB.open('audit');
  opening.onerror = failed;
  opening.onsuccess = () => {
    const db = opening.result;
    if (!db.objectStoreNames.contains('keep')) return done(null);
    const running = db.transaction(['keep', 'visits', 'photos', 'bytes', 'thumbs'], 'readwrite');
    for (const name of ['visits', 'photos', 'bytes', 'thumbs']) running.objectStore(name).clear();
    for (const key of ['settings', 'ahead']) running.objectStore('keep').delete(key);
    const asked = running.objectStore('keep').get('session');
    running.oncomplete = () => { db.close(); done(asked.result?.token ?? null); };
  };
})"""
UNTIL = """async ([name, code, given]) => {
  const holds = (0, eval)(code); // at once: later the page's own policy forbids it
  const main = document.querySelector('script[type=module]').src;
  const module = await import(new URL(name + '.js', main));
  for (let n = 0; n < 1800; n += 1) {
    if (await holds(module, given)) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}"""
SHA = """async (db, digest) => {
  const bytes = await db.get('bytes', digest);
  if (!bytes) return null;
  const found = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...found].map((each) => each.toString(16).padStart(2, '0')).join('');
}"""
ANSWER_ALL = """async (visits, id) => {
  const main = document.querySelector('script[type=module]').src;
  const model = await import(new URL('model.js', main));
  const { edition } = await visits.whole(id);
  for (const item of model.items(edition).filter((each) => !each.extra)) {
    const given = { yes_no: { yes: false }, choice: { choice: item.choices?.at(-1).code }, measure: { value: '20' },
      count: { value: '0' }, share: { n: '0', m: '1' } }[item.answer];
    await visits.answer(id, item.code, (answer) => Object.assign(answer, given, { certain: true }));
  }
}"""

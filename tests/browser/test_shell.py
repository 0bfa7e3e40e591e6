"""The app as it is served and kept: whole or not at all, small, in two languages, from nowhere else."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from phone import Phone

from audit.web.shell import FOLDER, shell

TYPESCRIPT = "typescript@7.0.2"
NEXT = "f" * 16  # the name of a version that is yet to come
CHECKED = [
    "--allowJs", "--checkJs", "--noEmit", "--strict", "false", "--target", "es2022", "--module", "esnext",
    "--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable,dom.asynciterable",
]  # fmt: skip
TEMPLATES = FOLDER.parent.parent / "templates"
MODULES = sorted(FOLDER.rglob("*.js"))
WORDS = json.loads((FOLDER / "words.json").read_text("utf-8"))
# keys that are made of a variable alone: `${name}.${each}` in the settings
BY_NAME = ("text.", "contrast.")


# --- as it lies there ----------------------------------------------------------------------------------------------


def test_a_phone_fetches_sixty_kilobytes_at_most():
    kept = [shell().files[url.split("/", 3)[3]].packed for url in shell().urls if url != "/app/"]
    assert sum(map(len, kept)) + len(gzip.compress(shell().worker.encode())) <= 60_000


def test_the_apps_own_code_stays_small():
    assert sum(len(path.read_text("utf-8").splitlines()) for path in MODULES) <= 3000
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FOLDER.rglob("*.css")) <= 600


def written() -> str:
    return "\n".join(path.read_text("utf-8") for path in MODULES)


def test_every_word_is_there_in_both_languages():
    asked = set(re.findall(r"\bt\('([\w.-]+)'", written()))
    assert asked - WORDS.keys() == set()
    assert [key for key, pair in WORDS.items() if len(pair) != 2 or not all(pair)] == []
    holes = re.compile(r"\{(\w+)\}")
    assert [key for key, (zh, en) in WORDS.items() if set(holes.findall(zh)) != set(holes.findall(en))] == []


def test_no_word_is_left_over():
    code = written()
    literal = set(re.findall(r"['\"`]([a-z][\w.-]*)['\"`]", code))
    begun = (*re.findall(r"`([a-z-]+\.)\$\{", code), *BY_NAME)
    assert [key for key in WORDS if key not in literal and not key.startswith(begun)] == []


def test_everything_comes_from_the_one_server():
    own = ("http://www.w3.org/2000/svg",)  # a name, which nobody fetches
    texts = [*MODULES, *FOLDER.rglob("*.css"), *FOLDER.rglob("*.json"), *TEMPLATES.glob("*.html")]
    found = {each for path in texts for each in re.findall(r"(?:https?:)?//[\w-]+\.[\w./-]+", path.read_text("utf-8"))}
    assert found - set(own) == set()


@pytest.fixture(scope="session")
def tsc(tmp_path_factory) -> str:
    """TypeScript, fetched by npm into a folder that goes with the tests."""
    if not shutil.which("npm"):
        pytest.skip("NOT CHECKED for types: node and npm are not on this machine")
    folder = tmp_path_factory.mktemp("tsc")
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), TYPESCRIPT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"NOT CHECKED for types: npm could not fetch TypeScript: {done.stderr[-500:]}")
    return str(folder / "node_modules" / ".bin" / "tsc")


def test_types_agree(tsc):
    done = subprocess.run(
        [tsc, *CHECKED, *map(str, sorted(FOLDER.glob("*.js")))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


# --- as it is served -----------------------------------------------------------------------------------------------


@pytest.fixture
def engine() -> str:
    return "sqlite"


def fetched(port: int, path: str) -> tuple[int, dict, bytes]:
    line = HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path)
    answer = line.getresponse()
    told = answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    line.close()
    return told


def test_what_the_worker_keeps_is_there_and_of_one_version(server):
    text = fetched(server.port, "/app/worker.js")[2].decode()
    urls = json.loads(re.search(r"^self\.SHELL = (.*);$", text, re.MULTILINE).group(1))
    assert {fetched(server.port, url)[0] for url in urls} == {200}
    assert {url.split("/")[2] for url in urls} == {"", shell().version}
    assert set(re.findall(r'"(/app/\w{16}/[^"]+)"', fetched(server.port, "/app/")[2].decode())) <= set(urls)


def test_no_screen_breaks_the_policy(handset):
    said = []
    handset.page.on("console", lambda message: said.append(message.text))
    begun = handset.begin("洛江镇")
    for screen in ("#/", f"#/visit/{begun}", f"#/item/{begun}/TA01", f"#/camera/{begun}/TA01", f"#/check/{begun}"):
        handset.open(screen, "main *")
    for screen in ("#/queue", "#/history", "#/settings", "#/login"):
        handset.open(screen, "main *")
    assert [each for each in said if "Content Security Policy" in each or "violates" in each] == []
    policy = fetched(handset.line.port, "/app/")[1]["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# --- as it is kept, and as it changes ------------------------------------------------------------------------------


class Way:
    """Between a phone and the server: hands requests on, but for `broken` paths; `turn` makes it the next version."""

    def __init__(self, server_port: int):
        way = self
        self.broken: set[str] = set()
        self.turned = False

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                way.carry(self, server_port)

            do_PUT = do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        self.listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.listening.server_address[1]}"
        Thread(target=self.listening.serve_forever, daemon=True).start()

    def carry(self, asked, port: int) -> None:
        far = HTTPConnection("127.0.0.1", port, timeout=30)
        body = asked.rfile.read(int(asked.headers.get("Content-Length", 0)))
        path = asked.path.replace(NEXT, shell().version)
        # unpacked: what is to be replaced in it must stand there
        passed_on = {name: asked.headers[name] for name in asked.headers if name not in ("Host", "Accept-Encoding")}
        far.request(asked.command, path, body, passed_on)
        answer = far.getresponse()
        data = answer.read()
        far.close()
        if self.turned and path in ("/app/", "/app/worker.js"):
            data = data.replace(shell().version.encode(), NEXT.encode())
        asked.send_response(503 if path.rpartition("/")[2] in self.broken else answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(data)))
        asked.end_headers()
        asked.wfile.write(data)

    def turn(self) -> None:
        self.turned = True


@contextmanager
def way_to(port: int):
    way = Way(port)
    try:
        yield way
    finally:
        way.listening.shutdown()
        way.listening.server_close()


@pytest.fixture
def way(server):
    with way_to(server.port) as way:
        yield way


@pytest.fixture
def phone(playwright, chromium, way, tmp_path):
    """A phone that reaches the server by that way."""
    phone = Phone(playwright, chromium, tmp_path / "phone", way.origin)
    yield phone
    phone.close()


def test_half_an_app_is_not_kept_and_the_page_says_so(phone, way):
    way.broken = {"icon-192.png"}  # the page does not need it: only whoever keeps the whole does
    page = phone.open("#/login", "form")
    page.locator(".banner", has_text="离线准备没有完成").wait_for()
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistration().then((each) => Boolean(each?.active))") is False


def test_what_failed_once_is_made_good_the_next_time(phone, way):
    way.broken = {"icon-192.png"}
    phone.open("#/login", "form").locator(".banner").wait_for()
    way.broken = set()
    page = phone.open("", "form")
    page.reload()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    held = "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).length)"
    assert page.evaluate(held) == len(shell().urls)


VERSION = "document.querySelector('meta[name=version]').content.split(' ')[1]"


def test_a_new_version_waits_until_nothing_is_unsaved(phone, way):
    phone.sign_in()
    begun = phone.begin("洛江镇")
    way.turn()
    page = phone.open("#/settings", "audit-update button")
    page.get_by_role("button", name="检查更新").click()
    page.locator("audit-update .note", has_text="有新版本，上传完成后更新").wait_for()
    page.get_by_role("button", name="更新", exact=True).click()
    page.locator("dialog", has_text="1 次核查只在本机").wait_for()
    page.locator("dialog button", has_text="取消").click()
    page.reload()
    assert page.evaluate(VERSION) == shell().version
    page.locator("audit-update .note").wait_for()
    phone.ask("visits", "(visits, id) => visits.discard(id)", begun)
    page.locator("audit-update .note", has_text=re.compile("^有新版本。$")).wait_for()
    page.get_by_role("button", name="更新", exact=True).click()
    page.wait_for_function(f"() => {VERSION} === '{NEXT}'")
    page.wait_for_function(
        "(name) => caches.keys().then((all) => all.length === 1 && all[0] === name)", arg=f"app-{NEXT}"
    )

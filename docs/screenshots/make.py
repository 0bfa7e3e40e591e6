"""Pictures of the pages, of the round that `make demo` played: `make screenshots`.

Needs Chromium and the data of `make demo`, of which it takes a copy. Each page is taken in Chinese at 1280 and 360 px,
and in English at 1280 px where the list says so, as <name>-<language>-<width>.webp; all together below 1.5 MB.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from audit.accounts import queries as accounts
from audit.accounts import secrets, signing_in
from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.app import create_app
from audit.base import db, migrations
from audit.base.http import COOKIE
from audit.commands import stage
from audit.config import load
from audit.followup.models import Finding
from audit.inspections.models import Inspection
from audit.rankings.models import Card

HERE = Path(__file__).parent
WIDTHS = {1280: 900, 360: 740}
TALLER = {"board": 1500, "item": 1100}  # what is below the first screen of these, at 1280 px, is what they are for


def places() -> dict[str, str]:
    """What stands in the paths below: of the round and the county in which a finding was mended."""
    told = Finding.select().where(Finding.state == "closed").order_by(Finding.id).first()
    card = Card.select().where(Card.county == told.county, Card.centre.is_null(), Card.basis == "level").first()
    gained = (
        Finding.select()
        .where(Finding.county == told.county, Finding.state == "ordered", Finding.item == "TA01")
        .first()
    )
    waiting = Inspection.select().where(Inspection.state == "submitted").order_by(Inspection.received_at).first()
    return {
        "round": told.round.code,
        "county": told.county.code,
        "card": str(card.id),
        "visit": str(gained.inspection_id),
        "centre": str(gained.centre_id),
        "finding": str(told.id),
        "reviewed": str(waiting.id),
    }


PAGES = [  # (name, who, path, languages)
    ("sign-in", None, "/sign-in", ("zh",)),
    ("home", "county1", "/home", ("zh",)),
    ("board", "county1", "/rounds/{round}/counties/{county}", ("zh", "en")),
    ("centre", "county1", "/centres/{centre}?round={round}", ("zh",)),
    ("item", "county1", "/inspections/{visit}/items/TA01", ("zh", "en")),
    ("finding", "county1", "/findings/{finding}", ("zh",)),
    ("findings", "county1", "/findings?round={round}&state=ordered&item=TA01", ("zh",)),
    ("card", "county1", "/cards/{card}", ("zh", "en")),
    ("review-queue", "reviewer1", "/review", ("zh",)),
    ("review", "reviewer1", "/review/{reviewed}", ("zh", "en")),
    ("round", "office1", "/rounds/{round}", ("zh", "en")),
    ("ranking", "office1", "/rounds/{round}/ranking/counties", ("zh", "en")),
]
INSPECTOR = "inspector01"
SEAT = {"latitude": 29.2691, "longitude": 88.8805}  # a position somewhere in the prefecture


def main(folder: Path) -> None:
    if not (folder / "audit.db").is_file():
        sys.exit(f"{folder}: no demonstration there; run `make demo` first")
    browser_path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"))),
        None,
    )
    if browser_path is None:
        sys.exit("there is no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")
    config = load({}, data=folder)
    create_app(config)
    migrations.migrate()
    place, tokens = places(), {who: _token(who) for _, who, _, _ in PAGES if who}
    password = secrets.readable_password()  # of the copy: the demonstration's own stays unknown
    Account.update(password=secrets.hash_password(password)).where(Account.name == INSPECTOR).execute()
    db.database.close_all()
    with stage.server(config, AUDIT_CHECKERS="0") as port, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for name, who, path, languages in PAGES:
            for language in languages:
                for width in WIDTHS if language == "zh" else [1280]:
                    height = TALLER.get(name, WIDTHS[width]) if width == 1280 else WIDTHS[width]
                    url = f"http://127.0.0.1:{port}{path.format(**place)}"
                    _keep(
                        f"{name}-{language}-{width}", _taken(chromium, url, (width, height), language, tokens.get(who))
                    )
        for language in ("zh", "en"):
            _app(chromium, f"http://127.0.0.1:{port}/app/", language, password)


def _token(name: str) -> str:
    account = accounts.by_name(name)
    return signing_in.issue(account, "screenshots", policy=Policy(), now=datetime.now(UTC))["token"]


def _taken(chromium, url: str, size: tuple[int, int], language: str, token: str | None) -> bytes:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    cookies = {"language": language} | ({COOKIE: token} if token else {})
    origin = url.split("/", 3)
    context.add_cookies([{"name": key, "value": each, "url": "/".join(origin[:3])} for key, each in cookies.items()])
    page = context.new_page()
    answer = page.goto(url, wait_until="networkidle")
    assert answer.status == 200, f"{url}: {answer.status}"
    taken = page.screenshot()
    context.close()
    return taken


def _app(chromium, url: str, language: str, password: str) -> None:
    """The phone app: signed in, a visit begun, an item open."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        locale="zh-CN" if language == "zh" else "en-GB",
        geolocation=SEAT,
        permissions=["geolocation"],
        is_mobile=True,
        has_touch=True,
    )
    page = context.new_page()
    page.goto(url)
    page.locator("form").wait_for()
    page.check(f"input[name=language][value={language}]", force=True)
    page.wait_for_timeout(1000)
    page.fill("input[name=name]", INSPECTOR)
    page.fill("input[name=password]", password)
    page.click("form button.main")
    page.locator("[data-centre] .ready").first.wait_for()
    page.wait_for_load_state("networkidle")
    _keep(f"app-tasks-{language}-360", page.screenshot())
    page.locator("[data-centre]").first.click()
    page.click("dialog button.main")
    page.locator("audit-sections details").first.wait_for()
    _keep(f"app-visit-{language}-360", page.screenshot())
    page.locator("nav.bar a").first.click()
    page.locator(".standard").wait_for()
    page.wait_for_load_state("networkidle")
    _keep(f"app-item-{language}-360", page.screenshot())
    context.close()


def _keep(name: str, png: bytes) -> None:
    file = HERE / f"{name}.webp"
    file.write_bytes(_small(png))
    sys.stdout.write(f"{file.name} {file.stat().st_size}\n")


def _small(png: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(out, "WEBP", quality=82, method=6)
    return out.getvalue()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as copy:  # what is only looked at stays as it was
        main(Path(shutil.copytree(sys.argv[1] if len(sys.argv) > 1 else "demo", Path(copy) / "demo")))

"""The reviewers' desk in a real browser: by keyboard alone, without JavaScript, for everybody, and on paper."""

from __future__ import annotations

import io
from pathlib import Path

import desk
import pytest
from factories import LUOJIANG, picture, visit
from phone import PATIENCE

from audit.base.http import COOKIE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """async (tags) => (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations.map(
  (each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)"""
FOCUS = "(selector) => document.activeElement.matches(selector)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHOTOS = [picture(f"desk {number}") for number in range(2)]
NAMED = {"TA01": [digest for digest, _ in PHOTOS]}


@pytest.fixture(scope="module")
def server(chromium, server_on_sqlite):
    """What a page does in a browser is the same on both engines."""
    yield server_on_sqlite
    server_on_sqlite.hang_up()


@pytest.fixture(scope="module")
def browser(playwright, chromium):
    opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield opened
    opened.close()


@pytest.fixture
def at_desk(browser, server):
    """A page of the reviewer's browser; keywords go to it: `at_desk(java_script_enabled=False)`."""
    opened = []
    token = server.sign_in("reviewer").token

    def sit_down(language: str = "zh", **options):
        here, cookies = f"http://127.0.0.1:{server.port}", {COOKIE: token, "language": language}
        context = browser.new_context(base_url=here, **options)
        context.add_cookies([{"name": name, "value": value, "url": here} for name, value in cookies.items()])
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context.new_page()

    yield sit_down
    for each in opened:
        each.close()


def handed_in(server) -> str:
    return desk.sent(server.sign_in("tashi"), visit(LUOJIANG, photos=NAMED), PHOTOS)


def told(server, inspection: str) -> dict:
    return server.sign_in("reviewer").must("GET", f"/api/v1/inspections/{inspection}")


def press(page, *keys: str) -> None:
    for each in keys:
        page.keyboard.press(each)


def tab_to(page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS, selector):
            return
    raise AssertionError(f"no way to {selector} by keyboard")


def focused(page, selector: str) -> None:
    page.wait_for_function(FOCUS, arg=selector)


def test_a_visit_is_decided_and_approved_by_keyboard_alone(at_desk, server):
    inspection, page = handed_in(server), at_desk()
    page.goto("/review")
    tab_to(page, f'a[href="/review/{inspection}"]')
    press(page, "Enter")
    page.wait_for_url(f"**/review/{inspection}")
    press(page, "j")
    focused(page, "#TA01")
    press(page, "2")
    focused(page, "#TA01-2 a")
    press(page, "ArrowLeft")
    focused(page, "#TA01-1 a")
    press(page, "j", "k", "?")
    page.locator("dialog[open]").wait_for()
    press(page, "Escape", "d")
    focused(page, "#value-TA01")
    press(page, *"98", "Tab", "ArrowDown", "Tab", *"jk", "Escape")  # letters are letters where one writes
    focused(page, "#TA01")
    tab_to(page, "#TA01 details[open] button")
    press(page, "Enter")
    page.get_by_role("status").wait_for()
    assert told(server, inspection)["decisions"][0]["reason"] == "以照片所示为准。\njk"
    focused(page, "#TA01")
    press(page, "a")
    focused(page, "#approve button")
    press(page, "Enter")
    page.wait_for_url("**/review")
    assert told(server, inspection)["state"] == "approved"


def test_a_visit_is_returned_by_keyboard_alone(at_desk, server):
    inspection, page = handed_in(server), at_desk()
    page.goto(f"/review/{inspection}")
    press(page, "j", "j", "r")
    focused(page, "#because-TA02")
    press(page, "ArrowDown", "Tab", *"mn", "Escape", "b")
    focused(page, "#return button")
    press(page, "Enter")
    page.wait_for_url("**/review")
    (review,) = told(server, inspection)["reviews"]
    assert review["decision"] == "return" and review["reasons"][0]["item"] == "TA02"
    assert review["reasons"][0]["reason"].startswith("照片模糊") and review["reasons"][0]["reason"].endswith("mn")


def typed_and_decided(page, inspection: str) -> None:
    """Begin to return TA02 and to decide TA03, then decide TA01."""
    page.goto(f"/review/{inspection}")
    for item, key in (("TA02", "r"), ("TA03", "d"), ("TA01", "d")):
        page.locator(f"#{item} [data-key={key}] summary").click()
    page.locator("#because-TA02").select_option("unclear")
    page.locator("#reason-TA02").fill("请靠近拍")
    page.locator("#grounds-TA03").fill("平面图")
    page.locator("#grounds-TA01").fill("复测")
    page.locator("#value-TA01").fill("98")
    page.locator("#value-TA01").press("Enter")  # decides nothing
    page.locator("#TA01 [data-key=d] button").click()
    page.locator("p.said").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_what_is_typed_for_other_items_outlives_a_decision(at_desk, server, script):
    inspection, page = handed_in(server), at_desk(java_script_enabled=script)
    typed_and_decided(page, inspection)
    assert page.url.endswith("#TA01") and len(told(server, inspection)["decisions"]) == 1
    values = [page.locator(f"#{each}").input_value() for each in ("because-TA02", "reason-TA02", "grounds-TA03")]
    assert values == ["unclear", "请靠近拍", "平面图"] and page.locator("#reason-TA02").is_visible()
    page.locator("#return button").click()
    page.wait_for_url("**/review")
    (review,) = told(server, inspection)["reviews"]
    assert [each["item"] for each in review["reasons"]] == ["TA02"]


def switch(page, keys: bool) -> None:
    """Switch single keys on or off, where they are explained."""
    page.locator("#keys-open").click()
    page.locator("#keys-on").set_checked(keys)
    page.locator("#keys button").click()


def test_single_keys_are_switched_off_for_who_speaks_to_the_machine(at_desk, server):
    inspection, page = handed_in(server), at_desk()
    page.goto(f"/review/{inspection}")
    switch(page, keys=False)
    press(page, "j", "a")
    assert not page.evaluate(FOCUS, "[data-stop], button.main")


def test_single_keys_that_are_switched_off_on_one_page_are_off_on_the_other(at_desk, server):
    inspection, page = handed_in(server), at_desk()
    page.goto("/review")
    press(page, "j")
    focused(page, "a[data-stop]")
    page.goto(f"/review/{inspection}")
    switch(page, keys=False)
    page.go_back()
    press(page, "Tab", "j", "ArrowDown", "?")
    assert not page.evaluate(FOCUS, "a[data-stop]") and not page.locator("dialog[open]").count()
    switch(page, keys=True)
    press(page, "j")
    focused(page, "a[data-stop]")


def test_the_wide_table_of_the_queue_is_scrolled_by_the_arrow_keys(at_desk, server):
    handed_in(server)
    page = at_desk(viewport={"width": 360, "height": 800})
    page.goto("/review")
    page.locator(".scroll").focus()
    press(page, "ArrowRight")
    page.wait_for_function("() => document.querySelector('.scroll').scrollLeft > 0")


def test_without_javascript_the_same_forms_work(at_desk, server):
    inspection, page = handed_in(server), at_desk(java_script_enabled=False)
    page.goto(f"/review/{inspection}")
    page.locator('a[href="#TA02"]').click()
    box = page.locator("#TA02 details[data-key=r]")
    box.locator("summary").click()
    box.locator("select").select_option("unclear")
    box.locator("button").click()
    page.wait_for_url("**/review")
    assert told(server, inspection)["state"] == "returned" and not page.locator("#keys-open").is_visible()


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 360)])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(at_desk, server, language, width):
    inspection = handed_in(server)
    page = at_desk(language, viewport={"width": width, "height": 800})
    visits = f"/inspections/{inspection}"
    for path in ("/review", f"/review/{inspection}", f"{visits}/record", f"{visits}/voiding"):
        page.goto(path)
        page.evaluate(_axe())
        assert page.evaluate(AXE, TAGS) == [] and page.evaluate(OVERFLOW) == 0, path


def _axe() -> str:
    package = pytest.importorskip("axe_playwright_python")
    return (Path(package.__file__).parent / "axe.min.js").read_text()


def test_on_paper_each_sheet_says_what_it_is_and_nothing_is_cut(at_desk, server):
    pypdf = pytest.importorskip("pypdf")
    inspection, page = handed_in(server), at_desk()
    page.goto(f"/inspections/{inspection}/record", wait_until="networkidle")
    sheets = [each.extract_text() for each in pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    assert len(sheets) > 1 and all(inspection in each for each in sheets[:-1])
    whole = "".join(sheets)
    codes = [
        each["code"]
        for each in server.sign_in("reviewer").must("GET", f"/api/v1/inspections/{inspection}/score")["items"]
    ]
    assert [each for each in codes if each not in whole] == [] and f"{len(sheets)}/{len(sheets)}" in whole.replace(
        " ", ""
    )

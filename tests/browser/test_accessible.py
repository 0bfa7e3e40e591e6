"""Every screen, in both languages and contrasts: axe finds nothing, gloves hit everything, nothing is cut off."""

from __future__ import annotations

import json
from pathlib import Path

import desk
import pytest
from factories import picture
from taking import attach

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """async (tags) => (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations.map(
  (each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)"""
UNCOVER = "document.querySelectorAll('nav, audit-status').forEach((bar) => { bar.style.position = 'static'; })"
SMALL = """() => {
  const within = document.querySelector('dialog[open]') ?? document;
  const found = [];
  for (const each of within.querySelectorAll('a[href], button, input, textarea, summary')) {
    const target = each.matches('[type=radio], [type=checkbox]') ? each.closest('label') : each;
    if (each.matches('.hidden') || !target.checkVisibility()) continue;
    const { width, height } = target.getBoundingClientRect();
    const amongWords = each.matches('a:not(.button)') && getComputedStyle(each).display.startsWith('inline');
    const least = amongWords ? 44 : 60;
    if (height < least - 0.5 || width < least - 0.5) found.push(`${width}×${height} ${target.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""
CUT = """() => {
  const room = document.documentElement.clientWidth;
  const found = document.documentElement.scrollWidth > room ? [`the page scrolls: ${document.documentElement.scrollWidth}`] : [];
  const within = document.querySelector('dialog[open]');
  if (within && within.scrollWidth > within.clientWidth) found.push('the dialog scrolls');
  for (const each of (within ?? document.body).querySelectorAll('*')) {
    if (each.matches('.hidden, .radios input') || !each.checkVisibility()) continue;
    const { left, right, width } = each.getBoundingClientRect();
    const over = each.scrollWidth - each.clientWidth > 1 && !each.matches('input, textarea, svg, svg *, progress') && getComputedStyle(each).display !== 'inline';
    if (width && (left < -0.5 || right > room + 0.5 || over)) found.push(each.outerHTML.slice(0, 120));
  }
  return found;
}"""  # noqa: E501


class Shown:
    """A phone in the middle of a day: `visit` is begun, `returned` came back, `sent` has two versions."""

    def __init__(self, phone, folder: Path):
        self.phone, self.page = phone, phone.page
        self.visit = phone.begin("洛江镇")
        phone.answer(self.visit, "TA01", value="96")
        phone.answer(self.visit, "TA06", value="5000")
        phone.line.die()
        phone.open(f"#/item/{self.visit}/TA01", ".standard")
        self.keep(folder / "1.jpg", "accessible 1")
        self.keep(folder / "2.jpg", "accessible 2")
        self.digests = list(phone.photos())
        note = "(photos, [digest, change]) => photos.note(digest, change)"
        refusal = {"slug": "photo-too-large", "title": "照片太大", "detail": "31 MB", "retry": "never"}
        phone.ask("photos", note, [self.digests[0], {"problem": refusal}])
        self.ready = phone.begin("巴扎乡")
        phone.answer_all(self.ready)
        self.torn = phone.begin("杜琼乡")
        phone.answer_all(self.torn)
        self.returned = phone.begin("嘎东镇")
        phone.answer_all(self.returned)
        phone.ask("visits", TWO_STATES, [self.torn, self.returned])

    def keep(self, file: Path, seed: str) -> None:
        file.write_bytes(picture(seed)[1])
        attach(self.page, file)

    def show(self, screen: str) -> None:
        """Bring up a screen of SCREENS, alone."""
        self.page.goto("about:blank")
        path, wait, act = SCREENS[screen]
        self.phone.open(path.format(**vars(self)), wait)
        for selector in act:
            self.page.locator(selector).first.click()
        self.page.wait_for_function("() => !document.querySelector('audit-status:empty')")

    def dress(self, **settings) -> None:
        self.phone.ask("session", "(session, given) => session.set(given)", settings)


TWO_STATES = """async (visits, [torn, returned]) => {
  const { put } = await import(new URL('db.js', document.querySelector('script[type=module]').src));
  const one = await visits.find(torn), other = await visits.find(returned);
  const answers = { ...one.answers, TA01: { value: '88' }, TA02: { yes: true, note: '平面图贴在入口' } };
  Object.assign(one, { state: 'queued',
    problem: { slug: 'inspection-conflict', title: '已有另一版本', retry: 'after-fix' },
    conflict: { state: 'returned', revision: 1, answers } });
  Object.assign(other, { revision: 2, comment: '请补拍。', reasons: { TA01: '测距仪读数看不清' }, older: [] });
  await put('visits', one);
  await put('visits', other);
}"""
SCREENS = {  # path, what shows that it is there, what to tap on then
    "login": ("#/login", "form", []),
    "password": ("#/password", "form", []),
    "tasks": ("#/", "audit-centres [data-centre]", []),
    "begin": ("#/", "audit-centres [data-centre]", ["[data-centre]"]),
    "visit": ("#/visit/{visit}", "audit-sections details", ["summary"]),
    "returned visit": ("#/visit/{returned}", "audit-sections details", []),
    "measure": ("#/item/{visit}/TA01", "audit-photos .tile", []),
    "yes or no": ("#/item/{visit}/TA02", ".standard", []),
    "choice": ("#/item/{visit}/TA03", ".standard", []),
    "count, unusual": ("#/item/{visit}/TA06", "audit-verdict .fault", []),
    "share": ("#/item/{visit}/TA05", ".standard", []),
    "not applicable": ("#/item/{visit}/TP01", ".standard", [".tick input"]),
    "returned item": ("#/item/{returned}/TA01", ".standard", []),
    "locked item": ("#/item/{returned}/TA02", ".standard", []),
    "example": ("#/item/{visit}/TA01", ".standard", [".example .tile"]),
    "camera": ("#/camera/{visit}/TA01", ".shutter:not([disabled])", []),
    "photo": ("#/item/{visit}/TA01", ".standard", ["audit-photos .tile"]),
    "check with faults": ("#/check/{visit}", "audit-check #why", []),
    "check without": ("#/check/{ready}", "#hand-in:not([disabled])", []),
    "hand in?": ("#/check/{ready}", "#hand-in:not([disabled])", ["#hand-in"]),
    "queue": ("#/queue", "audit-bars .fault:not([hidden])", []),
    "history": ("#/history", "audit-history .card", []),
    "conflict": ("#/conflict/{torn}", "section.card", []),
    "settings": ("#/settings", "audit-update button", []),
}

DRESSES = {
    "Chinese": {"language": "zh", "contrast": "normal"},
    "English, high contrast": {"language": "en", "contrast": "high"},
}


@pytest.fixture(scope="module")
def site(chromium, server_on_sqlite):
    server = server_on_sqlite
    desk.adopted(server, {"TA01": ["accessible a", "accessible b"]})
    server.hang_up()


@pytest.fixture(scope="module")
def shown(site, in_use, tmp_path_factory):
    in_use.freshen()
    shown = Shown(in_use, tmp_path_factory.mktemp("shown"))
    in_use.context.add_init_script(path=_axe())
    return shown


def _axe() -> Path:
    package = pytest.importorskip("axe_playwright_python")
    return Path(package.__file__).parent / "axe.min.js"


@pytest.fixture(scope="module", params=[(screen, dress) for screen in SCREENS for dress in DRESSES], ids=" in ".join)
def screen(request, shown):
    """Each screen in each dress, brought up once for the tests below."""
    shown.dress(**DRESSES[request.param[1]], text="100")
    shown.show(request.param[0])
    return shown


def test_axe_finds_nothing(screen):
    screen.page.evaluate(UNCOVER)  # what lies under a bar at this moment is a scroll away, and no small target
    assert screen.page.evaluate(AXE, TAGS) == []


def test_gloves_hit_everything(screen):
    assert screen.page.evaluate(SMALL) == []


def test_the_page_says_its_language(screen):
    said = screen.phone.ask("session", "(session) => session.settings().language")
    assert screen.page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[said]


@pytest.mark.parametrize("text", ["100", "200"])
def test_nothing_is_cut_off(screen, text):
    screen.dress(text=text)
    assert screen.page.evaluate(CUT) == []


# --- by keyboard ---------------------------------------------------------------------------------------------------


def tab_to(page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} by keyboard")


def test_item_photo_and_next_item_by_keyboard_alone(shown):
    shown.dress(language="zh", contrast="normal", text="100")
    shown.show("yes or no")
    page = shown.page
    tab_to(page, "input[name=yes]")
    page.keyboard.press("Space")
    page.locator("input[name=yes]:checked").wait_for()
    tab_to(page, "a[href^='#/camera/']")
    page.keyboard.press("Enter")
    page.locator(".shutter:not([disabled])").wait_for()
    tab_to(page, ".shutter")
    page.keyboard.press("Enter")
    page.locator("audit-photos[data-count='1']").wait_for()
    tab_to(page, "nav.bar a")
    page.keyboard.press("Enter")
    page.locator("audit-photos[data-count='1']").wait_for()
    tab_to(page, "nav.bar a:last-child")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="TA03").wait_for()


@pytest.mark.parametrize("text", ["100", "200"])
@pytest.mark.parametrize("name", ["visit", "measure", "settings"])
def test_the_focus_is_never_hidden_under_the_bars(shown, name, text):
    shown.dress(language="zh", contrast="normal", text=text)
    shown.show(name)
    hidden = set()
    for _ in range(40):
        shown.page.keyboard.press("Tab")
        hidden.add(shown.page.evaluate(HIDDEN))
    assert hidden == {None}, json.dumps(sorted(filter(None, hidden)), ensure_ascii=False)


HIDDEN = """() => {
  const active = document.activeElement;
  if (active === document.body) return null;
  const target = active.closest('label') ?? active;
  const { left, right, top, bottom } = target.getBoundingClientRect();
  const seen = [0.2, 0.5, 0.8].some((part) => {
    const hit = document.elementFromPoint((left + right) / 2, top + (bottom - top) * part);
    return hit && (target.contains(hit) || hit.contains(target));
  });
  return seen ? null : active.outerHTML.slice(0, 100);
}"""


def test_dialogs_take_the_focus_and_give_it_back(shown):
    shown.dress(language="zh", text="100")
    shown.show("measure")
    tile = shown.page.locator("audit-photos .tile").first
    tile.focus()
    shown.page.keyboard.press("Enter")
    shown.page.locator("dialog[open]").wait_for()
    assert shown.page.evaluate("document.activeElement.closest('dialog') !== null")
    shown.page.keyboard.press("Escape")
    shown.page.wait_for_function("() => document.activeElement.matches('audit-photos .tile')")

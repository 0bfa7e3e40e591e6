"""Every page as people find it who need more than eyes and a mouse: axe has nothing to say of any at the width of a
phone or of a desk, in either language, and none is wider than the phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from factories import PASSWORD, ROOT
from page_places import EDITION, NEXT_EDITION, places
from phone import PATIENCE
from running import serving

from audit.app import PAGES, build, create_app
from audit.base import db
from audit.base.http import COOKIE
from audit.config import Config

WIDTHS, LANGUAGES = (360, 1280), ("zh", "en")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# colours are the same at every width, and take longest; that something is hidden is no fault
LEFT_OUT = {360: ["hidden-content", "color-contrast"], 1280: ["hidden-content"]}
ASKED = """
nobody    /sign-in
tashi     /home
reviewer  /home
bailang   /home
office    /home
admin     /home
auditor   /home
office    /account
admin     /accounts
admin     /accounts/new
admin     /accounts/devices
admin     /accounts/{account}
admin     /accounts/{disabled}
admin     /registry
admin     /registry/tables/{table}
auditor   /trail?page_size=10
admin     /editions
office    /editions/{edition}
office    /editions/{policy}
office    /editions/{edition}/form
office    /editions/cards-2026.1/differences/progress-2026.1
office    /editions/{edition}/effect?round={all}
office    /rounds
office    /rounds/{round}
office    /rounds/{ended}
office    /rounds/{deciding}
office    /rounds/{published}
office    /rounds/{all}/baselines
office    /rounds/{all}/baselines/{approved}
office    /rounds/{odd}/baselines
office    /rounds/{odd}/baselines/{odd_visit}
office    /rounds/{round}/plans?county=540228
office    /plans/{plan}
office    /rounds/{round}/draws/{draw}
office    /rounds/{round}/lists
office    /counties
bailang   /rounds/{all}/counties/540228
office    /rounds/{all}/ranking/counties
bailang   /rounds/{published}/ranking/townships
office    /rounds/{published}/exports
office    /rounds/{published}/sensitivity?ranking_policy={policy}
office    /rounds/{all}/agreement
bailang   /cards
bailang   /cards/{card}
office    /cards/{card}
office    /rounds/{published}/publications/1/cards
bailang   /annual
bailang   /annual/{year}
bailang   /burden?year=2026
bailang   /centres
bailang   /centres?view=map
bailang   /centres/{centre}
reviewer  /review
reviewer  /review/{late}
bailang   /inspections/{visit}/items/TA01
bailang   /inspections/{approved}/record
reviewer  /inspections/{visit}/voiding
reviewer  /inspections/{clean}/voiding
office    /findings?round={all}&county=540228
office    /findings/{found}
bailang   /findings/{ordered}
reviewer  /findings/{reported}
office    /findings/{closed}
office    /appeals
office    /appeals/{appeal}
bailang   /appeals/{appeal}
bailang   /inspections/{trial}/items/TP01/appeal
"""
# (who, where to, what is sent, the status of the page that answers); (name, text) is a file
SENT = [
    ("nobody", "/sign-in", {"name": "somebody", "password": "wrong"}, 401),
    ("office", "/account/second-factor", {"password": PASSWORD}, 200),
    ("admin", "/accounts", {"name": "newcomer", "display": "N", "role-county": "on", "division": "all"}, 200),
    ("admin", "/accounts", {"name": "nobody", "display": "N"}, 422),
    ("admin", "/editions/drafts", {"file": ("new.toml", NEXT_EDITION)}, 200),
    ("admin", "/editions/drafts", {"file": ("new.toml", EDITION.replace("weight = ", "weight = 1", 3))}, 422),
    ("office", "/rounds", {"code": "a b", "name": "二季度"}, 422),
    ("bailang", "/findings/{reported}/report", {"note": "已改"}, 422),
    ("reviewer", "/review", {"visit-00000000-0000-4000-8000-000000000009": "1"}, 200),
    ("reviewer", "/review/{visit}/approval", {"version": "1", "seen": "submitted.1.0.0.0.0", "opinion": "属实"}, 412),
    ("jiangzi", "/findings/{reported}/reopening", {"reason": "又不达标"}, 403),
]
SHOWN = [(*line.split(), None, 200) for line in ASKED.strip().splitlines()] + SENT
CASES = [
    pytest.param(width, LANGUAGES[(number + turn) % 2], *each, id=f"{each[1]} {each[0]} {each[3]} {width}")
    for number, each in enumerate(SHOWN)
    for turn, width in enumerate(WIDTHS)
]
MOST = 8  # the first lines of a list, and items of a visit, stand for the others
AXE = """async ([tags, out, most]) => {
  for (const each of document.querySelectorAll('tbody, main ol, main ul')) {
    while (each.children.length > most) each.lastElementChild.remove();
  }
  for (const each of [...document.querySelectorAll('[data-stop]')].slice(most)) each.remove();
  const rules = Object.fromEntries(out.map((name) => [name, { enabled: false }]));
  const asked = { runOnly: tags, rules, resultTypes: ['violations'], preload: false };
  return (await axe.run(document, asked)).violations.map(
    (each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}"""
WIDER = """() => {
  for (const each of document.querySelectorAll('details')) each.open = true;
  const { clientWidth, scrollWidth } = document.documentElement;
  return scrollWidth - clientWidth;
}"""
SEND = """([path, fields]) => {
  const made = (name, all) => Object.assign(document.createElement(name), all);
  const form = made('form', { method: 'post', action: path, enctype: 'multipart/form-data' });
  for (const [name, value] of Object.entries(fields)) {
    const field = made('input', { name, type: Array.isArray(value) ? 'file' : 'hidden' });
    if (Array.isArray(value)) {
      const files = new DataTransfer();
      files.items.add(new File([value[1]], value[0]));
      field.files = files.files;
    } else field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""
# these answer with a file, or lead on
NO_PAGES = {
    "/",
    "/registry/centres.xlsx",
    "/review/<uuid:inspection_id>/<any(approval, return, decisions, admission):sent>",
}


class Desk:
    """One page of a browser in which now this person sits, now that one."""

    def __init__(self, page, here: str, tokens: dict[str, str], place: dict):
        self.page, self.here, self.tokens, self.place = page, here, tokens, place
        self.seat = None
        page.goto("/sign-in")  # a form has to come from a page of the service

    def sit_down(self, who: str, language: str) -> None:
        """The page is theirs, in their language."""
        if (who, language) != self.seat:
            cookies = {"language": language} | ({COOKIE: self.tokens[who]} if who in self.tokens else {})
            self.page.context.clear_cookies()
            self.page.context.add_cookies([{"name": key, "value": cookies[key], "url": self.here} for key in cookies])
            self.seat = who, language

    def show(self, path: str, form: dict | None) -> int:
        """Open a page, or send a form and look at the answer; its status."""
        path = path.format_map(self.place)
        if form is None:
            return self.page.goto(path).status
        with self.page.expect_navigation() as answered:
            self.page.evaluate(SEND, [path, form])
        return answered.value.status


@pytest.fixture(scope="module")
def filled(chromium, sqlite_stage, tmp_path_factory, request) -> Iterator[tuple]:
    """A server with a filled round: (where it is, the tokens of the cast, what stands in the paths)."""
    # by its path: folders have a conftest of their own, and an import takes whichever came first
    Person = request.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py")).Person
    folder = tmp_path_factory.mktemp("pages")
    path, tokens = sqlite_stage
    url = f"sqlite:///{shutil.copy(path, folder / 'audit.db')}"
    app = create_app(Config(data=folder, database_url=url, idle_minutes=1440, checkers=0))
    place = places({name: Person(name, app.test_client(), token) for name, token in tokens.items()})
    db.database.close_all()
    with serving(url, folder, folder / "server.log", {"AUDIT_CHECKERS": "0"}) as running:
        yield f"http://127.0.0.1:{running.port}", tokens, place


@pytest.fixture(scope="module")
def desk(playwright, chromium, filled) -> Iterator[Desk]:
    here, tokens, place = filled
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(base_url=here)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
    yield Desk(context.new_page(), here, tokens, place)
    browser.close()


@pytest.mark.parametrize(("width", "language", "who", "path", "form", "status"), CASES)
def test_axe_finds_nothing_and_the_page_is_no_wider_than_the_screen(desk, width, language, who, path, form, status):
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.sit_down(who, language)
    named = form and {name: f"{each}-{language}" if name == "name" else each for name, each in form.items()}
    assert desk.show(path, named) == status
    assert desk.page.evaluate(WIDER) == 0
    assert desk.page.evaluate(AXE, [TAGS, LEFT_OUT[width], MOST]) == []


def test_every_page_is_looked_at(filled):
    app = build()
    adapter = app.url_map.bind("localhost")
    paths = [path.format_map(filled[2]).partition("?")[0] for _, path, form, _ in SHOWN if form is None]
    known = {adapter.match(path, return_rule=True)[0].rule for path in paths}
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint.partition(".")[0] in {each.name for each in PAGES}
    }
    assert pages - known == NO_PAGES

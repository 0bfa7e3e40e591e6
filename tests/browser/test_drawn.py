"""Drawings of pages as a browser shows them: every label inside; photos side by side are enlarged together."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from factories import ROOT

from audit.app import build
from audit.web import charts, maps
from audit.web.charts import Axis, Bullet, Step
from audit.web.maps import Site

STATIC = ROOT / "audit" / "web" / "static" / "pages"
STYLE, SCRIPT = ((STATIC / name).read_text("utf-8") for name in ("style.css", "pages.js"))
ZH = ("面积", "人员", "事项进驻", "授权")
EN = ("Floor area", "Staffing", "Matters onboarded", "Authorisation")
STEPS = [
    Step("2026Q1", 100, "100.00", 1),
    Step("2026Q2", 88, "88.00", 1),
    Step("2026年第三季度", 60, "60.00", 2),
    Step("示例 2026年第四季度", 105, "105.00", 2, True),
    Step("2027Q1-correction", 0, "0.00", None),
]
TOWNS = [Site(28 + n / 7, 85 + n / 3, f"{name}县", "▲", "#E4CB02", name) for n, name in enumerate(ZH * 3)]
DRAWINGS = {
    "bars": charts.bullets([Bullet(name, 62.35, "62.35", 100, 58.2) for name in ZH]),
    "bars in English": charts.bullets([Bullet(name, 100, "100.00", None, None) for name in EN]),
    "radar": charts.radar([Axis(name, "100.00", 100, 90) for name in ZH]),
    "radar in English": charts.radar([Axis(name, "62.35", 62.35) for name in EN]),
    "trend": charts.trend(STEPS, "口径变更"),
    "trend in English": charts.trend(STEPS[:2] + STEPS[3:], "changed"),
    "map": maps.sites(TOWNS),
}
OUTSIDE = """() => {
  const { width, height } = document.querySelector('svg').viewBox.baseVal;
  return [...document.querySelectorAll('svg text')].filter((each) => {
    const box = each.getBBox();
    return box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height;
  }).map((each) => each.textContent);
}"""
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
PAIR = f"""<div class="three" data-beside="同步放大">{'<figure><a href="#"><img></a></figure>' * 2}</div>""".replace(
    "<img>", f'<img src="{DOT}" data-large="{DOT}#large" width="320" height="240" alt="x">'
)


@pytest.fixture(scope="module")
def screen(playwright, chromium):
    with playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser:
        yield browser.new_page(viewport={"width": 360, "height": 740})


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_lies_within_its_drawing(screen, name):
    macro = build().jinja_env.get_template("county-parts.html").module.drawn
    screen.set_content(f"<style>{STYLE}</style>{macro(DRAWINGS[name], name, 'small')}")
    assert screen.locator("svg text").count() > 3 and screen.evaluate(OUTSIDE) == []


@pytest.fixture
def beside(screen):
    screen.set_content(f"<style>{STYLE}</style><main>{PAIR}</main><script>{SCRIPT}</script>")
    look = (
        "[...document.images].map((each) => [each.style.transformOrigin, getComputedStyle(each).transform, each.src])"
    )
    return SimpleNamespace(page=screen, button=screen.get_by_role("button"), look=lambda: screen.evaluate(look))


def test_photos_are_enlarged_together_and_again_made_small(beside):
    before = beside.look()
    beside.button.click()
    assert beside.button.get_attribute("aria-pressed") == "true"
    assert {(each[1], each[2].endswith("#large")) for each in beside.look()} == {("matrix(2.5, 0, 0, 2.5, 0, 0)", True)}
    beside.button.click()
    assert {each[1] for each in beside.look()} == {each[1] for each in before} == {"none"}


def test_the_arrow_keys_move_all_of_them(beside):
    beside.button.click()
    beside.page.keyboard.press("ArrowRight")
    beside.page.keyboard.press("ArrowUp")
    assert {each[0] for each in beside.look()} == {"60% 40%"}


def test_the_pointer_moves_all_of_them(beside):
    beside.button.click()
    box = beside.page.locator("figure").first.bounding_box()
    beside.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20)
    assert len({each[0] for each in beside.look()}) == 1 and beside.look()[0][0].startswith("25%")

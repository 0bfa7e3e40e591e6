"""A form that was refused, in a real browser: the way back finds it as it was filled in."""

from __future__ import annotations

import pytest
from phone import PATIENCE

from audit.base.http import COOKIE


@pytest.fixture
def page(playwright, chromium, server_on_sqlite):
    here = f"http://127.0.0.1:{server_on_sqlite.port}"
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(base_url=here)
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": COOKIE, "value": server_on_sqlite.sign_in("office").token, "url": here}])
    yield context.new_page()
    browser.close()
    server_on_sqlite.hang_up()


def test_the_way_back_leads_to_the_form_as_it_was_filled_in(page):
    page.goto("/rounds")
    page.locator("details summary", has_text="开放新轮次").click()
    page.fill("#code", "2027Q3")
    page.fill("#name", "三季度 轮次")
    page.fill("#opens_on", "2027-09-30")
    page.fill("#closes_on", "2027-07-01")
    page.locator("input[name=sample]").check()
    page.locator("button", has_text="开放轮次").click()
    page.locator("dd", has_text="三季度 轮次").wait_for()
    page.locator("a", has_text="返回上一页").click()
    page.wait_for_url("**/rounds")
    page.wait_for_function("document.querySelector('#name').value === '三季度 轮次'")
    assert page.input_value("#closes_on") == "2027-07-01" and page.locator("input[name=sample]").is_checked()

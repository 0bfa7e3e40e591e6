"""What the service says of itself is true."""

from __future__ import annotations

import pytest
from factories import ROOT
from openapi_spec_validator import validate

from audit.accounts.permissions import Can, Public
from audit.app import create_app
from audit.base import problems
from audit.config import Config


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The application without a database behind it."""
    return create_app(Config(data=tmp_path_factory.mktemp("bare")))


@pytest.fixture(scope="module")
def document(bare) -> dict:
    return bare.test_client().get("/api/v1/openapi.json").get_json()


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_says_who_may_use_it(bare):
    silent = [
        rule.rule
        for rule in bare.url_map.iter_rules()
        if not isinstance(getattr(bare.view_functions[rule.endpoint], "permission", None), Can | Public)
    ]
    assert silent == []


def test_every_guarded_route_is_documented_with_its_roles(bare, document):
    documented = {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "x-roles" in operation
    }
    guarded = {
        (_openapi(rule.rule), method)
        for rule in bare.url_map.iter_rules()
        if isinstance(bare.view_functions[rule.endpoint].permission, Can) and rule.rule.startswith("/api/")
        for method in rule.methods - automatic(rule)
    }
    assert guarded == documented


def automatic(rule) -> set[str]:
    """The methods that Flask answers by itself."""
    return {"HEAD", "OPTIONS"} if "GET" in rule.methods else {"OPTIONS"}


def _openapi(rule: str) -> str:
    import re

    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule)


def test_the_filters_of_a_list_are_documented(document):
    named = {each["name"] for each in document["paths"]["/api/v1/centres"]["get"]["parameters"]}
    assert {"county", "level", "q", "near", "page", "If-None-Match"} <= named


def test_every_operation_has_a_summary(document):
    silent = [
        (path, method)
        for path, item in document["paths"].items()
        for method in ("get", "put", "post", "delete")
        if method in item and not item[method].get("summary")
    ]
    assert silent == []


def test_the_page_shows_every_operation_and_asks_no_other_site(bare, document):
    page = bare.test_client().get("/api/v1/docs").get_data(as_text=True)
    assert [path for path in document["paths"] if path not in page] == []
    assert "http://" not in page and "https://" not in page and "<script" not in page


def test_the_page_finds_its_style_sheet(bare):
    client = bare.test_client()
    page = client.get("/api/v1/docs").get_data(as_text=True)
    name = page.partition('href="docs/')[2].partition('"')[0]
    assert client.get(f"/api/v1/docs/{name}").mimetype == "text/css"


def test_the_table_of_problems_is_the_catalogue():
    assert (ROOT / "docs" / "problems.md").read_text("utf-8") == problems.markdown()


def test_the_glossary_has_every_role():
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    from audit.accounts.permissions import ROLES

    assert [role for role in ROLES if f"`{role}`" not in glossary] == []

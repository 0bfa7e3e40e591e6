"""The tree is the architecture: who may import whom, read from the imports themselves."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from factories import ROOT

AUDIT = ROOT / "audit"
# each may import those to its right; everyone may import base, and every capability scoring
ORDER = ["web", "rankings", "followup", "inspections", "evidence", "rounds", "checklists", "centres", "accounts"]
ROOTS = {"app", "cli", "commands", "fittings"}
LAYERS = {  # what a file of this name may not import of its own capability
    "models": {"queries", "actions", "schemas", "routes"},
    "queries": {"actions", "schemas", "routes"},
    "actions": {"schemas", "routes"},
    "schemas": {"models", "queries", "actions", "routes"},
    "routes": {"models"},
}
HOMES = {  # third-party package: where it may be imported
    "flask": {
        "app",
        "base.http",
        "base.body",
        "base.paging",
        "base.docs",
        "base.ranges",
        "*.routes",
        "web.*",
        "accounts.setup_routes",
        "evidence.upload_routes",
        "rounds.document_routes",
        "rankings.annual_routes",
        "rankings.export_routes",
    },
    "flask_smorest": {"base.http"},
    "webargs": {"base.*"},
    "peewee": {"base.*", "*.models", "*.queries", "*.actions", "inspections.baselines"},
    "playhouse": {"base.*"},
    "PIL": {"evidence.pictures", "evidence.exif", "evidence.prints", "commands.drawings"},
    "pi_heif": {"evidence.heic"},
    "geopy": {"centres.distance"},
    "xlsxwriter": {"rankings.book"},
    "typst": {"rankings.report"},
    "openpyxl": {"centres.imports"},
    "boto3": {"base.bucket"},
    "botocore": {"base.bucket", "base.s3"},
    "argon2": {"accounts.secrets"},
    "pyotp": {"accounts.secrets"},
    "granian": {"commands.serve"},
    "cryptography": {"commands.certificates"},
    "click": {"cli", "commands.*"},
    "marshmallow": {
        "base.*",
        "*.schemas",
        "*.imports",
        "*.editions",
        "accounts.setup_routes",
        "checklists.policy_schemas",
        "checklists.values",
        "inspections.evidence_schemas",
        "inspections.review_schemas",
        "rounds.plan_schemas",
        "rankings.agreement_schemas",
        "rankings.card_schemas",
        "rankings.publication_schemas",
        "rankings.annual_schemas",
    },
    "werkzeug": {"base.http"},
    "markupsafe": {"base.docs", "rankings.export_routes"},
}


def imports_of(source: str) -> set[str]:
    """Every module a file imports, by its full name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide who imports whom"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def breaches(module: str, imported: set[str]) -> list[str]:
    """What `module` (such as evidence.actions) may not import."""
    return [
        name
        for name in sorted(imported)
        if (name.startswith("audit.") and not _allowed_inside(module, name.removeprefix("audit.")))
        or (not name.startswith("audit") and not _allowed_outside(module, name.partition(".")[0]))
    ]


def _allowed_inside(module: str, name: str) -> bool:
    own, other = module.partition(".")[0], name.partition(".")[0]
    if own in ROOTS or other == "__version__":
        return True
    if other in ROOTS:
        return False
    if own == other:
        return not _breaks_the_layers(module.partition(".")[2], name.split(".")[1:2])
    if own == "scoring":
        return False
    if other == "base":
        return own != "config"
    if other == "scoring":
        return own in ORDER
    return own in ORDER and other in ORDER and ORDER.index(own) < ORDER.index(other)


def _breaks_the_layers(file: str, imported: list[str]) -> bool:
    """Inside a capability: routes ► schemas, queries, actions; actions ► queries ► models; schemas never models."""
    if not imported or file not in LAYERS:
        return False
    return imported[0] in LAYERS[file]


def _allowed_outside(module: str, package: str) -> bool:
    if package in sys.stdlib_module_names:
        return True
    if module.startswith("scoring"):
        return False
    homes = HOMES.get(package, set())
    folder, _, file = module.rpartition(".")
    return bool({module, f"{folder}.*", f"*.{file}"} & homes)


def modules() -> list[str]:
    return sorted(
        ".".join(path.relative_to(AUDIT).with_suffix("").parts)
        for path in AUDIT.rglob("*.py")
        if path.name != "__init__.py"
    )


@pytest.mark.parametrize("module", modules())
def test_a_file_imports_only_what_lies_below_it(module):
    source = (AUDIT / Path(*module.split("."))).with_suffix(".py").read_text("utf-8")
    assert breaches(module, imports_of(source)) == []


@pytest.mark.parametrize(
    ("module", "planted"),
    [
        ("centres.queries", "from audit.rankings import queries"),
        ("scoring.score", "import peewee"),
        ("scoring.gaps", "from audit.base import db"),
        ("base.db", "from audit.accounts.models import Account"),
        ("evidence.actions", "from audit.inspections.actions import submit"),
        ("inspections.routes", "import PIL.Image"),
        ("rankings.queries", "import audit.app"),
        ("accounts.actions", "from flask import request"),
        ("centres.schemas", "from audit.centres.actions import import_centres"),
        ("evidence.routes", "import requests"),
        ("rounds.schemas", "from audit.rounds.models import Round"),
        ("rounds.queries", "from audit.rounds.actions import open_round"),
        ("rounds.models", "from audit.rounds import queries"),
        ("rounds.actions", "from audit.rounds.schemas import RoundIn"),
    ],
)
def test_a_planted_import_is_caught(module, planted):
    assert breaches(module, imports_of(planted))


def test_every_capability_stands_in_the_order():
    folders = {path.name for path in AUDIT.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*ORDER, "base", "scoring", "commands"}


@pytest.mark.parametrize("name", ["utils", "common", "helpers", "manager", "service"])
def test_no_file_is_named_after_nothing(name):
    assert not [module for module in modules() if name in module.split(".")]


def test_no_file_grows_past_four_hundred_lines():
    long = {str(path): n for path in AUDIT.rglob("*.py") if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert long == {}

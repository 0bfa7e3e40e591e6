"""The stage every test starts from: the real registry, the editions that ship, the cast, an open round."""

from __future__ import annotations

from datetime import UTC, datetime

from factories import NOW, ROUND_BODY

from audit.accounts import queries, signing_in
from audit.accounts.models import Account, Token
from audit.accounts.policy import Policy
from audit.accounts.secrets import hash_password
from audit.base import db, migrations
from audit.base.trail import write
from audit.centres import actions as centres
from audit.centres import queries as centre_queries
from audit.checklists import actions as checklists
from audit.checklists import editions
from audit.rounds import actions as rounds

# name: (roles, code of the area that is all they reach)
CAST = {
    "tashi": (["inspector"], "540200"),
    "drolma": (["inspector"], "540200"),
    "pema": (["inspector"], "540222"),
    "reviewer": (["reviewer"], "540200"),
    "reviewing-inspector": (["inspector", "reviewer"], "540200"),
    "bailang": (["county"], "540228"),
    "jiangzi": (["county"], "540222"),
    "office": (["office"], "540200"),
    "office2": (["office"], "540200"),
    "admin": (["admin"], None),
    "auditor": (["auditor"], None),
}


def opened(name: str, roles: list[str], division: int | None) -> Account:
    """An account as the command line opens it, but without a password: hashing takes time."""
    with write() as trail:
        account = Account.create(
            name=name, display=name.title(), roles=roles, division=division, password=None, created_at=NOW
        )
        trail.record("account.open", account.id, actor=None, at=NOW, detail=queries.seal_of(account))
    return account


def give_everybody(password: str) -> None:
    """The cast may sign in with it, and the trail tells so."""
    hashed = hash_password(password)
    for account in Account.select():
        with write() as trail:
            account.password = hashed
            account.save()
            trail.record("password.change", account.id, actor=None, at=NOW, detail=queries.seal_of(account))


def set_the_stage(url: str) -> dict[str, str]:
    """The real registry, the editions that ship, the cast with their tokens, an open round; the tokens by name."""
    db.open_database(url)
    migrations.migrate()
    centres.load_registry("shigatse", actor=None, now=NOW)
    for path in sorted(migrations.folder("checklists").glob("*.toml")):
        checklists.publish(editions.read(path), actor=None, now=NOW)
    tokens = {}
    for name, (roles, area) in CAST.items():
        division = centre_queries.by_code(area).id if area else None
        account = opened(name, roles, division)
        tokens[name] = signing_in.issue(account, f"{name}'s phone", policy=Policy(), now=datetime.now(UTC))["token"]
    rounds.open_round(ROUND_BODY, actor=None, now=NOW)
    # a device used a moment ago is not written down again: no test pays for that but those of idleness
    Token.update(last_used_at=datetime(2100, 1, 1, tzinfo=UTC)).execute()
    db.database.close_all()
    return tokens

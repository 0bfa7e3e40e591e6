"""What `audit verify` compares of accounts: what each may do, and signs in with, with its latest line in the trail."""

from __future__ import annotations

from collections.abc import Iterator

from audit.accounts import queries
from audit.accounts.models import Account
from audit.base.trail import TrailLine
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told

OPENED = ("account.open", "setup.account")
# each line of these seals all of it, so that the latest alone says what must stand
SEALING = (
    *OPENED, "account.change", "account.reset", "password.change", "second-factor.confirm", "second-factor.remove",
)  # fmt: skip


def accounts(ledger: Ledger) -> Iterator[str | None]:
    """Every account against its latest line, and every line that opened one against the account."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Account.select().where(Account.id.in_(keys)):
            yield told(each.name, _account(each, ledger))

    yield from by_chunks(Account, check, "account")
    there = {str(number) for (number,) in Account.select(Account.id).tuples()}
    opened = {subject: lines[0] for (action, subject), lines in ledger.lines.items() if action in OPENED}
    for subject in opened.keys() - there:
        yield f"line {opened[subject].seq}: the account {subject} that it opened is gone"


def _account(account: Account, ledger: Ledger) -> Iterator[str]:
    if {"admin", "auditor"} <= set(account.roles):
        yield "is both admin and auditor"
    lines = _lines(account, ledger)
    if not any(line.action in OPENED for line in lines):
        yield "the trail does not tell that it was opened"
    elif "roles" not in lines[-1].detail:
        yield "the trail does not tell its rights: its lines are of an older version; let an admin change it once"
    else:
        sealed, stands = lines[-1].detail, queries.seal_of(account)
        if odd := [name for name in stands if sealed.get(name) != stands[name]]:
            yield f"line {lines[-1].seq} of the trail tells of other {', '.join(odd)}"


def _lines(account: Account, ledger: Ledger) -> list[TrailLine]:
    found = [line for verb in SEALING for line in ledger.lines.get((verb, str(account.id)), ())]
    return sorted(found, key=lambda line: line.seq)

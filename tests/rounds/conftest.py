"""People who reach another part of the world than the cast does."""

import pytest
from factories import NOW

from audit.accounts.models import Account
from audit.centres import actions as centres
from audit.centres.queries import by_code


@pytest.fixture
def moved(people):
    """Somebody of the cast, given another area: `moved("office2", "530112")`."""
    centres.load_registry("xishan", actor=None, now=NOW)

    def move(name: str, area: str):
        Account.update(division=by_code(area).id).where(Account.name == name).execute()
        return people[name]

    return move

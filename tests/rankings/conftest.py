"""Contests whose scores are what the test says."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if (here := str(Path(__file__).parent)) not in sys.path:
    sys.path.insert(0, here)

from contest import NOW, Contest, checklist, policy
from states import made_once

from audit.checklists import actions as checklists


@pytest.fixture
def plain(people) -> Callable[..., Contest]:
    """Opens a contest: `plain(area=…, sample=…, policy={…}, township={…})`."""

    def opened(code: str = "PLAIN", *, policy_is: dict | None = None, township: dict | None = None, **changes):
        for content in (checklist("township", **(township or {})), checklist("village"), policy(**(policy_is or {}))):
            checklists.publish(content, actor=None, now=NOW)
        return Contest(people, code, **changes)

    return opened


@made_once
def contest(plain) -> Contest:
    """A contest in 岗巴县."""
    return plain()


@made_once
def city(plain) -> Contest:
    """A contest in the whole of 日喀则市."""
    return plain(area="540200")

"""audit verify: what a version says of changed answers follows from its decisions and lists."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if (there := str(Path(__file__).parent.parent / "rankings")) not in sys.path:
    sys.path.append(there)

from contest import GANGBA, NOW, TOWNSHIPS, Contest, checklist, policy
from states import made_once
from test_verify_publications import resealed
from versions import published

from audit.accounts.models import Account
from audit.checklists import actions as checklists
from audit.rankings import origins
from audit.rankings.models import PublishedRow

A = TOWNSHIPS[0]


@made_once
def ready(people) -> Contest:
    """A township whose reviewer decided an item, in a county that issued a list."""
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    contest = Contest(people, "PLAIN")
    issued = {"division": GANGBA, "item": "T4", "m": 12_500, "title": "进驻事项清单", "issued_on": "2026-10-01"}
    assert people["office"].post("/rounds/PLAIN/lists", json=issued).status_code == 201
    visit, reviewer = contest.send(A, 80), people["reviewer"]
    tag = {"If-Match": reviewer.get(f"/inspections/{visit}").headers["ETag"]}
    decided = {"item": "T1", "answer": {"value": 75}, "reason": "复测"}
    assert reviewer.post(f"/inspections/{visit}/decisions", json=decided, headers=tag).status_code == 201
    assert reviewer.review(visit).status_code == 201
    return contest


@made_once
def shown(ready) -> None:
    """The same, published."""
    published(ready)


def test_it_holds_whatever_people_are_called_since(shown, verify):
    Account.update(display="改名").where(Account.name == "reviewer").execute()
    assert "publications: 1 checked, 0 faults" in verify()[1]


def test_a_version_that_kept_nothing_of_it_holds(ready, verify, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(origins, "told", lambda *_: {})
        published(ready)
    assert "publications: 1 checked, 0 faults" in verify()[1]


@pytest.mark.parametrize(
    ("item", "change"),
    [
        ("T1", {"sent": {"value": "99"}}),
        ("T1", {"from": "appeal"}),
        ("T4", {"version": 2}),
        ("T4", {"title": "另一清单"}),
        ("T2", {"sent": {"value": "99"}, "from": "decision"}),
    ],
)
def test_another_origin_than_there_was_is_found(shown, found, item, change):
    row = PublishedRow.get(PublishedRow.code == A)
    told = row.basis["people"][origins.KEY]
    told[item] = told.get(item, {}) | change
    row.save()
    resealed()
    found("something else took the place of what was sent")

"""Which answer counts: what was decided, or else what was sent with the m of the issued list. A pure rule."""

import pytest
from factories import content
from hypothesis import given
from hypothesis import strategies as st

from audit.inspections.answers import counted, parse
from audit.scoring.standard import Edition

EDITION = Edition.of(content())
NUMBERS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("sent", "listed", "counts", "source"),
    [
        ({"n": 90, "m": 100}, None, {"n": 90, "m": 100}, "sent"),
        ({"n": 90, "m": 100}, 100, {"n": 90, "m": 100}, "sent"),
        ({"n": 90, "m": 100}, 120, {"n": 90, "m": 120}, "list"),
        ({"n": 90, "m": 100}, 60, {"n": 60, "m": 60}, "list"),
        ({"n": 90, "m": 100}, 0, {"n": 0, "m": 0}, "list"),
        ({"n": 0, "m": 0}, 120, {"n": 0, "m": 120}, "list"),
        ({"not_applicable": "停业"}, 120, {"not_applicable": "停业"}, "sent"),
    ],
)
def test_the_length_of_a_list_is_the_m(sent, listed, counts, source):
    lists = {} if listed is None else {"TM01": listed}
    assert counted(EDITION, [{"item": "TM01", "note": "x"} | sent], lists, {})["TM01"] == (counts, source)


@pytest.mark.parametrize("item", ["TZ06", "TA01", "TA04"])
def test_a_list_says_nothing_of_what_has_its_own_m_or_none(item):
    sent = {"value": "150"} if item == "TA01" else {"n": 3, "m": 5}
    assert counted(EDITION, [{"item": item} | sent], {item: 99}, {})[item] == (sent, "sent")


@given(NUMBERS, NUMBERS, NUMBERS)
def test_never_more_than_all_of_a_list(n, more, m):
    wire, _ = counted(EDITION, [{"item": "TM01", "n": n, "m": n + more}], {"TM01": m}, {})["TM01"]
    assert wire["m"] == m and 0 <= parse(wire).value <= parse(wire).m


@given(NUMBERS, NUMBERS, st.integers(1, 10_000))
def test_a_longer_list_never_makes_a_share_larger(n, more, m):
    sent = [{"item": "TM01", "n": n, "m": n + more}]
    shares = [parse(counted(EDITION, sent, {"TM01": each}, {})["TM01"][0]) for each in (m, m + 1)]
    assert shares[1].value / shares[1].m <= shares[0].value / shares[0].m


@given(NUMBERS, NUMBERS)
def test_what_was_decided_counts_whatever_was_sent_and_listed(sent, m):
    decided = {"TM01": {"n": 1, "m": 2}}
    found = counted(EDITION, [{"item": "TM01", "n": 0, "m": sent}], {"TM01": m}, decided)
    assert found == {"TM01": ({"n": 1, "m": 2}, "decision")}


def test_a_decision_adds_what_was_not_sent():
    assert counted(EDITION, [], {}, {"TB01": {"yes": True}}) == {"TB01": ({"yes": True}, "decision")}

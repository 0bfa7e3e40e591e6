"""Drawn by hypothesis: small editions of every kind, and visits to them and to the shipped ones.

A strategy that is made anew for each draw costs more than the draw: they are kept, and what is small is drawn at once.
"""

from fractions import Fraction
from functools import cache
from itertools import product

from editions import DEMONSTRATION, STANDARD, TOWNSHIP, VILLAGE, Visit, does_not_apply, perfect
from hypothesis import strategies as st

from audit.scoring.answers import Answer
from audit.scoring.standard import Choice, Dimension, Edition, Extra, Item

TIERS = (DEMONSTRATION, STANDARD)
CREDITS = {"full": Fraction(1), "half": Fraction(1, 2), "third": Fraction(1, 3), "none": Fraction(0)}
CHOICES = tuple(Choice(code, credit) for code, credit in CREDITS.items())
PARTS = [Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(7, 9), Fraction(1)]
TRUTHS, TIER = st.booleans(), st.sampled_from(TIERS)


@cache
def upto(high):
    return st.integers(0, high)


@cache
def whole(low, high):
    return st.integers(low, high).map(Fraction)


@cache
def fractions_upto(high):
    return st.fractions(0, high, max_denominator=8)


@cache
def any_of(*values):
    return st.sampled_from(values)


@cache
def bars(answer, lower):
    """Standards that make sense: above 0 where higher is better."""
    if answer == "yes_no":
        return st.just(True)
    if answer == "share":
        return st.sampled_from([Fraction(0), *PARTS] if lower else PARTS)
    if answer == "measure":
        return st.fractions(0 if lower else 1, 20, max_denominator=4)
    return whole(0 if lower else 1, 8)


def standards(draw, answer, lower):
    """Tier to standard; a tier may be left out."""
    if answer == "choice":
        return dict.fromkeys(TIERS, draw(any_of("full", "half")))
    return {tier: draw(bars(answer, lower)) for tier in TIERS if draw(upto(4))}


def floor_under(answer, lower, standards):
    """A floor that is easier than the standards of both tiers."""
    if answer == "choice":
        return "third"
    if len(standards) < len(TIERS) or answer == "yes_no":
        return standards.get(DEMONSTRATION)
    return 2 * max(standards.values()) if lower else min(standards.values()) / 2


KINDS = st.sampled_from(
    [(answer, False) for answer in ("yes_no", "choice") * 2] + [*product(("measure", "count", "share"), (False, True))]
)
SMALL_PRINT = st.sampled_from(
    [
        dict(zip(("photos", "photos_when", "full_marks_at", "when_m_zero", "not_applicable"), each, strict=True))
        for each in product(
            (0, 1, 2),
            ("always", "claimed"),
            ("baseline", "baseline", "standard"),
            ("county_duty", "zero", "not_applicable"),
            ("never", "with_reason"),
        )
    ]
)


def an_item(draw, code, dimension):
    answer, lower = draw(KINDS)
    wanted = standards(draw, answer, lower)
    per_unit = draw(any_of(Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2)))
    floored = len(wanted) == len(TIERS) and draw(upto(3)) == 0
    return Item(
        code,
        dimension,
        answer,
        draw(whole(0, 8)),
        lower_is_better=lower,
        standards=wanted,
        choices=CHOICES if answer == "choice" else (),
        per_unit=per_unit if lower and (answer != "share" or draw(TRUTHS)) else None,
        cap_below=floor_under(answer, lower, wanted) if floored else None,
        of=Fraction(5) if answer == "share" and draw(upto(3)) == 0 else None,
        **draw(SMALL_PRINT),
    )


BONUS = Extra("bonus", "yes_no", Fraction(2), photos=1)
BONUS_EACH = Extra("bonus-each", "count", Fraction(1), photos=1)
DEDUCTION = Extra("deduction", "yes_no", Fraction(-5), photos=1)
DEDUCTION_EACH = Extra("deduction-each", "count", Fraction(-2))
EXTRAS = st.sampled_from([(), (BONUS, DEDUCTION), (BONUS, BONUS_EACH, DEDUCTION, DEDUCTION_EACH)])


@st.composite
def editions(draw):
    """One to three scored dimensions and one that is not, one to four items each."""
    scored = 1 + draw(upto(2))
    dimensions = [Dimension(f"d{i}", draw(whole(1, 30)), True) for i in range(scored)]
    dimensions.append(Dimension("silent", Fraction(0), False))
    drawn = [
        an_item(draw, f"{dimension.code}-{number}", dimension.code)
        for dimension in dimensions
        for number in range(1 + draw(upto(3)))
    ]
    return Edition("drawn", "township", tuple(dimensions), tuple(drawn), draw(EXTRAS), Fraction(60), Fraction(5))


def _highest(item):
    return int(2 * max([*getattr(item, "standards", {}).values(), 5]))


def an_answer(draw, item, not_applicable=True):
    """Any answer without a fault."""
    if not_applicable and item.not_applicable == "with_reason" and draw(upto(5)) == 0:
        return does_not_apply()
    if item.answer == "yes_no":
        return Answer(draw(TRUTHS))
    if item.answer == "choice":
        return Answer(draw(any_of(*(choice.code for choice in item.choices))))
    if item.answer == "measure":
        return Answer(draw(fractions_upto(_highest(item))))
    if item.answer == "count":
        return Answer(draw(whole(0, _highest(item))))
    m = item.of or draw(whole(0, int(item.sample or 13)))
    return Answer(draw(whole(0, int(m))), m)


@st.composite
def better_answers(draw, item, answer):
    """An answer as good as `answer` or better; the m of a share stays."""
    if answer.not_applicable is not None:
        return answer
    if item.answer == "yes_no":
        return Answer(draw(any_of(answer.value, getattr(item, "points", 1) > 0)))
    if item.answer == "choice":
        now = item.credit_of(answer.value)
        return Answer(draw(any_of(*(choice.code for choice in item.choices if choice.credit >= now))))
    falls = getattr(item, "lower_is_better", getattr(item, "points", 1) < 0)
    room = answer.value if falls else (answer.m - answer.value if item.answer == "share" else Fraction(20))
    step = draw(whole(0, int(room)))
    return Answer(answer.value - step if falls else answer.value + step, answer.m)


def a_good_answer(draw, item, tier):
    """An answer at or above the tier's standard; without a standard, any that is no fault in itself."""
    standard = item.standards.get(tier)
    if item.not_applicable == "with_reason" and draw(upto(5)) == 0:
        return does_not_apply()
    if item.answer == "share":
        m = item.of or draw(whole(1 if item.when_m_zero == "zero" else 0, 13))
        low, high = Fraction(0), m
        if standard is not None:
            low, high = (low, standard * m) if item.lower_is_better else (standard * m, high)
        return Answer(draw(whole(-(-low.numerator // low.denominator), int(high))), m)
    if standard is None:
        return an_answer(draw, item, not_applicable=False)
    if item.answer == "yes_no":
        return Answer(True)
    if item.answer == "choice":
        return draw(better_answers(item, Answer(standard)))
    if item.lower_is_better:
        return Answer(draw(whole(0, int(standard))))
    return Answer(standard + draw(whole(0, 9)))


@cache
def some_of(codes, most):
    return st.lists(st.sampled_from(codes), unique=True, max_size=most)


@st.composite
def visits_to(draw, edition, changes=None):
    """A visit with any answers and photos, or one that lacks nothing with a few `changes`."""
    visit = perfect(edition, draw(TIER))
    codes = [item.code for item in edition.items]
    if changes is not None:
        codes = draw(some_of(tuple(codes), changes))
    codes += [extra.code for extra in edition.extras if draw(TRUTHS)]
    found = {code: an_answer(draw, edition.item[code]) for code in codes}
    photos = {code: draw(upto(edition.item[code].photos)) for code in codes}
    of_items = {item.code for item in edition.items}
    known = [code for code in codes if code in of_items and draw(upto(5))]
    baseline = {code: an_answer(draw, edition.item[code]) for code in known} if draw(TRUTHS) else None
    return Visit(edition, visit.tier, visit.answers | found, visit.photos | photos, baseline)


EDITIONS, SHIPPED = editions(), st.sampled_from([TOWNSHIP, VILLAGE])


@cache
def visits():
    """To drawn small editions and to the two shipped ones."""
    return st.one_of(EDITIONS.flatmap(visits_to), SHIPPED.flatmap(lambda each: visits_to(each, 6)))


@st.composite
def good_visits(draw):
    """Nothing under its standard, every photo there, measured against itself."""
    edition, tier = draw(st.one_of(EDITIONS, SHIPPED)), draw(TIER)
    found = {item.code: a_good_answer(draw, item, tier) for item in edition.items}
    return Visit(edition, tier, found, {item.code: item.photos for item in edition.items}, baseline=found)

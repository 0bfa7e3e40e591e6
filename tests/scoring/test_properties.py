"""What holds for every edition and every visit (architecture §4)."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from drawn import better_answers, good_visits, visits
from editions import NO, YES, does_not_apply, item, perfect, small
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from audit.scoring.answers import Answer
from audit.scoring.score import printed

without_explaining = (Phase.explicit, Phase.generate, Phase.shrink)
rules = settings(max_examples=40, deadline=None, derandomize=True, database=None, phases=without_explaining)


def totals(visit):
    """The total and every dimension, None standing lowest."""
    score = visit.score()
    return [-1 if value is None else value for value in (score.total, *(each.value for each in score.dimensions))]


def without_cap_and_extras(visit):
    """The same visit to an edition that has neither floors nor bonuses nor deductions."""
    items = tuple(replace(each, cap_below=None) for each in visit.edition.items)
    answers = {each.code: visit.answers[each.code] for each in items}
    return replace(visit, edition=replace(visit.edition, items=items, extras=()), answers=answers)


def without(visit, code):
    """The same visit to an edition that lacks one item."""
    items = tuple(each for each in visit.edition.items if each.code != code)
    answers = {key: answer for key, answer in visit.answers.items() if key != code}
    return replace(visit, edition=replace(visit.edition, items=items), answers=answers)


def really_done(visit, **mended):
    """What the visit prints once these answers are given, with every photo that could be wanted."""
    return visit.but(**mended).score().printed


@rules
@given(good_visits())
def test_a_visit_identical_to_a_baseline_above_the_standards_scores_100(visit):
    assert visit.score().total in (100, None)


@rules
@given(visits(), st.data())
def test_improving_one_answer_never_lowers_any_total(visit, data):
    code = data.draw(st.sampled_from(sorted(visit.answers)))
    better = data.draw(better_answers(visit.edition.item[code], visit.answers[code]))
    improved = replace(visit, answers=visit.answers | {code: better})
    assert all(after >= before for before, after in zip(totals(visit), totals(improved), strict=True))


@rules
@given(visits(), st.data())
def test_adding_a_photo_never_lowers_any_total(visit, data):
    code = data.draw(st.sampled_from(sorted(visit.answers)))
    more = visit.with_photos(**{code: visit.photos.get(code, 0) + 1})
    assert all(after >= before for before, after in zip(totals(visit), totals(more), strict=True))


@rules
@given(visits(), st.data())
def test_the_order_of_the_items_does_not_matter(visit, data):
    items = tuple(data.draw(st.permutations(visit.edition.items)))
    shuffled = replace(visit, edition=replace(visit.edition, items=items)).score()
    assert shuffled.total == visit.score().total
    assert sorted(shuffled.items, key=lambda each: each.code) == sorted(visit.score().items, key=lambda each: each.code)


@rules
@given(visits(), st.data())
def test_the_order_of_the_answers_does_not_matter(visit, data):
    answers = dict(data.draw(st.permutations(sorted(visit.answers.items()))))
    assert replace(visit, answers=answers).score() == visit.score()


@rules
@given(visits())
def test_a_cap_never_raises_a_dimension(visit):
    assert all(each.value <= each.before_cap for each in visit.score().dimensions if each.value is not None)


@rules
@given(visits())
def test_a_dimension_with_an_item_below_its_floor_stays_within_the_cap(visit):
    score = visit.score()
    below = {each.dimension for each in score.items if each.below_floor}
    held = [each.value for each in score.dimensions if each.code in below and each.value is not None]
    assert all(value <= visit.edition.dimension_cap for value in held)


@rules
@given(visits(), st.data())
def test_an_item_that_does_not_apply_is_as_if_the_edition_lacked_it(visit, data):
    code = data.draw(st.sampled_from([each.code for each in visit.edition.items]))
    spared = replace(visit, answers=visit.answers | {code: does_not_apply()})
    assert totals(spared) == totals(without(visit, code))


@rules
@given(visits())
def test_the_gain_of_a_gap_is_exact(visit):
    now = visit.score().printed
    assume(now is not None)
    for gap in visit.gaps().values():
        assert really_done(visit, **{gap.code: gap.to_reference}) == now + gap.reference_gain
        if gap.to_standard is not None:
            assert really_done(visit, **{gap.code: gap.to_standard}) == now + gap.standard_gain


@rules
@given(visits())
def test_the_gain_of_a_whole_dimension_is_exact(visit):
    now = visit.score().printed
    assume(now is not None)
    found = visit.gaps().values()
    for dimension, gain in visit.gaps_together().items():
        mended = {gap.code: gap.to_reference for gap in found if gap.dimension == dimension}
        assert really_done(visit, **mended) == now + gain


@rules
@given(visits())
def test_a_target_reaches_what_it_aims_at(visit):
    for gap in visit.gaps().values():
        assert visit.but(**{gap.code: gap.to_reference}).item(gap.code).credit == 1
        if gap.to_standard is not None:
            assert visit.but(**{gap.code: gap.to_standard}).item(gap.code).verdict == "met"


@rules
@given(visits())
def test_the_targets_of_counts_and_shares_are_whole(visit):
    for gap in visit.gaps().values():
        if visit.edition.item[gap.code].answer in ("count", "share"):
            targets = [each for each in (gap.to_standard, gap.to_reference) if each is not None]
            assert all(number.denominator == 1 for each in targets for number in (each.value, each.m or each.value))


@rules
@given(visits())
def test_the_reference_is_never_easier_than_the_standard_of_the_tier(visit):
    for mark in visit.score().items:
        demand = visit.edition.item[mark.code]
        if mark.standard is None:
            continue
        if demand.answer == "choice":
            assert demand.credit_of(mark.reference) >= demand.credit_of(mark.standard)
        elif demand.lower_is_better:
            assert mark.reference <= mark.standard
        else:
            assert mark.reference >= mark.standard


@rules
@given(visits())
def test_every_total_lies_between_0_and_100_plus_the_bonus_cap(visit):
    total = visit.score().total
    assert total is None or 0 <= total <= 100 + visit.edition.bonus_cap


@rules
@given(visits())
def test_every_credit_lies_between_0_and_1(visit):
    assert all(each.credit is None or 0 <= each.credit <= 1 for each in visit.score().items)


@rules
@given(visits())
def test_the_points_of_the_items_add_up_to_the_total(visit):
    score = without_cap_and_extras(visit).score()
    assert score.total is None or sum(each.points for each in score.items) == score.total


@rules
@given(visits())
def test_the_possible_points_of_the_items_add_up_to_100(visit):
    score = visit.score()
    assert score.total is None or sum(each.possible for each in score.items) == 100


@rules
@given(visits())
def test_scoring_again_gives_the_same_score(visit):
    assert visit.score() == visit.score()


@rules
@given(visits())
def test_answers_that_were_sent_and_read_back_score_the_same(visit):
    wires = {code: answer.wire(visit.edition.item[code]) for code, answer in visit.answers.items()}
    again = {code: Answer.of(wire) for code, wire in wires.items()}
    assert replace(visit, answers=again).score() == visit.score()


@rules
@given(visits())
def test_items_of_a_dimension_that_is_not_scored_bring_no_points(visit):
    silent = {each.code for each in visit.edition.dimensions if not each.scored}
    assert all(each.points == each.possible == 0 for each in visit.score().items if each.dimension in silent)


@rules
@given(visits())
def test_an_item_that_lacks_photos_earns_nothing_and_is_not_met(visit):
    for each in visit.score().items:
        if each.reason == "no-evidence":
            assert (each.credit, each.points, each.verdict == "met") == (0, 0, False)


@rules
@given(visits())
def test_an_item_without_a_standard_for_the_tier_is_neither_met_nor_not_met(visit):
    assert {each.verdict for each in visit.score().items if each.standard is None} <= {"not_assessable"}


@rules
@given(st.integers(-(10**12), 10**12), st.integers(2, 9))
def test_the_printed_value_is_what_decimal_rounds_half_up(digits, places):
    exact = Decimal(digits).scaleb(-places)
    assert printed(Fraction(exact)) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@rules
@given(st.fractions(0, 105))
def test_no_fraction_is_printed_more_than_half_a_hundredth_off(value):
    assert Fraction(-1, 200) <= value - Fraction(printed(value)) < Fraction(1, 200)


def test_79_995_is_printed_as_80_00():
    assert str(printed(Fraction("79.995"))) == "80.00"


def test_the_last_fraction_below_79_995_is_printed_as_79_99():
    assert str(printed(Fraction("79.995") - Fraction(1, 10**30))) == "79.99"


def test_no_score_prints_nothing():
    assert printed(None) is None


def test_nothing_assessable_is_no_score():
    edition = small(item("A", "yes_no", standards=True), item("B", "yes_no", dimension="staff", standards=True))
    assert perfect(edition).but(A=does_not_apply(), B=does_not_apply()).score().total is None


def test_a_bonus_makes_no_score_where_nothing_is_assessable():
    silent = item("S", "yes_no", dimension="operation", standards=True)
    assert perfect(small(silent)).score().total is None


def test_an_empty_dimension_leaves_its_weight_to_the_others():
    edition = small(
        item("A", "yes_no", standards=True), item("B", "yes_no", standards=True), item("C", "yes_no", 1, "staff", True)
    )
    assert perfect(edition).but(B=NO, C=does_not_apply()).printed == "50.00"


def test_dimensions_weigh_as_the_edition_says():
    """60 for the area, 40 for the staff: one lost dimension costs its weight."""
    edition = small(item("A", "yes_no", 7, standards=True), item("C", "yes_no", 1, "staff", True))
    assert (perfect(edition).but(A=NO, C=YES).printed, perfect(edition).but(A=YES, C=NO).printed) == ("40.00", "60.00")

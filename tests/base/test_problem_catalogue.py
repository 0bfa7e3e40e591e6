"""The catalogue of problems keeps its promises."""

import re

import pytest

from audit.base import problems

EVERY = pytest.mark.parametrize("problem", problems.catalogue(), ids=lambda each: each.slug)


def test_no_two_problems_share_a_slug():
    slugs = [each.slug for each in problems.catalogue()]
    assert len(slugs) == len(set(slugs))


@EVERY
def test_a_problem_has_a_title_in_both_languages(problem):
    assert re.search("[\u4e00-\u9fff]", problem.document(problem(), "zh")["title"])
    assert problem.document(problem(), "en")["title"].isascii()


@EVERY
def test_a_problem_says_whether_to_retry(problem):
    assert problem().document("zh")["retry"] in {"never", "later", "after-fix"}


@EVERY
def test_a_problem_is_named_in_the_module_as_in_its_type(problem):
    assert getattr(problems, problem.__name__) is problem
    assert re.fullmatch("[a-z]+(-[a-z]+)*", problem.slug)


@EVERY
def test_only_what_passes_by_itself_is_sent_again_unchanged(problem):
    if problem.status in (429, 500, 503, 507):
        assert problem.retry == "later"


def test_errors_become_pointers_with_sentences():
    document = problems.ValidationError(errors={"/a/0": "is wrong"}).document("en")
    assert document["errors"] == [{"pointer": "/a/0", "detail": "is wrong"}]


def test_the_table_names_every_problem_once():
    table = problems.markdown()
    assert all(table.count(f"`/problems/{each.slug}`") == 1 for each in problems.catalogue())

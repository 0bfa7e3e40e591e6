"""The name of a download is made of the round's code: whatever a code may be, the name is one plain header."""

from urllib.parse import unquote

import pytest
from contest import GANGBA
from versions import published

from audit.centres.models import Division

ODD = ['a"; filename="b.exe', "../../etc", "a\r\nX: b", "a\\b"]
NAME = "岗巴县_{}_便民服务中心标准化核查_"


@pytest.mark.parametrize("what", ["ranking.xlsx", "townships.csv"])
@pytest.mark.parametrize("code", ["2026.Q4", "a--b", "Q4.exe", "a" * 32], ids=lambda code: f"RA08 {code[:8]}")
def test_a_file_is_named_after_the_code_of_its_round(plain, what, code):
    header = plain(code).export(what).headers["Content-Disposition"]
    plainly, _, encoded = header.partition("; filename*=UTF-8''")
    assert unquote(encoded).startswith(NAME.format(code))
    assert (plainly.startswith("attachment; filename="), plainly.count(";"), header.isascii()) == (True, 1, True)


@pytest.mark.parametrize(
    "code", ['a"; filename="b', "../2026", "a\r\nX: b", "a;b", "a\\b", "a%41"], ids=lambda code: f"RA08 {code!a}"
)
def test_a_round_has_no_code_that_a_header_would_stumble_over(plain, office, code):
    opened = plain("PLAIN").people["office"].get("/rounds/PLAIN").json
    editions = {each["level"]: each["edition"] for each in opened.pop("levels")}
    kept = {key: value for key, value in opened.items() if value is not None and key not in ("state", "code")}
    answer = office.post("/rounds", json=kept | {"code": code, "editions": editions})
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, ["/code"])


@pytest.mark.parametrize("what", ["ranking.xlsx", "townships.csv"])
@pytest.mark.parametrize("name", ODD, ids=lambda name: f"RA08 {name!a}")
def test_no_name_of_a_place_breaks_the_header(plain, what, name):
    place = plain("PLAIN")
    Division.update(name=name).where(Division.code == GANGBA).execute()
    header = place.export(what).headers["Content-Disposition"]
    told = unquote(header.partition("filename*=UTF-8''")[2])
    assert (set('"/\\\r\n') & set(told), told.endswith((".xlsx", ".csv"))) == (set(), True)


@pytest.mark.parametrize(
    ("what", "plain_name"),
    [
        ("ranking.xlsx", "ranking_PLAIN_trial_"),
        ("townships.csv", "townships_PLAIN_trial_"),
        ("findings.csv", "findings_PLAIN_trial_"),
    ],
)
def test_programs_that_read_no_chinese_get_a_name_that_says_what_it_is(contest, what, plain_name):
    name = contest.export(what).headers["Content-Disposition"].split('"')[1]
    assert (name[: len(plain_name)], name.rpartition(".")[2]) == (plain_name, what.rpartition(".")[2])


def test_a_version_and_a_sample_say_so_in_the_plain_name_too(plain):
    contest = published(plain("DEMO", sample=True))
    name = contest.export(version=1).headers["Content-Disposition"].split('"')[1]
    assert name.startswith("sample_ranking_DEMO_v1_20")


def test_a_countys_copy_is_named_by_its_code(contest):
    with contest.get(f"counties/{GANGBA}/exports/ranking.xlsx") as answer:
        assert 'filename="ranking_540237_PLAIN_trial_' in answer.headers["Content-Disposition"]

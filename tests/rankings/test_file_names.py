"""The name of a download is made of the round's code: whatever a code may be, the name is one plain header."""

from urllib.parse import unquote

import pytest
from contest import GANGBA

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

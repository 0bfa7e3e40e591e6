"""The trail: the auditor reads it, nobody changes it, and no secret and no control character is in it (AD03, AD09)."""

import csv
import io
import re
from datetime import timedelta

import pyotp
import pytest
from factories import PASSWORD, answers, chain_faults, picture, visit

from audit.accounts.models import Account, SignInFailure, Token
from audit.base import clock as real_clock
from audit.base.trail import TrailLine

NASTY = "a\r\nb\x1b[31m"
NEW = "Another 1 password"


def everything(auditor) -> list[dict]:
    return auditor.get("/trail?page_size=500").json


def test_the_newest_line_comes_first(auditor, enter):
    enter("office", device="a desk")
    line = everything(auditor)[0]
    assert (line["action"], line["actor"], line["device"]) == ("token.issue", "office", "a desk")
    assert [each["seq"] for each in everything(auditor)] == sorted(
        (x["seq"] for x in everything(auditor)), reverse=True
    )


@pytest.mark.parametrize("path", ["/trail", "/trail.csv"])
@pytest.mark.parametrize("name", ["tashi", "reviewer", "bailang", "office", "admin"])
def test_nobody_but_the_auditor_reads_it(people, name, path):
    assert people[name].get(path).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize("path", ["/trail", "/trail/1", "/trail.csv"])
@pytest.mark.parametrize("name", ["admin", "auditor"])
def test_no_method_changes_it(people, name, path, method):
    person, before = people[name], TrailLine.select().count()
    headers = {"Authorization": f"Bearer {person.token}"}
    assert person.client.open(f"/api/v1{path}", method=method, headers=headers, json={}).status_code in (404, 405)
    assert TrailLine.select().count() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=office", ["office"]),
        ("action=sign-in.fail", ["nobody"]),
        ("action=sign-in.fail&subject=an unknown name", ["nobody"]),
        ("subject=who", []),
        ("actor=%25", []),
        ("actor=office&action=sign-in.fail", []),
        ("actor=a%0D%0Ab%1B", []),
    ],
)
def test_it_is_filtered(auditor, enter, query, found):
    Token.update(device="x").execute()
    since = real_clock.iso(real_clock.now())
    enter("office")
    enter("whoever", password="wrong")
    answer = auditor.get(f"/trail?{query}&since={since}")
    assert (answer.status_code, [each["actor"] for each in answer.json]) == (200, found)


def test_it_is_filtered_by_time(auditor, enter, clock):
    enter("office", device="early")
    clock.passes(minutes=10)
    middle = real_clock.iso(clock.at)
    clock.passes(minutes=10)
    enter("office", device="late")
    late, early = (auditor.get(f"/trail?actor=office&{name}={middle}").json for name in ("since", "until"))
    assert ([each["device"] for each in late], early[0]["device"]) == (["late"], "early")


@pytest.mark.parametrize("query", ["since=yesterday", "since=2026-11-22T00:00:00", "who=x", "page_size=501"])
def test_a_filter_that_is_none_is_refused(auditor, query):
    assert auditor.get(f"/trail?{query}").status_code == 400


def test_the_export_has_every_line(auditor, enter, clock):
    for _ in range(51):
        enter("nobody-has-this", password="wrong")
        clock.passes(minutes=1)
        SignInFailure.delete().execute()
    answer = auditor.get("/trail.csv?action=sign-in.fail")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert (rows[0][0], len(rows)) == ("seq", 52)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", " ="])
def test_no_cell_of_the_export_is_a_formula(auditor, enter, start):
    enter(f"{start}cmd|' /C calc'!A0", password="wrong", device=f"{start.strip()}1+1")
    row = list(csv.reader(io.StringIO(auditor.get("/trail.csv").text)))[1]
    assert not any(cell.strip()[:1] in tuple("=+-@＝") and cell.strip() for cell in row)


def test_no_control_character_comes_in(auditor, enter):
    assert enter(NASTY, password="wrong").status_code == 401
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", auditor.get("/trail.csv").text)
    assert auditor.get("/trail.csv").text.count("\n") == TrailLine.select().count() + 1


def test_a_password_typed_where_the_name_belongs_does_not_stand_in_it(auditor, enter):
    enter("My5ecret Passw0rd", password="wrong")
    line = everything(auditor)[0]
    assert (line["action"], line["subject"]) == ("sign-in.fail", "an unknown name")


def test_names_that_nobody_has_write_a_line_a_minute(enter, clock):
    before = TrailLine.select().count()
    assert {enter(f"name-{number}", password="wrong").status_code for number in range(20)} == {401}
    assert (TrailLine.select().count() - before, SignInFailure.select().count()) == (1, 20)
    clock.passes(seconds=59)
    enter("another", password="wrong")
    assert TrailLine.select().count() - before == 1
    clock.passes(seconds=2)
    enter("another", password="wrong")
    assert TrailLine.select().count() - before == 2


def test_among_them_every_failure_of_a_known_name_has_its_line(enter):
    enter("name-1", password="wrong")
    before = TrailLine.select().count()
    for _ in range(3):
        enter("office", password="wrong")
        enter("name-2", password="wrong")
    assert TrailLine.select().count() - before == 3


def test_a_device_name_with_controls_is_refused(enter):
    before = TrailLine.select().count()
    assert enter("office", device=NASTY).status_code == 422
    assert TrailLine.select().count() == before


def a_busy_day(people, enter, signed_in, number) -> list[str]:
    """Everything that has a secret in it is done once; the secrets."""
    desk, admin = signed_in("office"), people["admin"]
    secret = desk.post("/me/second-factor", json={"password": PASSWORD}).json["secret"]
    code = pyotp.TOTP(secret).at(real_clock.now())
    desk.put("/me/second-factor", json={"code": code})
    desk.put("/me/password", json={"old": PASSWORD, "new": NEW})
    enter("office", password="Wr0ng-password", code="000000")
    opened = {"name": "newcomer", "display": "N", "roles": ["inspector"], "password": "Opened 1 account"}
    admin.post("/accounts", json=opened)
    reset = admin.post(f"/accounts/{number('pema')}/password-reset").json["password"]
    desk.delete("/me/second-factor", json={"password": NEW})
    tokens = [desk.token, *(each.token for each in people.values() if each.token)]
    hashes = [each.password for each in Account.select() if each.password] + [each.digest for each in Token.select()]
    return [secret, code, PASSWORD, NEW, "Wr0ng-password", "000000", opened["password"], reset, *tokens, *hashes]


def test_no_secret_is_in_it_after_a_busy_day(people, auditor, enter, signed_in, number):
    secrets = a_busy_day(people, enter, signed_in, number)
    # seals are digests of lines, in which six digits may stand by chance
    lines = [{k: v for k, v in each.items() if k not in ("previous", "digest", "at")} for each in everything(auditor)]
    assert len(lines) > 8
    assert [secret for secret in secrets if secret in str(lines)] == []
    assert chain_faults() == []


def calls(people, change, number) -> list:
    """Each writes once."""
    digest, data = picture("a line")
    item, office, tashi = answers()[0]["item"], people["office"], people["tashi"]
    visit_id = "00000000-0000-4000-8000-000000000001"
    return [
        lambda: tashi.send_photo(digest, data),
        lambda: tashi.submit(visit_id, visit(photos={item: [digest]})),
        lambda: people["reviewer"].review(visit_id),
        lambda: office.post("/me/second-factor", json={"password": PASSWORD}),
        lambda: office.put("/me/password", json={"old": PASSWORD, "new": NEW}),
        lambda: office.delete("/me/second-factor", json={"password": NEW}),
        lambda: office.delete("/me/second-factor", json={"password": "wrong"}),
        lambda: office.delete("/tokens/current"),
        lambda: change("bailang", display="another"),
        lambda: people["admin"].post(f"/accounts/{number('pema')}/password-reset"),
        lambda: people["admin"].delete(f"/accounts/{number('pema')}/tokens"),
        lambda: people["office2"].post("/rounds/2026Q4/closing"),
    ]


def test_every_write_leaves_one_line(people, passwords, change, number):
    for call in calls(people, change, number):
        before = TrailLine.select().count()
        status = call().status_code
        assert (status < 300 or status == 401, TrailLine.select().count()) == (True, before + 1)
    assert chain_faults() == []


def test_what_is_refused_leaves_none(people, passwords, change, slug):
    before = TrailLine.select().count()
    change("admin", disabled=True)
    people["office"].put("/me/password", json={"old": PASSWORD, "new": "weak"})
    people["office"].delete("/tokens/2000000000")
    people["office"].get("/trail")
    assert TrailLine.select().count() == before


def test_a_line_says_when_in_utc(auditor, enter, clock):
    enter("office")
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert abs(line.at - clock.at) < timedelta(seconds=1)

"""What an admin does with accounts: list, change, disable, reset (AD01, AD02, AD04, AD06)."""

import pytest

from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.base.trail import TrailLine


def names(answer) -> list[str]:
    return [each["name"] for each in answer.json]


def test_accounts_are_listed_by_name(admin, stage):
    answer = admin.get("/accounts")
    assert names(answer) == sorted(stage[1])
    assert answer.headers["X-Total-Count"] == str(len(stage[1]))
    assert not any("password" in each or "digest" in each for each in answer.json)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=office", ["office", "office2"]),
        ("q=%25", []),
        ("role=reviewer", ["reviewer", "reviewing-inspector"]),
        ("role=reviewer&q=ing", ["reviewing-inspector"]),
        ("disabled=true", ["pema"]),
        ("disabled=false&q=pem", []),
        ("page=2&page_size=2", ["bailang", "drolma"]),
    ],
)
def test_the_list_is_filtered(admin, change, query, found):
    change("pema", disabled=True)
    assert names(admin.get(f"/accounts?{query}")) == found


@pytest.mark.parametrize("query", ["role=root", "disabled=1", "x=1", "q="])
def test_a_filter_that_is_none_is_refused(admin, query):
    assert admin.get(f"/accounts?{query}").status_code == 400


def test_one_account_is_shown(admin, number):
    answer = admin.get(f"/accounts/{number('tashi')}")
    assert (answer.json["name"], answer.json["roles"], answer.json["disabled"]) == ("tashi", ["inspector"], False)


def test_an_account_that_is_not_there_is_not_found(admin):
    assert admin.get("/accounts/2000000000").status_code == 404
    assert admin.post("/accounts/2000000000/password-reset").status_code == 404
    assert admin.delete("/accounts/2000000000/tokens").status_code == 404
    assert admin.get("/accounts/2000000000/tokens").status_code == 404


def test_roles_and_area_are_changed(change, jiangzi, number):
    area = Account.get(Account.name == "bailang").division_id
    answer = change("jiangzi", roles=["reviewer", "county", "county"], division=area, display=" 江 ")
    assert answer.status_code == 200
    assert (answer.json["roles"], answer.json["division"], answer.json["display"]) == (
        ["county", "reviewer"],
        area,
        "江",
    )


def test_changed_roles_sign_out(change, tashi, drolma):
    change("tashi", roles=["reviewer"])
    assert (tashi.get("/me").status_code, drolma.get("/me").status_code) == (401, 200)


def test_a_changed_area_counts_at_once(change, jiangzi, number):
    change("jiangzi", division=Account.get(Account.name == "bailang").division_id)
    assert jiangzi.get("/me").json["division"] == Account.get(Account.name == "bailang").division_id


def test_another_display_name_signs_nobody_out(change, tashi):
    change("tashi", display="扎西")
    assert tashi.get("/me").json["display"] == "扎西"


def test_a_disabled_account_stays_out(change, tashi, enter):
    assert change("tashi", disabled=True).json["disabled"] is True
    assert (tashi.get("/me").status_code, enter("tashi").status_code) == (401, 401)


def test_an_enabled_account_signs_in_again(change, enter):
    change("tashi", disabled=True)
    change("tashi", disabled=False)
    assert enter("tashi").status_code == 201


@pytest.mark.parametrize("body", [{"disabled": True}, {"roles": ["office"]}])
def test_the_last_admin_stays(change, admin, slug, body):
    answer = change("admin", **body)
    assert (answer.status_code, slug(answer)) == (409, "last-admin")
    assert admin.get("/accounts").status_code == 200


def test_one_of_two_admins_may_go(change):
    change("office2", roles=["admin"], division=None)
    assert change("admin", disabled=True).status_code == 200
    assert change("office2", disabled=True).status_code == 401


def test_a_disabled_admin_is_no_admin_left(change):
    change("office2", roles=["admin"], division=None)
    change("office2", disabled=True)
    assert change("admin", disabled=True).status_code == 409


@pytest.mark.parametrize(("name", "roles"), [("admin", ["admin", "auditor"]), ("auditor", ["auditor", "admin"])])
def test_nobody_becomes_both_admin_and_auditor(change, name, roles):
    assert change(name, roles=roles).status_code == 409
    assert Account.get(Account.name == name).roles == [name]


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_there_is_no_admin_or_auditor_of_a_county(admin, change, role, number):
    division = Account.get(Account.name == "bailang").division_id
    body = {"name": "new", "display": "N", "roles": [role], "division": division, "password": "Long enough 1"}
    answer = admin.post("/accounts", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/division")
    assert change("bailang", roles=[role]).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"roles": []},
        {"roles": ["root"]},
        {"division": 2_000_000},
        {"disabled": "yes"},
        {"password": "x"},
        {"second_factor": False},
    ],
)
def test_a_change_that_is_none_is_refused(change, body):
    assert change("tashi", **body).status_code == 422
    assert Account.get(Account.name == "tashi").roles == ["inspector"]


def test_a_reset_gives_a_password_that_is_changed_first(admin, number, enter, nobody, slug):
    answer = admin.post(f"/accounts/{number('reviewer')}/password-reset")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    token = enter("reviewer", password=answer.json["password"]).json["token"]
    refused = nobody.get("/rounds", headers={"Authorization": f"Bearer {token}"})
    assert (refused.status_code, slug(refused)) == (403, "password-change-first")


def test_a_reset_signs_out_and_ends_the_old_password(admin, number, enter, office):
    enter("office")
    admin.post(f"/accounts/{number('office')}/password-reset")
    assert (office.get("/me").status_code, enter("office").status_code) == (401, 401)


def test_passwords_that_are_handed_out_satisfy_the_policy(admin, number):
    for _ in range(5):
        password = admin.post(f"/accounts/{number('office')}/password-reset").json["password"]
        Policy(password_classes=4).check_password(password, "office")


def test_a_change_leaves_one_line_with_what_was_before(change, number):
    before = TrailLine.select().count()
    change("tashi", roles=["reviewer"])
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert TrailLine.select().count() == before + 1
    assert (line.action, line.subject, line.detail["before"]["roles"]) == (
        "account.change", str(number("tashi")), ["inspector"],
    )  # fmt: skip
    assert (line.detail["roles"], line.detail["disabled"]) == (["reviewer"], False)

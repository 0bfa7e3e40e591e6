"""Accounts with their areas and devices, for the administrator."""

from __future__ import annotations

from audit.accounts import actions, queries
from audit.accounts.permissions import ROLES, Can
from audit.accounts.schemas import AccountChange, AccountIn, AccountListed, AccountQuery, DeviceOut
from audit.base import body, clock
from audit.base.http import NO_STORE, current_actor, extension
from audit.centres import queries as centres
from audit.web.accounts import asked_for, grouped
from audit.web.pages import Pages, done, form, leaves, see, show
from audit.web.wording import Vocabulary

WORDS = {
    "name": ("账号", "Name of the account"),
    "display": ("姓名", "Name of the person"),
    "roles": ("角色", "Roles"),
    "division": ("范围", "Area"),
}
admin = Pages("admin", Vocabulary(WORDS))
ID = "int(min=1, max=2147483647)"


@admin.get("/accounts")
@see(Can.MANAGE_ACCOUNTS)
def accounts():
    """Accounts by name, with the photos that wait on their phones."""
    asked, now, policy = body.query(AccountQuery()), clock.now(), extension("policy")
    found, total = queries.search(asked, policy=policy, now=now)
    return show(
        "accounts.html",
        accounts=AccountListed(many=True).dump(found),
        areas=centres.named({each.division_id for each in found if each.division_id}),
        holding=queries.holding(policy=policy, now=now),
        roles=ROLES,
        asked=asked,
        list=leaves(total, asked),
    )


@admin.get("/accounts/devices")
@see(Can.MANAGE_ACCOUNTS)
def holding():
    """The devices on which photos wait, as they said last."""
    held = queries.holding(policy=extension("policy"), now=clock.now())
    told = zip(DeviceOut(many=True).dump(held), held, strict=True)
    return show(
        "accounts-devices.html", devices=[one | {"of": token.account, "ended": token.ended} for one, token in told]
    )


@admin.get("/accounts/new")
@see(Can.MANAGE_ACCOUNTS)
def new_account():
    """The form to open an account with."""
    return show("account-new.html", areas=grouped(centres.areas()), roles=ROLES)


@admin.post("/accounts")
@see(Can.MANAGE_ACCOUNTS)
def open_account():
    """Open an account; its first password is shown this once."""
    wanted = body.load(AccountIn(exclude=("password", "must_change")), asked_for(form(), "name", "display"))
    opened, password = actions.open_with_password(
        wanted, policy=extension("policy"), actor=current_actor(), now=clock.now()
    )
    return _once("account-opened.html", account=opened, password=password)


def _once(template: str, **told):
    page = show(template, **told)
    page.headers.extend(NO_STORE)
    return page


@admin.get(f"/accounts/<{ID}:account_id>")
@see(Can.MANAGE_ACCOUNTS)
def account(account_id):
    """One account: what it may do, where, and on which devices."""
    now, policy = clock.now(), extension("policy")
    found = queries.get(account_id)
    (told,) = queries.with_devices([found], policy=policy, now=now)
    return show(
        "account-one.html",
        one=AccountListed().dump(told),
        opened_at=found.created_at,
        devices=DeviceOut(many=True).dump(queries.devices(found, policy=policy, now=now)),
        left=DeviceOut(many=True).dump(queries.left_devices(found, policy=policy, now=now)),
        areas=grouped(centres.areas()),
        area=centres.named({found.division_id} - {None}).get(found.division_id),
        roles=ROLES,
    )


@admin.post(f"/accounts/<{ID}:account_id>")
@see(Can.MANAGE_ACCOUNTS)
def change_account(account_id):
    """Other roles, another area, another name to show."""
    wanted = body.load(AccountChange(), asked_for(form(), "display"))
    actions.change_account(account_id, wanted, actor=current_actor(), now=clock.now())
    return done(f"/accounts/{account_id}", "账号已修改", "Account changed")


@admin.post(f"/accounts/<{ID}:account_id>/disabling")
@see(Can.MANAGE_ACCOUNTS)
def disable(account_id):
    """Nobody signs in with it any more."""
    actions.change_account(account_id, {"disabled": True}, actor=current_actor(), now=clock.now())
    return done(
        f"/accounts/{account_id}", "账号已停用，所有设备已退出登录", "Account disabled and signed out everywhere"
    )


@admin.post(f"/accounts/<{ID}:account_id>/enabling")
@see(Can.MANAGE_ACCOUNTS)
def enable(account_id):
    """Its owner may sign in again."""
    actions.change_account(account_id, {"disabled": False}, actor=current_actor(), now=clock.now())
    return done(f"/accounts/{account_id}", "账号已启用", "Account enabled")


@admin.post(f"/accounts/<{ID}:account_id>/password-reset")
@see(Can.MANAGE_ACCOUNTS)
def reset_password(account_id):
    """A new password, shown this once."""
    made = actions.reset_password(account_id, actor=current_actor(), now=clock.now())
    return _once("account-opened.html", account=queries.get(account_id), password=made["password"], reset=True)


@admin.post(f"/accounts/<{ID}:account_id>/sign-out")
@see(Can.MANAGE_ACCOUNTS)
def sign_out_everywhere(account_id):
    """End every sign-in of the account, as when a phone was stolen."""
    actions.sign_out_everywhere(account_id, actor=current_actor(), now=clock.now())
    return done(f"/accounts/{account_id}", "该账号已在所有设备上退出登录", "The account is signed out everywhere")

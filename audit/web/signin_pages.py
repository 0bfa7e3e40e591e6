"""The way in and out by a browser, one's own account, and the start page of each role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flask
from flask import redirect, request

from audit.accounts import actions, queries, signing_in
from audit.accounts.guard import public
from audit.accounts.permissions import ROLES, Can, Public
from audit.accounts.schemas import CodeIn, DeviceOut, PasswordChange, PasswordIn, SignIn
from audit.base import body, clock, http
from audit.base.http import NO_STORE, current_actor, extension
from audit.base.problems import (
    InvalidCredentials,
    Problem,
    SecondFactorNeeded,
    TooManyAttempts,
    ValidationError,
)
from audit.web import news, pages
from audit.web.pages import Pages, done, form, see, show
from audit.web.wording import Vocabulary

WORDS = {
    "name": ("账号", "Account name"),
    "password": ("密码", "Password"),
    "old": ("现在的密码", "Present password"),
    "new": ("新密码", "New password"),
    "again": ("再输一次", "Again"),
    "code": ("动态验证码", "Code of the authenticator"),
}
signin = Pages("signin", Vocabulary(WORDS))
SAYS = (InvalidCredentials, SecondFactorNeeded, TooManyAttempts)  # what the sign-in itself says of what was typed


@signin.get("/")
@public(Public.PAGES)
def front():
    """Whoever types the bare address gets to their start page, by the sign-in."""
    return redirect("/home", 302)


@signin.get("/sign-in")
@public(Public.PAGES)
def sign_in_page():
    """The form to sign in with; inspectors find the way to their app."""
    return _sign_in_page({}, None, 200)


@signin.post("/sign-in")
@public(Public.SIGN_IN)
def sign_in():
    """Trade a password for a cookie: the token of this browser, which no script can read."""
    http.own_page()
    typed = form()
    wanted = {key: typed[key] for key in ("name", "password", "code") if key in typed}
    try:
        held = signing_in.sign_in(
            body.load(SignIn(), wanted | {"device": _device()}), policy=extension("policy"), now=clock.now()
        )
    except SAYS as problem:
        return _sign_in_page(typed, problem, problem.status)
    response = redirect(pages.within(typed.get("next")) or "/home", 303)
    # over HTTPS the cookie never leaves it again; the browser itself says what it talks over
    safe = request.headers.get("Origin", "").startswith("https://")
    response.set_cookie(http.COOKIE, held["token"], secure=safe, httponly=True, samesite="Lax")
    response.headers.extend(NO_STORE)
    return response


def _sign_in_page(typed: dict, problem: Problem | None, status: int):
    flask.g.actor = None
    wanted = pages.within(typed.get("next") or request.args.get("next"))
    told = problem and problem.document(pages.language())
    ask_code = isinstance(problem, SecondFactorNeeded) or "code" in typed
    page = show("sign-in.html", status, typed=typed, problem=told, next=wanted, ask_code=ask_code)
    page.headers.extend(dict(problem.headers) if problem else {})
    return page


def _device() -> str:
    agent = request.user_agent.string
    named = (name for name in ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari") if name in agent)
    return f"网页 {next(named, '浏览器')}"


@signin.post("/sign-out")
@see(Can.SIGNED_IN)
def sign_out():
    """Sign out in this browser."""
    actor = current_actor()
    actions.sign_out(actor.token, actor=actor, now=clock.now())
    response = done("/sign-in", "已退出登录", "Signed out")
    response.delete_cookie(http.COOKIE, httponly=True, samesite="Lax")
    return response


@signin.post("/language")
@public(Public.PAGES)
def choose_language():
    """Chinese or English, in this browser."""
    http.own_page()
    typed = form()
    response = redirect(pages.within(typed.get("next")) or "/home", 303)
    if typed.get("language") in pages.LANGUAGES:
        response.set_cookie("language", typed["language"], max_age=31_536_000, httponly=True, samesite="Lax")
    return response


@signin.get("/home")
@see(Can.SIGNED_IN)
def home():
    """What waits for somebody, and where they may go."""
    return show("home.html", notices=news.of(current_actor(), now=clock.now()), roles=ROLES)


@signin.get("/account")
@see(Can.SIGNED_IN, duties_first=False)
def account():
    """One's own account, its password, second factor and devices."""
    return _account()


def _account(**told):
    actor, policy = current_actor(), extension("policy")
    own = queries.get(actor.id)
    devices = DeviceOut(many=True).dump(queries.devices(own, policy=policy, now=clock.now()))
    return show("account.html", own=own, devices=devices, rules=policy.password_rules(), roles=ROLES, **told)


@contextmanager
def _own_password(pointer: str) -> Iterator[None]:
    """A wrong one is a fault of the form: nobody is signed out by it."""
    try:
        yield
    except InvalidCredentials as problem:
        raise ValidationError(errors={pointer: pages.say("现在的密码不对", "this is not your password")}) from problem


@signin.post("/account/password")
@see(Can.SIGNED_IN, duties_first=False)
def change_password():
    """Another password; one's other devices are signed out."""
    typed = form()
    wanted = body.load(PasswordChange(), {key: typed.get(key, "") for key in ("old", "new")})
    if typed.get("again") != wanted["new"]:
        raise ValidationError(errors={"/again": pages.say("两次输入的密码不一致", "the two passwords differ")})
    with _own_password("/old"):
        actions.change_password(wanted, policy=extension("policy"), actor=current_actor(), now=clock.now())
    return done("/account", "密码已修改，其他设备已退出登录", "Password changed; your other devices are signed out")


@signin.post("/account/second-factor")
@see(Can.SIGNED_IN, duties_first=False)
def begin_second_factor():
    """A fresh secret for an authenticator, shown this once; a code from it takes it into use."""
    typed = body.load(PasswordIn(), form())
    with _own_password("/password"):
        made = actions.begin_second_factor(
            typed["password"], policy=extension("policy"), actor=current_actor(), now=clock.now()
        )
    page = _account(made=made)
    page.headers.extend(NO_STORE)
    return page


@signin.post("/account/second-factor/code")
@see(Can.SIGNED_IN, duties_first=False)
def confirm_second_factor():
    """Take the second factor into use."""
    actions.confirm_second_factor(body.load(CodeIn(), form())["code"], actor=current_actor(), now=clock.now())
    return done(
        "/account", "动态验证码已启用，其他设备已退出登录", "Second factor in use; your other devices are signed out"
    )


@signin.post("/account/second-factor/removal")
@see(Can.SIGNED_IN, duties_first=False)
def remove_second_factor():
    """Take the second factor off."""
    typed = body.load(PasswordIn(), form())
    policy = extension("policy")
    with _own_password("/password"):
        actions.remove_second_factor(typed["password"], policy=policy, actor=current_actor(), now=clock.now())
    return done("/account", "动态验证码已停用", "Second factor taken off")


@signin.post("/account/devices/<int(min=1, max=2147483647):token_id>/sign-out")
@see(Can.SIGNED_IN, duties_first=False)
def sign_out_device(token_id):
    """Sign out on another of one's devices."""
    actions.sign_out(token_id, actor=current_actor(), now=clock.now())
    return done("/account", "该设备已退出登录", "That device is signed out")

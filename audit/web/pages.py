"""What every page has in common: who may see it, in which language, what became of a form, and what a refusal says.

A page calls the same queries and actions as the API, and shows what the API's schema makes of them: the two cannot
disagree. Everything works without JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from urllib.parse import quote, urlencode

import flask
from flask import g, redirect, render_template, request

from audit import __version__
from audit.accounts import guard
from audit.accounts.permissions import Can
from audit.base import body, clock, db, http
from audit.base.problems import (
    AuthenticationRequired,
    PasswordChangeFirst,
    PayloadTooLarge,
    Problem,
    SecondFactorFirst,
    TokenExpired,
    ValidationError,
)
from audit.web import assets, menu, wording

HEADERS = {
    # a page is nobody else's, and the way back to a form brings what was typed
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
LANGUAGES = ("zh", "en")
SAID = "said"
MOST_BYTES = 100_000
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SECRETS = ("password", "old", "new", "again")
UNTOLD = (*SECRETS, "next", "text")  # of a refused form: secrets, ways back, and the file of an edition
NEARBY = 8  # pages named around the one that is shown


class Pages(flask.Blueprint):
    """The pages of one group of users, with what they call things otherwise than everybody does."""

    def __init__(self, name: str, own: wording.Vocabulary = wording.COMMON):
        super().__init__(name, "audit.web.pages", template_folder="templates")
        self.own = own
        self.after_request(_dressed)


def see(permission: Can, *, duties_first: bool = True) -> Callable:
    """Only for accounts that hold the permission; who is not signed in gets to the sign-in, and then back here.

    Whoever must change their password first gets to their account, but for where `duties_first` is false.
    """

    def decorate(view):
        @wraps(view)
        def inner(*args, **kwargs):
            try:
                g.actor = guard.admit(permission)
            except (AuthenticationRequired, TokenExpired):
                if request.method != "GET":  # the refusal keeps what was typed
                    raise
                return redirect(sign_in_first(), 303)
            except (PasswordChangeFirst, SecondFactorFirst):
                if request.method != "GET":
                    raise
                return redirect("/account", 303)
            if g.actor.duties and duties_first:
                return redirect("/account", 303)
            db.release()  # a form may come at a few kB/s; no connection waits for it
            return view(*args, **kwargs)

        inner.permission = permission
        return inner

    return decorate


def sign_in_first() -> str:
    """The way to the sign-in that leads back here, or to the page with the form that was sent."""
    here = request.full_path.rstrip("?") if request.method == "GET" else within(_came_from()) or "/home"
    return f"/sign-in?{urlencode({'next': here})}"


def within(path: str | None) -> str | None:
    """The path when it is one of this service, and of no other."""
    own = path and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if own and path.isprintable() else None


# --- words -------------------------------------------------------------------------------------------------------


def language() -> str:
    """zh unless the person chose English."""
    chosen = request.cookies.get("language")
    return chosen if chosen in LANGUAGES else "zh"


def say(zh: str, en: str) -> str:
    """One of the two, in the language of the page."""
    return en if language() == "en" else zh


def text(words: dict | None) -> str:
    """Of a text that data brings in several languages, the page's, or else Chinese."""
    return "" if not words else words.get(language()) or words.get("zh", "")


# --- showing -----------------------------------------------------------------------------------------------------


def show(template: str, status: int = 200, **told):
    """A page; what the last form came to stands above it once."""
    response = flask.make_response(render_template(template, **_common(), **told), status)
    if SAID in request.cookies:
        response.delete_cookie(SAID, httponly=True, samesite="Lax")
    return response


def _common() -> dict:
    actor = g.get("actor")
    places = menu.of(actor) if actor else []
    return {
        "actor": actor,
        "ranks": actor is not None and actor.can(Can.READ_RANKINGS),
        "lang": language(),
        "say": say,
        "text": text,
        "menu": places,
        "marked": menu.marked(places, request.path),
        "asset": assets.url,
        "release": __version__,
        "said": _said(),
        "here": request.path,
        "with_query": with_query,
        "again": with_query() if request.method == "GET" else within(_came_from()) or "/home",
    }


def _said() -> str:
    try:
        pair = json.loads(request.cookies.get(SAID, "null"))
        return say(*map(str, pair)) if pair else ""
    except (ValueError, TypeError):  # the cookie of somebody who plays with cookies
        return ""


def _dressed(response):
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.vary.add("Cookie")
    return response


def done(path: str, zh: str, en: str):
    """Where a form that was taken leads, and what is said there."""
    response = redirect(path, 303)
    response.set_cookie(SAID, json.dumps([zh, en]), max_age=60, httponly=True, samesite="Lax")
    return response


def refusal(problem: Problem):
    """A refusal as a page, for those who look at it in a browser."""
    if problem.status == 401 and request.method == "GET" and "audit.web" in _module_of_view():
        return redirect(sign_in_first(), 303)
    told = wording.spoken(problem, language(), _own_words()).document(language())
    if "actor" not in g:
        g.actor = None
    page = render_template(
        "refused.html",
        problem=told,
        back=within(_came_from()),
        sign_in=sign_in_first(),
        written=_written(),
        **_common(),
    )
    return _dressed(flask.make_response(page, problem.status, dict(problem.headers)))


def _own_words() -> wording.Vocabulary:
    group = flask.current_app.blueprints.get(request.blueprint or "")
    return group.own if isinstance(group, Pages) else wording.COMMON


def _label(name: str) -> str:
    """What a field is called, with the item that it is for: `reason-TA01`."""
    field, _, item = name.partition("-")
    return f"{wording.called(field, language(), _own_words())} {item}".strip()


def _module_of_view() -> str:
    view = flask.current_app.view_functions.get(request.endpoint or "")
    return view.__module__ if view else ""


def _came_from() -> str:
    parts = http.parts_of(request.referrer)
    return f"{parts.path}?{parts.query}".rstrip("?") if parts and parts.netloc == request.host else ""


def _written() -> list[tuple[str, str]]:
    """(field, text) of a form that was refused: nobody has to remember it, whatever the browser forgets."""
    if request.mimetype not in FORMS:
        return []
    if "typed" not in g and request.mimetype == FORMS[0]:  # refused before it was read
        with suppress(Problem):
            form()
    return [(_label(name), value) for name, value in g.get("typed", {}).items() if name not in UNTOLD]


# --- forms and lists ---------------------------------------------------------------------------------------------


def form(most: int = MOST_BYTES) -> dict[str, str]:
    """The fields of a form, trimmed but for secrets; empty ones are left out."""
    return _typed(body.read_form(most))


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    # browsers end lines as CR LF, and a text here has LF alone
    trimmed = {
        name: value if name in SECRETS else value.replace("\r\n", "\n").strip() for name, value in fields.items()
    }
    g.typed = {name: value for name, value in trimmed.items() if value}
    body.check_strings(g.typed)
    return g.typed


@contextmanager
def form_with_files(most: int) -> Iterator[tuple[dict[str, str], list]]:
    """(fields, files) of a form of at most `most` bytes; large files lie on the disk, and are gone afterwards."""
    if (request.content_length or 0) > most:
        raise PayloadTooLarge(f"{request.content_length} bytes; at most {most}")
    request.max_content_length = most
    files = [(name, each) for name, each in request.files.items(multi=True) if each.filename]
    try:
        yield _typed(request.form), files
    finally:
        for _, each in files:
            each.close()


def the_file(files: list, most: int) -> tuple[str, bytes]:
    """(name, bytes) of the one file that a form brought, of at most `most` bytes."""
    if len(files) != 1:
        raise ValidationError(errors={"/file": say("请选择一个文件", "choose one file")})
    raw = files[0][1].read(most + 1)
    if len(raw) > most:
        raise PayloadTooLarge(f"more than {most} bytes")
    return files[0][1].filename, raw


def with_query(**changed) -> str:
    """This page's address with other query parameters; None takes one away."""
    given = {name: value for name, value in (request.args.to_dict() | changed).items() if value not in (None, "")}
    return f"{quote(request.path)}?{urlencode(given)}" if given else quote(request.path)


def leaves(total: int, asked: dict) -> dict:
    """What a list says of its pages: {total, page, last, numbers near the page}."""
    last = max(1, -(-total // asked["page_size"]))
    first = max(1, min(asked["page"] - NEARBY // 2, last - NEARBY))
    return {
        "total": total,
        "page": asked["page"],
        "last": last,
        "near": list(range(first, min(last, first + NEARBY) + 1)),
    }


# --- filters -----------------------------------------------------------------------------------------------------


def when(moment) -> str:
    """Beijing time to the minute; — for none."""
    return clock.shown(clock.parse(moment) if isinstance(moment, str) else moment) if moment else "—"


def day(moment) -> str:
    """The day in Beijing."""
    return when(moment)[:10]


def points(value) -> str:
    """A score as printed everywhere; — where there is none."""
    return "—" if value is None else str(value)


FILTERS = {"when": when, "day": day, "points": points}

"""The door of every route: `@allow(Can.…)` or `@public(…)`, written right under the route itself."""

from __future__ import annotations

from collections.abc import Callable

from audit.accounts import queries
from audit.accounts.permissions import Can, Public
from audit.accounts.queries import Actor
from audit.base import clock, http
from audit.base.problems import AuthenticationRequired, Forbidden, PasswordChangeFirst, SecondFactorFirst

FIRST = {"password-change": PasswordChangeFirst, "second-factor": SecondFactorFirst}


def allow(permission: Can) -> Callable:
    """Only for accounts that hold the permission. Asked before the body is read."""

    def decorate(view):
        return http.guarded(
            view,
            lambda: admit(permission),
            permission,
            **{"x-permission": permission.label, "x-roles": sorted(permission.roles)},
        )

    return decorate


def public(reason: Public) -> Callable:
    """For everybody, for the reason given."""

    def decorate(view):
        view.permission = reason
        return view

    return decorate


def admit(permission: Can) -> Actor:
    """Who asks, when they hold the permission and have done what comes before it."""
    token = http.credential()
    if token is None:
        raise AuthenticationRequired()
    actor = queries.bearer(token, policy=http.extension("policy"), now=clock.now(), waiting=http.waiting_photos())
    if not actor.can(permission):
        raise Forbidden()
    # what concerns one's own account stays open, or nobody could do their duty
    if actor.duties and permission is not Can.SIGNED_IN:
        raise FIRST[actor.duties[0]]()
    return actor

"""Signing in: password, second factor, lock-out; and the one-time link that makes the administrator's account."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit.accounts import queries, secrets
from audit.accounts.models import Account, SetupLink, SignInFailure, Token
from audit.accounts.policy import Policy
from audit.base.problems import AccountExists, InvalidCredentials, NotFound, SecondFactorNeeded, TooManyAttempts
from audit.base.trail import told_since, write

LINK_HOURS = 24
UNKNOWN = "an unknown name"
UNKNOWN_EVERY = timedelta(minutes=1)


class Self:
    """An account that acts before it holds a token."""

    def __init__(self, account: Account | None, device: str):
        self.id, self.name = (account.id, account.name) if account else (None, "nobody")
        self.device = device


def sign_in(body: dict, *, policy: Policy, now: datetime) -> dict:
    """Trade a password, and the second factor where there is one, for a token of one device.

    An unknown name and a wrong password look alike and cost the same. Raises InvalidCredentials, SecondFactorNeeded,
    and TooManyAttempts for every password, the right one too, while the name is locked.
    """
    name, device = body["name"], body["device"]
    _refuse_if_locked(name, policy, now)
    account = Account.get_or_none(Account.name == name, Account.disabled_at.is_null())
    right = secrets.right_password(account.password if account else None, body["password"])
    step = None
    if right and account.second_factor:
        step = _step(account, body.get("code"), policy=policy, now=now)
        right = step is not None
    if not right:
        _fail(name, Self(account, device), known=account is not None, policy=policy, now=now)
        raise InvalidCredentials()
    return issue(account, device, policy=policy, now=now, step=step)


def _step(account: Account, code: str | None, *, policy: Policy, now: datetime) -> int | None:
    """The time step of a right code that was not used before; None for any other."""
    if not code:
        # many at once may have locked the name since: then it is not said that this password was the right one
        _refuse_if_locked(account.name, policy, now)
        raise SecondFactorNeeded()
    step = secrets.code_step(account.second_factor, code, now)
    return None if step is None or step <= (account.second_factor_step or 0) else step


def prove(account: Account, password: str, *, policy: Policy, actor, now: datetime) -> None:
    """That whoever holds a signed-in device knows the password. Wrong ones count as at the sign-in, or a stolen phone
    would be a place to guess it."""
    _refuse_if_locked(account.name, policy, now)
    if not secrets.right_password(account.password, password):
        _fail(account.name, actor, known=True, policy=policy, now=now)
        raise InvalidCredentials()


def _refuse_if_locked(name: str, policy: Policy, now: datetime) -> None:
    """`tries` failures within `lock_minutes` lock a name, known or not, for `lock_minutes` after the last of them."""
    window = timedelta(minutes=policy.lock_minutes)
    recent = (
        SignInFailure.select()
        .where(SignInFailure.name == name, SignInFailure.at > now - 2 * window)
        .order_by(SignInFailure.at.desc())
        .limit(policy.tries)
    )
    times = [each.at for each in recent]
    if times and len(times) == policy.tries and times[0] - times[-1] < window and now < times[0] + window:
        wait = int((times[0] + window - now).total_seconds()) + 1
        raise TooManyAttempts(headers={"Retry-After": str(wait)})


def _fail(name: str, actor, *, known: bool, policy: Policy, now: datetime) -> None:
    with write() as trail:
        # asked again under the lock of the write: of a hundred guesses at once, five are answered
        _refuse_if_locked(name, policy, now)
        SignInFailure.delete().where(SignInFailure.at <= now - 2 * timedelta(minutes=policy.lock_minutes)).execute()
        SignInFailure.create(name=name, at=now)
        # without an account nobody writes more than a line a minute, or they could fill the trail for ever
        if not known and told_since(now - UNKNOWN_EVERY, "sign-in.fail", UNKNOWN):
            trail.nothing()
            return
        # what is typed where a name belongs may be a password: a name that nobody has does not stand in the trail
        trail.record("sign-in.fail", name if known else UNKNOWN, actor=actor, at=now)


def issue(account: Account, device: str, *, policy: Policy, now: datetime, step: int | None = None) -> dict:
    """A token for an account on one device; the secret is shown this once. Earlier failures are forgotten.

    What was true when the password was compared must still be: not locked, not disabled, not reset, the code unused.
    """
    token = secrets.new_token()
    with write() as trail:
        _refuse_if_locked(account.name, policy, now)
        _stands(account, step)
        SignInFailure.delete().where(SignInFailure.name == account.name).execute()
        row = Token.create(
            account=account,
            digest=secrets.digest(token),
            device=device,
            created_at=now,
            expires_at=now + policy.lifetime(account.roles),
        )
        trail.record("token.issue", row.id, actor=Self(account, device), at=now)
    return {"token": token, "expires_at": row.expires_at, "account": account}


def _stands(account: Account, step: int | None) -> None:
    found = Account.get_or_none(
        Account.id == account.id, Account.password == account.password, Account.disabled_at.is_null()
    )
    if found is None or (step is not None and step <= (found.second_factor_step or 0)):
        raise InvalidCredentials()
    if step is not None:
        Account.update(second_factor_step=step).where(Account.id == account.id).execute()


# --- the administrator's account --------------------------------------------------------------------------------


def new_setup_link(*, now: datetime) -> str | None:
    """The secret of a fresh one-time link while there is no active administrator, whatever other accounts there are;
    None once there is one. Older links end."""
    secret = secrets.new_token()
    with write() as trail:
        if queries.has_admin():
            trail.nothing()
            return None
        SetupLink.delete().execute()
        expires = now + timedelta(hours=LINK_HOURS)
        SetupLink.create(digest=secrets.digest(secret), created_at=now, expires_at=expires)
        trail.record("setup.link", "administrator", actor=None, at=now)
    return secret


def usable_link(secret: str, *, now: datetime) -> SetupLink:
    """The link of a secret; NotFound when it was used, has expired, or never was."""
    found = SetupLink.get_or_none(SetupLink.digest == secrets.digest(secret), SetupLink.expires_at > now)
    if found is None or queries.has_admin():
        raise NotFound()
    return found


def set_up(secret: str, body: dict, *, policy: Policy, now: datetime) -> Account:
    """Make an administrator's account by the one-time link, which ends here. Raises WeakPassword, AccountExists."""
    policy.check_password(body["password"], body["name"])
    hashed = secrets.hash_password(body["password"])
    with write() as trail:
        usable_link(secret, now=now)
        if Account.get_or_none(Account.name == body["name"]):
            raise AccountExists()
        SetupLink.delete().execute()
        account = Account.create(
            name=body["name"],
            display=body["display"],
            roles=["admin"],
            password=hashed,
            password_changed_at=now,
            created_at=now,
        )
        detail = queries.seal_of(account)
        trail.record("setup.account", account.id, actor=Self(account, "set-up link"), at=now, detail=detail)
    return account

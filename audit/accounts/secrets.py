"""Passwords, tokens and one-time codes: argon2id for what people remember, sha256 for what machines hold."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's smallest setting for argon2id
NOBODY = HASHER.hash("nobody has this password")  # an unknown name costs as much time as a known one
ISSUER = "service centre audit"
STEP = 30  # seconds, RFC 6238
READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike on paper


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def right_password(stored: str | None, password: str) -> bool:
    """Compare, in the same time whether or not there is such an account."""
    try:
        return HASHER.verify(stored or NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def readable_password(length: int = 14) -> str:
    """A password to hand over on paper: 14 characters or as many as are wanted, every class among them."""
    start = "".join(secrets.choice(READABLE) for _ in range(max(14, length) - 4))
    return start + "-" + secrets.choice("ace") + secrets.choice("ACE") + secrets.choice("235")


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_second_factor() -> str:
    return pyotp.random_base32()


def second_factor_uri(secret: str, name: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def code_step(secret: str | None, code: str, now: datetime) -> int | None:
    """The time step whose code this is: the present one or its neighbours; None when it is none of them."""
    if not secret:
        return None
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None

"""Passwords and tokens: argon2id for what people remember, sha256 for what machines hold."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's smallest setting for argon2id
NOBODY = HASHER.hash("nobody has this password")  # an unknown name costs as much time as a known one


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def right_password(stored: str | None, password: str) -> bool:
    """Compare, in the same time whether or not there is such an account."""
    try:
        return HASHER.verify(stored or NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""What passwords, sign-ins and devices must be like. The defaults satisfy 等保2.0 (GB/T 22239-2019) levels 2 and 3."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.accounts.commonest import is_common
from audit.base.problems import WeakPassword

GUARDED = frozenset({"admin", "office"})  # who may be asked for a second factor


@dataclass(frozen=True, slots=True)
class Policy:
    """Clause numbers are those of level 3. Days or minutes of 0 switch a rule off."""

    password_length: int = 8  # 8.1.4.1 a
    password_classes: int = 3  # of lower, upper, digits, others
    password_days: int = 90  # 8.1.4.1 a: changed regularly
    tries: int = 5  # 8.1.4.1 b: wrong passwords within `lock_minutes` that lock a name for `lock_minutes`
    lock_minutes: int = 15
    idle_minutes: int = 30  # 8.1.4.1 b: a desk that nobody uses signs itself out
    field_idle_days: int = 7  # phones of inspectors, who may be without signal for days
    session_hours: int = 12
    field_session_days: int = 30
    second_factor: str = "optional"  # 8.1.4.1 d: off | optional | required, for admin and office

    def check_password(self, password: str, name: str, field: str = "password") -> None:
        """Raises WeakPassword with every reason, in both languages; `field` is where the password stood."""
        if weak := self.weaknesses(password, name):
            faults = " · ".join(joined(weak))
            raise WeakPassword(faults, errors={f"/{field}": faults})

    def password_rules(self) -> list[tuple[str, str]]:
        """What a password must be, in Chinese and English: characters, kinds of them, the name, the commonest."""
        kinds, enough = self.password_classes, self.password_length
        classes = "含小写字母、大写字母、数字、其他字符" + ("四种" if kinds == 4 else f"中的至少 {kinds} 种")
        return [
            (f"至少 {enough} 个字符", f"at least {enough} characters"),
            (classes, f"at least {kinds} of: lower case, upper case, digits, other characters"),
            ("不得包含账号", "must not contain the account's name"),
            ("不得是常见密码", "must not be one of the commonest passwords"),
        ]

    def weaknesses(self, password: str, name: str) -> list[tuple[str, str]]:
        """Those of the rules that a password breaks."""
        broken = (
            len(password) < self.password_length,
            len({_kind(char) for char in password}) < self.password_classes,
            # a name of nothing would be in every password
            bool(name) and name.casefold() in password.casefold(),
            is_common(password),
        )
        return [rule for rule, breaks in zip(self.password_rules(), broken, strict=True) if breaks]

    def idle(self, roles: Iterable[str]) -> timedelta | None:
        """How long a device may be silent; None for ever."""
        limit = timedelta(days=self.field_idle_days) if _field(roles) else timedelta(minutes=self.idle_minutes)
        return limit or None

    def lifetime(self, roles: Iterable[str]) -> timedelta:
        """How long a sign-in lasts at most."""
        return timedelta(days=self.field_session_days) if _field(roles) else timedelta(hours=self.session_hours)

    def password_is_old(self, changed_at: datetime | None, now: datetime) -> bool:
        return bool(self.password_days and changed_at and now - changed_at > timedelta(days=self.password_days))

    def wants_second_factor(self, roles: Iterable[str]) -> bool:
        return self.second_factor == "required" and bool(GUARDED & set(roles))


def joined(rules: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Several sentences as one, in Chinese and English."""
    chinese, english = zip(*rules, strict=True)
    return "；".join(chinese), "; ".join(english)


def _field(roles: Iterable[str]) -> bool:
    return set(roles) == {"inspector"}


def _kind(char: str) -> str:
    category = unicodedata.category(char)
    return {"Ll": "lower", "Lu": "upper", "Nd": "digit"}.get(category, "other")

"""Who may do what: the whole table on one page. A route names one line of it; a test fails when a route names none."""

from __future__ import annotations

from enum import Enum, StrEnum

ROLES = {
    "inspector": "检查员",
    "reviewer": "复核员",
    "county": "县级人员",
    "office": "考核办",
    "admin": "管理员",
    "auditor": "审计员",
}
FIELD = frozenset({"inspector", "reviewer", "county", "office"})


class Can(Enum):
    """One permission: the roles that hold it. Which objects they reach is decided by their division."""

    SIGNED_IN = ("signed-in", frozenset(ROLES))
    READ_CENTRES = ("read-centres", FIELD | {"admin"})
    READ_CHECKLISTS = ("read-checklists", FIELD | {"admin"})
    READ_ROUNDS = ("read-rounds", FIELD | {"admin"})
    SUBMIT = ("submit", frozenset({"inspector"}))
    READ_INSPECTIONS = ("read-inspections", FIELD)
    # positions are for a visit's team and for reviewers; which of them, the visit decides
    READ_EVIDENCE = ("read-evidence", frozenset({"inspector", "reviewer"}))
    LEARN_POINTS = ("learn-points", frozenset({"reviewer"}))
    REVIEW = ("review", frozenset({"reviewer"}))
    READ_RANKINGS = ("read-rankings", frozenset({"county", "office", "reviewer"}))
    READ_BURDEN = ("read-burden", frozenset({"county", "office"}))
    EXPORT = ("export", frozenset({"office"}))
    MANAGE_ROUNDS = ("manage-rounds", frozenset({"office"}))
    ADOPT_BASELINE = ("adopt-baseline", frozenset({"office"}))
    MANAGE_ACCOUNTS = ("manage-accounts", frozenset({"admin"}))
    READ_TRAIL = ("read-trail", frozenset({"auditor"}))

    def __init__(self, label: str, roles: frozenset):
        self.label, self.roles = label, roles


class Public(StrEnum):
    """Routes that need no sign-in, each with the reason."""

    SIGN_IN = "the way to get a token"
    SET_UP = "the one-time link of the first start, and nothing once there is an administrator"
    DOCUMENTATION = "says what the service offers and holds no data"
    RESUMABLE = "says how photos may be sent in pieces and holds no data"
    APP = "the inspectors' app: a program without data, that must be there before anybody can sign in"
    HEALTH = "asked by machines that watch the service"

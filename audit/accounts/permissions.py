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
    READ_PLANS = ("read-plans", FIELD)
    READ_DRAWS = ("read-draws", frozenset({"office", "reviewer"}))
    READ_DOCUMENTS = ("read-documents", frozenset({"county", "office", "reviewer"}))
    SUBMIT = ("submit", frozenset({"inspector"}))
    # the county's are the proofs of what was mended and of what it objects to
    SEND_PHOTOS = ("send-photos", frozenset({"inspector", "county"}))
    READ_INSPECTIONS = ("read-inspections", FIELD)
    # positions are for a visit's team and for reviewers; which of them, the visit decides
    READ_EVIDENCE = ("read-evidence", frozenset({"inspector", "reviewer"}))
    LEARN_POINTS = ("learn-points", frozenset({"reviewer"}))
    REVIEW = ("review", frozenset({"reviewer"}))
    VOID = ("void", frozenset({"reviewer", "office"}))  # the office for fraud only
    READ_RANKINGS = ("read-rankings", frozenset({"county", "office", "reviewer"}))
    READ_BURDEN = ("read-burden", frozenset({"county", "office"}))
    EXPORT = ("export", frozenset({"office"}))
    EXPORT_OWN = ("export-own", frozenset({"county", "office"}))  # one county's lines, and the photos behind them
    # how far two visits agree, never by person
    READ_AGREEMENT = ("read-agreement", frozenset({"office"}))
    MANAGE_ROUNDS = ("manage-rounds", frozenset({"office"}))
    PUBLISH = ("publish", frozenset({"office"}))
    ISSUE_CARDS = ("issue-cards", frozenset({"office"}))
    READ_CARDS = ("read-cards", frozenset({"county", "office"}))  # and what a year's cards and scores come to
    ACKNOWLEDGE_CARDS = ("acknowledge-cards", frozenset({"county"}))
    # shows every county how near it is to the others
    ASK_WHAT_IF = ("ask-what-if", frozenset({"office"}))
    ADOPT_BASELINE = ("adopt-baseline", frozenset({"office"}))
    READ_FINDINGS = ("read-findings", FIELD)
    ORDER_RECTIFICATION = ("order-rectification", frozenset({"office"}))
    REPORT_RECTIFICATION = ("report-rectification", frozenset({"county"}))
    VERIFY_RECTIFICATION = ("verify-rectification", frozenset({"inspector", "reviewer"}))
    READ_APPEALS = ("read-appeals", frozenset({"county", "office", "reviewer"}))
    FILE_APPEALS = ("file-appeals", frozenset({"county"}))
    DECIDE_APPEALS = ("decide-appeals", frozenset({"office", "reviewer"}))
    MANAGE_CENTRES = ("manage-centres", frozenset({"admin"}))
    MANAGE_EDITIONS = ("manage-editions", frozenset({"admin"}))  # what is published never changes
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
    PAGES = "the way in by a browser, and the look of the pages: no data"
    HEALTH = "asked by machines that watch the service"

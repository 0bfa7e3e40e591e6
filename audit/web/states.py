"""Where things stand, in words: Chinese, English, and for what has a badge its kind."""

from __future__ import annotations

VISITS = {
    "waiting": ("等待照片", "waiting for photos"),
    "submitted": ("待复核", "to be reviewed"),
    "returned": ("已退回", "returned"),
    "approved": ("已通过", "approved"),
    "void": ("已作废", "void"),
}
FINDINGS = {
    "open": ("待下达", "to be ordered"),
    "ordered": ("整改中", "being mended"),
    "reported": ("待核验", "to be verified"),
    "closed": ("已销号", "closed"),
    "withdrawn": ("已撤销", "withdrawn"),
}
APPEALS = {
    "open": ("待决定", "open"),
    "upheld": ("变更", "upheld"),
    "dismissed": ("维持", "dismissed"),
    "withdrawn": ("已撤回", "withdrawn"),
}
ROUNDS = {
    "open": ("进行中", "Under way", "good"),
    "closed": ("已截止", "Closed", "warn"),
    "frozen": ("已冻结", "Frozen", "warn"),
    "published": ("已公布", "Published", "calm"),
}
PLANS = {
    "planned": ("已计划", "planned"),
    "replaced": ("已替换", "replaced"),
    "withdrawn": ("已撤回", "withdrawn"),
}
CARDS = {
    "standing": ("有效", "standing", "good"),
    "withdrawn": ("已撤销", "withdrawn", "risky"),
    "replaced": ("已被新版替换", "replaced by a later version", "warn"),
}

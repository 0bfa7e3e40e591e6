"""Policies in words: what a ranking is worked out by, and which score earns which card. Pairs of zh and en."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

Words = tuple[str, str]
KINDS = {
    "self": ("自评", "self-assessment"),
    "check": ("核查", "check"),
    "spot": ("抽查", "spot check"),
    "covert": ("暗访", "covert"),
    "recheck": ("复查", "recheck"),
}


def percent(share) -> str:
    """An exact share of 1 as percent: 70%."""
    return f"{float(Fraction(share) * 100):g}%"


def counties(policy: Mapping) -> Iterator[Words]:
    """How counties are ranked, in the words of 说明."""
    town, village = percent(policy["township_weight"]), percent(policy["village_weight"])
    yield (
        f"县区得分＝{town}×乡镇均分＋{village}×村级均分－扣分",
        f"County score = {town} × mean of townships + {village} × mean of villages − deduction",
    )
    count, share = policy["village_floor_count"], percent(policy["village_floor_share"])
    yield (
        f"村级均分：抽查不少于{count}个且不少于该县村（居）的{share}方计入；不足则权重归乡镇",
        f"Villages count from {count} visited and {share} of the county's; else their weight goes to the townships",
    )
    floor = percent(policy["coverage_floor"])
    yield (
        f"覆盖率：经复核的乡镇不足{floor}的县区单独列出，不排名",
        f"Coverage: a county with less than {floor} of its townships approved is listed apart, without a place",
    )
    off = policy["county_duty_deduction"]
    if Fraction(off):
        yield (
            f"扣分：县级未印发清单的，每项扣{float(Fraction(off)):g}分",
            f"Deduction: {float(Fraction(off)):g} points for each list that the county did not issue",
        )
    yield from everywhere(policy)


def centres(edition: Mapping, policy: Mapping) -> Iterator[Words]:
    """How centres are scored and ranked."""
    scored = [each for each in edition["dimensions"] if each["scored"]]
    zh = "＋".join(f"{each['zh']}{_plain(each['weight'])}%" for each in scored)
    en = " + ".join(f"{each['en']} {_plain(each['weight'])} %" for each in scored)
    yield (
        f"中心总分（百分制）＝{zh}，再加加分、减扣分",
        f"Score of a centre (of 100) = {en}, plus bonus, minus deductions",
    )
    yield from everywhere(policy)


def everywhere(policy: Mapping) -> Iterator[Words]:
    """What holds of every ranking."""
    kinds = [KINDS.get(each, (each, each)) for each in policy["counted_kinds"]]
    yield (
        f"计入的检查：{'、'.join(zh for zh, _ in kinds)}；同一中心取本轮已复核检查中完成时间最晚的一次",
        f"Visits that count: {', '.join(en for _, en in kinds)}; of each centre the approved one finished last",
    )
    yield (
        "按四舍五入后的两位小数排名；同分并列，其后名次顺延（1、2、2、4）；未核查不计零分，不排名",
        "Ranked on two printed decimals; equal scores share a place (1, 2, 2, 4); what was not visited is no zero and "
        "has no place",
    )


def cards(policy: Mapping) -> Iterator[Words]:
    """Which score earns which card."""
    bands = policy["bands"]
    least = [each for each in bands if Decimal(each["lowest"])]
    zh = "，".join(f"{each['lowest']}分及以上{each['zh']}牌（{each['word']['zh']}）" for each in least)
    en = ", ".join(f"from {each['lowest']} {each['en']} ({each['word']['en']})" for each in least)
    last, never = bands[-1], [each for each in bands if not each["despite_veto"]]
    yield (
        f"亮牌：{zh}；其余{last['zh']}牌（{last['word']['zh']}）",
        f"Cards: {en}; the rest {last['en']} ({last['word']['en']})",
    )
    if never:
        yield (
            f"有否决项的，不得亮{'、'.join(each['zh'] for each in never)}牌",
            f"With a veto item no card is {' or '.join(each['en'] for each in never)}",
        )
    if rule := policy.get("escalation"):
        names = {each["key"]: each for each in bands}
        start, end = names[rule["from"]], names[rule["to"]]
        yield (
            f"升级：连续{rule['running']}期{start['zh']}牌的，升级为{end['zh']}牌",
            f"Escalation: {rule['running']} {start['en']} cards running become {end['en']}",
        )


def _plain(weight) -> str:
    return f"{float(Fraction(weight)):g}"

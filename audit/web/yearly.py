"""A year for its pages: what its publications and cards come to for each county, and what being audited cost them."""

from __future__ import annotations

from collections.abc import Iterator

from audit.accounts.permissions import Can
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.inspections import burden
from audit.inspections.schemas import CentreBurdenOut, YearBurdenOut
from audit.rankings import annual
from audit.rankings.annual_schemas import AnnualOut

Words = tuple[str, str]  # zh, en


def assessed(year: int, area: str | None, actor) -> dict:
    """The annual assessment as the API tells it, with its rules in words; NotFound where nothing was published.

    Who reaches everything and names no area sees the first of the year.
    """
    known = annual.years(actor)
    if area is None and actor.division is None:
        area = next((code for each, code, _ in known if each == year), None)
    of = annual.of_year(year, area, actor)
    told = AnnualOut().dump(of)
    return told | {
        "colours": of.colours,
        "formula": list(formula(told, of.colours)),
        "years": known,
        "may_export": actor.can(Can.EXPORT) and _whole(year, area, actor),
    }


def _whole(year: int, area: str | None, actor) -> bool:
    """Whether all of the area is the actor's: only then there is a file for them."""
    try:
        annual.whole_year(year, area, actor)
    except NotFound:
        return False
    return True


def formula(told: dict, colours: dict[str, str]) -> Iterator[Words]:
    """How the figures are worked out, in the words of 说明."""
    rules = told["rules"]
    if rules is None:
        yield (
            "本年各期均未指定年度折算规则，只列得分，不折算",
            "No round of the year has a rule for the annual assessment: scores alone, nothing is converted",
        )
        return
    k, floor, cap = rules["k"], rules["floor"], rules["cap"]
    yield f"折算分＝各期得分的平均÷100×k，k＝{k}", f"Converted = mean of the scores ÷ 100 × k, with k = {k}"
    zh = "，".join(f"{colours.get(key, key)} {points}" for key, points in rules["per_card"].items())
    en = ", ".join(f"{key} {points}" for key, points in rules["per_card"].items())
    yield f"亮牌加减：每张有效的县级牌：{zh}", f"Card points: for each standing card of the county {en}"
    yield (
        f"合计＝折算分＋亮牌加减，不低于{floor}，不高于{cap}",
        f"Total = converted + card points, held between {floor} and {cap}",
    )
    yield (
        "未参与排名的期次不计入平均；已撤销、已被替换的牌不计",
        "Rounds without a place are not in the mean; withdrawn and replaced cards do not count",
    )
    yield (
        "各项由精确值各自四舍五入一次；各项之和与合计可能相差0.01",
        "Each figure is rounded once by itself: parts may differ from the total by 0.01",
    )


def cost(asked: dict, actor) -> dict:
    """Visits and minutes of a year by county, and one page of its centres; never by person."""
    found = burden.of_centres(actor, asked)
    start = (asked["page"] - 1) * asked["page_size"]
    return YearBurdenOut().dump(burden.of_counties(actor, asked["year"])) | {
        "centres": CentreBurdenOut(many=True).dump(found[start : start + asked["page_size"]]),
        "total": len(found),
        "choices": [{"code": each.code, "name": each.name} for each in centres.divisions(actor, {"level": "county"})],
    }

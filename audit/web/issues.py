"""Cards as their pages show them: with the band that gives their colour its shape and word."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.rankings import cards, issuing, published
from audit.rankings.card_schemas import CardOut, CardRef
from audit.rankings.publication_schemas import PublicationOut
from audit.rounds import queries as rounds

BASES = {"level": ("按得分", "by score"), "progress": ("按整改进度", "by rectification in time")}


def bands() -> dict[str, dict]:
    """Every published card policy's bands, by its id and their key."""
    return {
        each.id: {band["key"]: band for band in each.content["bands"]} for each in checklists.listed({"kind": "cards"})
    }


def listed(asked: dict, actor) -> dict:
    """One page of the cards in sight."""
    found, total = cards.listed(actor, asked)
    known = bands()
    counties = {each.id: each for each in centres.divisions(actor, {"level": "county"})}
    return {
        "cards": [_shown(each, known) for each in found],
        "total": total,
        "counties": list(counties.values()),
        "colours": {key: band for policy in known.values() for key, band in policy.items()},
    }


def one(card_id: int, actor) -> dict:
    """One card, with what somebody may do with it and why they may not."""
    found = cards.get(card_id, actor)
    standing = found.state == "standing"
    may_withdraw = actor.can(Can.ISSUE_CARDS) and standing and _decides(found.publication.code, actor)
    own = actor.can(Can.ACKNOWLEDGE_CARDS) and found.county_id == actor.division
    shown = _shown(found, known := bands())
    return {
        "card": shown,
        "earned": known.get(found.policy, {}).get(shown["why"]["earned"]),
        "may_acknowledge": own and standing and found.acknowledged_at is None,
        "may_withdraw": may_withdraw and found.issued_by_id != actor.id,
        "issued_it": may_withdraw and found.issued_by_id == actor.id,
    }


def _decides(code: str, actor) -> bool:
    """Whether all of a round is the actor's to decide over."""
    try:
        rounds.whole(code, actor)
    except NotFound:
        return False
    return True


def _shown(card, known: dict[str, dict]) -> dict:
    """A card as the API shows it, with its band and the name of its county."""
    return CardOut().dump(card) | {
        "county_name": card.county.name,
        "area_name": card.publication.head["round"].get("area_name", ""),
        "round_name": card.publication.name,
        "band": known.get(card.policy, {}).get(card.colour),
    }


def draft(code: str, version: int, basis: str, *, actor, now) -> dict:
    """What issuing the cards of a version would bring, before anybody does it."""
    made = issuing.draft(code, version, basis, actor=actor, now=now)
    known = made["policy"].content["bands"] if made["policy"] else []
    own = {band["key"]: band for band in known}
    told = made["told"]
    publication = published.with_people([made["of"].version.publication])[0]
    return {
        "publication": PublicationOut().dump(publication),
        "basis": basis,
        "policy": made["policy"],
        "sample": made["of"].round.sample,
        "followup": made["of"].round.followup_policy,
        "issued": made["issued"],
        "later": made["later"],
        "number": len(made["new"]),
        "colours": [(band, made["colours"].get(band["key"], 0)) for band in known],
        "cards": [_drafted(subject, own[colour], why) for subject, colour, why in made["new"]],
        "escalated": [_drafted(subject, own[colour], why) for subject, colour, why in made["new"] if why["escalated"]],
        "counties": [each for each in made["of"].counties if each.id in made["of"].reach],
        "told": {name: told[name] for name in ("year", "number", "appeal_until")},
        "standing": {name: CardRef(many=True).dump(told[name]) for name in ("confirmed", "lapsed")},
    }


def _drafted(subject, band: dict, why: dict) -> dict:
    """One card that would be issued."""
    return {
        "code": subject.code,
        "name": subject.name,
        "county": subject.county,
        "of_county": subject.centre is None,
        "total": str(subject.total),
        "band": band,
        "escalated": why["escalated"],
    }


def issue_typed(typed: dict) -> dict:
    """The form as `IssueIn` takes it: `to-540228` says to whom the cards of that county go."""
    named = {name.removeprefix("to-"): value for name, value in typed.items() if name.startswith("to-")}
    days = typed.get("appeal_days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 10 else days
    return {name: typed[name] for name in ("basis",) if name in typed} | (
        ({"sent_to": named} if named else {}) | ({"appeal_days": number} if days else {})
    )


def told(made: dict) -> tuple[str, str]:
    """What became of issuing, in both languages."""
    if not made["issued"]:
        return "各牌均与上一版相同，未新发", "Every card stands as it was: none was issued"
    return (
        f"{made['year']}年第{made['number']}期已发出，共{made['issued']}张",
        f"Issue {made['year']}-{made['number']}: {made['issued']} cards",
    )

"""From what the phone sent to what can be scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from audit.base.problems import ValidationError
from audit.scoring.answers import Answer, faults, form_fault
from audit.scoring.standard import Edition

FORM = ("value", "n", "m", "yes", "choice", "not_applicable")


def read(edition: Edition, sent: list[dict], traits: frozenset[str]) -> dict[str, Answer]:
    """The answers by item code. Raises ValidationError with a pointer per item for all that cannot be scored."""
    wrong = {
        f"/answers/{index}": fault
        for index, each in enumerate(sent)
        if each["item"] in edition.item and (fault := form_fault(edition.item[each["item"]], each))
    }
    if wrong:
        raise ValidationError(errors=wrong)
    place = {each["item"]: index for index, each in enumerate(sent)}
    known = {each["item"]: parse(each) for each in sent if each["item"] in edition.item}
    strangers = {code: Answer(True) for code in place if code not in edition.item}
    found = faults(edition, known | strangers, traits)
    if found:
        errors = {f"/answers/{place[code]}": fault for code, fault in found.items() if code in place}
        # an answer that is not there has no place in the list: the list itself is at fault
        unanswered = [code for code in found if code not in place]
        if unanswered:
            errors["/answers"] = f"not answered: {', '.join(unanswered)}"
        raise ValidationError(errors=errors)
    return known


def parse(wire: dict) -> Answer:
    """One answer as it was sent or stored."""
    return Answer.of(form(wire))


def form(wire: dict) -> dict:
    """Of an answer what is scored: without item, photos and note."""
    return {key: wire[key] for key in FORM if key in wire}


def fault(edition: Edition, code: str, wire: dict, traits: frozenset[str]) -> str | None:
    """Why one item of the edition cannot be answered so, as if it had been sent; None when it can."""
    found = form_fault(edition.item[code], wire)
    return found or faults(edition, {code: parse(wire)}, traits).get(code)


def takes_list(item) -> bool:
    """Whether the m of an item is the length of a list that somebody issued: a share with no m of its own."""
    return item.answer == "share" and item.of is None and item.sample is None


def counted(
    edition: Edition, sent: Iterable[dict], listed: Mapping[str, int], decided: Mapping[str, dict]
) -> dict[str, tuple[dict, str]]:
    """Per item the answer that counts, and where it comes from: sent, list or decision.

    Over what was sent lies the m of the issued list (an n above it counts as m), over both what was decided.
    """
    found = {each["item"]: (form(each), "sent") for each in sent}
    for code, m in listed.items():
        if code in found and takes_list(edition.item[code]) and found[code][0].get("m", m) != m:
            found[code] = ({"n": min(found[code][0]["n"], m), "m": m}, "list")
    return found | {code: (wire, "decision") for code, wire in decided.items()}


def as_sent(stored: dict) -> dict:
    """Numbers are stored exactly, as text; shown as the JSON numbers that were sent."""
    return {
        key: _number(each) if key in ("value", "lat", "lon", "accuracy_m") else each for key, each in stored.items()
    }


def _number(text: str | Decimal) -> int | float:
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def photos(sent: list[dict]) -> dict[str, list[str]]:
    """The digests that each item names."""
    return {each["item"]: each["photos"] for each in sent if each.get("photos")}

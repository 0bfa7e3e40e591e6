"""From what the phone sent to what can be scored."""

from __future__ import annotations

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
        raise ValidationError(
            errors={f"/answers/{place[code]}" if code in place else f"/answers/{code}": found[code] for code in found}
        )
    return known


def parse(wire: dict) -> Answer:
    """One answer as it was sent or stored."""
    return Answer.of({key: wire[key] for key in FORM if key in wire})


def photos(sent: list[dict]) -> dict[str, list[str]]:
    """The digests that each item names."""
    return {each["item"]: each["photos"] for each in sent if each.get("photos")}

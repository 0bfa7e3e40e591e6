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
        errors = {f"/answers/{place[code]}": fault for code, fault in found.items() if code in place}
        # an answer that is not there has no place in the list: the list itself is at fault
        unanswered = [code for code in found if code not in place]
        if unanswered:
            errors["/answers"] = f"not answered: {', '.join(unanswered)}"
        raise ValidationError(errors=errors)
    return known


def parse(wire: dict) -> Answer:
    """One answer as it was sent or stored."""
    return Answer.of({key: wire[key] for key in FORM if key in wire})


def photos(sent: list[dict]) -> dict[str, list[str]]:
    """The digests that each item names."""
    return {each["item"]: each["photos"] for each in sent if each.get("photos")}

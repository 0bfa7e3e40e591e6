"""Reading what a submission was answered, and what it is refused for before anything is looked up."""

import json

import marshmallow as ma
import pytest

from audit.base.body import pointers as json_pointers
from audit.base.body import strict_json
from audit.inspections.schemas import InspectionIn


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def pointers(answer) -> set[str]:
    return {each["pointer"] for each in answer.json["errors"]}


def loaded(body: dict) -> dict:
    """The body as the route hands it on."""
    return InspectionIn().load(strict_json(json.dumps(body).encode()))


def faults_of(body: dict) -> set[str]:
    """The places in the body that are refused for their form."""
    with pytest.raises(ma.ValidationError) as refused:
        loaded(body)
    return set(json_pointers(refused.value.messages))


def flags_of(answer) -> set[str]:
    return {each["flag"] for each in answer.json["flags"]}


def at(body: dict, item: str) -> str:
    """The place of an item's answer."""
    return f"/answers/{[each['item'] for each in body['answers']].index(item)}"


def named(person, inspection) -> dict:
    """The If-Match that names the version which stands."""
    return {"If-Match": person.get(f"/inspections/{inspection}").headers["ETag"]}


def decide(person, inspection, item: str, reason: str = "以平面图为准", **answer):
    """Decide an item of the version that stands."""
    body = {"item": item, "answer": answer, "reason": reason}
    return person.post(f"/inspections/{inspection}/decisions", json=body, headers=named(person, inspection))


def void(person, inspection, why: str = "test", reason: str = "培训时误报"):
    """Void the version that stands."""
    path = f"/inspections/{inspection}/voiding"
    return person.post(path, json={"why": why, "reason": reason}, headers=named(person, inspection))


def confirm(person, inspection, voiding: int):
    return person.put(f"/inspections/{inspection}/voiding/{voiding}/confirmation")


def admit(person, inspection, reason: str = "山路中断，次日补传"):
    return person.post(f"/inspections/{inspection}/admission", json={"reason": reason})


def item_of(person, inspection, code: str) -> dict:
    """What the score tells of an item."""
    return next(each for each in person.get(f"/inspections/{inspection}/score").json["items"] if each["code"] == code)

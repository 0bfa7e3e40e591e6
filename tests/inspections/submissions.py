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

"""The phone's rules are the server's: the same answers are complete, wrong, or in want of photos."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
import zlib
from uuid import uuid4

import pytest
from factories import content, picture

from audit.scoring.answers import Answer, faults, form_fault
from audit.scoring.score import photos_wanted
from audit.scoring.standard import Edition

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])

NUMBERS = [
    "",
    "0",
    "1",
    "7",
    "20",
    "3.5",
    "0.0",
    "１２",
    "12,5",
    "999999999",
    "1000000001",
    "-1",
    "1e3",
    "many",
    "5 000",
]
PAIRS = [("0", "0"), ("1", "1"), ("1", "2"), ("3", "2"), ("5", "137"), ("1.5", "3"), ("2", "2.5"), ("", "4"), ("4", "")]
REASONS = ["", "  ", "没有该事项"]
JUDGE = """(model, cases) => cases.map(({ item, answer, traits }) => {
  const found = model.fault(item, { ...answer, certain: true });
  const edition = { dimensions: [{ code: item.dimension }], items: [item] };
  const visit = { centre: {}, answers: { [item.code]: answer }, traits };
  const [wire] = model.body(edition, visit, new Map(), '').answers;
  return { blocks: Boolean(found?.blocks), wanted: model.photosWanted(item, answer),
    may: model.mayNotApply(item, traits),
    wire: wire ?? null,
    back: !wire || found?.blocks
      || model.same(item, { ...answer, certain: true }, model.unwire(JSON.parse(JSON.stringify(wire)))) };
})"""


def answers_to(item: dict) -> list[dict]:
    """Everything that somebody may tap or type."""
    kind = item["answer"]
    if kind == "yes_no":
        given = [{"yes": True}, {"yes": False}]
    elif kind == "choice":
        given = [{"choice": each["code"]} for each in item["choices"]]
    elif kind == "share":
        given = [{"n": n} if item.get("of") else {"n": n, "m": m} for n, m in PAIRS]
    else:
        given = [{"value": each} for each in NUMBERS]
    return [{}, *given, *({"not_applicable": each} for each in REASONS)]


def cases_of(level: str) -> list[dict]:
    edition = content(level)
    extras = [each | {"extra": True, "dimension": "extra"} for each in (*edition["bonus"], *edition["deductions"])]
    return [
        {"item": item, "answer": answer, "traits": traits}
        for item in (*edition["items"], *extras)
        for answer in answers_to(item)
        for traits in (["bilingual"], [])
    ]


@pytest.fixture(scope="module", params=["township", "village"])
def judged(request, in_use):
    """(edition, [(case, what the phone says of it)])."""
    in_use.freshen()
    cases = json.loads(json.dumps(cases_of(request.param), default=str))
    return Edition.of(content(request.param)), list(zip(cases, in_use.ask("model", JUDGE, cases), strict=True))


def wrong(edition: Edition, case: dict, wire: dict) -> str | None:
    """What the server has against an answer."""
    known = {each.code: each for each in (*edition.items, *edition.extras)}
    code = case["item"]["code"]
    return form_fault(known[code], wire) or faults(edition, {code: Answer.of(wire)}, case["traits"]).get(code)


def may_be_sent(case: dict, said: dict) -> bool:
    """It is an answer, its numbers are numbers, and the screen lets it be given here."""
    wire = said["wire"]
    return wire is not None and None not in wire.values() and ("not_applicable" not in wire or said["may"])


def test_phone_and_server_find_the_same_answers_wrong(judged, engine):
    edition, said = judged
    different = [
        (case["item"]["code"], case["answer"], each["blocks"], wrong(edition, case, each["wire"]))
        for case, each in said
        if may_be_sent(case, each) and each["blocks"] != bool(wrong(edition, case, each["wire"]))
    ]
    assert different == []


def test_what_cannot_be_sent_is_held_back(judged, engine):
    _, said = judged
    slipped = [
        (case["item"]["code"], case["answer"])
        for case, each in said
        if not each["blocks"]
        and not case["item"].get("extra")
        and (each["wire"] is None or None in each["wire"].values())
    ]
    assert slipped == []


def test_not_applicable_is_offered_where_the_server_takes_it(judged, engine):
    edition, said = judged
    different = [
        (case["item"]["code"], case["traits"])
        for case, each in said
        if case["answer"] == {"not_applicable": "没有该事项"}
        and not case["item"].get("extra")
        and each["may"] != (wrong(edition, case, {"not_applicable": "没有该事项"}) is None)
    ]
    assert different == []


def test_phone_and_server_want_the_same_photos(judged, engine):
    edition, said = judged
    different = [
        (case["item"]["code"], case["answer"], each["wanted"])
        for case, each in said
        if not case["item"].get("extra")
        and may_be_sent(case, each)
        and not each["blocks"]
        and each["wanted"] != photos_wanted(edition.item[case["item"]["code"]], Answer.of(each["wire"]))
    ]
    assert different == []


def test_an_answer_comes_back_from_the_server_as_it_went(judged, engine):
    assert all(each["back"] for _, each in judged[1])


def test_the_server_takes_what_the_phone_calls_complete(handset, server):
    begun = handset.begin("洛江镇")
    handset.answer_all(begun)
    handset.answer(begun, "TP01", not_applicable=" 当日停电放假 ", note="两行\n备注", flag="rectify")
    complete = "(model, [edition, visit]) => [model.lacking(edition, visit).filter((each) => each.blocks), model.body(edition, visit, new Map(), visit.saved_at)]"  # noqa: E501
    whole = handset.ask(
        "visits",
        "async (visits, id) => { const { visit, edition } = await visits.whole(id); return [edition, visit]; }",
        begun,
    )
    lacks, body = handset.ask("model", complete, whole)
    status, receipt, _ = server.sign_in("tashi").call("PUT", f"/api/v1/inspections/{uuid4()}", body)
    assert (lacks, status, receipt.get("missing_photos")) == ([], 201, [])


# --- the file that is carried by hand ------------------------------------------------------------------------------


def test_its_checksum_is_everybodys(handset):
    data = random.Random(1).randbytes(100_000)
    given = base64.b64encode(data).decode()
    code = "(zip, text) => zip.crc32(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)))"
    assert handset.ask("zip", code, given) == zlib.crc32(data)


def test_anybody_can_open_it(handset, tmp_path):
    begun = handset.begin("洛江镇")
    handset.line.die()
    digest, data = picture("in the zip")
    (tmp_path / "1.jpg").write_bytes(data)
    page = handset.open(f"#/item/{begun}/TA01", ".standard")
    page.locator("input[type=file][multiple]").set_input_files(tmp_path / "1.jpg")
    page.locator("audit-photos[data-count='1']").wait_for()
    with page.expect_download() as download:
        handset.open("#/queue", "#bars").get_by_role("button", name="导出 ZIP").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as packed:
        assert packed.testzip() is None
        kept = [packed.read(name) for name in packed.namelist() if digest in name]
    assert kept == [data]

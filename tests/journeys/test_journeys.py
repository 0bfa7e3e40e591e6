"""One day of each of the three groups that the service is for."""

import io
from decimal import Decimal
from uuid import uuid4

import openpyxl
from factories import GADONG, JIANGZI, LUOJIANG, answered, approved, picture, visit

HALL, PLAN = "TA01", "TA02"
NEXT = {
    "code": "2027Q1",
    "name": "2027年第一季度",
    "area": "540200",
    "opens_on": "2026-11-01",
    "closes_on": "2027-12-31",
    "editions": {"township": "township-2026.1", "village": "village-2026.1"},
    "ranking_policy": "ranking-2026.1",
    "card_policy": "cards-2026.1",
}


def test_an_inspectors_day(tashi, reviewer):
    """Photos before and after the form, an answer lost on the way, a return, a revision, an approval."""
    (early, early_bytes), (late, late_bytes), (added, added_bytes) = map(picture, ("early", "late", "added"))
    inspection, body = uuid4(), visit(photos={HALL: [early], PLAN: [late]})

    assert tashi.send_photo(early, early_bytes).status_code == 201
    assert tashi.submit(inspection, body).json["missing_photos"] == [late]
    lost = tashi.submit(inspection, body)  # the first answer never arrived: the phone sends again
    assert (lost.status_code, lost.json["missing_photos"], lost.json["state"]) == (200, [late], "waiting")
    assert reviewer.review(inspection).status_code == 409
    assert tashi.send_photo(late, late_bytes).status_code == 201
    assert tashi.send_photo(late, late_bytes).status_code == 200
    assert tashi.get(f"/inspections/{inspection}").json["state"] == "submitted"

    reasons = [{"item": HALL, "reason": "只拍了一面墙"}]
    assert reviewer.review(inspection, "return", reasons=reasons).status_code == 201
    returned = tashi.get("/inspections?mine=true&state=returned").json
    assert [each["id"] for each in returned] == [str(inspection)]
    assert tashi.get(f"/inspections/{inspection}").json["reviews"][0]["reasons"] == reasons

    revised = answered(body, HALL, value=120, photos=[early, added]) | {"revision": 2}
    assert tashi.submit(inspection, revised).json["missing_photos"] == [added]
    assert tashi.send_photo(added, added_bytes).status_code == 201
    assert reviewer.review(inspection).status_code == 201
    final = tashi.get(f"/inspections/{inspection}").json
    assert (final["state"], final["revision"], len(final["reviews"])) == ("approved", 2, 2)
    assert tashi.get(f"/inspections/{inspection}/score").json["state"] == "final"


def test_a_county_officials_look(bailang, tashi, reviewer):
    """Where do we stand, why, what first; and nothing of the neighbours."""
    ours = approved(tashi, reviewer, LUOJIANG)
    theirs = approved(tashi, reviewer, JIANGZI)

    board = bailang.get("/rounds/2026Q4/counties/540228").json
    line, (centre, *others) = board["line"], board["townships"]
    assert (line["townships_visited"], line["townships"], line["ranked"]) == (1, 11, False)
    assert (centre["inspection"], {each["total"] for each in others}) == (str(ours), {None})

    score = bailang.get(f"/inspections/{centre['inspection']}/score").json
    assert score["total"] == centre["total"] == line["total"]
    why = next(each for each in score["items"] if each["code"] == HALL)
    assert (why["reason"], why["why"]["zh"]) == ("no-evidence", "佐证照片不足，不得分")

    first = board["gaps"][0]
    alone = next(each for each in score["gaps"] if each["item"] == first["item"])
    assert Decimal(first["gain"]) == Decimal(alone["reference_gain"]) > 0
    assert first["remedy"]["zh"]

    for path in ("/rounds/2026Q4/counties/540222", f"/inspections/{theirs}", f"/inspections/{theirs}/score"):
        assert bailang.get(path).status_code == 404
    rows = bailang.get("/rounds/2026Q4/rankings/townships").json["rows"]
    assert {row["county"] for row in rows} == {"白朗县"}
    assert bailang.get("/rounds/2026Q4/exports/ranking.xlsx").status_code == 403


def test_the_offices_round(office, office2, tashi, reviewer):
    """Open a round, adopt the demonstration site's baseline, read the ranking, export it, close."""
    assert office.post("/rounds", json=NEXT).status_code == 201
    shown = approved(tashi, reviewer, GADONG, round=NEXT["code"])
    approved(tashi, reviewer, LUOJIANG, round=NEXT["code"])

    proposal = office.post("/rounds/2027Q1/baselines", json={"inspection": str(shown)}).json
    if not proposal["adopted"]:
        items = [each["item"] for each in proposal["unusual"]]
        where = f"/rounds/2027Q1/baselines/{proposal['baseline']}/confirmation"
        assert office.post(where, json={"items": items}).status_code == 403
        proposal = office2.post(where, json={"items": items}).json
    assert (proposal["adopted"], proposal["rescored"]) == (True, 2)

    ranking = office.get("/rounds/2027Q1/rankings/townships").json
    assert (ranking["against"]["township"]["kind"], ranking["ranked"]) == ("baseline", 2)
    totals = [row["total"] for row in ranking["rows"] if row["visited"]]

    with office.get("/rounds/2027Q1/exports/ranking.xlsx") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["乡镇排名"]
    column = [cell.value for cell in sheet[3]].index("总分") + 1
    assert [f"{sheet.cell(row, column).value:.2f}" for row in (4, 5)] == totals

    assert office.post("/rounds/2027Q1/closing").json["state"] == "closed"
    late = office.post("/rounds/2027Q1/baselines", json={"inspection": str(shown)})
    assert (late.status_code, late.json["type"].split("/")[-1]) == (409, "round-closed")
    assert [row["total"] for row in office.get("/rounds/2027Q1/rankings/townships").json["rows"]][:2] == totals

"""The photos behind a county's scores as one ZIP."""

import csv
import hashlib
import io
import zipfile

import pytest
from factories import GADONG, LUOJIANG, MAYI, approved, picture
from PIL import Image
from states import made_once

from audit.accounts.models import Account
from audit.inspections.models import Inspection, ItemPhoto
from audit.rankings import evidence

PATH = "/rounds/2026Q4/counties/540228/evidence.zip"


@made_once
def photos(tashi, reviewer) -> dict[str, bytes]:
    """Two photos of 嘎东镇 and one of 马义村, approved: by digest."""
    made = dict(picture(seed) for seed in ("one", "two", "village"))
    for digest, data in made.items():
        assert tashi.send_photo(digest, data).status_code == 201
    one, two, village = made
    approved(tashi, reviewer, photos={"TA02": [one, two], "TA04": [one]})
    approved(tashi, reviewer, MAYI, photos={"VA02": [village]})
    return made


def ask(person, path: str = PATH, **headers):
    """The answer, read to its end."""
    with person.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        answer.get_data()
    return answer


def opened(answer) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.json
    return zipfile.ZipFile(io.BytesIO(answer.data))


def index(made: zipfile.ZipFile) -> list[dict]:
    return list(csv.DictReader(io.StringIO(made.read("index.csv").decode("utf-8-sig"), newline="")))


def place(data: bytes) -> dict:
    """What a picture's EXIF says of where it was taken."""
    return dict(Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825))


def test_it_holds_every_photo_that_proves_an_item_of_a_visit_that_counts(photos, office):
    made = opened(ask(office))
    one, two, village = (digest[:8] for digest in photos)
    assert made.testzip() is None
    assert set(made.namelist()) == {
        "index.csv",
        f"嘎东镇/TA02/{one}.jpg",
        f"嘎东镇/TA02/{two}.jpg",
        f"嘎东镇/TA04/{one}.jpg",
        f"嘎东镇/马义村便民服务站/VA02/{village}.jpg",
    }


def test_the_index_tells_of_each_file(photos, office):
    made = opened(ask(office))
    row = next(each for each in index(made) if each["条目"] == "TA04")
    assert (row["点位"], row["区划代码"], row["核查时间"]) == ("嘎东镇便民服务中心", "540228101", "2026-11-20 11:30")
    assert row["判定"] in ("达标", "未达标")
    assert row["文件SHA-256"] == hashlib.sha256(made.read(row["文件"])).hexdigest()
    assert row["原件SHA-256"] == next(iter(photos))


@pytest.mark.parametrize("name", ["office", "bailang"])
def test_who_may_not_see_positions_gets_no_metadata(photos, people, name):
    made = opened(ask(people[name]))
    row = index(made)[0]
    sent, held = photos[row["原件SHA-256"]], made.read(row["文件"])
    assert (row["元数据"], place(sent) != {}, place(held)) == ("已去除", True, {})


def test_an_office_that_reviews_too_gets_the_originals(photos, office):
    Account.update(roles=["office", "reviewer"]).where(Account.name == "office").execute()
    made = opened(ask(office))
    assert {hashlib.sha256(made.read(row["文件"])).hexdigest() for row in index(made)} == set(photos)
    assert {row["元数据"] for row in index(made)} == {"原件"}


def test_it_is_the_same_picture_as_the_one_that_is_shown_alone(photos, bailang):
    made = opened(ask(bailang))
    row = index(made)[0]
    visit = bailang.get("/inspections?centre=" + str(GADONG)).json[0]["id"]
    with bailang.get(f"/inspections/{visit}/photos/{row['原件SHA-256']}?size=original") as alone:
        assert alone.data == made.read(row["文件"])


def test_what_is_not_approved_is_not_in_it(photos, tashi, office):
    from uuid import uuid4

    from factories import visit

    digest, data = picture("not yet reviewed")
    tashi.send_photo(digest, data)
    tashi.submit(uuid4(), visit(LUOJIANG, photos={"TA02": [digest]}))
    assert digest[:8] not in "".join(opened(ask(office)).namelist())


def test_two_photos_whose_digests_begin_alike_are_told_apart(photos, office, monkeypatch):
    one = next(iter(photos))
    proof = evidence.Proof(one, "x.jpg", "image/jpeg", False, "a", [], evidence.BEFORE_ANY)
    monkeypatch.setattr(evidence, "_facts", lambda *_: (0, 0, ""))
    other = evidence.Proof(one[:8] + "f" * 56, "x.jpg", "image/jpeg", False, "a", [], evidence.BEFORE_ANY)
    names = [each.name for each in evidence._entries([proof, other], evidence.Copy("试算", "", False), None)]
    assert names == ["index.csv", f"a/{one[:8]}.jpg", f"a/{one[:8]}{'f' * 8}.jpg"]


# --- of which copy ------------------------------------------------------------------------------------------------


def test_the_index_of_a_live_archive_says_that_it_is_a_trial(photos, office):
    assert {(row["版本"], row["数据摘要"]) for row in index(opened(ask(office)))} == {("试算", "")}


@pytest.fixture
def version_one(photos, office, office2) -> str:
    """The path of the archive of version 1."""
    assert office.post("/rounds/2026Q4/closing").status_code == 200
    for what in ("freeze", "publish"):
        proposed = office.post("/rounds/2026Q4/steps", json={"what": what, "note": "会议纪要", "accept": True})
        assert office2.put(f"/steps/{proposed.json['id']}/confirmation").status_code == 200
    return "/rounds/2026Q4/publications/1/counties/540228/evidence.zip"


def test_the_index_of_a_version_names_it_and_its_digest(version_one, office, bailang):
    published = office.get("/rounds/2026Q4/publications/1").json
    made = opened(ask(bailang, version_one))
    assert {(row["版本"], row["数据摘要"]) for row in index(made)} == {("第1版", published["digest"])}
    assert len(made.namelist()) == 5


def test_a_version_has_the_photos_that_it_was_published_with(version_one, office, photos):
    before = ask(office, version_one).data
    digest = index(opened(ask(office, version_one)))[0]["原件SHA-256"]
    ItemPhoto.create(inspection=Inspection.get().id, item="TA01", digest=digest)
    assert ask(office, version_one).data == before
    assert len(opened(ask(office)).namelist()) == 6


def test_an_archive_has_a_name_for_programs_that_read_no_chinese(version_one, office):
    headers = [ask(office, path).headers["Content-Disposition"] for path in (PATH, version_one)]
    assert [each.split('"')[1] for each in headers] == ["evidence_540228.zip", "evidence_540228_v1.zip"]


def test_a_version_that_is_not_there_has_no_archive(version_one, office):
    assert ask(office, version_one.replace("/1/", "/2/")).status_code == 404


# --- who --------------------------------------------------------------------------------------------------------


def test_another_countys_is_not_there(photos, jiangzi):
    assert ask(jiangzi).status_code == 404


@pytest.mark.parametrize("name", ["tashi", "reviewer", "admin", "auditor"])
def test_others_have_no_such_export(photos, people, name):
    assert ask(people[name]).status_code == 403


def test_a_county_without_photos_has_an_archive_with_an_empty_list(photos, office):
    made = opened(ask(office, "/rounds/2026Q4/counties/540222/evidence.zip"))
    assert (made.namelist(), index(made)) == (["index.csv"], [])


def test_a_sample_says_so_in_its_list_and_name(plain):
    contest = plain("DEMO", sample=True)
    answer = ask(contest.people["office"], "/rounds/DEMO/counties/540237/evidence.zip")
    assert "数据性质" in opened(answer).read("index.csv").decode()
    assert "%E7%A4%BA%E4%BE%8B_" in answer.headers["Content-Disposition"]


# --- cut and gone on with -----------------------------------------------------------------------------------------


def test_a_download_that_was_cut_goes_on_where_it_stopped(photos, bailang):
    whole = ask(bailang)
    cut = len(whole.data) // 3
    evidence.FACTS.clear()  # another process answers
    rest = ask(bailang, Range=f"bytes={cut}-", If_Range=whole.headers["ETag"])
    assert (rest.status_code, whole.data[:cut] + rest.data) == (206, whole.data)
    assert rest.headers["Content-Range"] == f"bytes {cut}-{len(whole.data) - 1}/{len(whole.data)}"


@pytest.mark.parametrize(("asked", "start", "stop"), [("0-0", 0, 1), ("100-299", 100, 300), ("-22", -22, None)])
def test_any_part_may_be_asked_for(photos, office, asked, start, stop):
    whole, part = ask(office).data, ask(office, Range=f"bytes={asked}")
    assert (part.status_code, part.data, part.content_length) == (206, whole[start:stop], len(whole[start:stop]))


def test_what_has_changed_since_is_sent_whole(photos, office, tashi, reviewer):
    before = ask(office)
    approved(tashi, reviewer, LUOJIANG, photos={"TA02": [next(iter(photos))]})
    answer = ask(office, Range="bytes=100-", If_Range=before.headers["ETag"])
    assert (answer.status_code, len(opened(answer).namelist())) == (200, 6)


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=5-1", "bytes=a-"])
def test_other_ranges_get_the_whole(photos, office, asked):
    answer = ask(office, Range=asked)
    assert (answer.status_code, answer.data) == (200, ask(office).data)


def test_a_part_behind_the_end_is_refused(photos, office):
    length = len(ask(office).data)
    answer = ask(office, Range=f"bytes={length}-")
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{length}")


def test_the_length_is_told_before_anything_is_sent(photos, office):
    with office.client.head(f"/api/v1{PATH}", headers={"Authorization": f"Bearer {office.token}"}) as answer:
        assert (answer.status_code, answer.content_length) == (200, len(ask(office).data))


# --- how much ---------------------------------------------------------------------------------------------------


def test_the_same_few_queries_however_many_photos(photos, office, queries_of, tashi, reviewer):
    few = queries_of(lambda: ask(office))
    approved(tashi, reviewer, LUOJIANG, photos={"TA02": list(photos), "TA04": list(photos)})
    assert queries_of(lambda: ask(office)) == few


def test_where_many_are_being_sent_the_next_is_refused_at_once(photos, office):
    places = [evidence.Place() for _ in range(4)]
    refused = ask(office)
    for each in places:
        each.leave()
        each.leave()
    assert (refused.status_code, ask(office).status_code) == (429, 200)


def test_every_place_is_left_again(photos, office, jiangzi):
    for _ in range(6):
        ask(office, Range="bytes=0-9")
        ask(office, Range="bytes=99999999-")
        ask(jiangzi)
    assert ask(office).status_code == 200

"""What was published: the same rows, the same bytes, the same digest, whatever happens afterwards."""

import io
import shutil
from datetime import UTC, datetime

import openpyxl
import pytest
from contest import BAILANG, JIANGZI, NOW, TOWNSHIPS, VILLAGES, Contest, checklist, policy, rename, table, told
from factories import ROOT
from states import made_once
from versions import decide, done, frozen, published, republished

from audit.accounts.models import Account
from audit.app import create_app
from audit.base.db import digest_of
from audit.centres.models import Division
from audit.checklists import actions as checklists
from audit.config import Config
from audit.rankings import drafts, publishing
from audit.rankings import published as versions
from audit.rankings.models import Publication, PublishedRow
from audit.rankings.queries import all_rows, frame

A, B, C, D, E = TOWNSHIPS
PARTS = ("counties", "townships", "villages")
FILES = ("ranking.xlsx", "counties.csv", "townships.csv", "villages.csv", "findings.csv")


@made_once
def visited(contest):
    """Three townships and a village of 岗巴县, one of them with bonus, one where the county issued no list."""
    contest.visit(A, 96.5, 83.33, 90, 100, bonus=True)
    contest.visit(B, 80, team=["drolma"])
    contest.visit(C, 80, 80, 80, None)
    contest.visit(VILLAGES[0], 70.01, 60, 50, 40)
    return contest


@made_once
def out(visited):
    """The same, published."""
    return published(visited)


def version(contest, what: str, number: int = 1, who: str = "office"):
    """The answer about a version, read to its end."""
    with contest.get(f"publications/{number}/{what}", who) as answer:
        answer.get_data()
    return answer


def downloads(contest, number: int = 1) -> dict[str, bytes]:
    return {name: version(contest, f"exports/{name}", number).data for name in FILES}


# --- the rankings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", PARTS)
def test_a_published_ranking_is_the_live_one_of_that_moment(visited, what):
    live = frozen(visited).rows(what)
    done(visited, "publish")
    assert version(visited, f"rankings/{what}").json["rows"] == live


@pytest.mark.parametrize("what", PARTS)
def test_a_published_ranking_stays_when_the_live_one_moves(out, what):
    before = version(out, f"rankings/{what}").json
    decide(out, B, 10)
    rename(A, "改名")
    Division.update(name="改名").where(Division.code == "540237").execute()
    assert version(out, f"rankings/{what}").json == before


def test_a_correction_is_version_two(out):
    decide(out, B, 100)
    republished(out)
    totals = [{row["code"]: row["total"] for row in version(out, "rankings/townships", n).json["rows"]} for n in (1, 2)]
    assert [each[B] for each in totals] == ["80.00", "85.00"]


def test_a_version_says_what_it_is(visited):
    head = version(published(visited, note="首次公布"), "").status_code
    found = visited.get("publications/1").json
    assert (head, found["version"], found["note"], found["confirmed_by"]) == (404, 1, "首次公布", "Office2")
    assert found["head"]["levels"]["township"]["id"] == "plaintownship-2026.1"
    assert (found["head"]["version"], found["head"]["before"], found["head"]["previous"]) == (1, None, None)


def test_version_two_follows_version_one(out):
    first = out.get("publications/1").json
    decide(out, B, 100)
    republished(out)
    second, *older = out.get("publications").json
    assert (second["version"], second["note"], [each["digest"] for each in older]) == (2, "更正", [first["digest"]])
    assert out.get("publications/2").json["head"]["before"] == first["digest"]


@pytest.mark.parametrize("number", [2, 999])
@pytest.mark.parametrize("what", ["rankings/counties", "exports/ranking.xlsx", "exports/counties.csv"])
def test_a_version_that_is_none_is_not_there(out, number, what):
    assert version(out, what, number).status_code == 404


def test_an_unchanged_version_is_not_sent_again(out):
    tag = version(out, "rankings/townships").headers["ETag"]
    again = out.get("publications/1/rankings/townships", headers={"If-None-Match": tag})
    assert again.status_code == 304


# --- who sees what -----------------------------------------------------------------------------------------------


@made_once
def of_the_city(city):
    """A published round of the prefecture: 江孜县 before 白朗县."""
    city.visit("540222100", 90)
    city.visit("540228100", 80)
    return published(city)


def test_a_county_sees_its_own_line_with_its_place_in_the_whole(of_the_city):
    answer = version(of_the_city, "rankings/counties", who="bailang").json
    assert ([(row["code"], row["place"]) for row in answer["rows"]], answer["ranked"]) == ([(BAILANG, 2)], 2)


def test_a_county_sees_its_own_centres(of_the_city):
    rows = version(of_the_city, "rankings/townships", who="jiangzi").json["rows"]
    assert ({row["county"] for row in rows}, rows[0]["place"]) == ({"江孜县"}, 1)
    assert BAILANG != JIANGZI


def test_a_version_of_a_round_elsewhere_is_not_there(out):
    assert [out.get(path, "bailang").status_code for path in ("publications", "publications/1")] == [404, 404]


@pytest.mark.parametrize("name", FILES)
def test_only_who_reaches_the_whole_round_downloads_a_version(of_the_city, moved, name):
    moved("office2", BAILANG)
    assert version(of_the_city, f"exports/{name}", who="office2").status_code == 404
    assert version(of_the_city, f"exports/{name}", who="bailang").status_code == 403


# --- the files ---------------------------------------------------------------------------------------------------


def test_every_download_of_a_version_has_the_same_bytes(out):
    assert downloads(out) == downloads(out)


def test_version_one_keeps_its_bytes_when_version_two_comes(out):
    before = downloads(out)
    decide(out, B, 100)
    rename(A, "改名")
    Account.update(display="改名").execute()
    republished(out)
    assert downloads(out) == before
    assert downloads(out, 2)["ranking.xlsx"] != before["ranking.xlsx"]


def test_the_workbook_of_a_version_has_the_numbers_of_its_ranking(out):
    book = openpyxl.load_workbook(io.BytesIO(version(out, "exports/ranking.xlsx").data))
    rows = version(out, "rankings/townships").json["rows"]
    assert [row["总分"] for row in table(book["乡镇排名"])] == [float(row["total"]) for row in rows if row["visited"]]
    lines = {(line["区划代码"], line["条目"]) for line in table(book["得分依据"])}
    assert {(A, "T1"), (A, "T9"), (VILLAGES[0], "V4")} <= lines


def test_the_workbook_tells_the_digest_of_the_version_and_when_it_was_published(out):
    book = openpyxl.load_workbook(io.BytesIO(version(out, "exports/ranking.xlsx").data))
    of = out.get("publications/1").json
    assert of["digest"] in told(book["说明"])["数据摘要"]
    assert book.properties.created.replace(tzinfo=UTC) == datetime.fromisoformat(of["published_at"]).replace(
        microsecond=0
    )


def test_a_version_is_named_by_its_number(out):
    from urllib.parse import unquote

    name = unquote(version(out, "exports/ranking.xlsx").headers["Content-Disposition"])
    assert "_排名_v1_20" in name and "试算" not in name


# --- the digest --------------------------------------------------------------------------------------------------


def test_rows_come_back_as_the_objects_they_were(out):
    of = frame("PLAIN", None)
    restored = versions.frame(Publication.get()).version.rows()
    for part, rows in all_rows(of).items():
        assert [versions.content_of(row) for row in restored[part]] == [versions.content_of(row) for row in rows]
        if part != "counties":
            assert restored[part] == rows


def test_a_digest_is_of_what_is_stored(out):
    rows = list(PublishedRow.select().order_by(PublishedRow.part, PublishedRow.number))
    assert [row.digest for row in rows] == [digest_of([row.content, row.basis]) for row in rows]
    of = Publication.get()
    assert of.digest == digest_of([of.head, [row.digest for row in rows if row.part != versions.FINDINGS]])


def test_a_row_without_a_visit_has_no_basis(out):
    rows = PublishedRow.select().where(PublishedRow.part == "township")
    assert {row.code for row in rows if row.basis is not None} == {A, B, C}


def test_a_basis_names_no_row_of_this_database(out):
    basis = PublishedRow.get(PublishedRow.code == B).basis
    assert set(basis) == {
        "inspection", "revision", "digest", "decisions", "lists", "edition", "baseline", "tier", "answers", "counts",
        "explanation", "photos", "people", "finished_at",
    }  # fmt: skip
    assert (basis["answers"]["T1"], basis["tier"], basis["baseline"]) == ({"value": "80"}, "standard", None)


def test_a_decision_is_named_by_what_it_says(visited):
    frozen(visited)
    decide(visited, B, 100)
    done(visited, "publish")
    (decision,) = PublishedRow.get(PublishedRow.code == B).basis["decisions"]
    assert decision == {"item": "T1", "answer": {"value": "100"}, "reason": "申诉成立", "by": "reviewer"}


def drafted(engine: str, copies, folder, Person, *, noise: int) -> str:
    """The digest of one and the same contest in a database of its own; `noise` other visits come before it."""
    folder.mkdir()
    with copies(engine, folder) as (url, tokens):
        app = create_app(Config(data=folder, database_url=url, idle_minutes=1440, checkers=0))
        people = {name: Person(name, app.test_client(), token) for name, token in tokens.items()}
        for content in (checklist("township"), checklist("village"), policy()):
            checklists.publish(content, actor=None, now=NOW)
        other = Contest(people, "OTHER")
        for code in TOWNSHIPS[:noise]:
            other.visit(code, 50)
        contest = Contest(people, "PLAIN")
        visits = [(A, (90, 80, 70, 60)), (B, (80,)), (VILLAGES[0], (70,))]
        for code, marks in visits if noise else visits[::-1]:
            number = visits.index((code, marks))
            at, named = datetime(2026, 11, 20, 3, number, tzinfo=UTC), f"00000000-0000-4000-8000-00000000000{number}"
            contest.visit(code, *marks, at=at, named=named, team=["drolma"] if number else [])
        of = frame("PLAIN", None)
        return drafts.digest(drafts.head_of(of), [line.digest for line in drafts.lines_of(of)])


def test_the_same_contest_has_the_same_digest_on_both_engines(copies, tmp_path, request):
    """Sent in another order, with other rows before it, so that ids and the order of rows differ as well."""
    Person = request.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py")).Person
    found = {
        drafted(engine, copies, tmp_path / f"{engine}{noise}", Person, noise=noise)
        for engine in ("sqlite", "postgres")
        for noise in (0, 2)
    }
    assert len(found) == 1
    shutil.rmtree(tmp_path)


def test_how_many_rows_are_in_memory_at_a_time_changes_nothing(out, monkeypatch):
    monkeypatch.setattr(drafts, "SIZE", 2)
    monkeypatch.setattr(publishing, "CHUNK", 3)
    insert, sizes = PublishedRow.insert_many, []
    monkeypatch.setattr(PublishedRow, "insert_many", lambda rows: sizes.append(len(rows)) or insert(rows))
    decide(out, B, 100)
    republished(out)
    first, second = (versions.digests_of(each) for each in Publication.select().order_by(Publication.version))
    # and beside them what became of the findings of four centres
    assert (max(sizes), sum(sizes), len(second)) == (3, 36 + 4, 36)
    # the county's line, the township's, and that of the one it overtook
    assert len(set(second) - set(first)) == 3


# --- what it costs -----------------------------------------------------------------------------------------------


def test_eight_visits_cost_no_more_queries_than_one(contest, queries_of):
    contest.visit(A, 90)
    of = frame("PLAIN", None)
    one = queries_of(lambda: list(drafts.lines_of(of)))
    for code in (B, C, D, E):
        contest.visit(code, 80)
    assert queries_of(lambda: list(drafts.lines_of(of))) == one

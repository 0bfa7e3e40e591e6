"""通报: as PDF, and as a page to print."""

import io
import sys

import pypdf
import pytest
from contest import NOW, TOWNSHIPS, told
from states import made_once
from versions import published

from audit.centres.models import Division
from audit.evidence.prints import Face, face
from audit.rankings import exports, queries, report
from audit.rounds.models import Round

A, B = TOWNSHIPS[:2]
has_chinese = pytest.mark.skipif(not face().path, reason="no font with Chinese on this machine")
MARKUP = '#panic("x") *粗* $x^2$ = 标题 \\ // "引号" <b>&amp;'


@made_once
def visited(contest):
    contest.visit(A, 96.5, 83.33, 90, 100)
    contest.visit(B, 80)
    return contest


def text(answer) -> str:
    assert answer.status_code == 200, answer.json
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


@has_chinese
def test_the_pdf_has_the_notice_the_ranking_and_its_card_in_words(visited):
    found, row = text(visited.export("report.pdf")), visited.rows("counties")[0]
    assert "关于岗巴县2026年简表轮次便民服务中心标准化建设核查情况的通报" in found
    assert "（试算稿，未公布）" in found
    assert f"{row['total']}" in found
    assert "●绿·达标" in found


@has_chinese
def test_the_pdf_carries_the_digest_of_the_workbook_on_every_page(visited):
    digest = told(visited.workbook()["说明"])["数据摘要"].split()[1][:64]
    pages = pypdf.PdfReader(io.BytesIO(visited.export("report.pdf").data)).pages
    assert len(pages) >= 3
    assert all(digest in page.extract_text().replace("\n", "") for page in pages)


@has_chinese
def test_equal_content_is_drawn_to_equal_bytes(visited, app):
    of = queries.frame(visited.code, None)
    found = queries.all_rows(of)
    told_twice = [report.content(of, found, exports.stamp(of, found, NOW)) for _ in range(2)]
    drawn = [report.pdf(each, app.extensions["print_face"], page="/") for each in told_twice]
    assert drawn[0] == drawn[1]


@has_chinese
def test_no_name_is_markup(visited):
    Division.update(name=MARKUP).where(Division.code == "540237").execute()
    Round.update(name=MARKUP).where(Round.code == visited.code).execute()
    assert MARKUP.replace(" ", "") in text(visited.export("report.pdf"))


@has_chinese
def test_a_round_nobody_was_visited_in_has_a_pdf_too(contest):
    assert "参与排名0个" in text(contest.export("report.pdf"))


@has_chinese
def test_a_sample_says_so(plain):
    assert "示例数据，不代表任何真实中心的情况" in text(plain("DEMO", sample=True).export("report.pdf"))


def test_without_a_font_the_refusal_names_the_page_to_print(visited, app):
    app.extensions["print_face"] = Face()
    answer = visited.export("report.pdf")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/pdf-unavailable")
    assert visited.people["office"].client.get(answer.json["print_page"]).status_code == 401
    assert visited.export("report.html").request.path == answer.json["print_page"]


@has_chinese
def test_without_typst_the_refusal_says_what_to_install(visited, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    answer = visited.export("report.pdf")
    assert (answer.status_code, "pip install 'audit[pdf]'" in answer.json["detail"]) == (409, True)


def test_the_page_says_the_same(visited):
    answer = visited.export("report.html")
    row = visited.rows("counties")[0]
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    for part in ("关于岗巴县2026年简表轮次", "（试算稿，未公布）", row["total"], "●绿·达标"):
        assert part in answer.text


def test_it_tells_of_no_table_that_is_not_beside_it(visited):
    page = visited.export("report.html").text
    assert "请在表内查阅" not in page
    assert "<li>问题清单（电子附件）</li><li>得分依据（电子附件）</li>" in page


def test_no_name_is_markup_on_the_page_either(visited):
    Division.update(name='<script>x</script>" onload="').where(Division.code == "540237").execute()
    page = visited.export("report.html").text
    assert "<script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;&#34; onload=&#34;" in page


def test_the_page_runs_nothing_and_loads_nothing(visited):
    policy = visited.export("report.html").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("what", ["report.pdf", "report.html"])
def test_only_the_office_has_it(contest, what):
    assert {contest.export(what, who).status_code for who in ("bailang", "tashi", "reviewer", "admin")} == {403}


def test_an_office_of_one_county_has_no_notice_of_the_prefecture(city, moved):
    moved("office2", "540237")
    assert {city.export(what, "office2").status_code for what in ("report.pdf", "report.html")} == {404}


@pytest.mark.parametrize("what", [pytest.param("report.pdf", marks=has_chinese), "report.html"])
def test_the_notice_of_a_version_is_the_same_whatever_changes(contest, what):
    for code in TOWNSHIPS:
        contest.visit(code, 80)
    published(contest)
    before = contest.export(what, version=1)
    Division.update(name="改名县").where(Division.code == "540237").execute()
    assert (before.status_code, contest.export(what, version=1).data) == (200, before.data)


@has_chinese
def test_the_notice_of_a_version_names_it_and_its_day(contest):
    for code in TOWNSHIPS:
        contest.visit(code, 80)
    published(contest)
    found = text(contest.export("report.pdf", version=1))
    assert "（第1版）" in found
    assert "未公布" not in found

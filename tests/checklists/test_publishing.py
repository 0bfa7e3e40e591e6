"""Publishing editions, and serving them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from broken_editions import FOLDER, broken, shipped
from click.testing import CliRunner

from audit.base import db, trail
from audit.base.problems import ChecklistImmutable
from audit.checklists import actions
from audit.checklists.models import Edition
from audit.cli import main

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NAMES = ["township", "village", "ranking", "cards"]


@pytest.fixture
def command(stage, people, tmp_path, monkeypatch):
    """Runs `audit publish-edition …` on the stage."""
    monkeypatch.setenv("AUDIT_DATABASE_URL", stage[0])

    def run(*arguments):
        db.database.close_all()
        return CliRunner().invoke(main, ["--data", str(tmp_path), "publish-edition", *map(str, arguments)])

    return run


@pytest.fixture
def changed(tmp_path):
    """Writes the township file with one text replaced."""

    def write(old: str, new: str):
        text = (FOLDER / "township-2026.1.toml").read_text("utf-8")
        assert old in text
        path = tmp_path / "township.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return write


@pytest.mark.parametrize("name", NAMES)
def test_what_is_served_is_the_file(tashi, name):
    assert tashi.get(f"/checklists/{name}-2026.1").json["content"] == shipped(name)


def test_the_tag_of_an_edition_is_its_digest(tashi):
    answer = tashi.get("/checklists/township-2026.1")
    assert answer.headers["ETag"] == f'"{db.digest_of(shipped("township"))}"' == f'"{answer.json["digest"]}"'


def test_a_phone_that_has_the_edition_gets_304(tashi):
    tag = tashi.get("/checklists/township-2026.1").headers["ETag"]
    again = tashi.get("/checklists/township-2026.1", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_another_tag_gets_the_edition(tashi):
    assert tashi.get("/checklists/township-2026.1", headers={"If-None-Match": '"old"'}).status_code == 200


SHIPPED = [
    "calendar-2026.1", "cards-2026.1", "progress-2026.1", "township-2026.1", "village-2026.1", "followup-2026.1",
    "ranking-2026.1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("", SHIPPED),
        ("?kind=checklist", ["township-2026.1", "village-2026.1"]),
        ("?level=village", ["village-2026.1"]),
        ("?kind=cards", ["cards-2026.1", "progress-2026.1"]),
        ("?kind=cards&level=village", []),
    ],
)
def test_the_list_says_what_is_published(tashi, asked, ids):
    assert [each["id"] for each in tashi.get(f"/checklists{asked}").json] == ids


@pytest.mark.parametrize("asked", ["kind=recipe", "level=county", "sort=id"])
def test_a_bad_parameter_of_the_list_is_refused(tashi, asked):
    assert tashi.get(f"/checklists?{asked}").status_code == 400


@pytest.mark.parametrize("edition", ["township-2099.1", "Township-2026.1", "a%00b", "%F0%9F%98%80"])
def test_an_unpublished_edition_is_not_found(tashi, edition):
    assert tashi.get(f"/checklists/{edition}").status_code == 404


def test_the_list_tag_gives_304(tashi):
    tag = tashi.get("/checklists").headers["ETag"]
    assert tashi.get("/checklists", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(("name", "status"), [("nobody", 401), ("auditor", 403), ("bailang", 200), ("admin", 200)])
def test_who_may_read_checklists(people, name, status):
    assert people[name].get("/checklists/township-2026.1").status_code == status


def test_publishing_twice_is_the_same_edition(people):
    before = trail.TrailLine.select().count()
    again = actions.publish(shipped("township"), actor=None, now=NOW)
    assert again.digest == db.digest_of(shipped("township"))
    assert (trail.TrailLine.select().count(), Edition.select().count()) == (before, len(SHIPPED))


def test_a_published_edition_never_changes(tashi):
    before = tashi.get("/checklists/township-2026.1").json
    with pytest.raises(ChecklistImmutable) as refused:
        actions.publish(broken("TA01", photos=4), actor=None, now=NOW)
    assert refused.value.status == 409
    assert tashi.get("/checklists/township-2026.1").json == before


def test_the_command_refuses_a_changed_file(command, changed):
    ran = command(changed("photos = 5", "photos = 4"))
    assert (ran.exit_code, "checklist-immutable" in ran.output) == (1, True), ran.output


def test_the_command_publishes_a_new_id(command, changed, tashi):
    ran = command(changed("township-2026.1", "township-2026.2"))
    assert (ran.exit_code, tashi.get("/checklists/township-2026.2").status_code) == (0, 200), ran.output
    assert tashi.get("/checklists/township-2026.2").json["digest"] in ran.output


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_the_command_names_what_is_broken(command, changed, options):
    ran = command(changed("weight = 6", "weight = 7"), *options)
    assert (ran.exit_code, "/dimensions: area: items weigh 21" in ran.output) == (1, True), ran.output


def test_checking_publishes_nothing(command, changed):
    ran = command(changed("township-2026.1", "township-2026.2"), "--check")
    assert "township-2026.2 holds together" in ran.output
    assert Edition.select().count() == len(SHIPPED)


def test_an_unknown_baseline_is_not_found(tashi):
    assert tashi.get("/baselines/1").status_code == 404

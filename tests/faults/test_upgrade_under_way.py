"""A newer Backtape upgrades the store while a runner and a worker of this one live."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home
from core.market.bars import Bars
from db.revision import REVISION, REVISIONS
from tests.core.jobs.bench import Bench, open_bench
from tests.processes import wait_until
from tests.tui.commands.program import ROOT

NEXT = "bt9999"
MIGRATION = f'''
"""What a newer version would keep."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{REVISION}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("backtest_runs", sa.Column("colour", sa.Text()))
'''


@pytest.fixture
def old(home: Home, sample: Bars, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A data folder of this version, with a runner that stays."""
    monkeypatch.setenv("BACKTAPE_WORKERS", "2")
    with open_bench(home, sample) as bench:
        yield bench


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This program with one revision more, as the next release would be."""
    folder = tmp_path_factory.mktemp("newer")
    for package in ("core", "db", "migrations", "tui"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "migrations/versions/9999_newer.py").write_text(MIGRATION)
    revision = folder / "db/revision.py"
    known = f'"{REVISIONS[-1]}")'
    text = revision.read_text()
    assert known in text
    revision.write_text(text.replace(known, f'"{REVISIONS[-1]}", "{NEXT}")'))
    return folder


def of_newer(newer: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the newer program."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "tui.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(newer)},
        cwd=newer,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.slow
def test_the_old_runner_leaves_its_worker_goes_on_and_the_new_runner_keeps_the_result(
    old: Bench, newer: Path
) -> None:
    done = old.submit()
    run_id = old.slow(0.015)  # it must outlast three starts of the program on a busy machine
    who = old.start()
    old.finish(done)
    worker = old.worker(run_id)
    said = of_newer(newer, "runs")
    assert said.returncode == 0, said.stderr
    assert old.connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]
    assert len(list(old.home.backups.glob("store-*.db"))) == 1
    wait_until(lambda: not who.lives(), "the old runner has left", 10)
    assert worker.lives()
    said = of_newer(newer, "watch", str(run_id))
    assert said.returncode == 0, said.stderr
    rows = old.connection.execute(
        "SELECT r.status, r.colour, j.attempts, j.pid FROM backtest_runs r"
        " JOIN run_jobs j ON j.run_id = r.id WHERE r.id IN (?, ?) ORDER BY r.id",
        (done, run_id),
    ).fetchall()
    assert [row[:3] for row in rows] == [("completed", None, 1), ("completed", None, 1)]
    assert rows[1][3] == worker.pid
    assert list(old.home.spool.iterdir()) == []
    assert old.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_this_version_refuses_the_upgraded_store_and_leaves_it_as_it_is(old: Bench, newer: Path) -> None:
    of_newer(newer, "runs")
    rows = old.connection.execute("SELECT count(*) FROM backtest_runs").fetchall()
    said = subprocess.run(
        [sys.executable, "-m", "tui.cli", "runs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "newer" in said.stderr
    assert old.connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]
    assert old.connection.execute("SELECT count(*) FROM backtest_runs").fetchall() == rows


@pytest.mark.slow
def test_a_newer_runner_that_older_screens_have_started_upgrades_the_store_and_works(
    old: Bench, newer: Path
) -> None:
    run_id = old.submit()
    subprocess.run(
        [sys.executable, "-P", "-m", "core.jobs.runner", "--home", str(old.home.path), "--idle", "0.1"],
        env={**os.environ, "PYTHONPATH": str(newer)},
        cwd=newer,
        timeout=120,
        check=True,
    )
    assert old.connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]
    rows = old.connection.execute("SELECT status FROM backtest_runs WHERE id = ?", (run_id,)).fetchall()
    assert rows == [("completed",)]
    assert len(list(old.home.backups.glob("store-*.db"))) == 1

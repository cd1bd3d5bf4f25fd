"""Older, newer and foreign stores (F26); upgrades that are killed, many starts at once (F27)."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home
from db.backup import content_of
from db.copies import copies
from db.revision import REVISION
from db.upgrade import open_store
from tests.db.test_upgrade import older_store, revision_of
from tests.disks import small_disk
from tests.tui.commands.program import ROOT, call, program, start

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]

OLD = "bt0001"
MOMENTS = {
    "before the backup": "from db import backup as place; name = 'back_up_before_upgrade'",
    "in the backup": "from db import backup as place; name = '_refuse_damaged'",
    "before the migration": "from db import upgrade as place; name = '_migrate'",
    "at the end of the migration": "from db import migrating as place; name = '_refuse_orphans'",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An older store with a run in it; only copies are upgraded."""
    return older_store(tmp_path_factory.mktemp("old") / "store.db")


@pytest.fixture
def old(home: Home, made: Path) -> Home:
    """A data folder of the older version."""
    shutil.copy(made, home.store)
    return home


def rows(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        runs, trades = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("backtest_runs", "backtest_trades")
        )
    return runs, trades


def test_an_older_store_is_upgraded_by_any_command_and_keeps_its_rows(old: Home, capsys: Capture) -> None:
    before = call(capsys, "doctor")
    assert before.code == 0
    assert "Older; the next command upgrades it" in before.out
    assert revision_of(old.store) == OLD
    assert len(call(capsys, "runs", "--json").document) == 1
    assert revision_of(old.store) == REVISION
    (copy,) = copies(old.store)
    assert (copy.kind, content_of(copy.path).revision) == ("upgrade", OLD)
    assert rows(old.store) == rows(copy.path) == (1, 2)


def test_an_upgrade_can_be_taken_back_and_done_again(old: Home, capsys: Capture) -> None:
    call(capsys, "runs")
    assert call(capsys, "delete", "1", "--now").code == 0
    assert call(capsys, "backup", "--restore").code == 0
    assert len(call(capsys, "runs", "--json").document) == 1
    assert revision_of(old.store) == REVISION


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("UPDATE alembic_version SET version_num = 'bt0999'", "newer"),
        ("PRAGMA application_id = 7; UPDATE alembic_version SET version_num = 'abc'", "another program"),
        ("DROP TABLE alembic_version", "not a store of Backtape"),
    ],
    ids=["newer", "foreign", "no version"],
)
def test_a_store_that_is_not_for_this_version_is_refused_untouched(
    home: Home, capsys: Capture, script: str, word: str
) -> None:
    open_store(home.store)
    with closing(sqlite3.connect(home.store)) as connection:
        connection.executescript(script)
    before = home.store.read_bytes()
    for command in (("runs",), ("run", "sma_cross", "EURUSD", "M15"), ("backup",), ("undo",)):
        said = call(capsys, *command)
        assert said.code == 1
        assert word in said.err
        assert said.err.count("\n") == 1
    doctor = call(capsys, "doctor")
    assert doctor.code == 1
    assert word in doctor.out
    assert home.store.read_bytes() == before
    assert list(home.backups.iterdir()) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_upgrade_that_is_killed_is_wholly_done_or_not_at_all(old: Home, moment: str) -> None:
    script = (
        f"import os, sys\n{MOMENTS[moment]}\n"
        "setattr(place, name, lambda *_, **__: os.kill(os.getpid(), 9))\n"
        "from tui.cli import main\nmain(['runs'])"
    )
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert revision_of(old.store) == OLD
    assert rows(old.store) == (1, 2)
    said = program("runs", "--json")
    assert (said.code, said.err, len(said.document)) == (0, "", 1)
    assert revision_of(old.store) == REVISION
    assert rows(old.store) == (1, 2)
    assert all(content_of(copy.path).fault is None for copy in copies(old.store))


def test_upgrades_that_are_killed_at_any_moment(made: Path, tmp_path: Path) -> None:
    taken = _seconds_of_upgrade(made, tmp_path / "timed")
    found = set()
    for number in range(10):
        home = _copied(made, tmp_path / str(number))
        started = start("runs", BACKTAPE_HOME=str(home.path))
        time.sleep(taken * (number + 1) / 11)
        with contextlib.suppress(ProcessLookupError):
            os.kill(started.pid, signal.SIGKILL)
        started.communicate()
        found.add(revision_of(home.store))
        assert rows(home.store) == (1, 2)
        said = program("runs", "--json", BACKTAPE_HOME=str(home.path))
        assert (said.code, said.err, len(said.document)) == (0, "", 1)
        assert revision_of(home.store) == REVISION
        assert rows(home.store) == (1, 2)
    assert found <= {OLD, REVISION}


def _copied(made: Path, folder: Path) -> Home:
    home = Home(folder).create()
    shutil.copy(made, home.store)
    return home


def _seconds_of_upgrade(made: Path, folder: Path) -> float:
    home = _copied(made, folder)
    begun = time.monotonic()
    assert program("runs", BACKTAPE_HOME=str(home.path)).code == 0
    return time.monotonic() - begun


def test_five_commands_at_once_upgrade_an_older_store_once(old: Home) -> None:
    started = [start("runs", "--json") for _ in range(5)]
    said = [(*process.communicate(timeout=100), process.returncode) for process in started]
    assert [(err, code) for _, err, code in said] == [("", 0)] * 5
    assert len({out for out, _, _ in said}) == 1
    assert [copy.kind for copy in copies(old.store)] == ["upgrade"]
    assert rows(old.store) == (1, 2)


def test_five_commands_at_once_make_one_store(home: Home) -> None:
    started = [start("runs", "--json") for _ in range(5)]
    said = [(*process.communicate(timeout=100), process.returncode) for process in started]
    assert said == [("[]\n", "", 0)] * 5
    assert revision_of(home.store) == REVISION
    assert list(home.backups.iterdir()) == []
    assert sorted(path.name for path in home.path.glob("store.db*")) == ["store.db", "store.db.lock"]


def test_a_full_disk_leaves_an_older_store_as_it_was(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        home = _copied(made, disk.path / "home")
        monkeypatch.setenv("BACKTAPE_HOME", str(home.path))
        disk.fill(leave=60_000)
        before = home.store.read_bytes()
        said = call(capsys, "runs")
        assert said.code == 1
        assert "full" in said.err
        assert home.store.read_bytes() == before
        assert list(home.backups.iterdir()) == []
        (disk.path / "ballast").unlink()
        assert call(capsys, "runs").code == 0
        assert revision_of(home.store) == REVISION

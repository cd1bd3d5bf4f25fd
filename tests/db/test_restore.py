import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.backup import back_up
from db.connection import StoreConnection, connect
from db.errors import StoreBusyError, StoreError, StoreReplacedError
from db.restore import restore
from db.revision import REVISION
from db.upgrade import open_store
from tests.conftest import ROOT
from tests.db.samples import add_run, finished_run

KILLED_AT = """
import os, pathlib, sys
from pathlib import Path
from db.restore import restore
left = int(sys.argv[3])
plain = pathlib.Path.rename

def rename(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), 9)
    left -= 1
    return plain(self, target)

pathlib.Path.rename = rename
restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def runs_in(path: Path) -> int:
    with closing(connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM backtest_runs").fetchone()[0])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def set_aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob("store-set-aside-*"))


def two_states(path: Path) -> Path:
    """Fill a store with two runs, of which its copy has one; return the copy."""
    with closing(connect(path)) as connection:
        finished_run(connection)
        copy = back_up(path)
        finished_run(connection)
    return copy


def with_log(path: Path) -> None:
    """Leave a third run in the log, as a program that was killed does."""
    script = (
        "import os, sys; from pathlib import Path; from db.connection import connect\n"
        "from tests.db.samples import add_run\n"
        "add_run(connect(Path(sys.argv[1]))); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=True)
    assert path.with_name("store.db-wal").stat().st_size > 0


def test_a_copy_takes_the_place_of_the_store_which_is_set_aside_as_it_was(store_path: Path) -> None:
    copy = two_states(store_path)
    with_log(store_path)
    before = {end: store_path.with_name(f"store.db{end}").read_bytes() for end in ("", "-wal")}
    told = restore(store_path, copy)
    assert (told.copy, told.content.runs, told.content.revision) == (copy, 1, REVISION)
    assert runs_in(store_path) == 1
    folder = told.set_aside
    assert folder is not None
    assert {end: (folder / f"store.db{end}").read_bytes() for end in before} == before
    assert stat.S_IMODE(store_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert names(store_path.parent) == ["backups", folder.name, "store.db", "store.db.lock"]
    assert copy.exists()
    assert runs_in(folder / "store.db") == 3


def test_what_is_restored_is_a_store_like_any_other(store_path: Path) -> None:
    restore(store_path, two_states(store_path))
    open_store(store_path)
    with closing(connect(store_path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert add_run(connection) == 2


@pytest.mark.parametrize("there", ["nothing", "a folder", "a text", "nothing but a log"])
def test_whatever_is_in_the_place_of_the_store_is_set_aside(store_path: Path, there: str) -> None:
    copy = two_states(store_path)
    store_path.unlink()
    if there == "a folder":
        (store_path / "inside").mkdir(parents=True)
    elif there == "a text":
        store_path.write_text("no store")
    elif there == "nothing but a log":
        store_path.with_name("store.db-wal").write_bytes(b"left")
    told = restore(store_path, copy)
    assert runs_in(store_path) == 1
    kept = [] if told.set_aside is None else names(told.set_aside)
    assert kept == {"nothing": [], "nothing but a log": ["store.db-wal"]}.get(there, ["store.db"])


@pytest.mark.parametrize("copied", ["by hand", "with its log"])
def test_a_copy_that_was_made_by_other_means_will_do(store_path: Path, tmp_path: Path, copied: str) -> None:
    two_states(store_path)
    mine = tmp_path / "mine.db"
    if copied == "with its log":
        with_log(store_path)
        shutil.copy(store_path.with_name("store.db-wal"), tmp_path / "mine.db-wal")
    shutil.copy(store_path, mine)
    before = names(tmp_path)
    told = restore(store_path, mine)
    assert told.content.runs == (3 if copied == "with its log" else 2)
    assert [name for name in names(tmp_path) if name.startswith("mine")] == [
        name for name in before if name.startswith("mine")
    ]


@pytest.mark.parametrize("copy", ["text", "empty", "half", "page", "newer", "foreign", "missing"])
def test_a_copy_that_is_not_whole_or_not_ours_changes_nothing(
    store_path: Path, tmp_path: Path, copy: str
) -> None:
    with closing(connect(store_path)) as connection:
        for _ in range(20):
            finished_run(connection)
    good = back_up(store_path).read_bytes()
    bad = tmp_path / "bad.db"
    if copy in {"newer", "foreign"}:
        bad.write_bytes(good)
        script = {
            "newer": "UPDATE alembic_version SET version_num = 'bt0999'",
            "foreign": "PRAGMA application_id = 7",
        }[copy]
        with closing(sqlite3.connect(bad)) as hand, hand:
            hand.execute(script)
    elif copy != "missing":
        page = good[: 4096 * 30] + b"\xa5" * 4096 + good[4096 * 31 :]
        bad.write_bytes(
            {"text": b"no store\n" * 999, "empty": b"", "half": good[: len(good) // 2], "page": page}[copy]
        )
    before, there = store_path.read_bytes(), {*names(tmp_path), "store.db.lock"}
    with pytest.raises(StoreError, match=r"bad\.db (cannot|could not) be put"):
        restore(store_path, bad)
    assert store_path.read_bytes() == before
    assert set(names(tmp_path)) == there


def test_a_program_that_is_writing_is_waited_for_and_then_left_in_peace(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = two_states(store_path)
    monkeypatch.setattr("db.restore.connect", lambda path: connect(path, patience=0.1))
    with closing(connect(store_path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            restore(store_path, copy)
        writer.execute("ROLLBACK")
    assert runs_in(store_path) == 2
    assert set_aside(store_path) == []
    assert not store_path.with_name("store.db.restored").exists()


def test_a_program_that_has_the_old_store_open_cannot_write_into_it_any_more(
    store_path: Path, connection: StoreConnection
) -> None:
    copy = two_states(store_path)
    restore(store_path, copy)
    with pytest.raises(StoreReplacedError):
        add_run(connection)
    connection.close()
    assert runs_in(store_path) == 1


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("moment", range(5))
def test_a_restore_that_is_killed_leaves_the_old_or_the_new_store(
    store_path: Path, moment: int, log: bool
) -> None:
    copy = two_states(store_path)
    if log:
        with_log(store_path)
    old = 3 if log else 2
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT, str(store_path), str(copy), str(moment)], cwd=ROOT, check=False
    )
    open_store(store_path)
    found = runs_in(store_path)
    assert killed.returncode in (-9, 0)
    assert found in ((1,) if killed.returncode == 0 else (1, old))
    moved = [folder for folder in set_aside(store_path) if any(folder.iterdir())]
    if found == 1:
        (folder,) = moved
        assert runs_in(folder / "store.db") == old
    else:
        assert moved == []
    with closing(sqlite3.connect(store_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert restore(store_path, copy).content.runs == 1


def test_a_link_to_a_store_elsewhere_is_refused(store_path: Path, tmp_path: Path) -> None:
    copy = two_states(store_path)
    link = tmp_path / "link" / "store.db"
    link.parent.mkdir()
    link.symlink_to(store_path)
    with pytest.raises(StoreError, match="is a link"):
        restore(link, copy)
    assert runs_in(store_path) == 2

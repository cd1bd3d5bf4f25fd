import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from db import strategies, upgrade
from db.backup import back_up
from db.connection import Connection, connect, transaction
from db.errors import StoreBusyError, StoreChangedError, StoreDamagedError, StoreError
from db.lock import migration_lock
from db.migrating import exclusive
from db.revision import APPLICATION_ID, REVISION
from db.upgrade import open_store
from tests.conftest import ROOT
from tests.db.samples import add_run, finished_run

OPEN = (
    "import sys; from pathlib import Path; from db.upgrade import open_store; open_store(Path(sys.argv[1]))"
)


def revision_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def older_store(path: Path) -> Path:
    """Make a store of the revision before, with a run in it."""
    open_store(path)
    with closing(connect(path)) as connection:
        finished_run(connection)
    from alembic import command
    from alembic.config import Config

    from db.migrating import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with exclusive(path) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "bt0001")
    assert revision_of(path) == "bt0001"
    return path


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def test_a_store_that_is_missing_is_made_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path)
    assert revision_of(path) == REVISION
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == ["store.db", "store.db.lock"]
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert stat.S_IMODE(path.with_name("store.db-wal").stat().st_mode) == 0o600


def test_a_current_store_is_opened_without_a_lock_or_alembic(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "migration_lock", None)
    before = store_path.read_bytes()
    open_store(store_path)
    assert store_path.read_bytes() == before
    assert names(store_path.parent) == ["store.db"]


def test_five_starts_at_once_make_one_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    starts = [start(path) for _ in range(5)]
    assert [(process.communicate()[1], process.returncode) for process in starts] == [("", 0)] * 5
    assert revision_of(path) == REVISION
    assert names(tmp_path) == ["store.db", "store.db.lock"]


def test_five_starts_at_once_upgrade_a_store_once(tmp_path: Path) -> None:
    path = older_store(tmp_path / "store.db")
    starts = [start(path) for _ in range(5)]
    assert [(process.communicate()[1], process.returncode) for process in starts] == [("", 0)] * 5
    assert revision_of(path) == REVISION
    assert len(names(tmp_path / "backups")) == 1


def test_an_older_store_is_backed_up_and_then_upgraded_with_its_rows(tmp_path: Path) -> None:
    path = older_store(tmp_path / "store.db")
    open_store(path)
    assert revision_of(path) == REVISION
    (backup,) = (tmp_path / "backups").iterdir()
    assert revision_of(backup) == "bt0001"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    for file in (path, backup):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT count(*) FROM backtest_trades").fetchone() == (2,)


def note(connection: Connection, text: str) -> None:
    """Write as every version could: into a column that has always been there."""
    with transaction(connection):
        connection.execute("UPDATE backtest_runs SET notes = ?", (text,))


def test_a_connection_of_the_older_version_cannot_write_after_the_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = older_store(tmp_path / "store.db")
    monkeypatch.setattr("db.connection.REVISION", "bt0001")
    with closing(connect(path)) as old:
        note(old, "written before")
        open_store(path)
        with pytest.raises(StoreChangedError):
            note(old, "written after")
    monkeypatch.undo()
    with closing(connect(path)) as new:
        assert new.execute("SELECT notes FROM backtest_runs").fetchall() == [("written before",)]
        assert add_run(new) == 2


def test_a_migration_that_breaks_a_reference_is_not_kept(tmp_path: Path, store_path: Path) -> None:
    with closing(connect(store_path)) as connection:
        run_id = finished_run(connection)
    with (
        pytest.raises(StoreDamagedError, match="missing rows of backtest_runs"),
        exclusive(store_path) as migration,
    ):
        migration.exec_driver_sql("DELETE FROM backtest_runs")
    with closing(sqlite3.connect(store_path)) as connection:
        assert connection.execute("SELECT id FROM backtest_runs").fetchall() == [(run_id,)]


def test_an_orphan_put_in_by_hand_is_no_reason_to_refuse_an_upgrade(tmp_path: Path) -> None:
    path = older_store(tmp_path / "store.db")
    with closing(sqlite3.connect(path)) as hand, hand:
        hand.execute("UPDATE backtest_trades SET run_id = 77 WHERE id = 1")
    open_store(path)
    assert revision_of(path) == REVISION
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT run_id FROM backtest_trades ORDER BY id").fetchall() == [
            (77,),
            (1,),
        ]


def test_a_migration_does_not_delete_children_by_cascade(store_path: Path) -> None:
    with closing(connect(store_path)) as connection:
        finished_run(connection)
    with exclusive(store_path) as migration:
        migration.exec_driver_sql("CREATE TABLE copy AS SELECT * FROM backtest_runs")
        migration.exec_driver_sql("DELETE FROM backtest_runs")
        migration.exec_driver_sql("INSERT INTO backtest_runs SELECT * FROM copy")
        migration.exec_driver_sql("DROP TABLE copy")
    with closing(sqlite3.connect(store_path)) as connection:
        assert connection.execute("SELECT count(*) FROM backtest_trades").fetchone() == (2,)


def test_a_migration_killed_half_way_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = older_store(tmp_path / "store.db")
    script = (
        "import os, sys; from pathlib import Path; from db import migrating, upgrade\n"
        "migrating._refuse_orphans = lambda *_: os.kill(os.getpid(), 9)\n"
        "upgrade.open_store(Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert revision_of(path) == "bt0001"
    open_store(path)
    assert revision_of(path) == REVISION


def test_a_start_killed_while_making_the_store_leaves_no_half_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    script = (
        "import os, sys; from pathlib import Path; from db import upgrade\n"
        "upgrade._switch_to_wal = lambda *_: os.kill(os.getpid(), 9)\n"
        "upgrade.open_store(Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert not path.exists()
    open_store(path)
    assert revision_of(path) == REVISION
    assert names(tmp_path) == ["store.db", "store.db.lock"]


def test_a_newer_store_is_refused_untouched(store_path: Path) -> None:
    with closing(sqlite3.connect(store_path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'bt0999'")
    before = store_path.read_bytes()
    with pytest.raises(StoreChangedError, match=r"newer Backtape \(schema bt0999"):
        open_store(store_path)
    assert store_path.read_bytes() == before
    assert not (store_path.parent / "backups").exists()


@pytest.mark.parametrize("of", ["newer", "foreign"])
def test_the_log_of_a_refused_store_is_left_where_it_is(store_path: Path, of: str) -> None:
    # A program that was killed left it; the last ordinary connection would move it into the store.
    table = {
        "newer": "UPDATE alembic_version SET version_num = 'bt0999'",
        "foreign": "DROP TABLE alembic_version",
    }
    script = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        f"connection.execute({table[of]!r})\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(store_path)], check=True)
    files = [store_path, store_path.with_name("store.db-wal")]
    before = [file.read_bytes() for file in files]
    assert len(before[1]) > 0
    with pytest.raises(StoreError):
        open_store(store_path)
    assert [file.read_bytes() for file in files] == before


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE customers (id INTEGER)",
        """CREATE TABLE alembic_version (version_num TEXT);
        INSERT INTO alembic_version VALUES ('1975ea83b712')""",
        "CREATE TABLE alembic_version (version_num TEXT)",
    ],
)
def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path, script: str) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(script)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"store\.db .*(not a store of Backtape|another program)"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["empty", "text", "half", "header"])
def test_a_damaged_store_is_refused_by_name_with_its_newest_backup_and_kept(
    store_path: Path, damage: str
) -> None:
    with closing(connect(store_path)) as connection:
        finished_run(connection)
    backup = back_up(store_path)
    whole = store_path.read_bytes()
    remains = {
        "empty": b"",
        "text": b"time,open,high,low,close\n" * 1000,
        "half": whole[: len(whole) // 2],
        "header": b"\xff" * 100 + whole[100:],
    }[damage]
    store_path.write_bytes(remains)
    with pytest.raises(StoreDamagedError) as caught:
        open_store(store_path)
    assert str(store_path) in str(caught.value)
    assert str(backup) in str(caught.value)
    assert store_path.read_bytes() == remains


def test_a_damaged_store_without_a_backup_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    with pytest.raises(StoreDamagedError, match="there is no backup"):
        open_store(path)
    assert path.stat().st_size == 0


def test_a_folder_in_the_place_of_the_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.mkdir()
    with pytest.raises(StoreError, match="is not a file"):
        open_store(path)
    assert path.is_dir()


def test_a_store_that_is_gone_while_there_are_backups_is_not_replaced_by_an_empty_one(
    store_path: Path,
) -> None:
    backup = back_up(store_path)
    store_path.unlink()
    with pytest.raises(StoreError, match="is gone, but there are backups") as caught:
        open_store(store_path)
    assert str(backup) in str(caught.value)
    assert not store_path.exists()
    backup.parent.rename(store_path.parent / "moved away")
    open_store(store_path)
    assert revision_of(store_path) == REVISION


def test_the_log_of_a_store_that_is_gone_is_set_aside_not_played_into_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path)
    with closing(connect(path)) as connection:
        add_run(connection)
        log = path.with_name("store.db-wal").read_bytes()
        path.unlink()
    path.with_name("store.db-wal").write_bytes(log)
    open_store(path)
    with closing(connect(path)) as connection:
        assert strategies.list_all(connection) == []
    (kept,) = tmp_path.glob("store.db-wal.left-*")
    assert kept.read_bytes() == log


@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(made_store: Path, existing: bool) -> None:
    # As an ordinary user: the permissions of a folder do not bind root.
    script = (
        "import os, sys, sqlite3; from pathlib import Path\n"
        "from db.errors import StoreError; from db.upgrade import open_store\n"
        "from db.connection import connect\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try:\n"
        "    open_store(Path(sys.argv[1]))\n"
        "    with connect(Path(sys.argv[1])) as c: c.execute('BEGIN IMMEDIATE')\n"
        "except StoreError as error: print(error)"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if existing:
            shutil.copy(made_store, folder / "store.db")
            (folder / "store.db").chmod(0o444)
        folder.chmod(0o755 if os.getuid() == 0 else 0o555)
        result = subprocess.run(
            [sys.executable, "-c", script, str(folder / "store.db")],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        folder.chmod(0o755)
        assert result.stderr == ""
        assert str(folder) in result.stdout
        assert "cannot be" in result.stdout
        assert names(folder) == (["store.db"] if existing else [])


def test_a_start_does_not_wait_for_ever_for_another_that_migrates(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with (
        migration_lock(path),
        pytest.raises(StoreBusyError, match="upgrading"),
        migration_lock(path, patience=0.05),
    ):
        pytest.fail("two had the lock")
    with migration_lock(path, patience=0.0):
        assert not path.exists()

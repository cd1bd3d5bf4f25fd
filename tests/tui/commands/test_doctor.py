import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core.disks import network_file_system
from core.home import Home
from db import queue
from db.backup import back_up
from db.connection import StoreConnection
from db.times import now
from tests.db.samples import add_run, claimed
from tests.homes import import_sample
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import ROOT, call

Capture = pytest.CaptureFixture[str]


def states(capsys: Capture) -> dict[str, list[str]]:
    """What doctor says as JSON: subject to states."""
    found: dict[str, list[str]] = {}
    for finding in call(capsys, "doctor", "--json").document["findings"]:
        found.setdefault(finding["subject"], []).append(finding["state"])
    return found


def test_a_whole_installation_has_nothing_wrong(store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    said = call(capsys, "doctor")
    assert (said.code, said.err) == (0, "")
    assert "Nothing is wrong." in said.out
    assert "1 run" in said.out


def test_before_the_first_command_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("BACKTAPE_HOME", str(tmp_path / "nowhere"))
    assert call(capsys, "doctor").code == 0
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_found(home: Home, store: StoreConnection, capsys: Capture) -> None:
    for _ in range(30):
        completed(store)
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    damaged = bytearray(home.store.read_bytes())
    damaged[8 * 4096 :] = b"\xff" * (len(damaged) - 8 * 4096)
    home.store.write_bytes(damaged)
    said = call(capsys, "doctor")
    assert said.code == 1
    assert "wrong" in said.out
    assert "Traceback" not in said.out + said.err


def test_a_text_file_in_place_of_the_store_is_found(home: Home, capsys: Capture) -> None:
    home.store.write_text("no store")
    said = call(capsys, "doctor")
    assert said.code == 1
    assert str(home.store) in said.out


def test_a_store_of_a_newer_version_is_found(store: StoreConnection, capsys: Capture) -> None:
    store.execute("UPDATE alembic_version SET version_num = 'zz9999'")
    assert "wrong" in states(capsys)["store"]


def test_a_run_without_a_worker_is_found(store: StoreConnection, capsys: Capture) -> None:
    add_run(store)
    claimed(store)
    assert "wrong" in states(capsys)["queue"]


def test_missing_files_of_the_library_are_found(home: Home, store: StoreConnection, capsys: Capture) -> None:
    import_sample(home, store)
    assert states(capsys)["library"] == ["ok"]
    shutil.rmtree(home.library)
    home.create()
    assert states(capsys)["library"] == ["wrong"]


def test_a_folder_open_to_others_is_noted(home: Home, store: StoreConnection, capsys: Capture) -> None:
    home.path.chmod(0o755)
    assert states(capsys)["data folder"] == ["note"]


def test_a_mistake_in_the_config_is_found(home: Home, store: StoreConnection, capsys: Capture) -> None:
    assert "config.toml" not in states(capsys)
    home.config.write_text("[runner]\nworkers = 2\n")
    assert states(capsys)["config.toml"] == ["ok"]
    home.config.write_text("[runner]\nworkers = two\n")
    assert states(capsys)["config.toml"] == ["wrong"]


def test_keys_that_cannot_be_are_wrong(home: Home, store: StoreConnection, capsys: Capture) -> None:
    home.keymap.write_text('repeat = "x"\nhelp = "H"\n')
    said = call(capsys, "doctor")
    assert said.code == 1
    assert "✗ keymap.toml  line 1: x on Runs is both cancel and repeat; repeat keeps r." in said.out
    assert "✓ keymap.toml  1 action with keys of your own." in said.out
    assert said.out.endswith("One thing is wrong: keymap.toml.\n")


def test_a_keymap_that_is_no_toml_is_wrong_and_nothing_of_it_is_right(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    home.keymap.write_text("repeat = = x\n")
    home.config.write_text("[runner]\nworkers = two\n")
    said = call(capsys, "doctor")
    assert said.code == 1
    assert "✓ keymap.toml" not in said.out
    assert said.out.endswith("2 things are wrong: config.toml, keymap.toml.\n")


def test_nothing_is_changed_by_looking(home: Home, store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    store.close()
    leave_log(home)
    before = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()}
    assert before[home.store.with_name("store.db-wal")]
    assert call(capsys, "doctor").code == 0
    after = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()}
    shared = home.store.with_name("store.db-shm")  # the index of the log, which SQLite makes anew as it likes
    assert {path: after[path] for path in after if path != shared} == {
        path: before[path] for path in before if path != shared
    }


def leave_log(home: Home) -> None:
    """Write a run that is still in the log when the program is killed."""
    script = (
        "import os, sys; from pathlib import Path; from db.connection import connect\n"
        "from tests.db.samples import add_run\n"
        "add_run(connect(Path(sys.argv[1]))); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(home.store)], cwd=ROOT, check=True)


def test_backups_are_told_with_their_age(home: Home, store: StoreConnection, capsys: Capture) -> None:
    assert states(capsys)["backups"] == ["note"]
    back_up(home.store, at=now() - timedelta(days=9))
    assert states(capsys)["backups"] == ["note"]
    assert "9 days old" in call(capsys, "doctor").out
    newest = back_up(home.store)
    assert states(capsys)["backups"] == ["ok"]
    newest.write_text("damaged since")
    assert sorted(states(capsys)["backups"]) == ["note", "wrong"]


def test_results_beside_the_store_are_told(home: Home, store: StoreConnection, capsys: Capture) -> None:
    assert "spool" not in states(capsys)
    (home.spool / "run-1-token.spool").write_bytes(b"")
    assert states(capsys)["spool"] == ["note"]
    (home.spool / "run-2-token.damaged").write_bytes(b"")
    assert states(capsys)["spool"] == ["note", "wrong"]
    assert "run-2-token.damaged" in call(capsys, "doctor").out


def test_a_paused_queue_is_told_once_something_waits(store: StoreConnection, capsys: Capture) -> None:
    queue.pause(store, True)
    assert states(capsys)["queue"] == ["ok"]
    add_run(store)
    assert states(capsys)["queue"] == ["note"]
    assert "'backtape queue --resume'" in call(capsys, "doctor").out


@pytest.mark.parametrize("name", ["store.db", "logs/run-1.log", "backups", "spool/run-1-token.spool"])
def test_what_others_may_read_is_noted(
    home: Home, store: StoreConnection, capsys: Capture, name: str
) -> None:
    path = home.path / name
    if not path.exists():
        path.write_bytes(b"")
        path.chmod(0o600)
    assert states(capsys)["data folder"] == ["ok"]
    path.chmod(0o755)
    assert states(capsys)["data folder"] == ["ok", "note"]
    assert name in call(capsys, "doctor").out


def test_a_network_file_system_is_told(
    home: Home, store: StoreConnection, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/ {home.path} nfs4 rw 0 0\n")
    monkeypatch.setattr("tui.commands.examinations.network_file_system", lambda path: kind_by(path, mounts))
    assert states(capsys)["disk"] == ["wrong", "ok"]
    assert "network file system (nfs4)" in call(capsys, "doctor").out


def kind_by(folder: Path, mounts: Path) -> str | None:
    return network_file_system(folder, mounts)


def test_large_logs_are_noted(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.logs / "run-1.log").write_bytes(b"x" * 500)
    assert states(capsys)["logs"] == ["ok"]
    monkeypatch.setattr("tui.commands.examinations._LARGE_LOGS", 499)
    assert states(capsys)["logs"] == ["note"]


def test_stores_that_a_restore_has_moved_away_are_told(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    back_up(home.store)
    store.close()
    assert call(capsys, "backup", "--restore").code == 0
    said = call(capsys, "doctor")
    assert said.code == 0
    assert "1 store set aside by a restore" in said.out

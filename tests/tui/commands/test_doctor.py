import shutil
from pathlib import Path

import pytest

from core.home import Home
from db.connection import StoreConnection
from tests.db.samples import add_run, claimed
from tests.homes import import_sample
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call

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

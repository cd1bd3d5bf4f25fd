import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home
from core.jobs.lock import RunnerLock
from core.market.bars import Bars
from db.connection import StoreConnection, connect
from db.upgrade import open_store
from tests.core.jobs.bench import Bench, open_bench
from tests.core.jobs.conftest import sample
from tests.db.test_upgrade import older_store, revision_of
from tests.disks import small_disk
from tests.processes import wait_until
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call

__all__ = ["sample"]

Capture = pytest.CaptureFixture[str]


def runs_in(path: Path) -> int:
    with closing(connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM backtest_runs").fetchone()[0])


@pytest.fixture
def bench(home: Home, sample: Bars) -> Iterator[Bench]:
    """A store with a sample market, whose runner stays for a minute."""
    with open_bench(home, sample) as opened:
        yield opened


def test_a_backup_is_made_now_and_says_where_it_is(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    completed(store)
    said = call(capsys, "backup")
    (copy,) = home.backups.iterdir()
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{copy} holds 1 run in ")


def test_backups_are_listed_newest_first_with_what_is_in_them(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    made = [call(capsys, "backup", "--json").document]
    completed(store)
    made.append(call(capsys, "backup", "--json").document)
    assert [one["runs"] for one in made] == [0, 1]
    assert call(capsys, "backup", "--list", "--json").document == made[::-1]
    Path(made[0]["file"]).write_text("no store")
    listed = call(capsys, "backup", "--list", "--json").document
    assert [(one["kind"], one["whole"]) for one in listed] == [("manual", True), ("manual", False)]
    assert "not a database" in listed[1]["fault"]
    lines = call(capsys, "backup", "--list").out.splitlines()
    assert [line.split()[-1] for line in lines[1:]] == [made[1]["file"], made[0]["file"]]
    assert "not a database" in lines[2]


def test_without_backups_it_is_said_how_one_is_made(home: Home, capsys: Capture) -> None:
    said = call(capsys, "backup", "--list")
    assert (said.code, said.out) == (0, "")
    assert "'backtape backup' makes one" in said.err
    assert call(capsys, "backup", "--list", "--json").document == []
    refused = call(capsys, "backup", "--restore")
    assert refused.code == 1
    assert "no whole backup" in refused.err


@pytest.mark.parametrize("named", [[], ["latest"]])
def test_the_newest_whole_backup_is_put_back(
    home: Home, store: StoreConnection, capsys: Capture, named: list[str]
) -> None:
    completed(store)
    good = Path(call(capsys, "backup", "--json").document["file"])
    completed(store)
    Path(call(capsys, "backup", "--json").document["file"]).write_text("damaged since")
    store.close()
    said = call(capsys, "backup", "--restore", *named)
    assert (said.code, said.err) == (0, "")
    assert f"{good} is the store now: 1 run in it." in said.out
    (kept,) = home.path.glob("store-set-aside-*")
    assert str(kept) in said.out
    assert (runs_in(home.store), runs_in(kept / "store.db")) == (1, 2)


def test_a_backup_is_put_back_by_its_name(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Path(call(capsys, "backup", "--json").document["file"])
    completed(store)
    call(capsys, "backup")
    store.close()
    monkeypatch.chdir(first.parent)
    said = call(capsys, "backup", "--restore", first.name, "--json").document
    assert (said["file"], said["runs"]) == (str(first), 0)
    assert Path(said["set_aside"]).is_dir()
    assert runs_in(home.store) == 0


@pytest.mark.parametrize("name", ["nowhere.db", "store.db", "strategies"])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    home: Home, store: StoreConnection, capsys: Capture, name: str
) -> None:
    completed(store)
    said = call(capsys, "backup", "--restore", str(home.path / name))
    assert said.code == 1
    assert "'backtape backup --list'" in said.err
    assert said.err.count("\n") == 1
    assert runs_in(home.store) == 1
    assert list(home.path.glob("store-set-aside-*")) == []


def test_an_older_backup_is_upgraded_once_it_is_in_its_place(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    old = older_store(tmp_path / "elsewhere.db")
    open_store(home.store)
    assert call(capsys, "backup", "--restore", str(old)).code == 0
    assert call(capsys, "runs", "--json").document[0]["id"] == 1
    assert revision_of(old) == "bt0001"


def test_a_damaged_store_is_not_backed_up(home: Home, store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    store.close()
    home.store.write_bytes(home.store.read_bytes()[:20_000])
    said = call(capsys, "backup")
    assert said.code == 1
    assert "is damaged" in said.err
    assert list(home.backups.iterdir()) == []


def test_no_backup_is_put_back_while_a_run_is_worked_on(bench: Bench, capsys: Capture) -> None:
    call(capsys, "backup")
    run_id = bench.slow(0.01)
    who = bench.start()
    worker = bench.worker(run_id)
    said = call(capsys, "backup", "--restore")
    assert said.code == 1
    assert "Runs are being worked on" in said.err
    os.kill(who.pid, signal.SIGKILL)  # the worker goes on without it
    wait_until(lambda: not who.lives(), "the runner is gone")
    assert call(capsys, "backup", "--restore").code == 1
    assert worker.lives()
    assert bench.run(run_id).status == "running"
    assert list(bench.home.path.glob("store-set-aside-*")) == []


@pytest.mark.slow
def test_a_runner_without_work_makes_room(bench: Bench, capsys: Capture) -> None:
    call(capsys, "backup")
    run_id = bench.submit()
    who = bench.start()
    bench.finish(run_id)
    assert call(capsys, "backup", "--restore").code == 0
    wait_until(lambda: not who.lives(), "the runner has left")
    assert call(capsys, "runs", "--json").document == []


def test_no_runner_begins_while_a_backup_is_put_back(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(capsys, "backup")
    tried = []

    def restoring(*_: object) -> None:
        tried.append(RunnerLock(home.lock).take(patience=0.0))
        raise KeyboardInterrupt

    monkeypatch.setattr("core.backups.restore", restoring)
    assert call(capsys, "backup", "--restore").code == 130
    assert tried == [False]
    assert RunnerLock(home.lock).take(patience=0.0)


def test_results_that_wait_for_the_store_are_kept_with_it(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    call(capsys, "backup")
    (home.spool / "run-1-token.spool").write_bytes(b"a result")
    store.close()
    kept = Path(call(capsys, "backup", "--restore", "--json").document["set_aside"])
    assert (kept / "spool" / "run-1-token.spool").read_bytes() == b"a result"
    assert (home.spool / "run-1-token.spool").exists()


def test_a_full_disk_is_told_and_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        monkeypatch.setenv("BACKTAPE_HOME", str(disk.path / "home"))
        home = Home(disk.path / "home").create()
        open_store(home.store)
        with closing(connect(home.store)) as connection:
            completed(connection)
        call(capsys, "backup")
        before = home.store.read_bytes()
        disk.fill(leave=40_000)
        for command in ([], ["--restore"]):
            said = call(capsys, "backup", *command)
            assert said.code == 1
            assert "full" in said.err or "No space left" in said.err
            assert said.err.count("\n") == 1
        assert home.store.read_bytes() == before
        assert len(list(home.backups.iterdir())) == 1
        assert sorted(path.name for path in home.path.iterdir() if path.name.startswith("store")) == [
            "store.db",
            "store.db.lock",
        ]


def test_the_command_imports_nothing_heavy(home: Home) -> None:
    script = (
        "import sys; from tui.cli import main; main(['backup']); main(['backup', '--list']);"
        "print(sorted({'numba', 'pandas', 'pyarrow', 'textual'} & set(sys.modules)), file=sys.stderr)"
    )
    open_store(home.store)
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stderr == "[]\n"


def test_what_runs_printed_goes_and_comes_with_their_store(bench: Bench, capsys: Capture) -> None:
    home = bench.home
    (home.logs / "run-1.log").write_text("of a run in the copy")
    os.utime(home.logs / "run-1.log", (1_600_000_000, 1_600_000_000))
    copy = call(capsys, "backup", "--json").document["file"]
    time.sleep(1.1)  # copies are named by the second
    (home.logs / "run-2.log").write_text("of the first store")
    first = Path(call(capsys, "backup", "--restore", copy, "--json").document["set_aside"])
    assert (home.logs / "run-1.log").read_text() == "of a run in the copy"
    assert not (home.logs / "run-2.log").exists()
    (home.logs / "run-2.log").write_text("of the second store")
    second = call(capsys, "backup", "--restore", str(first / "store.db"), "--json").document["set_aside"]
    assert (home.logs / "run-2.log").read_text() == "of the first store"
    assert (Path(second) / "logs/run-2.log").read_text() == "of the second store"
    assert (home.logs / "run-1.log").read_text() == "of a run in the copy"


@pytest.mark.slow
def test_what_was_under_way_in_a_copy_ends_when_it_is_put_back(bench: Bench, capsys: Capture) -> None:
    run_id = bench.slow()
    who = bench.start()
    worker = bench.worker(run_id)
    copy = call(capsys, "backup", "--json").document["file"]
    os.kill(who.pid, signal.SIGKILL)
    os.kill(worker.pid, signal.SIGKILL)
    bench.wait_until_empty()
    bench.connection.close()
    assert call(capsys, "backup", "--restore", copy).code == 0
    bench.connection = connect(bench.home.store)
    assert bench.wait(run_id).status == "failed"
    assert "interrupted" in (bench.run(run_id).error_message or "")


def test_a_result_that_waits_comes_back_with_its_store(bench: Bench, capsys: Capture) -> None:
    home = bench.home
    copy = call(capsys, "backup", "--json").document["file"]
    waiting = home.spool / "run-7-attempt.spool"
    waiting.write_text("a result of the first store")
    first = Path(call(capsys, "backup", "--restore", copy, "--json").document["set_aside"])
    waiting.unlink()  # as a runner of the second store does, which has no such run
    assert call(capsys, "backup", "--restore", str(first / "store.db")).code == 0
    assert waiting.read_text() == "a result of the first store"

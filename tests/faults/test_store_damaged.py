"""A damaged store (F25): told by name with its newest backup, kept, and brought back in one command."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.home import Home
from db.connection import connect
from db.copies import newest_backup
from db.errors import StoreDamagedError, StoreError
from db.runs import Order, RunFilter
from db.upgrade import open_store
from tests.e2e.terminal import Terminal
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import ROOT, Said, call, program
from tui.store_link import first_page

Capture = pytest.CaptureFixture[str]

RUNS = 60
PAGE = 4096


@dataclass(frozen=True)
class Damage:
    """A way to damage a store, and whether it can be told at once that there is no store any more."""

    inflict: Callable[[Path], None]
    obvious: bool


def random_page(seed: int) -> Callable[[Path], None]:
    """Overwrite one page, anywhere but where SQLite writes nothing."""

    def inflict(path: Path) -> None:
        chance = random.Random(seed)
        page = chance.randrange(path.stat().st_size // PAGE)
        with path.open("r+b") as file:
            file.seek(page * PAGE)
            file.write(chance.randbytes(PAGE))

    return inflict


def in_half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 + 100)


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)
    (path / "inside" / "file").write_text("mine")


def a_text(path: Path) -> None:
    path.write_text("time,open,high,low,close\n" * 9000)


DAMAGES = {
    **{f"page {seed}": Damage(random_page(seed), obvious=False) for seed in range(8)},
    "first page": Damage(lambda path: _overwrite(path, 0), obvious=True),
    "half": Damage(in_half, obvious=False),
    "empty": Damage(lambda path: os.truncate(path, 0), obvious=True),
    "text": Damage(a_text, obvious=True),
    "folder": Damage(a_folder, obvious=True),
}


def _overwrite(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with runs in its store, and a backup of it; only copies are damaged."""
    folder = tmp_path_factory.mktemp("whole") / "home"
    home = Home(folder).create()
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        for _ in range(RUNS):
            completed(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTAPE_HOME", str(folder))
        assert program("backup").code == 0
    return folder


@pytest.fixture
def damaged(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of it, named in the environment."""
    folder = tmp_path / "damaged"
    shutil.copytree(whole, folder)
    monkeypatch.setenv("BACKTAPE_HOME", str(folder))
    return Home(folder)


def digest(path: Path) -> str:
    """Return a digest of a file, or of everything in a folder."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + (file.read_bytes() if file.is_file() else b""))
    return total.hexdigest()


def told(home: Home, said: Said, *, code: int = 1) -> None:
    """Check a refusal: one sentence, the file by its name, the newest backup and how to put it back."""
    assert said.code == code, said
    assert "Traceback" not in said.out + said.err
    assert "Something went wrong" not in said.err, said.err
    assert said.err.count("\n") == 1, said.err
    offered(home, said.err)


def offered(home: Home, text: str) -> None:
    assert str(home.store) in text
    assert f"puts the newest backup back, {newest_backup(home.store)}" in text
    assert "backtape backup --restore" in text


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_store_is_told_kept_and_brought_back(damaged: Home, capsys: Capture, what: str) -> None:
    damage = DAMAGES[what]
    damage.inflict(damaged.store)
    before = digest(damaged.store)
    doctor = call(capsys, "doctor")
    assert doctor.code == 1, doctor.out
    assert "Traceback" not in doctor.out + doctor.err
    assert "backtape backup --restore" in doctor.out
    assert str(newest_backup(damaged.store)) in doctor.out
    assert digest(damaged.store) == before
    assert list(damaged.path.glob("store.db-*")) == []
    for command in (("runs",), ("runs", "--json"), ("show", "1"), ("run", "sma_cross", "EURUSD", "M15")):
        said = call(capsys, *command)
        if damage.obvious or (said.code != 0 and "library has no EURUSD" not in said.err):
            told(damaged, said)
    assert digest(damaged.store) == before
    said = call(capsys, "backup", "--restore")
    assert (said.code, said.err) == (0, "")
    assert len(call(capsys, "runs", "--json").document) == RUNS
    assert call(capsys, "show", "1", "--trades", "--equity").code == 0
    (folder,) = damaged.path.glob("store-set-aside-*")
    assert digest(folder / "store.db") == before
    assert call(capsys, "doctor").code == 0


@pytest.mark.parametrize("what", [name for name, damage in DAMAGES.items() if damage.obvious])
def test_the_first_page_of_the_screens_is_refused_with_the_same_sentence(damaged: Home, what: str) -> None:
    DAMAGES[what].inflict(damaged.store)
    before = digest(damaged.store)
    with pytest.raises(StoreError) as caught:
        first_page(damaged, RunFilter(), Order())
    offered(damaged, str(caught.value))
    assert digest(damaged.store) == before


@pytest.mark.parametrize("what", ["half", pytest.param("text", marks=pytest.mark.slow)])
def test_the_screens_close_with_that_sentence_and_the_terminal_is_whole(damaged: Home, what: str) -> None:
    DAMAGES[what].inflict(damaged.store)
    before = digest(damaged.store)
    with Terminal(columns=600) as terminal:
        terminal.wait_for("backtape backup --restore")
        assert terminal.wait_for_exit() == 2
        assert terminal.is_whole
        offered(damaged, terminal.text)
        assert "Traceback" not in terminal.text
    assert digest(damaged.store) == before


@pytest.mark.parametrize("what", [name for name, damage in DAMAGES.items() if name.startswith("page")])
def test_what_a_damaged_page_held_is_a_damaged_store_and_no_mistake_of_the_program(
    damaged: Home, what: str
) -> None:
    DAMAGES[what].inflict(damaged.store)
    for table in ("backtest_runs", "backtest_trades", "run_curves", "run_jobs", "strategies"):
        try:
            with closing(connect(damaged.store)) as connection:
                connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        except StoreDamagedError as error:
            offered(damaged, str(error))


def test_a_log_that_is_none_takes_nothing_from_the_store(damaged: Home, capsys: Capture) -> None:
    log = damaged.store.with_name("store.db-wal")
    log.write_bytes(random.Random(1).randbytes(100_000))
    before = digest(damaged.store), digest(log)
    assert call(capsys, "doctor").code == 0
    assert (digest(damaged.store), digest(log)) == before
    assert len(call(capsys, "runs", "--json").document) == RUNS
    assert digest(damaged.store) == before[0]


def test_a_log_whose_frames_are_damaged_takes_back_no_more_than_they_held(
    damaged: Home, capsys: Capture
) -> None:
    leave_log(damaged.store)
    log = damaged.store.with_name("store.db-wal")
    with log.open("r+b") as file:
        file.seek(log.stat().st_size // 2)
        file.write(b"\xa5" * 500)
    assert RUNS <= len(call(capsys, "runs", "--json").document) <= RUNS + 5
    assert call(capsys, "doctor").code == 0
    assert call(capsys, "backup", "--restore").code == 0
    assert len(call(capsys, "runs", "--json").document) == RUNS


def leave_log(path: Path) -> None:
    """Write five runs that are still in the log when the program is killed."""
    script = (
        "import os, sys; from pathlib import Path; from db.connection import connect\n"
        "from tests.db.samples import add_run\n"
        "connection = connect(Path(sys.argv[1]))\n"
        "for _ in range(5): add_run(connection)\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=True)


def test_a_damaged_backup_is_passed_over(damaged: Home, capsys: Capture) -> None:
    good = newest_backup(damaged.store)
    worse = damaged.backups / "store-20991231-000000.db"
    shutil.copy(damaged.store, worse)
    _overwrite(worse, 5)
    in_half(damaged.store)
    said = call(capsys, "doctor")
    assert f"the newest backup back, {good}" in said.out
    assert f"{worse} cannot be put back" in said.out
    assert str(good) in call(capsys, "backup", "--restore").out
    assert len(call(capsys, "runs", "--json").document) == RUNS


def test_a_store_that_is_gone_is_not_replaced_by_an_empty_one(damaged: Home, capsys: Capture) -> None:
    damaged.store.unlink()
    for command in (("runs",), ("demo",)):
        told(damaged, call(capsys, *command))
    assert not damaged.store.exists()
    assert call(capsys, "doctor").code == 1
    assert call(capsys, "backup", "--restore").code == 0
    assert len(call(capsys, "runs", "--json").document) == RUNS

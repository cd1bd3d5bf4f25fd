"""Privacy: whatever lies in the data folder is its owner's alone, and no model key is found anywhere (L4)."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.home import Home
from db.backup import back_up
from tests.e2e.terminal import Terminal
from tests.homes import end_everything
from tests.tui.commands.program import ROOT, program

pytestmark = pytest.mark.slow

KEY = "sk-sentinel-4a7d1f-do-not-keep"
NAMES = ("BACKTAPE_LLM_API_KEY", "OPENAI_API_KEY")
HOURS = "".join(
    f"2020-01-{day:02} {hour:02}:00,1.1,1.2,1.0,1.1,5\n" for day in (6, 7, 8, 9) for hour in range(24)
)

TELLING = """
import os, sys, traceback
from core.strategies import Strategy, parameter


class Telling(Strategy):
    way: str = parameter("print")

    def on_bar(self, context):
        if context.index:
            return
        everything = dict(sorted(os.environ.items()))  # a long one would be cut
        if self.way == "print":
            print(everything)
            os.system("env")
        if self.way == "raise":
            raise ValueError(str(everything))
        if self.way == "abort":
            sys.stderr.write(str(everything))
            os.abort()
"""


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A data folder that the program itself is to make; what works for it is ended afterwards."""
    monkeypatch.setenv("BACKTAPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
    yield Home(tmp_path / "home")
    end_everything(Home(tmp_path / "home"))


def imported(home: Home, folder: Path) -> None:
    bars = folder / "EURUSD_H1.csv"
    bars.write_text(HOURS)
    assert program("import", str(bars)).code == 0
    (home.strategies / "telling.py").write_text(TELLING)
    (home.strategies / "telling.py").chmod(0o600)


def open_to_others(folder: Path) -> list[str]:
    """Return the files and folders that somebody else may read, change or go through."""
    found = []
    for path in (folder, *folder.rglob("*")):
        try:
            mode = stat.S_IMODE(path.lstat().st_mode)
        except FileNotFoundError:
            continue  # the runner has closed its store meanwhile
        if mode & 0o077 or (path.is_dir() and mode != 0o700):
            found.append(f"{mode:o} {path.relative_to(folder)}")
    return found


@pytest.mark.parametrize("umask", [0o000, 0o077], ids=oct)
def test_everything_that_the_program_makes_is_its_owners_alone(
    private: Home, tmp_path: Path, umask: int
) -> None:
    code = f"import os, sys; os.umask({umask}); import tui.cli; sys.exit(tui.cli.main())"

    def done(*arguments: str) -> int:
        return subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, check=False).returncode

    (tmp_path / "EURUSD_H1.csv").write_text(HOURS)
    assert done("import", str(tmp_path / "EURUSD_H1.csv")) == 0
    (private.strategies / "telling.py").write_text(TELLING)
    (private.strategies / "telling.py").chmod(0o600)
    assert done("run", "sma_cross", "EURUSD", "H4") == 0
    assert done("run", "telling", "EURUSD", "H1", "--set", "way=raise") == 1
    assert done("run", "telling", "EURUSD", "H1") == 0
    assert done("delete", "1", "--now") == 0
    assert open_to_others(private.path) == []
    assert {path.name for path in private.logs.iterdir()} >= {"runner.log", "run-2.log", "run-3.log"}


def test_a_copy_of_the_store_is_its_owners_alone(private: Home) -> None:
    assert program("runs").code == 0
    before = os.umask(0)
    try:
        copy = back_up(private.store)
    finally:
        os.umask(before)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert open_to_others(private.path) == []


def files_with(folder: Path, text: str) -> list[str]:
    """Return the files below `folder` that hold the text, plain or as UTF-16."""
    wanted = (text.encode(), text.encode("utf-16-le"))
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in wanted)
    ]


@pytest.mark.parametrize("way", ["print", "raise", "abort"])
def test_a_key_is_found_nowhere_whatever_a_strategy_tells(
    private: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, KEY)
    imported(private, tmp_path)
    ran = program("run", "telling", "EURUSD", "H1", "--set", f"way={way}")
    assert ran.code == (0 if way == "print" else 1)
    shown = [ran, program("show", "1", "--json"), program("log", "1"), program("log"), program("doctor")]
    assert not any(KEY in said.out + said.err for said in shown)
    assert files_with(private.path, KEY) == []
    # What it told was kept, so that the look above could have found something.
    assert "BACKTAPE_HOME" in " ".join(said.out for said in shown)


def test_a_key_is_in_no_process_arguments_and_on_no_screen(
    private: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "30")
    imported(private, tmp_path)
    with Terminal(environment=dict.fromkeys(NAMES, KEY)) as terminal:
        terminal.wait_for("no runs yet")
        terminal.send("n")
        terminal.wait_for("have bars")
        terminal.send("\r")
        terminal.wait_for("done")
        terminal.send(">", "q")
        arguments = [one for process in psutil.process_iter() for one in _arguments(process)]
        assert any(str(private.path) in one for one in arguments)
        assert not any(KEY in one for one in arguments)
        assert KEY.encode() not in terminal.received
    assert files_with(private.path, KEY) == []


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []

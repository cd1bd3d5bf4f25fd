import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.home import Home
from db.errors import StoreBusyError
from tests.tui.commands.program import ROOT
from tui.commands.endings import guarded
from tui.commands.parsing import UsageError

CODES = [
    (UsageError("Name a run."), 2),
    (BacktapeError("There is no run 7."), 1),
    (StoreBusyError("The store is busy."), 1),
    (KeyboardInterrupt(), 130),
]


def raising(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(("error", "code"), CODES)
def test_an_ending_has_its_exit_code_and_one_sentence(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: raising(error)) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert str(error) in said.err


def test_an_unforeseen_error_is_one_sentence_that_names_the_log(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: raising(ZeroDivisionError("division by zero"))) == 1
    sentence = capsys.readouterr().err
    log = home.logs / "backtape.log"
    assert len(sentence.splitlines()) == 1
    assert str(log) in sentence
    assert "Traceback" not in sentence
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_the_log_of_unforeseen_errors_does_not_grow_for_ever(home: Home) -> None:
    log = home.logs / "backtape.log"
    log.write_bytes(b"x" * 1_000_001)
    guarded(lambda: raising(ZeroDivisionError("division by zero")))
    assert log.stat().st_size < 10_000
    assert (home.logs / "backtape.log.1").stat().st_size == 1_000_001


def test_an_unforeseen_error_without_a_data_folder_still_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("BACKTAPE_HOME", str(blocked / "home"))
    assert guarded(lambda: raising(ZeroDivisionError("division by zero"))) == 1
    sentence = capsys.readouterr().err
    assert "could not be kept" in sentence
    assert len(sentence.splitlines()) == 1


def test_hostile_text_of_an_unforeseen_error_is_shown_harmless(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    guarded(lambda: raising(ValueError("\x1b]52;c;AAAA\x07\nsecond line")))
    sentence = capsys.readouterr().err
    assert "\x1b" not in sentence
    assert len(sentence.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
@pytest.mark.parametrize(
    ("arguments", "unbuffered"),
    [(["strategies"], ""), (["strategies"], "1"), (["strategies", "--json"], ""), (["run", "--help"], "")],
)
def test_an_output_onto_a_full_disk_is_one_sentence(
    arguments: list[str], unbuffered: str, home: Home
) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "tui.cli", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "The disk of the output, or that of the data folder, is full" in ended.stderr


INTERRUPTED_AT = """
import sys

class Interrupted:
    def find_spec(self, name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
from tui.cli import main
sys.exit(main(["runs"]))
"""


@pytest.mark.parametrize(
    "module", ["tui.commands.endings", "core.text", "tui.commands.output", "tui.commands.runs"]
)
def test_an_interruption_while_the_program_is_still_being_read_is_one_sentence(
    module: str, home: Home
) -> None:
    script = INTERRUPTED_AT.format(module=module)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "backtape: Interrupted.\n")

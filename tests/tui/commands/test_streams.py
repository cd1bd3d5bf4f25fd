"""Where a command writes to: streams that are closed, readers that leave, terminals without Unicode."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from core.home import Home
from db.connection import StoreConnection
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import ROOT, Said, call
from tui.commands.output import ascii_only, ask_for_ascii, own_streams

Capture = pytest.CaptureFixture[str]

READING = ["runs", "show 1 --trades", "compare 1 2", "data", "log", "doctor", "queue", "strategies", "guide"]


def in_a_shell(command: str) -> Said:
    """Let a shell run the program, `$B` in its line."""
    line = command.replace("$B", f"{shlex.quote(sys.executable)} -m tui.cli")
    ended = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    return Said(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ["runs", "compare 1 2", "--version", "runs --help", "doctor --json"])
def test_a_closed_output_takes_nothing_and_is_no_error(
    arguments: str, home: Home, store: StoreConnection
) -> None:
    completed(store), completed(store)
    said = in_a_shell(f"$B {arguments} >&-")
    assert said == Said(0, "", "")
    assert in_a_shell(f"$B {arguments} <&- >&- 2>&-") == Said(0, "", "")


def test_a_refusal_without_a_stream_for_errors_is_not_taken_for_data(home: Home) -> None:
    assert in_a_shell("$B show 7 2>&-") == Said(1, "", "")


def test_the_store_never_takes_the_place_of_a_closed_stream(home: Home, store: StoreConnection) -> None:
    before = completed(store)
    for _ in range(2):
        assert in_a_shell(f"$B note {before} kept <&- >&- 2>&-").code == 0
    assert home.store.read_bytes().startswith(b"SQLite format 3\0")
    assert "notes: kept" in in_a_shell(f"$B show {before} --json | grep -o 'notes.*' | tr -d '\",'").out


@pytest.mark.slow
@pytest.mark.parametrize("arguments", READING)
def test_a_reader_that_takes_one_line_sees_no_complaint(
    arguments: str, home: Home, store: StoreConnection
) -> None:
    completed(store), completed(store)
    said = in_a_shell(f"set -o pipefail; $B {arguments} | head -1; exit ${{PIPESTATUS[0]}}")
    assert said.code in {0, 141}
    assert "backtape:" not in said.err
    assert "Traceback" not in said.err


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [*READING, "--keys", "runs --sort x", "show 99"])
def test_ascii_is_written_where_it_is_asked_for(
    arguments: str, home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    completed(store), completed(store)
    said = call(capsys, *arguments.split(), "--ascii")
    assert (said.out + said.err).isascii()
    assert "--ascii" not in said.err
    assert len(said.out + said.err) > 20


def test_ascii_is_asked_for_one_command_only(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    run_id = str(completed(store))
    assert call(capsys, "show", run_id, "--ascii").out.isascii()
    assert "✓ done" in call(capsys, "show", run_id).out
    with own_streams():
        ask_for_ascii()
        assert ascii_only()


def test_paths_with_blanks_and_dashes_are_taken_as_they_are(
    home: Home, store: StoreConnection, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_id = str(completed(store))
    for folder, given in (("a b", ["--to", "a b"]), ("-dash", ["--to=-dash"])):
        assert call(capsys, "export", *given, "--", run_id).code == 0
        assert (tmp_path / folder / f"run-{run_id}.csv").is_file()

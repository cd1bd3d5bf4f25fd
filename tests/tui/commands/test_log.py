import os

import pytest

from core.home import Home
from core.jobs.logs import open_runner_output, run_log, runner_log
from db import runs
from db.connection import StoreConnection
from tests.db.samples import add_run
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call, program

Capture = pytest.CaptureFixture[str]


def test_what_a_run_printed_is_shown_and_nothing_else(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    run_id = completed(store)
    run_log(home, run_id).write_text("bar 1: flat\nbar 2: long\n")
    said = call(capsys, "log", str(run_id))
    assert (said.code, said.out, said.err) == (0, "bar 1: flat\nbar 2: long\n", "")


def test_as_json_it_is_one_document_with_its_file(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    run_id = completed(store)
    run_log(home, run_id).write_text("one\ntwo\n")
    assert call(capsys, "log", str(run_id), "--json").document == {
        "run": run_id,
        "file": str(run_log(home, run_id)),
        "lines": ["one", "two"],
    }


@pytest.mark.parametrize(("lines", "shown"), [("2", ["8", "9"]), ("999999999999999999", [*"0123456789"])])
def test_the_last_lines_are_shown(
    lines: str, shown: list[str], home: Home, store: StoreConnection, capsys: Capture
) -> None:
    run_id = completed(store)
    run_log(home, run_id).write_text("".join(f"{number}\n" for number in range(10)))
    assert call(capsys, "log", str(run_id), "--lines", lines).out.split() == shown


def test_no_lines_at_all_are_refused(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "log", "1", "--lines", "0")
    assert (said.code, said.out) == (2, "")


def test_a_run_that_printed_nothing_says_so(store: StoreConnection, capsys: Capture) -> None:
    ended, waiting = completed(store), add_run(store)
    assert call(capsys, "log", str(ended)).err == f"Run {ended} printed nothing.\n"
    said = call(capsys, "log", str(waiting))
    assert (said.code, said.out, said.err) == (0, "", f"Run {waiting} has printed nothing yet.\n")
    assert call(capsys, "log", str(ended), "--json").document == {"run": ended, "file": None, "lines": []}


def test_an_unknown_and_a_deleted_run_are_refused(store: StoreConnection, capsys: Capture) -> None:
    assert "There is no run 7" in call(capsys, "log", "7").err
    run_id = completed(store)
    runs.delete(store, [run_id])
    said = call(capsys, "log", str(run_id))
    assert (said.code, "is deleted" in said.err) == (1, True)


def test_without_a_run_the_runner_tells_and_its_file_is_named(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    said = call(capsys, "log")
    assert (said.code, said.err) == (0, "No runner has written anything here yet.\n")
    runner_log(home).write_text("runner begins\n")
    os.write(open_runner_output(home), b"Fatal Python error: Segmentation fault\n")
    said = call(capsys, "log")
    assert said.out.splitlines()[0] == "runner begins"
    assert said.out.splitlines()[-1] == "Fatal Python error: Segmentation fault"
    assert said.err == f"The end of {runner_log(home)}:\n"
    assert call(capsys, "log", "--json").document["run"] is None


def test_no_escape_reaches_a_pipe(home: Home, store: StoreConnection) -> None:
    run_id = completed(store)
    run_log(home, run_id).write_bytes(b"\x1b]52;c;AAAA\x07 \x1b[31mred\x9b2J \xe2\x80\xae\n")
    for options in ((), ("--json",)):
        said = program("log", str(run_id), *options, LC_ALL="C.UTF-8")
        assert said.code == 0
        assert "red" in said.out
        assert all(character.isprintable() or character == "\n" for character in said.out + said.err)


def test_what_the_runner_wrote_is_shown_where_the_store_is_lost(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    call(capsys, "backup")
    runner_log(home).write_text("2026-01-01 00:00:00Z INFO runner begins\n")
    for path in home.path.glob("store.db*"):
        path.unlink()
    said = call(capsys, "log")
    assert (said.code, "runner begins" in said.out) == (0, True)
    assert call(capsys, "log", "1").code == 1

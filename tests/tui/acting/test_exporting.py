"""The keys that take a run out of the program: into files, into a clipboard, and the one for notes."""

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.charting import fill_chart
from tests.shots.filling import COMPLETED, FAILED, RUNNING
from tests.tui.conftest import make_app, until, until_shown
from tui.acting import copying, exporting
from tui.acting.copying import copy_reports
from tui.acting.exporting import ask_export
from tui.screens.base import WorkScreen
from tui.screens.detail import DetailScreen
from tui.widgets.page import Page

SIZE = (100, 30)


async def shown(pilot: Pilot[int], run_id: int = COMPLETED) -> None:
    """Have one run on the screen."""
    await until_shown(pilot, "41 runs")
    pilot.app.push_screen(DetailScreen(run_id))
    await until_shown(pilot, f"Run {run_id} ·", "drawdown %")
    await until(pilot, lambda: isinstance(pilot.app.focused, Page))


async def typed(pilot: Pilot[int], text: str) -> None:
    """Put a text in place of what the prompt offers, and hand it in."""
    await until_shown(pilot, "into folder: ")
    screen = pilot.app.screen
    assert isinstance(screen, WorkScreen)
    screen.bottom.value = text
    await pilot.press("enter")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("letter", "names"),
    [
        ("c", ["run-38-equity.csv", "run-38-trades.csv", "run-38.csv"]),
        ("j", ["run-38.json"]),
        ("h", ["run-38.html"]),
        ("t", ["run-38.txt"]),
    ],
)
async def test_a_letter_chooses_the_form_and_the_files_are_told(
    filled: Home, tmp_path: Path, letter: str, names: list[str]
) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("e")
        await until_shown(pilot, "Export run 38 as c CSV, j JSON, h HTML report, t text")
        await pilot.press(letter)
        await typed(pilot, str(tmp_path / "out"))
        await until_shown(pilot, f"Run 38 is written {'as' if letter == 'c' else 'to'}")
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names


async def test_the_folder_is_one_of_the_users_own_then_where_the_last_export_went(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "reports").mkdir()
    (tmp_path / "report.txt").touch()
    async with make_app(filled).run_test(size=(240, 30)) as pilot:
        await shown(pilot)
        await pilot.press("e", "t")
        await until_shown(pilot, "text of run 38 into folder: ~/backtape-exports/")
        await pilot.press("enter")
        await until_shown(pilot, f"Run 38 is written to {tmp_path}/backtape-exports/run-38.txt")
        await pilot.press("e", "t")
        await until_shown(pilot, "into folder: ~/backtape-exports/")
        await pilot.press("ctrl+u", *"~/re", "tab")
        await until_shown(pilot, "into folder: ~/reports/")
        await pilot.press("enter")
        await until_shown(pilot, f"Run 38 is written to {tmp_path}/reports/run-38.txt")
    async with make_app(filled).run_test(size=(240, 30)) as pilot:
        await shown(pilot)
        await pilot.press("e", "j")
        await until_shown(pilot, "json of run 38 into folder: ~/reports/")


async def test_tab_lists_the_folders_there_are_to_choose_from(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for number in range(20):
        (tmp_path / f"report{number:02}").mkdir()
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("e", "t", "ctrl+u", *"~/re", "tab")
        await until_shown(pilot, "into folder: ~/report")
        await pilot.press("tab")
        await until_shown(pilot, "\nreport00/  report01/  and 18 more  folder: ~/report")
        await pilot.press(*"07", "tab")
        await until_shown(pilot, "into folder: ~/report07/")
        await pilot.press("enter")
        await until_shown(pilot, "report07/run-38.txt")


async def test_a_folder_that_does_not_take_the_files_is_not_offered_again(
    filled: Home, tmp_path: Path
) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("e", "t")
        await typed(pilot, "/dev/null")
        await until_shown(pilot, "(it is not a folder)")
        await pilot.press("e", "t")
        await until_shown(pilot, "into folder: ~/backtape-exports/")


async def test_a_path_with_blanks_is_told_as_a_shell_takes_it(filled: Home, tmp_path: Path) -> None:
    async with make_app(filled).run_test(size=(240, 30)) as pilot:
        await shown(pilot)
        await pilot.press("e", "h")
        await typed(pilot, str(tmp_path / "my runs"))
        await until_shown(pilot, f"Run 38 is written to '{tmp_path}/my runs/run-38.html'")


async def test_what_is_there_is_only_replaced_when_asked(filled: Home, tmp_path: Path) -> None:
    kept = tmp_path / "run-38.html"
    kept.write_text("mine")
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        for answer, replaced in (("n", False), ("y", True)):
            await pilot.press("e", "h")
            await typed(pilot, str(tmp_path))
            await until_shown(pilot, "y writes over what is there; any other key leaves it")
            assert kept.read_text() == "mine"
            await pilot.press(answer)
            if replaced:
                await until_shown(pilot, "Run 38 is written to")
        assert kept.read_text().startswith("<!DOCTYPE html>")


async def test_a_question_opened_meanwhile_is_not_taken_away(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run-38.html").write_text("mine")
    goes_on = threading.Event()
    written: Any = exporting._exported

    def slowly(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        goes_on.wait(20)
        return written(*args, **kwargs)

    monkeypatch.setattr(exporting, "_exported", slowly)
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("e", "h")
        await typed(pilot, str(tmp_path))
        await pilot.press("N", *"abc")
        await until_shown(pilot, "note on run 38: abc")
        goes_on.set()
        await until(pilot, lambda: not [one for one in pilot.app.workers if one.group == "export"])
        await until_shown(pilot, "note on run 38: abc")
        await pilot.press("escape")
        await until_shown(pilot, "Nothing was exported:")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "that names no folder"),
        ("~nobody-of-this-name/x", "there is no such user; name another folder"),
        ("/dev/null", "(it is not a folder)"),
    ],
)
async def test_what_is_no_folder_is_said(filled: Home, text: str, sentence: str) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("e", "t")
        await typed(pilot, text)
        await until_shown(pilot, sentence)


async def test_only_what_is_done_can_be_exported(filled: Home) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot, RUNNING)
        await pilot.press("e")
        await until_shown(pilot, "This run is running; only one that is done has a result to export.")


async def test_several_runs_are_written_together_or_not_at_all(filled: Home, tmp_path: Path) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WorkScreen)
        ask_export(screen, [35, 34, 33])
        await pilot.press("c")
        await typed(pilot, str(tmp_path / "o"))
        await until_shown(pilot, "3 runs are written as 9 files in")
        assert len(list((tmp_path / "o").iterdir())) == 9
        ask_export(screen, [35, FAILED])
        await pilot.press("c")
        await typed(pilot, str(tmp_path / "p"))
        await until_shown(pilot, f"run {FAILED} has failed")
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [35])
        ask_export(screen, [34, 35])
        await pilot.press("c")
        await typed(pilot, str(tmp_path / "p"))
        await until_shown(pilot, "Run 35 has been deleted, so nothing was exported.")
        assert not (tmp_path / "p").exists()


# Copying


async def test_the_report_is_sent_to_the_terminal_and_that_is_all_that_is_said(filled: Home) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("y")
        await until_shown(pilot, "Sent to the terminal, for its clipboard: the report of run 38,")
        assert pilot.app.clipboard.startswith("Run 38 · sma_cross · SYNTHETIC M15")
        assert "SYNTHETIC prices: made by a formula" in pilot.app.clipboard
        assert max(map(len, pilot.app.clipboard.splitlines())) <= 150


async def test_the_copied_report_draws_buy_and_hold_where_its_bars_are_there(filled: Home) -> None:
    fill_chart(filled)
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("y")
        await until_shown(pilot, "the report of run 38,")
        assert "\nequity   · buy and hold " in pilot.app.clipboard


async def test_more_than_terminals_take_is_refused(filled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.keymap.write_text('export = "F7"\n')
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WorkScreen)
        copy_reports(screen, [38, 35])
        await until_shown(pilot, "the reports of 2 runs")
        kept = pilot.app.clipboard
        assert kept.count("\nRun 35 ·") == 1
        monkeypatch.setattr(copying, "MOST_BYTES", len(kept.encode()) - 1)
        copy_reports(screen, [38, 35])
        await until_shown(pilot, "The reports of 2 runs would be", "write them to files\nwith F7.")
        assert pilot.app.clipboard == kept


# Notes


async def test_a_note_is_edited_in_the_bottom_line(filled: Home) -> None:
    def kept() -> str | None:
        with closing(connect(filled.store)) as connection:
            run = runs.get(connection, COMPLETED)
            assert run is not None
            return run.notes

    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("N", *"good", "enter")
        await until_shown(pilot, "Run 38 is noted.")
        await until(pilot, lambda: kept() == "good")
        await pilot.press("N")
        await until_shown(pilot, "note on run 38: good")
        await pilot.press(*"ness", "escape")
        assert kept() == "good"
        await pilot.press("N")
        await until_shown(pilot, "note on run 38: good")
        await pilot.press("ctrl+u", "enter")
        await until_shown(pilot, "Run 38 has no note.")
        assert kept() is None


async def test_the_overview_shows_a_note_that_was_just_written(filled: Home) -> None:
    async with make_app(filled).run_test(size=(100, 50)) as pilot:
        await shown(pilot)
        await pilot.press("N", *"holidays", "enter")
        await until_shown(pilot, "Run 38 is noted.")
        await until_shown(pilot, "\nnote: holidays")


async def test_a_run_that_is_gone_takes_no_note(filled: Home) -> None:
    async with make_app(filled).run_test(size=SIZE) as pilot:
        await shown(pilot)
        await pilot.press("N", *"late")
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [COMPLETED])
        await pilot.press("enter")
        await until_shown(pilot, "There is no run 38 to write a note on; it may have been deleted.")

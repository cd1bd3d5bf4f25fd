"""What was understood of a price file is looked at and mended before anything is stored."""

import asyncio
import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from core.errors import BacktapeError
from core.home import Home
from db import datasets
from db.connection import connect
from db.datasets import DatasetRecord
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_broker_hours, write_csv
from tui.imports.client import Asked, ImportProcess
from tui.imports.fields import in_fields
from tui.widgets.lines import Lines

__all__ = ["at_once"]

UNDERSTOOD = "not imported yet"


def _library(home: Home) -> list[DatasetRecord]:
    with closing(connect(home.store)) as connection:
        return datasets.list_all(connection)


async def _look_at(pilot: Pilot[int], path: str, *texts: str) -> None:
    await pilot.press("4")
    await until_shown(pilot, "The data library" if not _library(pilot.app.home) else "% there")  # type: ignore[attr-defined]
    await pilot.press("i", "ctrl+u", *path, "enter")
    await until_shown(pilot, *(texts or (UNDERSTOOD,)))


async def _ended(process: ImportProcess) -> None:
    async with asyncio.timeout(20):
        while process.pid is not None:
            await asyncio.sleep(0.02)


async def test_a_preview_shows_what_was_understood_and_stores_nothing(empty: Home, at_once: Path) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 45)) as pilot:
        await _look_at(pilot, "EURUSD.csv")
        await until_shown(
            pilot,
            "300 bars, 2020-01-06 00:00 to 2020-01-06 04:59 UTC",
            "UTC: the times name it themselves",
            "nothing of it is there yet; it becomes a new dataset",
            "none inside weeks",
            "1  time,open,high,low,close,volume",
            "the header",
            "2020-01-06 00:00  1.10000  1.10010  1.09990  1.10005  vol 5",
            "time in time, open in open",
        )
        await pilot.press("escape")
        await until_shown(pilot, "Nothing was imported.")
    assert _library(empty) == []


async def test_what_is_refused_is_told_at_its_field_and_can_be_mended_there(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "x.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "x.csv", "✗ no symbol", "! its name tells no symbol")
        await pilot.press("enter")
        await until_shown(pilot, "It has no symbol; what to do stands above.")
        await pilot.press(*"eurusd")
        await until_shown(pilot, "EURUSD M1, not imported yet", "so it was chosen")
        await pilot.press("tab", "H", "1")
        await until_shown(pilot, "✗ wrong timeframe", "! most bars are 1 minutes apart", "with timeframe M1.")
        await pilot.press("backspace", "backspace")
        await until_shown(pilot, UNDERSTOOD)
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars")
    assert [(one.symbol, one.timeframe) for one in _library(empty)] == [("EURUSD", "M1")]


@pytest.mark.slow
async def test_a_wrong_time_zone_is_no_fault_of_the_file(empty: Home, at_once: Path) -> None:
    for name in ("EURUSD.csv", "GBPUSD.csv"):
        write_csv(at_once, name, 20)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, ".", "Import 1 of 2", UNDERSTOOD)
        await pilot.press("tab", "tab", *"Europe/Lodnon")
        await until_shown(pilot, "✗ wrong time zone", "! There is no time zone 'Europe/Lodnon'")
        await pilot.press("enter")
        await until_shown(pilot, "It has a wrong time zone; what to do stands above.")
        await pilot.press("ctrl+g")
        await until_shown(pilot, "EURUSD.csv has a wrong time zone: there is no time zone 'Europe/Lodnon'.")
        await pilot.press("l")
        await until_shown(pilot, "0 files imported; 2 left out, with a wrong time zone.")


async def test_a_file_without_a_bar_is_refused_in_a_sentence(empty: Home, at_once: Path) -> None:
    (at_once / "x.csv").write_text("time,open,high,low,close\n")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await _look_at(pilot, "x.csv", "✗ not understood", "there is a header but no bar below it")
        await pilot.press("enter")
        await until_shown(pilot, "It is not understood; what to do stands above.")
        await pilot.press("escape")
        await until_shown(pilot, "Nothing was imported.")


async def test_a_time_zone_in_doubt_is_told_and_one_key_takes_the_one_that_fits(
    empty: Home, at_once: Path
) -> None:
    write_broker_hours(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(
            pilot,
            "EURUSD.csv",
            "! the weeks of the file do not",
            "3 warnings   Line 2001 was left out: the high is below the low.",
            "             Read on Europe/Athens, the weeks of this file do not end",
            "ctrl+y fitting zone",
        )
        await pilot.press("tab", "tab")
        await until_shown(pilot, "as the market's do; on America/New_York+7 they all do")
        await pilot.press("ctrl+y")
        await until_shown(pilot, "America/New_York+7: so it was chosen")
        await pilot.press("ctrl+t")
        await until_shown(pilot, "The time zone is not in doubt.")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "Europe/Athens: such files show the broker's own clock")


@pytest.mark.slow
async def test_bars_that_differ_are_kept_apart_by_a_source_or_take_the_others_place(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "EURUSD.csv")
    (at_once / "b").mkdir()
    write_csv(at_once / "b", "EURUSD.csv", close="1.10006")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv")
        await pilot.press("enter")
        await _look_at(pilot, "b/EURUSD.csv", "300 bars there", "300 bars differ from those there")
        await pilot.press("enter")
        await until_shown(
            pilot,
            "EURUSD.csv does not fit the EURUSD M1 that is there. s keeps it as source b, ",
            "r replaces what is there; other keys: look",
        )
        await pilot.press("escape", "tab", "tab", "tab", *"two")
        await until_shown(pilot, "it becomes a new dataset")
        await pilot.press("backspace", "backspace", "backspace", "tab", "right")
        await until_shown(pilot, "these bars take their place")
        await pilot.press("shift+tab", *"two", "tab", "left")
        await until_shown(pilot, "it becomes a new dataset")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars", "two")
    assert {one.source for one in _library(empty)} == {"", "two"}


async def test_the_files_of_a_folder_come_one_after_the_other(empty: Home, at_once: Path) -> None:
    folder = at_once / "f"
    folder.mkdir()
    for name in ("AUDUSD", "EURUSD", "GBPUSD", "NZDUSD", "USDCAD", "USDCHF"):
        write_csv(folder, f"{name}.csv", 20)
    (folder / "NZDUSD.csv").write_text("time,open,high,low,close\n")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "f", "Import 1 of 6 · AUDUSD.csv", UNDERSTOOD)
        await pilot.press("enter")
        await until_shown(pilot, "Import 2 of 6 · EURUSD.csv", UNDERSTOOD)
        await pilot.press("ctrl+l")
        await until_shown(pilot, "Import 3 of 6 · GBPUSD.csv", UNDERSTOOD)
        await pilot.press("ctrl+g")
        await until_shown(
            pilot,
            "Import 4 of 6 · NZDUSD.csv",
            "NZDUSD.csv is not understood: line 1: there is a header but no bar below it",
        )
        await pilot.press("escape", "ctrl+n")
        await until_shown(pilot, "Import 5 of 6 · USDCAD.csv", UNDERSTOOD)
        await pilot.press("ctrl+g")
        await until_shown(pilot, "4 files imported; 2 left out: 1 skipped, 1 not understood.")
    assert {one.symbol for one in _library(empty)} == {"AUDUSD", "GBPUSD", "USDCAD", "USDCHF"}


@pytest.mark.slow
async def test_every_file_begins_at_its_first_field_and_line(empty: Home, at_once: Path) -> None:
    folder = at_once / "f"
    folder.mkdir()
    write_csv(folder, "EURUSD.csv")
    write_csv(folder, "a.csv")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await _look_at(pilot, "f", "Import 1 of 2 · EURUSD.csv", UNDERSTOOD)
        await pilot.press("tab", "tab", "pagedown", "pagedown")
        await until_shown(pilot, "days begin at")
        await pilot.press("enter")
        await until_shown(pilot, "Import 2 of 2 · a.csv", "! its name tells no symbol")
        await pilot.press(*"gbpusd")
        await until_shown(pilot, "GBPUSD M1, not imported yet", "bars         300 bars,")


async def test_what_is_left_out_is_shown_with_its_lines(empty: Home, at_once: Path) -> None:
    path = write_csv(at_once, "EURUSD.csv", 100)
    path.write_text(path.read_text() + "2020-01-06T09:00:00Z,1.1,1.0,1.2,1.1,5\n")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv", "left out     1 line", "line 102: the high is below the low")


async def test_nothing_is_imported_while_the_file_is_being_read(
    empty: Home, at_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(at_once, "EURUSD.csv")
    may_answer = asyncio.Event()
    preview = ImportProcess.preview

    async def patient(process: ImportProcess, asked: Asked) -> object:
        await may_answer.wait()
        return await preview(process, asked)

    monkeypatch.setattr(ImportProcess, "preview", patient)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv", "reading ...")
        await pilot.press("enter")
        await until_shown(pilot, "The file is being read; Enter imports it when it has been.")
        may_answer.set()
        await until_shown(pilot, UNDERSTOOD)
        await until(pilot, lambda: "being read" not in screen_text(pilot.app))
    assert _library(empty) == []


@pytest.mark.slow
async def test_what_takes_long_says_for_how_long_it_has_been_read(
    empty: Home, at_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(at_once, "EURUSD.csv")
    may_answer = asyncio.Event()
    preview = ImportProcess.preview

    async def patient(process: ImportProcess, asked: Asked) -> object:
        await may_answer.wait()
        return await preview(process, asked)

    monkeypatch.setattr(ImportProcess, "preview", patient)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv", "reading ... 2 s")
        await until_shown(pilot, "reading ... 3 s")
        may_answer.set()
        await until_shown(pilot, UNDERSTOOD)


@pytest.mark.slow
async def test_the_page_scrolls_while_a_field_is_typed_in(empty: Home, at_once: Path) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await _look_at(pilot, "EURUSD.csv", " more")
        await pilot.press("pagedown", "pagedown")
        await until_shown(pilot, "days begin at")
        await pilot.press("pageup", "pageup")
        await until_shown(pilot, "300 bars, 2020-01-06 00:00")


async def test_a_process_that_dies_is_told_and_the_next_request_starts_another(
    empty: Home, tmp_path: Path
) -> None:
    asked = Asked(str(write_csv(tmp_path, "EURUSD.csv")))
    process = ImportProcess(empty)
    assert (await process.preview(asked))["rows"] == 300
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(BacktapeError, match="The process that reads the file has ended"):
        await process.preview(asked)
    assert (await process.preview(asked))["rows"] == 300
    process.close()
    with pytest.raises(BacktapeError, match="was left"):
        await process.preview(asked)


async def test_an_import_that_has_begun_ends_though_its_screen_was_left(empty: Home, tmp_path: Path) -> None:
    asked = Asked(str(write_csv(tmp_path, "EURUSD.csv", 1_200)))
    process = ImportProcess(empty)
    importing = asyncio.ensure_future(process.store(asked))
    while process.pid is None:
        await asyncio.sleep(0.001)
    process.close()
    assert (await importing)["rows"] == 1_200
    assert [one.rows for one in _library(empty)] == [1_200]
    await _ended(process)


@pytest.mark.slow
async def test_the_process_ends_with_the_screen(empty: Home, tmp_path: Path) -> None:
    write_csv(tmp_path, "EURUSD.csv")
    process = ImportProcess(empty)
    await process.preview(Asked(str(tmp_path / "EURUSD.csv")))
    process.close()
    await _ended(process)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("name it with --symbol.", "name it with the field 'symbol'."),
        ("import it with --timeframe M15.", "import it with timeframe M15."),
        ("keep both with --source NAME.", "keep both with the field 'source'."),
        ("replace it with --replace, or", "replace it with the field 'bars that are there', or"),
        ("nothing is named.", "nothing is named."),
    ],
)
def test_a_refusal_names_fields_where_the_command_line_has_options(sentence: str, shown: str) -> None:
    assert in_fields(sentence) == shown


@pytest.mark.slow
async def test_what_the_field_in_focus_means_can_be_read_in_full(empty: Home, at_once: Path) -> None:
    write_broker_hours(at_once, "EURUSD.csv")
    (at_once / "plain").mkdir()
    write_csv(at_once / "plain", "EURUSD.csv")
    async with make_app(empty).run_test(size=(60, 16)) as pilot:
        await _look_at(pilot, "plain/EURUSD.csv", UNDERSTOOD, "\nthe file's name says so\n")
        for meaning in (
            "most bars are so far apart",
            "the times name it themselves",
            "a name, to keep several apart",
            "what becomes of bars of the same market",
        ):
            await pilot.press("tab")
            await until_shown(pilot, f"\n{meaning}\n")


@pytest.mark.slow
async def test_a_long_name_of_a_file_can_be_read_in_full(empty: Home, at_once: Path) -> None:
    name = "EURUSD60 日本語のとても長い名前のファイル価格データ.csv"
    write_csv(at_once, name)
    (at_once / "GBPUSD.csv").write_text("nothing")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await _look_at(pilot, ".", UNDERSTOOD, "Import 1 of 2 · EURUSD60 日本")
        page = pilot.app.screen.query_one("#text-lines", Lines).text
        assert "".join(name.split()) in "".join(page.split())
        assert max(cell_len(text) for text in page.splitlines()) <= 80
        await pilot.press("ctrl+n")
        await until_shown(pilot, "Import 2 of 2 · GBPUSD.csv", "✗ not understood")
        assert "The file is" not in pilot.app.screen.query_one("#text-lines", Lines).text


@pytest.mark.slow
async def test_a_file_that_has_gone_is_imported_as_it_was_looked_at(empty: Home, at_once: Path) -> None:
    path = write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv")
        path.unlink()
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars, 2020-01-06 to 2020-01-06")


async def test_the_screen_is_usable_in_80x24(empty: Home, at_once: Path) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await _look_at(pilot, "EURUSD.csv")
        await until(pilot, lambda: "Enter import" in screen_text(pilot.app).splitlines()[-1])

"""What an import would do to what is there is said before it does: added, apart, all there, not known."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.datasets import import_file
from core.home import Home
from db import datasets
from db.connection import connect
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.imports.client import Asked, ImportProcess

__all__ = ["at_once"]


def _put(home: Home, path: Path) -> None:
    with closing(connect(home.store)) as connection:
        import_file(home, connection, path)


def _later(folder: Path, name: str, *, price: str = "1.10000") -> Path:
    """Write the same minutes a week later, of another price."""
    path = write_csv(folder, name)
    text = path.read_text().replace("2020-01-06", "2020-01-13")
    for old in ("1.10000", "1.10010", "1.09990", "1.10005"):
        text = text.replace(old, price)
    path.write_text(text)
    return path


async def _look_at(pilot: Pilot[int], path: str, *texts: str) -> None:
    await pilot.press("4")
    await until_shown(pilot, "% there")
    await pilot.press("i", *path, "enter")
    await until_shown(pilot, *texts)


async def test_what_is_there_already_is_not_said_to_be_imported_yet(empty: Home, at_once: Path) -> None:
    _put(empty, write_csv(at_once, "EURUSD.csv"))
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(
            pilot, "EURUSD.csv", "EURUSD M1, all of it is in the library", "so\n", "nothing changes"
        )
        assert "not imported yet" not in screen_text(pilot.app)


@pytest.mark.slow
async def test_bars_that_come_to_others_are_said_to_with_the_file_of_these(
    empty: Home, at_once: Path
) -> None:
    _put(empty, write_csv(at_once, "EURUSD.csv"))
    _later(at_once, "EURUSD_b.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(
            pilot,
            "EURUSD_b.csv",
            "EURUSD M1, adds 300 bars",
            "300 bars there, 2020-01-06 to 2020-01-06, imported from EURUSD.csv; 300 bars are added to them,",
            "No bar is in both: type a source to keep these apart.",
        )
        await pilot.press("tab", "tab", "tab", *"b")
        await until_shown(pilot, "EURUSD M1, not imported yet", "it becomes a new dataset")
        await pilot.press("backspace")
        await until_shown(pilot, "EURUSD M1, adds 300 bars")
        await pilot.press("enter")
        await until_shown(pilot, "300 added to the 300 that were there.")
        await until_shown(pilot, "from         EURUSD.csv, EURUSD_b.csv")
        await pilot.press("enter")
        await until_shown(pilot, "The files it was imported from", "\nEURUSD_b.csv\nEURUSD.csv\n")


@pytest.mark.slow
async def test_a_price_that_jumps_between_two_files_is_asked_about(empty: Home, at_once: Path) -> None:
    _put(empty, write_csv(at_once, "EURUSD.csv"))
    (at_once / "b").mkdir()
    _later(at_once / "b", "EURUSD.csv", price="1.50000")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(
            pilot,
            "b/EURUSD.csv",
            "EURUSD M1, adds 300 bars",
            "   Of the dataset then: The price jumps from 1.10005 to 1.5, where bars of two imports meet",
        )
        await pilot.press("enter")
        await until_shown(
            pilot,
            "would join the EURUSD M1 that is there, but the price jumps from 1.10005 to 1.5.",
            "s keeps it as source b, y\nadds it; other keys: look at it",
        )
        await pilot.press("s")
        await until_shown(pilot, "EURUSD M1, not imported yet", "it becomes a new dataset")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars")
    with closing(connect(empty.store)) as connection:
        assert [one.source for one in datasets.list_all(connection)] == ["", "b"]


async def test_bars_that_take_the_place_of_others_are_said_to(empty: Home, at_once: Path) -> None:
    _put(empty, write_csv(at_once, "EURUSD.csv"))
    write_csv(at_once, "EURUSD_b.csv", 200, close="1.10006")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD_b.csv", "EURUSD M1, does not fit what is there")
        await pilot.press(*["tab"] * 4, "right")
        await until_shown(pilot, "EURUSD M1, replaces 300 bars")


async def test_an_unknown_symbol_is_told_with_what_is_near_and_what_its_prices_look_like(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "x.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4", "i", *"x.csv", "enter")
        await until_shown(pilot, "✗ no symbol")
        await pilot.press(*"EURUSD1")
        await until_shown(pilot, "! The symbol 'EURUSD1' is not known; did you mean EURUSD?")
        page = " ".join(screen_text(pilot.app).split())
        assert "config.toml of the data folder; digits 5 and pip 0.0001 are assumed from the prices" in page
        assert 'quote = "USD", digits = 5, pip = 0.0001, contract_size = 1 }.' in page


def _is_selected(pilot: Pilot[int], text: str) -> bool:
    field = pilot.app.focused
    return isinstance(field, Input) and field.value == field.selected_text == text


@pytest.fixture
def may_answer(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Keeps the file unread until it is set."""
    event, preview = asyncio.Event(), ImportProcess.preview

    async def patient(process: ImportProcess, asked: Asked) -> object:
        await event.wait()
        return await preview(process, asked)

    monkeypatch.setattr(ImportProcess, "preview", patient)
    return event


async def test_what_the_file_says_comes_selected_to_the_field_in_focus(
    empty: Home, at_once: Path, may_answer: asyncio.Event
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4", "i", *"EURUSD.csv", "enter")
        await until_shown(pilot, "reading ...")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input) and pilot.app.focused.value == "")
        may_answer.set()
        await until(pilot, lambda: _is_selected(pilot, "EURUSD"))
        await pilot.press(*"GBPUSD")
        await until_shown(pilot, "GBPUSD M1, not imported yet")


@pytest.mark.slow
async def test_what_the_file_says_comes_back_selected_where_the_field_was_emptied(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4", "i", *"EURUSD.csv", "enter")
        await until(pilot, lambda: _is_selected(pilot, "EURUSD"))
        await pilot.press(*"GBP", *["backspace"] * 3)
        await until(pilot, lambda: _is_selected(pilot, "EURUSD"))
        await pilot.press(*"GBPUSD")
        await until_shown(pilot, "GBPUSD M1, not imported yet")


async def test_what_is_being_typed_is_not_touched_by_what_the_file_says(
    empty: Home, at_once: Path, may_answer: asyncio.Event
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4", "i", *"EURUSD.csv", "enter")
        await until_shown(pilot, "reading ...")
        await pilot.press(*"gbp")
        may_answer.set()
        await until_shown(pilot, "! The symbol 'gbp' is not known")
        await pilot.press(*"usd")
        await until_shown(pilot, "GBPUSD M1, not imported yet")
        assert isinstance(pilot.app.focused, Input)
        assert (pilot.app.focused.value, pilot.app.focused.selected_text) == ("gbpusd", "")

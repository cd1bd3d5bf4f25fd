"""Datasets are found by typing words of their names."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.datasets import import_file
from core.home import Home
from db.connection import connect
from db.datasets import DatasetRecord
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.imports.rows import DatasetRow, fits
from tui.screens.data import DataScreen

__all__ = ["at_once"]


def _filter_by(pilot: Pilot[int]) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, DataScreen)
    screen.act("filter")


def import_six(home: Home, folder: Path) -> None:
    """Import three symbols, each from two sources."""
    path = write_csv(folder, "EURUSD.csv")
    with closing(connect(home.store)) as connection:
        for symbol in ("AUDUSD", "EURUSD", "GBPUSD"):
            for source in ("", "broker"):
                import_file(home, connection, path, symbol=symbol, source=source)


async def test_datasets_are_found_by_typing(empty: Home, at_once: Path) -> None:
    import_six(empty, at_once)
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "AUDUSD", "EURUSD", "GBPUSD")
        _filter_by(pilot)
        await pilot.press(*"gbp m1")
        await until_shown(pilot, "/ gbp m1  2 of 6 datasets", "GBPUSD M1 · 300 bars")
        assert "AUDUSD" not in screen_text(pilot.app)
        await pilot.press(*" -broker", "enter")
        await until_shown(pilot, "1 of 6 datasets")
        await pilot.press("escape")
        await until_shown(pilot, "AUDUSD", "\nGBPUSD M1 · 300 bars")
        _filter_by(pilot)
        await pilot.press(*"xyz", "enter")
        await until_shown(pilot, "No dataset fits: Esc shows all.", "0 of 6 datasets")
        await pilot.press("enter")
        await until_shown(pilot, "No dataset fits the filter, so there is none to open; Esc shows all.")
        await pilot.press("escape")
        await until_shown(pilot, "AUDUSD")


async def test_a_filter_that_is_opened_again_takes_another_word(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        _filter_by(pilot)
        await pilot.press(*"eur", "enter")
        await until_shown(pilot, "/ eur  1 of 2 datasets")
        _filter_by(pilot)
        await pilot.press(*"h1")
        await until_shown(pilot, "filter: eur h1", "0 of 2 datasets")
        await pilot.press("escape")
        await until_shown(pilot, "/ eur  1 of 2 datasets")


@pytest.mark.slow
async def test_what_was_imported_is_shown_though_it_does_not_fit_the_filter(
    stocked: Home, at_once: Path
) -> None:
    write_csv(at_once, "GBPUSD.csv")
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "SYNTHETIC")
        _filter_by(pilot)
        await pilot.press(*"eur", "enter")
        await until_shown(pilot, "1 of 2 datasets")
        await pilot.press("i", *"GBPUSD.csv", "enter")
        await until_shown(pilot, "GBPUSD M1, not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "\nGBPUSD M1 · 300 bars", "SYNTHETIC")


async def test_the_filter_comes_back_at_the_next_start_with_the_cursor(empty: Home, at_once: Path) -> None:
    import_six(empty, at_once)
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "AUDUSD", "EURUSD", "GBPUSD")
        _filter_by(pilot)
        await pilot.press(*"broker", "enter", "G", "ctrl+q")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "/ broker  3 of 6 datasets", "GBPUSD M1 broker · 300 bars")
        await pilot.press("escape")
        await until_shown(pilot, "GBPUSD M1 broker · 300 bars")
        assert "/ broker" not in screen_text(pilot.app)
        await pilot.press("ctrl+q")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "AUDUSD", "GBPUSD M1 broker · 300 bars")
        assert "of 6 datasets" not in screen_text(pilot.app)


async def test_a_filter_that_was_only_tried_is_not_come_back_to(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        _filter_by(pilot)
        await pilot.press(*"eur")
        await until_shown(pilot, "1 of 2 datasets")
        await pilot.press("escape", "ctrl+q")
    assert json.loads(stocked.screens.read_text())["data"]["filter"] == ""


async def test_a_filter_that_no_dataset_fits_any_more_says_how_to_take_it_away(stocked: Home) -> None:
    stocked.screens.write_text(json.dumps({"screen": {"name": "data"}, "data": {"filter": "gbp"}}))
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "No dataset fits: Esc shows all.", "/ gbp  0 of 2 datasets")
        await pilot.press("escape")
        await until_shown(pilot, "SYNTHETIC", "EURUSD")


@pytest.mark.slow
@pytest.mark.parametrize("kept", [7, ["eur"], None, "eur\x1b[2J", "x" * 2_000])
async def test_what_is_no_filter_is_forgotten(stocked: Home, kept: object) -> None:
    stocked.screens.write_text(json.dumps({"screen": {"name": "data"}, "data": {"filter": kept}}))
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        assert "of 2 datasets" not in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("words", "fitting"),
    [
        ("", True),
        ("eur", True),
        ("EUR m15", True),
        ("m1", False),
        ("tf:m1", True),
        ("source:ecn", True),
        ("symbol:ecn", False),
        ("format:mt5", True),
        ("-ecn", False),
        ("-gbp -", True),
        ("other:eur", False),
    ],
)
def test_words_are_found_in_the_names_of_a_dataset(words: str, fitting: bool) -> None:
    assert fits(DatasetRow(_record()), words) is fitting


def _record() -> DatasetRecord:
    moment = datetime(2020, 1, 6, tzinfo=UTC)
    return DatasetRecord(
        id=1, symbol="EURUSD", timeframe="M15", source="my-ECN", version_id=1, digest="", folder="",
        csv_path="", rows=1, first_time=moment, last_time=moment, dialect="MT5 Export Bars",
        timezone="UTC", day_rule="{}", digits=5, has_spread=False, synthetic=False, dropped=(),
        warnings=(), created_at=moment, current=True,
    )  # fmt: skip

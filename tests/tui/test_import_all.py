"""Many files are imported with one key; what is in doubt is asked once for all that follow."""

from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import datasets
from db.connection import connect
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_broker_hours, write_csv
from tui.widgets.lines import Lines

__all__ = ["at_once"]

ASK = "EURUSD_Candlestick_1_M_ASK_01.01.2020-31.01.2020.csv"


def _sources(home: Home) -> set[tuple[str, str]]:
    with closing(connect(home.store)) as connection:
        return {(one.symbol, one.source) for one in datasets.list_all(connection)}


def _brokers(folder: Path, *brokers: str) -> None:
    """Write the same minutes by several brokers, each with another close."""
    for number, broker in enumerate(brokers):
        (folder / "all" / broker).mkdir(parents=True)
        write_csv(folder / "all" / broker, "EURUSD.csv", 20, close=f"1.1000{number}")


async def _begin(pilot: Pilot[int], path: str, *texts: str) -> None:
    """Look at the first file, then import all."""
    await pilot.press("4")
    await until_shown(pilot, "The data library is empty.")
    await pilot.press("i", *path, "enter")
    await until_shown(pilot, *(texts or ("Import 1 of", "not imported yet")))
    await pilot.press("ctrl+g")


async def test_files_that_do_not_fit_are_kept_apart_by_their_folders_at_one_answer(
    empty: Home, at_once: Path
) -> None:
    _brokers(at_once, "a", "b", "c", "d")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _begin(pilot, "all")
        await until_shown(
            pilot,
            "Import 2 of 4",
            "EURUSD.csv does not fit the EURUSD M1 that is there. For it and all such that follow:",
            "s keeps each as a source named\nafter its folder, r replaces what is there",
        )
        await pilot.press("s")
        await until_shown(pilot, "4 files imported.")
    assert _sources(empty) == {("EURUSD", ""), ("EURUSD", "b"), ("EURUSD", "c"), ("EURUSD", "d")}


async def test_files_of_one_folder_that_differ_are_kept_apart_by_their_names(
    empty: Home, at_once: Path
) -> None:
    (at_once / "all").mkdir()
    for number, name in enumerate(("EURUSD_1", "EURUSD_2", "EURUSD_3")):
        write_csv(at_once / "all", f"{name}.csv", 20, close=f"1.1000{number}")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _begin(pilot, "all")
        await until_shown(pilot, "does not fit")
        await pilot.press("s")
        await until_shown(pilot, "3 files imported.")
    assert {source for _, source in _sources(empty)} == {"", "all", "EURUSD_3"}


async def test_a_source_that_was_typed_comes_back_after_one_that_did_not_fit(
    empty: Home, at_once: Path
) -> None:
    _brokers(at_once, "a", "b")
    write_csv(at_once / "all" / "b", "GBPUSD.csv", 20)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"all", "enter")
        await until_shown(pilot, "Import 1 of 3", "not imported yet")
        await pilot.press("tab", "tab", "tab", *"mine")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("ctrl+g")
        await until_shown(pilot, "does not fit")
        await pilot.press("s")
        await until_shown(pilot, "3 files imported.")
    assert _sources(empty) == {("EURUSD", "mine"), ("EURUSD", "b"), ("GBPUSD", "mine")}


async def test_only_what_was_answered_for_is_replaced(empty: Home, at_once: Path) -> None:
    _brokers(at_once, "a", "b")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _begin(pilot, "all")
        await until_shown(pilot, "r replaces what is there")
        await pilot.press("r")
        await until_shown(pilot, "2 files imported.")
    with closing(connect(empty.store)) as connection:
        (one,) = datasets.list_all(connection)
        assert len(datasets.versions(connection, one.id)) == 2


async def test_what_was_left_out_is_told_with_the_reasons_and_can_be_read(empty: Home, at_once: Path) -> None:
    _brokers(at_once, "a", "b", "c")
    for name in ("x.csv", "y.csv"):
        (at_once / "all" / "c" / name).write_text("time,open,high,low,close\n")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _begin(pilot, "all")
        await until_shown(pilot, "Import 2 of 5", "does not fit")
        await pilot.press("l")
        await until_shown(pilot, "Import 4 of 5", "x.csv is not understood: line 1: there is a header")
        await pilot.press("l")
        await until_shown(
            pilot,
            "1 file imported; 4 left out: 2 not fitting the bars that are there, 2 not understood.",
            "l lists them",
        )
        await pilot.press("l")
        await until_shown(
            pilot,
            "Import · 4 files left out",
            "all/b/EURUSD.csv\n   This EURUSD M1 does not fit the dataset in the library: 20 bars differ",
            "all/c/y.csv\n   Line 1: there is a header but no bar below it; export the file again.",
        )
        await pilot.press("escape")
        await until_shown(pilot, "% there")
    assert _sources(empty) == {("EURUSD", "")}


async def test_another_key_than_an_answer_stops_to_mend_the_file_by_hand(empty: Home, at_once: Path) -> None:
    (at_once / "all").mkdir()
    for name in ("EURUSD.csv", "a.csv", "b.csv"):
        write_csv(at_once / "all", name, 20)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _begin(pilot, "all", "Import 1 of 3", "not imported yet")
        await until_shown(pilot, "Import 2 of 3 · a.csv", "has no symbol: its name tells no symbol")
        await pilot.press("escape")
        await until(pilot, lambda: "has no symbol" not in screen_text(pilot.app))
        await pilot.press(*"gbpusd")
        await until_shown(pilot, "GBPUSD M1, not imported yet")
        await pilot.press("ctrl+g")
        await until_shown(pilot, "Import 3 of 3 · b.csv", "has no symbol")
        await pilot.press("l")
        await until_shown(pilot, "2 files imported; 1 left out, with no symbol.")
    assert _sources(empty) == {("EURUSD", ""), ("GBPUSD", "")}


@pytest.mark.slow
async def test_a_name_that_says_ask_is_asked_about_before_anything_is_stored(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, ASK)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *ASK, "enter")
        await until_shown(
            pilot,
            "not imported yet",
            "\n! the file's name says ASK; its prices are taken as bid, and the spread is added to them\n",
        )
        await pilot.press("enter")
        await until_shown(pilot, "says ASK in its name", "y imports it so; other keys: look at it")
        await pilot.press("escape")
        await until(pilot, lambda: "says ASK in its name" not in screen_text(pilot.app))
        assert _sources(empty) == set()
        await pilot.press("enter", "y")
        await until_shown(pilot, "EURUSD M1: 300 bars")


async def test_a_zone_in_doubt_is_asked_about_once_and_the_fitting_one_taken(
    empty: Home, at_once: Path
) -> None:
    (at_once / "all").mkdir()
    for name in ("EURUSD.csv", "GBPUSD.csv"):
        write_broker_hours(at_once / "all", name)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _begin(pilot, "all")
        await until_shown(pilot, "is read on Europe/Athens, but its weeks do not end as the market's do")
        await pilot.press("f")
        await until_shown(pilot, "2 files imported.")
    with closing(connect(empty.store)) as connection:
        clocks = [one.timezone for one in datasets.list_all(connection)]
    assert clocks == ["America/New_York+7"] * 2


@pytest.mark.slow
@pytest.mark.parametrize(("key", "clock"), [("f", "America/New_York+7"), ("y", "Europe/Athens")])
async def test_a_zone_in_doubt_is_asked_about_before_one_file_is_stored(
    empty: Home, at_once: Path, key: str, clock: str
) -> None:
    write_broker_hours(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"EURUSD.csv", "enter")
        await until_shown(pilot, "not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "f takes the zone that fits,\nAmerica/New_York+7, y imports it so")
        await pilot.press(key)
        if key == "f":
            await until_shown(pilot, "America/New_York+7: so it was chosen")
            await pilot.press("enter")
        await until_shown(pilot, "EURUSD H1: ")
    with closing(connect(empty.store)) as connection:
        assert [one.timezone for one in datasets.list_all(connection)] == [clock]


@pytest.mark.slow
async def test_one_file_that_does_not_fit_is_kept_apart_or_takes_the_others_place_at_one_key(
    empty: Home, at_once: Path
) -> None:
    _brokers(at_once, "a", "b")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"all/a/EURUSD.csv", "enter")
        await until_shown(pilot, "not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 20 bars")
        await pilot.press("i", "ctrl+u", *"all/b/EURUSD.csv", "enter")
        await until_shown(pilot, "20 bars differ from those there")
        await pilot.press("enter")
        await until_shown(pilot, "s keeps it as source b, r replaces what is there")
        await pilot.press("r")
        await until_shown(pilot, "these bars take their place")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "20 bars differ from those there")
        await pilot.press("enter", "s")
        await until_shown(pilot, "it becomes a new dataset")
        await pilot.press("enter")
        await until(pilot, lambda: _sources(empty) == {("EURUSD", ""), ("EURUSD", "b")})


@pytest.mark.slow
async def test_files_that_were_not_come_to_are_told(empty: Home, at_once: Path) -> None:
    _brokers(at_once, "a", "b", "c")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"all", "enter")
        await until_shown(pilot, "Import 1 of 3", "not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "Import 2 of 3", "does not fit what is there")
        await pilot.press("escape")
        await until_shown(pilot, "1 file imported; 2 left out, not looked at.")
        assert "lists them" not in screen_text(pilot.app)
        assert pilot.app.screen.query_one("#data-notes", Lines)

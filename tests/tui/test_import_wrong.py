"""Every field of an import that is wrong says so itself, however many there are."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import datasets
from db.connection import connect
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.imports.client import Asked
from tui.imports.process import Desk
from tui.widgets.fields import Field
from tui.widgets.lines import Lines

__all__ = ["at_once"]

FIELDS = ("symbol", "timeframe", "timezone", "source")
UNKNOWN = {
    "symbol": ("XYZ", "The symbol 'XYZ' is not known; "),
    "timeframe": ("H7", "There is no timeframe 'H7'; "),
    "timezone": ("Nowhere", "There is no time zone 'Nowhere'; "),
    "source": ("a/b", "A source cannot be called 'a/b'; "),
}


async def _look_at(pilot: Pilot[int], path: str, *texts: str) -> None:
    await pilot.press("4")
    await until_shown(pilot, "The data library is empty.")
    await pilot.press("i", *path, "enter")
    await until_shown(pilot, *texts)


async def _fill(pilot: Pilot[int], wrong: dict[str, str]) -> None:
    """Type into the fields, from the first, which has the focus."""
    for name in FIELDS:
        await pilot.press(*wrong.get(name, ""), "tab")


def _notes(pilot: Pilot[int]) -> dict[str, str]:
    """Return what is said to be wrong, by field."""
    fields = pilot.app.screen.query(Field)
    return {field.spec.name: field.note[2:] for field in fields if field.note.startswith("! ")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [("timeframe", "timezone"), ("symbol", "source"), ("timezone", "source"), FIELDS]
)
async def test_each_wrong_field_says_what_is_wrong_with_it(
    empty: Home, at_once: Path, names: tuple[str, ...]
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 45)) as pilot:
        await _look_at(pilot, "EURUSD.csv", "EURUSD M1, not imported yet")
        await _fill(pilot, {name: UNKNOWN[name][0] for name in names})
        await until(pilot, lambda: set(_notes(pilot)) == set(names))
        assert all(_notes(pilot)[name].startswith(UNKNOWN[name][1]) for name in names)
        page = pilot.app.screen.query_one("#text-lines", Lines).text
        assert all(f"! {UNKNOWN[name][1]}".strip() in page for name in names)


async def test_a_field_that_the_bars_contradict_is_found_behind_one_that_means_nothing(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv", "EURUSD M1, not imported yet")
        await _fill(pilot, {"symbol": "XYZ", "timeframe": "H1"})
        await until_shown(pilot, "✗ wrong symbol, wrong timeframe", "! most bars are 1 minutes apart")
        assert _notes(pilot)["timeframe"].startswith("most bars are 1 minutes apart, so this is no H1 file;")
        await pilot.press("enter")
        await until_shown(pilot, "It has a wrong symbol and a wrong timeframe; what to do stands above.")


async def test_what_the_file_lacks_and_what_is_wrong_are_told_together_and_mended_one_by_one(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "x.csv")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await _look_at(pilot, "x.csv", "✗ no symbol")
        await pilot.press("tab", "tab", "tab", *"a b")
        await until_shown(pilot, "✗ no symbol, wrong source")
        await pilot.press("enter")
        await until_shown(pilot, "It has no symbol and a wrong source; what to do stands above.")
        await pilot.press("shift+tab", "shift+tab", "shift+tab", *"eurusd")
        await until_shown(pilot, "✗ wrong source")
        assert set(_notes(pilot)) == {"source"}
        await pilot.press("tab", "tab", "tab", "ctrl+u")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        assert _notes(pilot) == {}


async def test_a_file_without_prices_is_told_before_a_field_that_is_wrong(empty: Home, at_once: Path) -> None:
    (at_once / "EURUSD.csv").write_text("time,open,high,low,close\n")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, "EURUSD.csv", "✗ not understood")
        await pilot.press("tab", "tab", *"Nowhere")
        await until_shown(pilot, "! There is no time zone 'Nowhere'", "✗ not understood")
        first, *_ = pilot.app.screen.query_one("#text-lines", Lines).text.splitlines()
        assert first.startswith("! line 1: there is a header but no bar below it")
        assert set(_notes(pilot)) == {"timezone"}


@pytest.mark.slow
async def test_several_files_with_the_same_wrong_fields_are_asked_about_once(
    empty: Home, at_once: Path
) -> None:
    for name in ("EURUSD.csv", "GBPUSD.csv"):
        write_csv(at_once, name, 20)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, ".", "Import 1 of 2", "EURUSD M1, not imported yet")
        await pilot.press("tab", "tab", *"Nowhere", "tab", *"a b")
        await until_shown(pilot, "✗ wrong time zone, wrong source")
        await pilot.press("ctrl+g")
        await until_shown(pilot, "EURUSD.csv has a wrong time zone and a wrong source: there is no time zone")
        await pilot.press("l")
        await until_shown(pilot, "2 left out, with a wrong time zone and a wrong source.")


def test_what_stands_in_for_a_wrong_field_is_never_stored(empty: Home, tmp_path: Path) -> None:
    path = write_csv(tmp_path, "x.csv")
    wrong = Asked(str(path), symbol="XYZ", source="a b")
    answer = Desk(empty).answer({"do": "import", **asdict(wrong)})
    assert [one["field"] for one in answer["refused"]] == ["symbol", "source"]
    with closing(connect(empty.store)) as connection:
        assert datasets.list_all(connection) == []

"""The key that imports the sample market from the run list."""

from contextlib import closing

import pytest

from core.home import Home
from db.connection import connect
from tests.tui.conftest import make_app, until, until_shown
from tui.imports.importing import Importing
from tui.screens.data import DataScreen


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The imports of the sample market that were begun; none is made."""
    begun: list[bool] = []
    monkeypatch.setattr(Importing, "_begin_sample", lambda _: begun.append(True))
    return begun


async def test_into_an_empty_library_it_goes_at_once(empty: Home, imported: list[bool]) -> None:
    app = make_app(empty)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, DataScreen))
        await until(pilot, lambda: imported)


async def test_a_sample_that_is_there_is_told_of(stocked: Home, imported: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("m")
        await until_shown(pilot, "The sample market is there already; 4 shows the library.")
    assert not imported


async def test_beside_other_prices_it_asks_first(stocked: Home, imported: list[bool]) -> None:
    with closing(connect(stocked.store)) as connection:
        connection.execute("UPDATE dataset_versions SET synthetic = 0")
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("m")
        await until_shown(pilot, "Import the sample market, made-up prices?")
        await pilot.press("escape")
        await until_shown(pilot, "m sample  n new run")
        assert not imported
        await pilot.press("m")
        await until_shown(pilot, "Import the sample market, made-up prices?")
        await pilot.press("y")
        await until(pilot, lambda: imported)

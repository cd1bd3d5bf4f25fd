"""A note that the store cannot take is not lost."""

from contextlib import closing

import pytest

from core.home import Home
from db import runs
from db.connection import connect
from db.errors import StoreBusyError
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.store_link import StoreLink


def _notes(home: Home, run_id: int) -> str | None:
    with closing(connect(home.store)) as connection:
        run = runs.get(connection, run_id)
        return run.notes if run is not None else None


@pytest.mark.slow
@pytest.mark.parametrize("opening", [(), ("enter",)])
async def test_what_was_typed_while_the_store_was_busy_is_there_again(
    filled: Home, monkeypatch: pytest.MonkeyPatch, opening: tuple[str, ...]
) -> None:
    async def refuse(*_: object) -> None:
        raise StoreBusyError("The store is busy; try again in a moment.")

    app: BacktapeApp = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*"jjj", *opening)
        await until_shown(pilot, *(["Run 38 · "] if opening else []))
        with monkeypatch.context() as patch:
            patch.setattr(StoreLink, "write", refuse)
            await pilot.press("N", *"long thought", "enter")
            await until_shown(pilot, "N shows it")
        await pilot.press("N")
        await until_shown(pilot, "note on run 38: long thought")
        await pilot.press("enter")
        await until(pilot, lambda: _notes(filled, 38) == "long thought")
        assert app.unwritten_notes == {}


async def test_the_later_of_two_notes_that_waited_for_the_store_is_the_one_kept(filled: Home) -> None:
    app: BacktapeApp = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        with closing(connect(filled.store)) as other:
            other.execute("BEGIN IMMEDIATE")
            for text in ("first", "last"):
                await pilot.press("N", "ctrl+u", *text, "enter")
            other.execute("ROLLBACK")
        await until(pilot, lambda: not app.unwritten_notes)
        assert _notes(filled, 41) == "last"

"""A run that somebody else deletes while it is looked at, and brings back."""

from contextlib import closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.filling import COMPLETED, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown

SHORT, WIDE = (80, 24), (120, 40)


def delete(home: Home, run_id: int) -> None:
    with closing(connect(home.store)) as connection:
        assert runs.delete(connection, [run_id]) == [run_id]


def undelete(home: Home, run_id: int) -> None:
    with closing(connect(home.store)) as connection:
        assert runs.undelete(connection, [run_id]) == [run_id]


def title(pilot: Pilot[int]) -> str:
    return screen_text(pilot.app).splitlines()[1].rstrip()


def last_line(pilot: Pilot[int]) -> str:
    return screen_text(pilot.app).splitlines()[-1].rstrip()


@pytest.mark.slow
@pytest.mark.parametrize("size", [SHORT, WIDE])
@pytest.mark.parametrize("run_id", [RUNNING, COMPLETED])
async def test_it_keeps_its_title_and_says_once_how_to_bring_it_back(
    filled: Home, run_id: int, size: tuple[int, int]
) -> None:
    async with make_app(filled).run_test(size=size) as pilot:
        await open_run(pilot, run_id)
        before = title(pilot)
        delete(filled, run_id)
        told = f"Run {run_id} has been deleted; z in the run list brings back what was deleted last."
        await until(pilot, lambda: last_line(pilot) == told)
        assert title(pilot).endswith(" deleted")
        assert title(pilot).startswith(before[: before.index(" · 2020-")])
        await pilot.press("f8")
        await until_shown(pilot, "F8 does nothing here")
        delete(filled, 1)
        await pilot.pause(0.5)
        assert last_line(pilot).startswith("F8 does nothing here")


async def test_the_keys_that_have_nothing_to_act_on_are_not_named_and_refuse(filled: Home) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await open_run(pilot, COMPLETED)
        await until(pilot, lambda: "d delete" in last_line(pilot))
        delete(filled, COMPLETED)
        await until_shown(pilot, "brings back what was deleted last.")
        for key in ("r", "e", "d", "C", "y", "N", "x", "greater_than_sign"):
            await pilot.press(key)
            await until(pilot, lambda: last_line(pilot) == "This run has been deleted.")
            await pilot.press("down")
            await until(pilot, lambda: last_line(pilot).endswith("? keys"))
            named = ("r repeat", "e export", "d delete", "C clone", "y copy", "> next tab", "x cancel")
            assert [one for one in named if one in last_line(pilot)] == []


async def test_a_run_that_is_brought_back_is_there_again(filled: Home) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await open_run(pilot, COMPLETED)
        delete(filled, COMPLETED)
        await until_shown(pilot, "brings back what was deleted last.")
        undelete(filled, COMPLETED)
        await until(pilot, lambda: "✓ done in" in title(pilot) and "d delete" in last_line(pilot))
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "entered", "stop", "profit")


async def test_a_run_deleted_before_anything_of_it_was_read_says_so_too(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=WIDE) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        delete(filled, COMPLETED)
        app.go_to_run(COMPLETED)
        await until_shown(pilot, f"Run {COMPLETED} has been deleted; z in the run list")
        assert title(pilot).split() == ["Run", str(COMPLETED), "deleted"]

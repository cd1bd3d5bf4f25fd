"""Cancelling asks first, in the run list and in a run, and never says what is not true."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import jobs, runs
from db.connection import connect
from db.jobs import Beat
from db.runs import RunSummary
from tests.shots.filling import PENDING, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.acting.cancelling import question
from tui.pacing import FIGURES_SECONDS
from tui.screens.base import WorkScreen

ENDED = 38
SHORT, WIDE = (80, 24), (120, 40)


def status(home: Home, run_id: int) -> str:
    with closing(connect(home.store)) as connection:
        run = runs.get(connection, run_id)
    assert run is not None
    return run.status


def is_asked_to_end(home: Home) -> bool:
    with closing(connect(home.store)) as connection:
        job = jobs.get(connection, RUNNING)
    assert job is not None
    return job.cancel_requested


def end_the_run(home: Home, how: str) -> None:
    with closing(connect(home.store)) as connection:
        job = jobs.get(connection, RUNNING)
        assert job is not None
        assert job.attempt is not None
        assert jobs.end(connection, RUNNING, job.attempt, how, None)


async def on(pilot: Pilot[int], where: str, run_id: int) -> None:
    """Put the cursor on a run of the list, or open it."""
    if where == "detail":
        await open_run(pilot, run_id)
        return
    await until_shown(pilot, "41 runs", "1 waiting")
    await pilot.press(*["j"] * (41 - run_id))


def go_on_to(home: Home, percent: int) -> None:
    with closing(connect(home.store)) as connection:
        job = jobs.get(connection, RUNNING)
        assert job is not None
        assert job.attempt is not None
        assert jobs.beat(connection, job.attempt, Beat(percent, 100)) is not None


IN_BOTH = pytest.mark.parametrize("where", ["list", "detail"])


@IN_BOTH
async def test_hours_of_computing_do_not_go_by_one_wrong_key(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=SHORT) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x")
        await until_shown(pilot, "Cancel run 40, 42 % done?  y cancels, else it goes on")
        await pilot.press("x")
        await until_shown(pilot, "x cancel")
        assert "Cancel" not in screen_text(pilot.app)
        await pilot.press("x", "enter")
        await until_shown(pilot, "x cancel")
        assert not is_asked_to_end(filled)


@IN_BOTH
async def test_a_run_under_way_is_cancelled_once_that_is_wanted(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x", "y")
        await until_shown(
            pilot, "Cancelling run 40.", "  cancelling" if where == "detail" else "▶ cancelling"
        )
        assert is_asked_to_end(filled)
        end_the_run(filled, "cancelled")
        await until_shown(pilot, "■ cancelled at 42 %" if where == "detail" else "40  ■ cancelled")
        await until(pilot, lambda: "Cancelling" not in screen_text(pilot.app))


@IN_BOTH
async def test_a_run_that_only_waits_is_asked_for_too_and_is_gone_at_once(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=SHORT) as pilot:
        await on(pilot, where, PENDING)
        await pilot.press("x")
        await until_shown(pilot, "Cancel run 41, still waiting?  y cancels, else it goes on waiting")
        assert status(filled, PENDING) == "pending"
        await pilot.press("y")
        await until_shown(pilot, "■ cancelled", "Cancelled run 41.")
        assert status(filled, PENDING) == "cancelled"
        await pilot.pause(0.5)
        assert "Cancelled run 41." in screen_text(pilot.app)


async def test_of_several_it_is_said_how_many_run_and_how_many_wait(filled: Home) -> None:
    async with make_app(filled).run_test(size=SHORT) as pilot:
        await on(pilot, "list", PENDING)
        await pilot.press(*["space"] * 3, "x")
        await until_shown(
            pilot, "Cancel 2 runs (40, 41), 1 running and 1 waiting?  y cancels, else they go on"
        )
        await pilot.press("y")
        await until_shown(pilot, "Cancelling 2 runs (40, 41).", "▶ cancelling")
        assert status(filled, PENDING) == "cancelled"
        assert status(filled, ENDED + 1) == "completed"
        assert is_asked_to_end(filled)


@pytest.mark.slow
async def test_marked_runs_that_the_list_does_not_show_are_told_of(filled: Home) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await on(pilot, "list", RUNNING)
        await pilot.press("space", "slash", *"status:waiting", "enter")
        await until_shown(pilot, "1 of 41 runs", "1 marked")
        await pilot.press("x")
        await until_shown(pilot, "Cancel run 40, 42 % done, which is not in this list?")
        await pilot.press("n", "g", "space", "x")
        await until_shown(pilot, "1 running and 1 waiting, 1 of them not in this list?")


@IN_BOTH
async def test_what_has_ended_cannot_be_cancelled_and_that_is_said(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await on(pilot, where, ENDED)
        await pilot.press("x")
        await until_shown(pilot, "is done; only what waits or runs can be cancelled.")


@IN_BOTH
async def test_a_run_that_ends_while_it_is_asked_for_has_not_been_cancelled(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x")
        await until_shown(pilot, "Cancel run 40")
        end_the_run(filled, "failed")
        await until_shown(pilot, "✗ failed", "Run 40 has ended already.")
        await pilot.press("y")
        await until_shown(pilot, "Run 40 has ended already.")
        assert status(filled, RUNNING) == "failed"


@IN_BOTH
async def test_the_question_follows_the_run_while_it_stands(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=SHORT) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x")
        await until_shown(pilot, "Cancel run 40, 42 % done?  y cancels, else it goes on")
        for percent in (57, 99):
            go_on_to(filled, percent)
            await until_shown(pilot, f"Cancel run 40, {percent} % done?  y cancels, else it goes on")
        await pilot.press("y")
        await until_shown(pilot, "Cancelling run 40.")
        assert is_asked_to_end(filled)


@pytest.mark.slow
@IN_BOTH
async def test_a_question_that_was_answered_does_not_come_back(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=SHORT) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x")
        await until_shown(pilot, "Cancel run 40, 42 % done?")
        go_on_to(filled, 57)
        await until_shown(pilot, "Cancel run 40, 57 % done?")
        go_on_to(filled, 58)
        await pilot.press("n")
        await until_shown(pilot, "x cancel", " 58 % ")
        await pilot.pause(2 * FIGURES_SECONDS)
        assert "Cancel" not in screen_text(pilot.app)


async def test_of_several_the_question_names_those_that_have_not_ended_yet(filled: Home) -> None:
    async with make_app(filled).run_test(size=SHORT) as pilot:
        await on(pilot, "list", PENDING)
        await pilot.press("space", "space", "x")
        await until_shown(pilot, "Cancel 2 runs (40, 41), 1 running and 1 waiting?")
        end_the_run(filled, "failed")
        await until_shown(pilot, "Cancel run 41, still waiting?  y cancels, else it goes on waiting")
        await pilot.press("y")
        await until_shown(pilot, "Cancelled run 41.")
        assert status(filled, RUNNING) == "failed"


@IN_BOTH
async def test_what_is_being_cancelled_is_not_asked_for_again(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x", "y", "x")
        await until_shown(pilot, "Run 40 is being cancelled already.")


async def test_a_deleted_run_is_not_said_to_have_ended(filled: Home) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await open_run(pilot, RUNNING)
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [RUNNING])
        await until_shown(pilot, "Run 40 has been deleted;")
        await pilot.press("x")
        await until_shown(pilot, "This run has been deleted.")


@pytest.mark.slow
@IN_BOTH
async def test_the_end_of_a_run_takes_no_other_sentence_away(filled: Home, where: str) -> None:
    async with make_app(filled).run_test(size=WIDE) as pilot:
        await on(pilot, where, RUNNING)
        await pilot.press("x", "y")
        await until_shown(pilot, "Cancelling run 40.")
        screen = pilot.app.screen
        assert isinstance(screen, WorkScreen)
        screen.say("Something else.")
        end_the_run(filled, "cancelled")
        await until_shown(pilot, "■ cancelled")
        await pilot.pause(0.5)
        assert "Something else." in screen_text(pilot.app)


@IN_BOTH
async def test_an_answer_typed_ahead_waits_for_the_question(filled: Home, where: str) -> None:
    app, let = make_app(filled), asyncio.Event()
    read = app.link.read

    async def held_up(function: Callable[..., object], *args: object) -> object:
        if list(args) == [[RUNNING]]:
            await let.wait()
        return await read(function, *args)

    async with app.run_test(size=WIDE) as pilot:
        await on(pilot, where, RUNNING)
        with patch.object(app.link, "read", held_up), patch("tui.keys.typed.AHEAD_SECONDS", 60.0):
            await pilot.press("x", "y")
            assert "Cancel" not in screen_text(app)
            let.set()
            await until_shown(pilot, "Cancelling run 40.")


def waiting(run_id: int) -> RunSummary:
    return replace(running(run_id), status="pending")


def running(run_id: int, done: int = 0) -> RunSummary:
    names = dict.fromkeys(RunSummary.__dataclass_fields__)
    return RunSummary(**{**names, "id": run_id, "status": "running", "progress_pct": done})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "unseen", "asked"),
    [
        ([running(7)], 0, "Cancel run 7, 0 % done?  y cancels, else it goes on"),
        ([running(1), running(2)], 0, "Cancel 2 runs (1, 2), all running?  y cancels, else they go on"),
        ([waiting(1), waiting(2)], 0, "Cancel 2 runs (1, 2), all waiting?  y cancels, else they go on"),
        (
            [running(1), *map(waiting, range(2, 1_205))],
            3,
            (
                "Cancel 1,204 runs, 1 running and 1,203 waiting, 3 of them not in this list?"
                "  y cancels, else they go on"
            ),
        ),
    ],
)
def test_the_question_says_what_is_lost(left: Sequence[RunSummary], unseen: int, asked: str) -> None:
    assert question(left, unseen) == asked

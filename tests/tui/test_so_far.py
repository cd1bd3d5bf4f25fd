"""What is shown of a run without a result: how it goes so far, how far it came, what it waits for."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from core.home import Home
from core.live_curve import told_bars
from db import jobs, queue, runs
from db.connection import connect
from db.jobs import JobRecord
from db.queue import Place
from db.runs import RunRecord
from tests.records import END, START, run
from tests.shots.filling import CANCELLED, FAILED, PENDING, RUNNING, new_run
from tests.tui.conftest import make_app, open_run, until_shown
from tui.drawing.axes import time_axis
from tui.drawing.room import Room
from tui.pages.overview import overview_lines
from tui.pages.so_far import of_run, ordinal, place_sentences
from tui.run_curve import live_curve, period_of
from tui.widgets.lines import Line

ROOM = Room(100, 40, ascii_only=False)
VALUES = [10_000.0, 10_400.0, 9_880.0, 10_250.0]
JOB = JobRecord(
    7, None, 1, None, None, None, None, None, cancel_requested=False, cancel_requested_at=None,
    uses_model=False, phase=None, bars_done=4, bars_total=1000, trades=12, equity=10_250.0,
)  # fmt: skip


def _run(status: str, *, job: JobRecord | None = JOB, **changed: Any) -> RunRecord:  # noqa: ANN401
    return run(status=status, progress_pct=43, total_trades=None, job=job, **changed)


def _texts(lines: Sequence[Line]) -> list[str]:
    return ["".join(cell.text for cell in parts).rstrip() for parts in lines]


def _page(of: RunRecord, room: Room = ROOM, waiting: Sequence[str] = ()) -> list[str]:
    done = of.job.bars_done if of.job is not None else 0
    values = (VALUES * 64)[: len(told_bars(done))]
    return _texts(overview_lines(of, live_curve(of, values, done, 1000), room, waiting=waiting))


# Under way, or ended without a result


@pytest.mark.parametrize(
    ("status", "when"), [("running", "so far"), ("failed", "until then"), ("cancelled", "until then")]
)
def test_profit_return_and_drawdown_are_told_before_there_is_a_result(status: str, when: str) -> None:
    page = _page(_run(status, error_message="Oh dear."))
    assert f"{when}  net profit +250.00  return +2.50 %  max drawdown 5.00 %" in page


def test_of_a_curve_with_gaps_the_drawdown_is_told_as_the_least_it_can_be() -> None:
    (told,) = (text for text in _page(_run("running", job=replace(JOB, bars_done=800))) if "so far" in text)
    assert told.endswith("max drawdown at least 5.00 %")


def test_what_has_no_room_is_left_out_whole() -> None:
    page = _page(_run("running"), Room(60, 16, ascii_only=False))
    assert "so far  net profit +250.00  return +2.50 %" in page


@pytest.mark.parametrize("balance", [0.0, -5.0])
def test_without_a_balance_there_is_no_return(balance: float) -> None:
    figures = of_run(_run("running", initial_balance=balance), ([], [])).figures()
    assert [gain.value for gain in figures[1:]] == ["\N{EN DASH}", "\N{EN DASH}"]


def test_before_the_first_bar_nothing_is_said_to_have_come_of_it() -> None:
    page = _page(_run("running", job=replace(JOB, bars_done=0, trades=0, equity=None)))
    assert page[0].endswith("0 of 1,000 bars  0 trades")
    assert not any("so far" in text for text in page)


@pytest.mark.parametrize(
    ("status", "total", "said"),
    [
        ("failed", 1000, "None of its 1,000 bars was done."),
        ("failed", 0, "None of its bars was done."),
        ("cancelled", 1000, "None of its 1,000 bars was done."),
        ("cancelled", 0, "It was cancelled before it began."),
    ],
)
def test_a_run_that_ended_before_its_first_bar_says_so(status: str, total: int, said: str) -> None:
    job = replace(JOB, bars_done=0, bars_total=total, trades=0, equity=None)
    for of in (_run(status, job=job, error_message="Oh dear."), _run(status, job=None)):
        page = _page(of)
        assert (said if of.job else said.replace("1,000 ", "")) in page or not of.job
        assert not any("0 of" in text or "until then" in text for text in page)


@pytest.mark.parametrize("status", ["running", "failed", "cancelled"])
def test_its_curve_is_drawn_on_the_time_axis_of_its_whole_period(status: str) -> None:
    of = _run(status)
    assert time_axis(*period_of(of), ROOM.width - 12).rstrip() in [text[12:] for text in _page(of)]
    done = run()
    curve = live_curve(done, VALUES, 4, 1000)
    axes = [text[12:] for text in _texts(overview_lines(done, curve, ROOM))]
    assert time_axis(curve[0][0], curve[0][-1], ROOM.width - 12).rstrip() in axes


# Its curve


def test_a_curve_that_goes_on_keeps_the_times_of_its_points() -> None:
    span = (END - START).total_seconds()
    before = live_curve(run(), [1.0] * len(told_bars(700)), 700, 1000)
    after = live_curve(run(), [1.0] * len(told_bars(760)), 760, 1000)
    assert before[0][:-1] == after[0][: len(before[0]) - 1]
    assert before[0][0] == START.timestamp()
    assert before[0][-1] == pytest.approx(START.timestamp() + span * 0.699)


@pytest.mark.parametrize("done", [0, 500, 1000, 10**12])
def test_a_curve_that_was_told_in_another_way_is_spread_over_what_was_done(done: int) -> None:
    times, values = live_curve(run(), VALUES, done, 1000)
    assert values == VALUES
    assert times[0] == START.timestamp()
    share = min(1.0, done / 1000)
    assert times[-1] == pytest.approx(START.timestamp() + (END - START).total_seconds() * share)


# Waiting


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(1, 1), ["It is the next to begin."]),
        (Place(1, 5), ["It is the next to begin, the first of 5 that wait."]),
        (Place(3, 5), ["It is the third of 5 that wait."]),
        (Place(2, 2, uses_model=True), ["It is the second of 2 that wait to ask a model."]),
        (
            Place(12, 1_200, paused=True),
            ["It is the 12th of 1,200 that wait.", "The queue is paused: p on Runs lets it go on."],
        ),
    ],
)
def test_a_waiting_run_tells_its_place(place: Place, said: list[str]) -> None:
    assert list(place_sentences(place, "p")) == said


def test_a_number_has_its_ending() -> None:
    known = {1: "first", 10: "tenth", 11: "11th", 13: "13th", 21: "21st", 102: "102nd", 111: "111th"}
    assert {number: ordinal(number) for number in known} == known
    assert ordinal(1_003) == "1,003rd"


@pytest.mark.slow
async def test_the_page_of_a_waiting_run_follows_the_queue(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        runs.insert(connection, new_run(42))
        async with make_app(filled).run_test(size=(80, 24)) as pilot:
            await until_shown(pilot, "42 runs")
            await pilot.press("enter")
            await until_shown(pilot, "Run 42 ·", "It is the second of 2 that wait.")
            queue.pause(connection, True)
            await until_shown(pilot, "The queue is paused: p on Runs lets it go on.")
            queue.pause(connection, False)
            jobs.claim_next(connection, "attempt")
            screen = await until_shown(pilot, "It is the next to begin.")
            assert "paused" not in screen
            jobs.claim_next(connection, "other")
            screen = await until_shown(pilot, "▶ starting")
            assert "to begin" not in screen


# Below the list


@pytest.mark.parametrize(
    ("run_id", "said"),
    [
        (PENDING, ["It is the next to begin."]),
        (RUNNING, ["21,404 of 49,777", "612", "10,631.20", "+631.20", "+6.31"]),
        (CANCELLED, ["3,120 of 12,480", "64", "10,052.00", "+52.00", "+0.52"]),
        (FAILED, ["killed by signal 9 (SIGKILL) at 50 %.", "12,480 of 24,960", "371", "-125.50"]),
    ],
)
async def test_the_list_shows_below_it_what_is_known_of_a_run_without_a_result(
    filled: Home, run_id: int, said: list[str]
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - run_id))
        curve = [] if run_id == PENDING else ["┤", "drawdown % ", "2020-07 "]
        screen = await until_shown(pilot, f"#{run_id} ", *said, *curve)
        assert ("┤" in screen) == bool(curve)
        assert "expectancy" not in screen


async def test_below_the_list_a_curve_grows_and_another_run_leaves_nothing_of_it(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j")
        await until_shown(pilot, "#40 ", "21,404 of 49,777")
        with closing(connect(filled.store)) as connection:
            connection.execute(
                "UPDATE run_jobs SET bars_done = 30000, trades = 700, equity = 9000.0 WHERE run_id = ?",
                (RUNNING,),
            )
        await until_shown(pilot, "30,000 of 49,777", "-1,000.00")
        await pilot.press("k")
        screen = await until_shown(pilot, "#41 ", "It is the next to begin.")
        assert "┤" not in screen


async def test_the_overview_of_a_run_under_way_says_what_came_of_it_so_far(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, RUNNING)
        screen = await until_shown(pilot, "so far  net profit +631.20  return +6.31 %")
        assert "max drawdown at least" in screen

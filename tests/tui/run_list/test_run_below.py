"""The run under the cursor, drawn below the list: one of the list, told apart from its like."""

from contextlib import closing
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.run_settings import parameters_in_short
from db import runs
from db.connection import connect
from db.runs import RunSummary
from tests.shots.filling import MOMENT
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.detail import DetailScreen
from tui.widgets.lines import length
from tui.widgets.preview import title_line


def newest(home: Home) -> RunSummary:
    with closing(connect(home.store)) as connection:
        return runs.page(connection, limit=1)[0]


async def test_where_no_run_has_the_words_none_is_drawn_below(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "#41", "41 runs")
        await pilot.press("slash", *"symbol:NONE")
        await until_shown(pilot, "No run has these words")
        await until(pilot, lambda: "#41" not in screen_text(app))
        await pilot.press("escape")
        await until_shown(pilot, "#41", "41 runs")


async def test_runs_of_one_strategy_are_told_apart_by_parameters_and_notes(filled: Home) -> None:
    given = " · ".join(parameters_in_short(newest(filled).params))
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"#41 {newest(filled).strategy} ", given)
        await pilot.press("N", *"from the book", "enter")
        await until_shown(pilot, f"{given} · note: from the book")


def test_in_the_title_a_long_name_gives_way_to_market_and_status(filled: Home) -> None:
    run = replace(newest(filled), strategy="a_name_that_goes_on_for_ever_" * 4, status="failed")
    title = title_line(run, MOMENT, 120)
    text = "".join(cell.text for cell in title)
    assert length(title) == 120
    assert text.startswith("#41 a_name_that")
    assert f"… {run.symbol} {run.timeframe} · " in text
    assert text.endswith("✗ failed")


@pytest.mark.slow
async def test_a_new_run_that_the_filter_leaves_out_is_told_of(stocked: Home, ensured: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await start_run(pilot)
        await pilot.press("escape")
        await until_shown(pilot, "1 run")
        await pilot.press("slash", *"id:1", "enter")
        await until_shown(pilot, "1 of 1 run")
        await start_run(pilot)
        await pilot.press("escape")
        await until_shown(pilot, "The filter leaves out run 2; Esc takes it away.", "1 of 2 runs")
        await pilot.press("escape")
        await until_shown(pilot, "2 runs")


async def start_run(pilot: Pilot[int]) -> None:
    await pilot.press("n")
    await until_shown(pilot, "Enter starts the run")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))


async def test_a_filter_that_is_asked_for_says_what_it_may_be(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash")
        await until_shown(pilot, "such as symbol:EURUSD status:done sharpe>1 -strategy:macd")
        await pilot.press("s")
        await until(pilot, lambda: "such as" not in screen_text(pilot.app))
        await pilot.press("escape")
        await until(pilot, lambda: "such as" not in screen_text(pilot.app))

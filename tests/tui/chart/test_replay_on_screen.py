"""The replay: what it shows, what it keeps for itself, when it stops."""

from contextlib import closing
from unittest.mock import patch

import pytest

from core.home import Home
from core.market.bars import Bars
from db import trades
from db.connection import connect
from db.trades import TradeRecord
from tests.shots.charting import BALANCE, EVERY, HELD, fill_chart
from tests.shots.filling import COMPLETED, FAILED
from tests.shots.reading import screen_text
from tests.tui.chart.opening import FIRST, moment, number_of_bars_drawn, open_chart, pane_of, replay
from tests.tui.conftest import make_app, until, until_shown
from tui.chart.marks import ARROWS
from tui.screens.detail import DetailScreen


async def test_a_replay_shows_nothing_of_what_is_still_to_come(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await until_shown(pilot, "1 of ")
        assert number_of_bars_drawn(pilot) > 90
        await replay(pilot)
        screen = await until_shown(pilot, "buy 0.1 at", "equity 9,99", "0 closed")
        assert number_of_bars_drawn(pilot) < 60
        # Nobody knows here whether the strategy moved its stop since, so that is not told.
        assert "stop unknown, target" in screen
        unknown = f"{listed[0].exit_price:.5f}", f"{listed[0].stop_loss:.5f}"
        assert all(text not in screen for text in (ARROWS.way, *unknown))
        await pilot.press(*["full_stop"] * (HELD - 1))
        close = f"▸{bars.close[FIRST + HELD - 1]:.5f}"
        await until_shown(pilot, moment(bars, FIRST + HELD - 1), "buy 0.1 at", "0 closed", close)
        await pilot.press("full_stop")
        await until_shown(
            pilot, moment(bars, FIRST + HELD), "flat", f"equity {listed[0].equity_after:,.2f}", "1 closed"
        )
        await pilot.press("comma")
        await until_shown(pilot, "buy 0.1 at", "0 closed")
        await pilot.press("escape")
        await until_shown(pilot, f"1 of {len(listed)}")
        assert number_of_bars_drawn(pilot) > 90
        await pilot.press("escape")
        await until_shown(pilot, "41 runs")


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_a_replay_draws_and_tells_stop_and_target_while_a_position_is_open(
    filled: Home, size: tuple[int, int]
) -> None:
    fill_chart(filled, lines=True)
    with closing(connect(filled.store)) as connection:
        fifth = trades.all_of(connection, COMPLETED)[4]
    async with make_app(filled).run_test(size=size) as pilot:
        await open_chart(pilot)
        await pilot.press("minus", *["right_square_bracket"] * 4)
        await replay(pilot, steps=8)
        screen = await until_shown(pilot, f"stop {fifth.stop_loss:.5f} target {fifth.take_profit:.5f}")
        assert "t╌╌" in screen
        assert "s╌╌" in screen
        await pilot.press(*["full_stop"] * (HELD - 8))
        screen = await until_shown(pilot, "flat", "5 closed")
        assert "stop" not in screen
        assert ARROWS.level not in screen


async def test_a_replay_tells_position_and_equity_as_they_were(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot, steps=7)
        profit = round(float(bars.close[FIRST + 7] - bars.open[FIRST]) * 10_000, 2)
        shown = f"{profit:+,.2f}" if profit else "0.00"
        await until_shown(
            pilot, f"buy 0.1 at {bars.open[FIRST]:.5f}  {shown}  equity {BALANCE + profit:,.2f}"
        )


@pytest.mark.slow
async def test_an_equity_that_was_not_kept_is_about_what_prices_say(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("DELETE FROM run_curves")
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot, steps=7)
        profit = float(bars.close[FIRST + 7] - bars.open[FIRST]) * 10_000
        await until_shown(pilot, f"equity about {BALANCE + profit:,.2f}")
        await pilot.press(*["full_stop"] * (HELD - 7))
        await until_shown(pilot, f"flat  equity {listed[0].equity_after:,.2f}")


async def test_a_replay_plays_and_stops_at_the_end(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("g", *moment(bars, len(bars) - 30), "enter")
        await pilot.press("right_curly_bracket", "right_curly_bracket", "right_curly_bracket")
        await until_shown(pilot, "The replay plays 50 bars a second")
        await pilot.press("space")
        await until_shown(pilot, "replay playing, 50 bars/s")
        await until_shown(pilot, "replay ended", f"{moment(bars, -1)} O", "Esc end replay  , step back")
        await pilot.press("space")
        await until_shown(pilot, "This is the last bar;")
        await pilot.press("comma")
        await until_shown(pilot, "replay paused, 50 bars/s", f"{moment(bars, -2)} O", "space play")


@pytest.mark.slow
async def test_a_replay_goes_on_from_a_trade_or_a_date(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until_shown(pilot, moment(bars, FIRST + 2 * EVERY), "buy 0.1 at", "2 closed")
        await pilot.press("left_square_bracket")
        await until_shown(pilot, moment(bars, FIRST + EVERY), "sell 0.1 at", "1 closed")
        await pilot.press("g", *moment(bars, 1_000), "enter")
        await until_shown(pilot, f"{moment(bars, 1_000)} O", "replay paused")


@pytest.mark.slow
@pytest.mark.parametrize("leave", ["greater_than_sign", "question_mark", "2"])
async def test_playing_stops_where_nobody_looks(filled: Home, bars: Bars, leave: str) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("space")
        await until_shown(pilot, "replay playing")
        pane = pane_of(pilot)
        if leave == "2":
            pilot.app.push_screen(DetailScreen(FAILED))
        else:
            await pilot.press(leave)
        await until(pilot, lambda: not pane._player.is_playing)


@pytest.mark.slow
async def test_a_chart_at_rest_draws_nothing(filled: Home, bars: Bars) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot)
        await pilot.pause(0.5)
        compositor = type(app.screen._compositor)
        with patch.object(
            compositor, "render_update", autospec=True, side_effect=compositor.render_update
        ) as drawn:
            await pilot.pause(1.5)
            assert drawn.call_count == 0
            await pilot.press("full_stop")
            await until(pilot, lambda: drawn.call_count > 0)


async def test_a_replay_sends_only_lines_that_changed(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot, steps=20)
        await until_shown(pilot, moment(bars, FIRST + 20))
        before = screen_text(pilot.app).splitlines()
        await pilot.press("full_stop")
        await until_shown(pilot, moment(bars, FIRST + 21))
        after = screen_text(pilot.app).splitlines()
        assert sum(old != new for old, new in zip(before, after, strict=True)) < 20


async def test_playing_stops_where_the_terminal_is_too_small_to_see_it(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("space")
        await until_shown(pilot, "replay playing")
        await pilot.resize_terminal(40, 8)
        await until(pilot, lambda: not pane_of(pilot)._player.is_playing)
        await pilot.resize_terminal(120, 40)
        await until_shown(pilot, "replay paused")

"""Looking around in the chart of a run: bars, trades, dates."""

import re

from core.home import Home
from core.market.bars import Bars
from db.trades import TradeRecord
from tests.shots.charting import EVERY
from tests.shots.filling import COMPLETED
from tests.tui.chart.opening import FIRST, moment, open_chart, times
from tests.tui.conftest import make_app, until, until_shown
from tui.formats import minute


async def test_the_chart_begins_with_the_first_trade(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        first = listed[0]
        screen = await until_shown(
            pilot,
            moment(bars, FIRST),
            f"O {bars.open[FIRST]:.5f} H {bars.high[FIRST]:.5f}",
            f"1 of {len(listed)}  buy 0.1  {first.entry_price:.5f} to {first.exit_price:.5f}  time",
            f"stop {first.stop_loss:.5f} target {first.take_profit:.5f}",
        )
        assert "▲" in screen
        assert "║" in screen
        assert "┃" in screen
        assert "█" in screen


async def test_bars_are_zoomed_moved_and_fitted(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("0")
        screen = await until_shown(pilot, "02-10", "03-02")
        assert "┃" not in screen
        assert re.search("[\u2801-\u28ff]{3}", screen)
        await pilot.press("plus", "plus", "plus", "plus", "plus")
        await until_shown(pilot, "┃", "║")
        before = times(pilot)
        await pilot.press("l")
        await until(pilot, lambda: times(pilot) != before)
        await pilot.press("h")
        await until(pilot, lambda: times(pilot) == before)
        await pilot.press("minus")
        await until(pilot, lambda: times(pilot) != before)


async def test_trades_are_gone_through(filled: Home, bars: Bars, listed: list[TradeRecord]) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "There is no trade before this.")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until_shown(pilot, f"3 of {len(listed)}  buy", moment(bars, FIRST + 2 * EVERY))
        await pilot.press("left_square_bracket")
        await until_shown(pilot, f"2 of {len(listed)}  sell", "▼")
        await pilot.press("0", "l")
        await until_shown(pilot, f"2 of {len(listed)}")
        await pilot.press("plus", "plus", "plus", "plus", "l", "l", "l", "l", "l", "l")
        await until_shown(pilot, f"{len(listed)} trades, ", "in view")


async def test_enter_on_a_trade_shows_it(filled: Home, bars: Bars, listed: list[TradeRecord]) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, minute(listed[4].entry_time))
        await pilot.press("j", "j", "j", "j", "enter")
        await until_shown(pilot, f"5 of {len(listed)}  buy", moment(bars, FIRST + 4 * EVERY))
        await pilot.press("less_than_sign", "j", "j", "enter")
        await until_shown(pilot, f"7 of {len(listed)}  buy", moment(bars, FIRST + 6 * EVERY))


async def test_a_date_is_gone_to(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("g")
        await until_shown(pilot, "go to date (UTC):")
        await pilot.press(*"soon", "enter")
        await until_shown(pilot, "No date; write 2020-03-31 or 2020-03-31 14:30: soon")
        await pilot.press("ctrl+u", *"2020-02-05 10:07", "enter")
        await until_shown(pilot, "2020-02-05 10:00 O")
        await pilot.press("g", *"2020-02-08", "enter")  # a Saturday
        await until_shown(pilot, "2020-02-07 21:45 O")
        await pilot.press("g", *"2031", "enter")
        await until_shown(pilot, f"to {moment(bars, -1)}; this is the nearest.", f"{moment(bars, -1)} O")
        await pilot.press("full_stop")
        await until_shown(pilot, "This is the last bar;")
        await pilot.press("g", "escape")
        await until_shown(pilot, "space play")


async def test_the_cursor_goes_bar_by_bar(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("full_stop", "full_stop")
        await until_shown(pilot, moment(bars, FIRST + 2))
        await pilot.press("comma", "comma", "comma")
        await until_shown(pilot, moment(bars, FIRST - 1))
        await pilot.press("g", *"1999", "enter", "comma")
        await until_shown(pilot, "This is the first bar.")


async def test_what_zooms_and_moves_no_further_says_so(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("0", "minus")
        await until_shown(pilot, "All bars are in view.")
        await pilot.press("h")
        await until_shown(pilot, "There are no earlier bars.")
        await pilot.press("l")
        await until_shown(pilot, "There are no later bars.")
        await pilot.press(*["plus"] * 12)
        await until_shown(pilot, "Bars are drawn no larger.")


async def test_style_and_speed_are_those_of_the_chart_before(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("m")
        await until_shown(pilot, "Drawn with candles, letters.")
        await pilot.press("right_curly_bracket")
        await until_shown(pilot, "The replay plays 25 bars a second.")
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·", "Overview")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_shown(pilot, "1 of ", "B")
        await pilot.press("space", "space")
        screen = await until_shown(pilot, "replay paused, 25 bars/s")
        assert "▲" not in "".join(screen.splitlines()[5:-5])

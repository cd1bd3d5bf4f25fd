"""Looking around in the chart of a run: bars, trades, dates."""

import re

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.market.bars import Bars
from db.trades import TradeRecord
from tests.shots.charting import EVERY, HELD
from tests.shots.filling import COMPLETED
from tests.shots.reading import screen_text
from tests.tui.chart.opening import FIRST, moment, open_chart, times
from tests.tui.conftest import make_app, until, until_shown
from tui.formats import minute
from tui.panes.trades import TradesPane


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
            f"▸{bars.close[FIRST]:.5f}",
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
        screen = await until_shown(pilot, "02-10", "03-02", "bars a candle")
        assert re.search("[┃║╿╽╥╨]{3}", screen)
        await pilot.press("plus", "plus", "plus", "plus", "plus")
        await until_shown(pilot, "┃", "║")
        before = times(pilot)
        await pilot.press("l")
        await until(pilot, lambda: times(pilot) != before)
        await pilot.press("h")
        await until(pilot, lambda: times(pilot) == before)
        await pilot.press("minus")
        await until(pilot, lambda: times(pilot) != before)


@pytest.mark.slow
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


async def _trades_tab(pilot: Pilot[int], listed: list[TradeRecord]) -> None:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - COMPLETED), "enter")
    await until_shown(pilot, f"Run {COMPLETED} ·", "Overview")
    await pilot.press("greater_than_sign")
    await until_shown(pilot, minute(listed[4].entry_time))


def _at_cursor(pilot: Pilot[int]) -> tuple[int | None, int]:
    """Return the trade under the cursor, and the one in the first row that is shown."""
    table = pilot.app.screen.query_one(TradesPane).table
    return table.cursor_id, table.visible_ids[0]


@pytest.mark.slow
@pytest.mark.parametrize("leave", ["escape", "q"])
async def test_a_chart_that_a_trade_led_to_leads_back_to_that_trade(
    filled: Home, bars: Bars, listed: list[TradeRecord], leave: str
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _trades_tab(pilot, listed)
        await pilot.press(*["j"] * 6, "enter")
        await until_shown(pilot, f"7 of {len(listed)}")
        await pilot.press(leave)
        await until_shown(pilot, "entered", minute(listed[0].entry_time))
        await until(pilot, lambda: _at_cursor(pilot) == (listed[6].id, listed[0].id))
        await pilot.press(leave)
        await until_shown(pilot, "41 runs")


@pytest.mark.slow
async def test_the_trade_chosen_in_the_chart_meanwhile_is_the_one_come_back_to(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _trades_tab(pilot, listed)
        await pilot.press("j", "enter")
        await until_shown(pilot, f"2 of {len(listed)}")
        await pilot.press(*["right_square_bracket"] * 3, "escape")
        await until(pilot, lambda: _at_cursor(pilot) == (listed[4].id, listed[0].id))
        await pilot.press("enter", *["right_square_bracket"] * 30)
        await until_shown(pilot, f"35 of {len(listed)}")
        await pilot.press("space", "space", "left_square_bracket")
        await until_shown(pilot, moment(bars, FIRST + 33 * EVERY), "paused 10/s")
        await pilot.press("escape")
        await until_shown(pilot, f"34 of {len(listed)}")
        await pilot.press("escape")
        await until(pilot, lambda: _at_cursor(pilot)[0] == listed[33].id)
        await until_shown(pilot, minute(listed[33].entry_time), minute(listed[24].entry_time))


@pytest.mark.slow
@pytest.mark.parametrize("leave", ["escape", "q"])
async def test_the_trade_that_a_replay_reached_is_chosen_after_it_and_come_back_to(
    filled: Home, bars: Bars, listed: list[TradeRecord], leave: str
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _trades_tab(pilot, listed)
        await pilot.press("j", "enter")
        await until_shown(pilot, f"2 of {len(listed)}")
        await pilot.press("space", "space", "g", *moment(bars, FIRST + 8 * EVERY + HELD + 3), "enter")
        await until_shown(pilot, "9 closed", "flat")
        if leave == "escape":
            await pilot.press("escape")
            await until_shown(pilot, f"9 of {len(listed)}  buy")
        await pilot.press(leave)
        await until(pilot, lambda: _at_cursor(pilot)[0] == listed[8].id)


@pytest.mark.slow
async def test_a_chosen_trade_that_is_not_in_view_is_told_by_its_number(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot)
        await pilot.press("plus", "space", "space", "g")
        await pilot.press(*moment(bars, FIRST + 8 * EVERY + HELD + 30), "enter")
        await until_shown(pilot, "9 closed", "flat")
        await pilot.press("escape")
        await until_shown(pilot, f"{len(listed)} trades, 1 in view; trade 9 is chosen")


async def test_a_chart_that_the_tabs_led_to_is_left_for_the_runs(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _trades_tab(pilot, listed)
        await pilot.press("j", "enter")
        await until_shown(pilot, f"2 of {len(listed)}")
        await pilot.press("less_than_sign", "greater_than_sign")
        await until_shown(pilot, f"2 of {len(listed)}")
        await pilot.press("escape")
        await until_shown(pilot, "41 runs")


async def test_a_date_is_gone_to(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("g")
        await until_shown(pilot, "go to date (UTC):")
        await pilot.press(*"soon", "enter")
        await until_shown(pilot, "No date; write 2020-03-31 or 2020-03-31 14:30: soon")
        await pilot.press("ctrl+u", *"2020-02-05 10:07", "enter")
        await until_shown(pilot, "2020-02-05 10:00 O")
        await pilot.press("g", *"2031", "enter")
        ends = f"The bars end at {moment(bars, -1)}: shown up to there."
        await until_shown(pilot, ends, f"{moment(bars, -1)} O")
        await pilot.press("full_stop")
        await until_shown(pilot, "This is the last bar;")
        await pilot.press("g", "escape")
        await until_shown(pilot, "space play")


@pytest.mark.slow
async def test_at_a_date_the_trade_that_was_open_there_is_told_or_that_there_was_none(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    def trade_line() -> str:
        return screen_text(pilot.app).splitlines()[4]

    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("0")
        await until_shown(pilot, "03-02", f"1 of {len(listed)}")
        await pilot.press("g", *moment(bars, FIRST + 8 * EVERY + 3), "enter")
        await until(pilot, lambda: trade_line().startswith(f"9 of {len(listed)}  buy"))
        await pilot.press("g", *moment(bars, FIRST - 5), "enter")
        await until(pilot, lambda: trade_line() == f"{len(listed)} trades, {len(listed)} in view")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: trade_line().startswith(f"1 of {len(listed)}  buy"))


async def test_the_cursor_goes_bar_by_bar(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press("full_stop", "full_stop")
        await until_shown(pilot, moment(bars, FIRST + 2))
        await pilot.press("comma", "comma", "comma")
        await until_shown(pilot, moment(bars, FIRST - 1))
        await pilot.press("g", *"1999", "enter", "comma")
        await until_shown(pilot, "This is the first bar.")


@pytest.mark.slow
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
        await until_shown(pilot, "1 of ", "B")
        await pilot.press("space", "space")
        screen = await until_shown(pilot, "replay paused, 25 bars/s")
        assert "▲" not in "".join(screen.splitlines()[5:-5])

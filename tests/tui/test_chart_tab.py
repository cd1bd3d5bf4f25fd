"""The chart of a run and its replay."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.errors import BacktapeError
from core.home import Home
from core.jobs import lines as lines_module
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db import trades
from db.connection import connect
from db.trades import TradeRecord
from tests.conftest import ROOT
from tests.shots.charting import BALANCE, BARS, EVERY, HELD, fill_chart
from tests.shots.filling import COMPLETED, FAILED, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.test_imports import NEVER, WATCHER
from tui.chart.marks import ARROWS
from tui.formats import minute
from tui.panes.chart import ChartPane
from tui.screens.detail import DetailScreen

FIRST = EVERY // 2


@pytest.fixture
def bars(filled: Home) -> Bars:
    """The bars of the completed run, which has trades that belong to them."""
    return fill_chart(filled)


@pytest.fixture
def listed(filled: Home, bars: Bars) -> list[TradeRecord]:
    """The trades of the completed run."""
    with closing(connect(filled.store)) as connection:
        return trades.all_of(connection, COMPLETED)


async def _open(pilot: Pilot[int], run_id: int = COMPLETED) -> str:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    await until_shown(pilot, f"Run {run_id} ·", "Overview")
    await pilot.press("greater_than_sign", "greater_than_sign")
    return await until_shown(pilot, " C ", "vol")


async def until_said(pilot: Pilot[int], sentence: str) -> None:
    """Wait until a sentence stands on the screen, wherever its lines are broken."""
    await until(pilot, lambda: sentence in " ".join(screen_text(pilot.app).split()))


def moment(bars: Bars, index: int) -> str:
    return str(bars.time[index]).replace("T", " ")[:16]


def times(pilot: Pilot[int]) -> str:
    """Return the labels of the times."""
    return screen_text(pilot.app).splitlines()[-2]


def number_of_bars_drawn(pilot: Pilot[int]) -> int:
    """Return how far to the right anything of the prices is drawn."""
    rows = screen_text(pilot.app).splitlines()[5:-5]
    return max(
        len(row[: row.rindex("│" if "│" in row[100:] else "├")].rstrip()) for row in rows if len(row) > 100
    )


def pane_of(pilot: Pilot[int]) -> ChartPane:
    return pilot.app.screen.query_one(ChartPane)


async def test_the_chart_begins_with_the_first_trade(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
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
        await _open(pilot)
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
        await _open(pilot)
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
        await _open(pilot)
        await pilot.press("g")
        await until_shown(pilot, "go to date (UTC):")
        await pilot.press(*"soon", "enter")
        await until_shown(pilot, "No date; write it like 2020-03-31, or 2020-03-31 14:30: soon")
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
        await _open(pilot)
        await pilot.press("full_stop", "full_stop")
        await until_shown(pilot, moment(bars, FIRST + 2))
        await pilot.press("comma", "comma", "comma")
        await until_shown(pilot, moment(bars, FIRST - 1))
        await pilot.press("g", *"1999", "enter", "comma")
        await until_shown(pilot, "This is the first bar.")


# Replay


async def _replay(pilot: Pilot[int], steps: int = 0) -> None:
    """Begin a replay, paused at once, some bars further."""
    await pilot.press("left_curly_bracket", "left_curly_bracket", "left_curly_bracket")
    await pilot.press("space", "space")
    await until_shown(pilot, "replay paused, 1 bar/s")
    await pilot.press(*["full_stop"] * steps)


async def test_a_replay_shows_nothing_of_what_is_still_to_come(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await until_shown(pilot, "1 of ")
        assert number_of_bars_drawn(pilot) > 90
        await _replay(pilot)
        screen = await until_shown(pilot, "buy 0.1 at", "equity 9,99", "0 closed")
        assert number_of_bars_drawn(pilot) < 60
        assert all(text not in screen for text in (ARROWS.level, ARROWS.way, f"{listed[0].exit_price:.5f}"))
        await pilot.press(*["full_stop"] * (HELD - 1))
        await until_shown(pilot, moment(bars, FIRST + HELD - 1), "buy 0.1 at", "0 closed")
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


async def test_a_replay_tells_position_and_equity_as_they_were(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await _replay(pilot, steps=7)
        profit = round(float(bars.close[FIRST + 7] - bars.open[FIRST]) * 10_000, 2)
        shown = f"{profit:+,.2f}" if profit else "0.00"
        await until_shown(
            pilot, f"buy 0.1 at {bars.open[FIRST]:.5f}  {shown}  equity {BALANCE + profit:,.2f}"
        )


async def test_an_equity_that_was_not_kept_is_about_what_prices_say(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("DELETE FROM run_curves")
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await _replay(pilot, steps=7)
        profit = float(bars.close[FIRST + 7] - bars.open[FIRST]) * 10_000
        await until_shown(pilot, f"equity about {BALANCE + profit:,.2f}")
        await pilot.press(*["full_stop"] * (HELD - 7))
        await until_shown(pilot, f"flat  equity {listed[0].equity_after:,.2f}")


async def test_a_replay_plays_and_stops_at_the_end(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await pilot.press("g", *moment(bars, len(bars) - 30), "enter")
        await pilot.press("right_curly_bracket", "right_curly_bracket", "right_curly_bracket")
        await until_shown(pilot, "The replay plays 50 bars a second.")
        await pilot.press("space")
        await until_shown(pilot, "replay playing, 50 bars/s")
        await until_shown(pilot, "replay paused, 50 bars/s", f"{moment(bars, -1)} O")
        await pilot.press("space")
        await until_shown(pilot, "This is the last bar;")


async def test_a_replay_goes_on_from_a_trade_or_a_date(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await _replay(pilot)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until_shown(pilot, moment(bars, FIRST + 2 * EVERY), "buy 0.1 at", "2 closed")
        await pilot.press("left_square_bracket")
        await until_shown(pilot, moment(bars, FIRST + EVERY), "sell 0.1 at", "1 closed")
        await pilot.press("g", *moment(bars, 1_000), "enter")
        await until_shown(pilot, f"{moment(bars, 1_000)} O", "replay paused")


@pytest.mark.parametrize("leave", ["greater_than_sign", "question_mark", "2"])
async def test_playing_stops_where_nobody_looks(filled: Home, bars: Bars, leave: str) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await pilot.press("space")
        await until_shown(pilot, "replay playing")
        pane = pane_of(pilot)
        if leave == "2":
            pilot.app.push_screen(DetailScreen(FAILED))
        else:
            await pilot.press(leave)
        await until(pilot, lambda: not pane._player.is_playing)


async def test_a_chart_at_rest_draws_nothing(filled: Home, bars: Bars) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await _replay(pilot)
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
        await _open(pilot)
        await _replay(pilot, steps=20)
        await until_shown(pilot, moment(bars, FIRST + 20))
        before = screen_text(pilot.app).splitlines()
        await pilot.press("full_stop")
        await until_shown(pilot, moment(bars, FIRST + 21))
        after = screen_text(pilot.app).splitlines()
        assert sum(old != new for old, new in zip(before, after, strict=True)) < 20


# What is shown and hidden


async def test_style_and_volume_are_changed(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await pilot.press("m")
        await until_shown(pilot, "Drawn with candles, letters.", "B")
        await pilot.press("m")
        screen = await until_shown(pilot, "Drawn with a line, arrows.")
        assert "║" not in screen
        assert "█" in screen
        await pilot.press("v")
        await until(pilot, lambda: "█" not in screen_text(pilot.app))
        await pilot.press("v")
        await until_shown(pilot, "█")


async def test_a_market_without_volume_says_so(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        with patch("tests.shots.charting._bars", _without_volume):
            fill_chart(filled)
        screen = await _open(pilot)
        assert "vol \N{EN DASH}" in screen
        await pilot.press("v")
        await until_shown(pilot, "The price history has no volume here.")


def _without_volume() -> Bars:
    bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, BARS)
    return replace(bars, volume=bars.volume * 0)


async def test_the_lines_of_the_strategy_come_from_a_process_of_their_own(filled: Home) -> None:
    fill_chart(filled, lines=True)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await until_shown(pilot, "· fast 1.", "• slow", within=60)
        await pilot.press("i")
        await until(pilot, lambda: "fast" not in screen_text(pilot.app))
        await pilot.press("i")
        await until_shown(pilot, "· fast 1.")


async def test_a_run_whose_source_was_not_kept_has_no_lines_and_says_so_when_asked(
    filled: Home, bars: Bars
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        assert "not kept" not in await _open(pilot)
        await pilot.press("i")
        await until_shown(pilot, "The source of the run's strategy was not kept, so there are no lines.")


@pytest.fixture
def failing_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no lines come."""

    def fails(*_: object, **__: object) -> None:
        raise BacktapeError("sma_cross shows no lines: [/] line 7: no.")

    monkeypatch.setattr(lines_module, "lines_of_run", fails)
    return iter(())


async def test_lines_that_fail_are_told_and_the_chart_goes_on(filled: Home, failing_lines: None) -> None:
    fill_chart(filled, lines=True)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await until_shown(pilot, "sma_cross shows no lines: [/] line 7: no.", "1 of ")
        await pilot.press("right_square_bracket", "i")
        await until_shown(pilot, "sma_cross shows no lines: [/] line 7: no.", "2 of ")


# What is not there


async def test_data_that_are_gone_are_told_and_come_back(filled: Home, bars: Bars) -> None:
    hidden = filled.path / "hidden"
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        shutil.move(filled.library, hidden)
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(pilot, "is gone; import the file again. The trades are still listed in their tab.")
        await pilot.press("plus")
        await until(pilot, lambda: screen_text(pilot.app).count("still listed in") == 2)
        shutil.move(hidden, filled.library)
        await pilot.press("less_than_sign", "greater_than_sign")
        await until_shown(pilot, f"{moment(bars, FIRST)} O")


async def test_data_that_were_changed_are_told(filled: Home, bars: Bars) -> None:
    (column,) = filled.library.glob("*/M15/*/close.npy")
    data = bytearray(column.read_bytes())
    data[-1] ^= 1
    column.write_bytes(data)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(pilot, "is not the one that was imported; import the file again. The trades are")


async def test_a_dataset_that_was_forgotten_is_told(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(
            pilot,
            "The library no longer has the bars of EURUSD M15 that this run was tested on; import the file",
        )


@pytest.mark.parametrize(
    ("run_id", "why"),
    [
        (RUNNING, "The trades are drawn when the run has ended."),
        (FAILED, "Only a run that is done keeps its trades."),
    ],
)
async def test_a_run_without_a_result_has_bars_to_look_at(
    filled: Home, bars: Bars, run_id: int, why: str
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, run_id)
        await until_shown(pilot, f"{moment(bars, 0)} O", why)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[-1] == why)
        await _replay(pilot)
        await until_shown(pilot, "no position is known")


async def test_a_run_without_trades_says_so(filled: Home, bars: Bars) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("DELETE FROM backtest_trades WHERE run_id = ?", (COMPLETED,))
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await until_shown(pilot, "The run has no trades.")
        await _replay(pilot)
        await until_shown(pilot, "flat  equity", "0 closed")


async def test_a_chart_follows_the_size_of_the_terminal(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        for size in ((80, 24), (60, 16), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await until(pilot, partial(_ends_with_times, pilot, size[1]))
            assert all(len(row) <= size[0] for row in screen_text(pilot.app).splitlines())
            assert "1 of " in screen_text(pilot.app)


def _ends_with_times(pilot: Pilot[int], height: int) -> bool:
    return "┘" in screen_text(pilot.app).splitlines()[height - 3]


async def test_a_plain_terminal_gets_ascii(filled: Home, bars: Bars) -> None:
    async with make_app(filled, ascii_only=True).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        screen = await until_shown(pilot, "1 of ")
        assert screen.isascii()
        assert "?" not in screen.replace("? keys", "")
        for key in ("m", "m", "0", "space"):
            await pilot.press(key)
            await pilot.pause(0.1)
            assert "?" not in screen_text(pilot.app).replace("? keys", "")


def test_nothing_heavy_comes_with_the_chart(filled: Home) -> None:
    fill_chart(filled, lines=True)
    keys = [*["j"] * (41 - COMPLETED), "enter", *["greater_than_sign"] * 2, "0", "plus", "space", "i"]
    script = WATCHER.format(keys=keys, never=NEVER)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "True [] []", done.stdout + done.stderr[-2000:]

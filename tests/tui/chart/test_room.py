"""The chart in terminals of all sizes and kinds."""

import re
import subprocess
import sys
from functools import partial

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.market.bars import Bars
from db.trades import TradeRecord
from tests.conftest import ROOT
from tests.shots.charting import fill_chart
from tests.shots.filling import COMPLETED
from tests.shots.reading import screen_text
from tests.tui.chart.opening import FIRST, open_chart
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.test_imports import NEVER, WATCHER


async def test_a_chart_follows_the_size_of_the_terminal(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        for size in ((80, 24), (60, 16), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await until(pilot, partial(_ends_with_times, pilot, size[1]))
            assert all(len(row) <= size[0] for row in screen_text(pilot.app).splitlines())
            assert re.search("^1( of [0-9]+)?  buy 0.1", screen_text(pilot.app), re.MULTILINE)


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


@pytest.mark.slow
def test_nothing_heavy_comes_with_the_chart(filled: Home) -> None:
    fill_chart(filled, lines=True)
    keys = [*["j"] * (41 - COMPLETED), "enter", *["greater_than_sign"] * 2, "0", "plus", "space", "i"]
    script = WATCHER.format(keys=keys, never=NEVER)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "True [] []", done.stdout + done.stderr[-2000:]


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_in_a_small_terminal_profit_stop_and_target_of_a_trade_are_told(
    filled: Home, bars: Bars, listed: list[TradeRecord], size: tuple[int, int]
) -> None:
    async with make_app(filled).run_test(size=size) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "Overview")
        await pilot.press("greater_than_sign", "greater_than_sign")
        first = listed[0]
        names = ("stop", "target") if size == (80, 24) else ("s", "t")
        levels = f"{names[0]} {first.stop_loss:.5f} {names[1]} {first.take_profit:.5f}"
        screen = await until_shown(pilot, f"{first.profit:+,.2f}", levels, f"C {bars.close[FIRST]:.5f}")
        assert sum("│" in row or "├" in row for row in screen.splitlines()[5:]) >= 7

"""What is shown on a chart and hidden: style, volume, the strategy's lines."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from core.errors import BacktapeError
from core.home import Home
from core.jobs import lines as lines_module
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from tests.shots.charting import BARS, fill_chart
from tests.shots.reading import screen_text
from tests.tui.chart.opening import open_chart
from tests.tui.conftest import make_app, until, until_shown


async def test_style_and_volume_are_changed(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
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
        screen = await open_chart(pilot)
        assert "vol \N{EN DASH}" in screen
        await pilot.press("v")
        await until_shown(pilot, "The price history has no volume here.")


def _without_volume() -> Bars:
    bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, BARS)
    return replace(bars, volume=bars.volume * 0)


async def test_the_lines_of_the_strategy_come_from_a_process_of_their_own(filled: Home) -> None:
    fill_chart(filled, lines=True)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await until_shown(pilot, "· fast 1.", "• slow", within=60)
        await pilot.press("i")
        await until(pilot, lambda: "fast" not in screen_text(pilot.app))
        await pilot.press("i")
        await until_shown(pilot, "· fast 1.")


@pytest.mark.slow
async def test_until_the_lines_are_there_it_is_said_in_their_place_that_they_are_computed(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_awaited, computes = threading.Event(), lines_module.lines_of_run

    def waits(*run: Any, **asked: Any) -> Any:  # noqa: ANN401 - as it is
        assert is_awaited.wait(60)
        return computes(*run, **asked)

    monkeypatch.setattr(lines_module, "lines_of_run", waits)
    fill_chart(filled, lines=True)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot)
        before = await until_shown(pilot, "The strategy's lines are being computed ...")
        await pilot.press("i")
        await until_shown(pilot, "The strategy's lines are being computed.")
        is_awaited.set()
        after = await until_shown(pilot, "· fast 1.", within=60)
        assert "computed ..." not in after
        assert _row_of(before, "computed ...") == _row_of(after, "· fast")


def _row_of(screen: str, text: str) -> int:
    return next(number for number, line in enumerate(screen.splitlines()) if text in line)


@pytest.mark.slow
async def test_where_a_column_holds_several_bars_it_is_said_what_it_shows_and_where_lines_stand(
    filled: Home,
) -> None:
    fill_chart(filled, lines=True)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        screen = await open_chart(pilot)
        assert "bars a" not in screen
        await until_shown(pilot, "· fast 1.", within=60)
        await pilot.press("minus")
        told = "2 bars a candle; lines at its last bar"
        await until_shown(pilot, "· fast 1.", told)
        await pilot.press("i")
        await until(pilot, lambda: "lines" not in screen_text(pilot.app))
        assert "2 bars a candle" in screen_text(pilot.app)
        await pilot.press("m", "m")
        await until_shown(pilot, "2 bars a column, from low to high")
        await pilot.press("plus")
        await until(pilot, lambda: "bars a" not in screen_text(pilot.app))


@pytest.mark.slow
async def test_the_value_of_a_line_is_that_of_the_bar_however_many_stand_in_a_column(filled: Home) -> None:
    fill_chart(filled, lines=True)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot)
        near = _legend(await until_shown(pilot, "· fast 1.", "• slow", within=60))
        for bars in (2, 4, 8):
            await pilot.press("minus")
            assert _legend(await until_shown(pilot, f"\n{bars} bars a candle")) == near


def _legend(screen: str) -> list[str]:
    """Return names and values of the lines, without what they are drawn with."""
    return re.findall(r"fast [0-9.]+|slow [0-9.]+", screen)


async def test_a_run_whose_source_was_not_kept_has_no_lines_and_says_so_when_asked(
    filled: Home, bars: Bars
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        assert "not kept" not in await open_chart(pilot)
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
        await open_chart(pilot)
        await until_shown(pilot, "sma_cross shows no lines: [/] line 7: no.", "1 of ")
        await pilot.press("right_square_bracket", "i")
        await until_shown(pilot, "sma_cross shows no lines: [/] line 7: no.", "2 of ")

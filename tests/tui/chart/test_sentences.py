"""What the lines above a chart say where there is little room."""

from dataclasses import replace

import pytest

from core.home import Home
from tests.tui.chart.making import climbing
from tui.chart.chart import Chart
from tui.chart.columns import read_bar
from tui.chart.levels import Levels
from tui.chart.loading import Loaded
from tui.chart.look import Look
from tui.chart.picture import CHART_STYLES
from tui.chart.sentences import bar_line, replay_line
from tui.chart.standing import Position, Standing, Terms
from tui.memory import Memory
from tui.widgets.lines import Line, length


def text(line: Line) -> str:
    return "".join(cell.text for cell in line)


def test_of_a_bar_the_prices_stay() -> None:
    bar = replace(read_bar(climbing(3), 1), open=1.14567, high=1.14567, low=1.14567, close=1.14567)
    assert text(bar_line(bar, 5, 1.5, 80)).endswith(" C 1.14567 vol 10 spread 1.5")
    assert text(bar_line(bar, 5, 1.5, 72)).endswith(" C 1.14567 spread 1.5")
    assert text(bar_line(bar, 5, 1.5, 60)).endswith(" C 1.14567")


@pytest.mark.parametrize("width", [60, 80])
def test_a_replay_tells_position_profit_and_equity_however_narrow_it_is(width: int) -> None:
    standing = Standing(Position("sell", 0.01, 1.14567), -0.15, 987_853.12, is_exact=False, closed=172_435)
    line = replay_line(standing, None, 5, width, speed=50, is_playing=True)
    assert length(line) <= width
    assert "playing" in text(line)
    assert text(line).endswith("  about -0.15  equity about 987,853.12")
    assert "sell 0.01" in text(line)


def test_a_replay_without_a_position_says_so_in_any_width() -> None:
    assert text(replay_line(None, None, 5, 60, speed=10, is_playing=False)) == (
        "replay paused, 10 bars/s  no position is known"
    )


STANDING = Standing(Position("sell", 0.1, 1.29249), -2.4, 9_997.6, is_exact=True, closed=3)


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        (Levels(0, 1, 1.29549, 1.28649), "  stop 1.29549 target 1.28649"),
        (Levels(0, 1, None, 1.28649), "  target 1.28649"),
        (Levels(0, 1, 1.29549, None), "  stop 1.29549"),
        (Levels(0, 1, None, 1.28649, "moves"), "  stop moves, target 1.28649"),
        (Levels(0, 1, None, None, "unknown"), "  stop unknown"),
    ],
)
def test_a_replay_tells_stop_and_target_of_what_is_open(levels: Levels, told: str) -> None:
    line = replay_line(STANDING, levels, 5, 80, speed=10, is_playing=False)
    assert length(line) <= 80
    assert text(line).endswith(f"equity 9,997.60{told}") or f"equity 9,997.60{told}  3 closed" in text(line)
    assert text(replay_line(STANDING, levels, 5, 200, speed=10, is_playing=False)) == (
        f"replay paused, 10 bars/s  sell 0.1 at 1.29249  -2.40  equity 9,997.60{told}  3 closed"
    )


# What is usual, and more money than is usual, and more bars than usual.
@pytest.mark.parametrize(
    ("profit", "equity", "told"),
    [
        (-2.4, 9_997.6, "-2.40  equity 9,997.60  stop 1.29549 target 1.28649"),
        (-11_205.3, 1_109_986.4, "-11,205.30  equity 1,109,986.40  s 1.29549 t 1.28649"),
        (-123_456.7, 1_109_986.4, "-123,456.70  equity 1,109,986.40  s 1.29549 t 1.28649"),
        (-123_456_789.7, 12_101_109_986.4, "-123,456,789.70  equity 12,101,109,986.40"),
    ],
)
@pytest.mark.parametrize("is_playing", [True, False])
def test_at_80_columns_a_replay_tells_its_speed_and_the_position(
    profit: float, equity: float, told: str, *, is_playing: bool
) -> None:
    standing = replace(STANDING, profit=profit, equity=equity)
    line = replay_line(standing, Levels(0, 1, 1.29549, 1.28649), 5, 80, speed=10, is_playing=is_playing)
    assert text(line) == f"{'playing' if is_playing else 'paused'} 10/s  sell 0.1  {told}"
    assert length(line) <= 80


def test_a_replay_at_its_end_has_no_speed() -> None:
    line = replay_line(STANDING, None, 5, 80, speed=10, is_playing=False, is_at_end=True)
    assert text(line).startswith("replay ended  sell 0.1 at ")


# How it looks at first


@pytest.mark.parametrize(("bars", "columns"), [(1, 6), (8, 6), (17, 4), (30, 2), (70, 1), (500, 1)])
def test_few_bars_are_drawn_as_large_as_there_is_room(bars: int, columns: int) -> None:
    loaded = Loaded(climbing(bars), 5, 600.0, Terms(10_000.0, 1.0, 0.0, 0.01, 0.0, "same"))
    window = Chart(loaded, None, 70).view.window
    assert (window.bars, window.columns) == (1, columns)


def test_the_look_of_charts_is_remembered_and_what_is_none_is_forgotten(home: Home) -> None:
    home.create()
    memory = Memory(home, lambda: None)
    assert Look.remembered(memory) == Look()
    changed = Look(CHART_STYLES[2], 25)
    changed.keep(memory)
    memory.write()
    assert Look.remembered(Memory(home, lambda: None)) == changed
    memory.keep("chart", {"style": "oil on canvas", "speed": 7})
    assert Look.remembered(memory) == Look()
    memory.keep("chart", {"style": [1], "speed": None})
    assert Look.remembered(memory) == Look()


def test_after_the_last_style_comes_the_first() -> None:
    looks = [Look(style).next_style for style in CHART_STYLES]
    assert looks == [*CHART_STYLES[1:], CHART_STYLES[0]]

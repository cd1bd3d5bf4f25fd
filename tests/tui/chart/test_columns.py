"""What stands in a column."""

import math

import numpy as np
import pytest

from tests.tui.chart.making import BEGIN, HOUR, bars_of, climbing
from tui.chart.columns import nearest_bar, read_bar, read_columns, values_at
from tui.chart.window import Window


def test_a_column_a_bar_holds_that_bar() -> None:
    columns = read_columns(climbing(10), Window(total=10, width=4, first=3), known=10, lines={})
    assert columns.times == [BEGIN + HOUR * bar for bar in (3, 4, 5, 6)]
    assert columns.last == BEGIN + 6 * HOUR
    assert (columns.open, columns.high) == ([103, 104, 105, 106], [104.5, 105.5, 106.5, 107.5])
    assert (columns.low, columns.close) == ([102.5, 103.5, 104.5, 105.5], [104, 105, 106, 107])


def test_a_column_of_four_bars_holds_first_open_last_close_extremes_and_all_volume() -> None:
    bars = bars_of([(1, 9, 1, 2), (2, 3, 2, 3), (3, 4, 0.5, 4), (4, 5, 4, 5), (5, 6, 5, 5.5)])
    columns = read_columns(bars, Window(total=5, width=2, bars=4), known=5, lines={})
    assert (columns.open, columns.close) == ([1, 5], [5, 5.5])
    assert (columns.high, columns.low) == ([9, 6], [0.5, 5])
    assert columns.volume == [40, 10]
    assert columns.halves == [(1, 9), (0.5, 5), (5, 6)]


@pytest.mark.parametrize("width", [1, 2, 3, 7])
def test_nothing_after_the_last_known_bar_is_in_any_column(width: int) -> None:
    bars = climbing(10)
    lines = {"close": bars.close}
    for known in range(1, 11):
        for per_column in (1, 2, 4):
            window = Window(total=10, width=width, bars=per_column)
            columns = read_columns(bars, window, known, lines)
            # Bars climb, so the last known close is above every other price up to its bar.
            last = bars.close[min(known, window.end) - 1]
            assert columns.close[-1] == last == columns.lines["close"][-1]
            assert max(columns.high) == last + 0.5
            assert columns.last == BEGIN + (min(known, window.end) - 1) * HOUR
            assert max(high for _, high in columns.halves) <= last + 0.5


def test_a_window_after_the_last_known_bar_is_empty() -> None:
    columns = read_columns(
        climbing(10), Window(total=10, width=3, first=6), known=4, lines={"a": np.ones(10)}
    )
    assert (len(columns), list(columns.high), list(columns.halves), columns.lines) == (0, [], [], {"a": []})


def test_a_line_has_the_last_value_of_a_column_and_nothing_where_it_is_not_known() -> None:
    values = np.array([math.nan, 1.0, 2.0, math.inf, 4.0])
    columns = read_columns(climbing(5), Window(total=5, width=3, bars=2), known=5, lines={"a": values})
    assert columns.lines == {"a": [1.0, None, 4.0]}
    columns = read_columns(climbing(5), Window(total=5, width=3), known=5, lines={"a": values})
    assert columns.lines == {"a": [None, 1.0, 2.0]}


def test_a_line_has_the_value_of_the_bar_that_is_looked_at_however_many_stand_in_a_column() -> None:
    lines = {"a": np.array([math.nan, 1.0, 2.0])}
    assert [values_at(index, lines)["a"] for index in range(3)] == [None, 1.0, 2.0]


def test_a_line_through_the_closes_goes_from_bar_to_bar() -> None:
    columns = read_columns(climbing(2), Window(total=2, width=6, columns=3), known=2, lines={})
    lows = [low for low, _ in columns.halves]
    assert len(lows) == 12
    assert lows[:3] == [101, 101, 101]  # to the middle of the first bar
    assert lows == sorted(lows)
    assert columns.halves[-1] == (102, 102)


def test_a_bar_tells_its_spread_in_pips() -> None:
    bar = read_bar(bars_of([(1, 2, 0.5, 1.5), (1.5, 2, 1, 1.8)], spread=[15, 20]), 1)
    assert (bar.second, bar.open, bar.high, bar.low, bar.close, bar.volume) == (
        *(BEGIN + HOUR, 1.5, 2, 1, 1.8, 10),
    )
    assert bar.spread == pytest.approx(2.0)
    assert read_bar(climbing(1), 0).spread is None


@pytest.mark.parametrize(
    ("hours", "bar"), [(-50, 0), (0, 0), (0.4, 0), (0.6, 1), (1, 1), (8.9, 9), (9, 9), (500, 9)]
)
def test_the_nearest_bar_is_found(hours: float, bar: int) -> None:
    assert nearest_bar(climbing(10), BEGIN + hours * HOUR) == bar

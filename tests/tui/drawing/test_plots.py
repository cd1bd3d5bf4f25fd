"""Charts as text."""

import math
import random

import pytest

from tui.drawing.axes import nice_ticks, time_axis
from tui.drawing.plots import (
    MOST_OVERLAID,
    drawdown_chart,
    drawdowns,
    line_chart,
    overlay_chart,
    reduce_columns,
    spark,
)

YEAR_2020 = 1_577_836_800


def _walk(points: int) -> tuple[list[float], list[float]]:
    chance = random.Random(3)
    values = [10_000.0]
    for _ in range(points - 1):
        values.append(values[-1] + chance.gauss(0.1, 5))
    return [float(YEAR_2020 + 900 * i) for i in range(points)], values


@pytest.mark.parametrize(("width", "height"), [(12, 3), (40, 8), (100, 20), (200, 40)])
def test_a_chart_is_exactly_as_large_as_asked(width: int, height: int) -> None:
    times, values = _walk(5_000)
    chart = line_chart(times, values, width=width, height=height)
    assert len(chart.rows) == height
    assert all(len(axis) + len(canvas) == width for axis, canvas in chart.rows if axis.strip())


def test_every_line_is_free_of_escape_sequences() -> None:
    times, values = _walk(300)
    assert all("\x1b" not in line for line in line_chart(times, values, width=80, height=12).lines)


def test_an_ascii_chart_holds_nothing_but_ascii() -> None:
    times, values = _walk(300)
    for draw in (line_chart, drawdown_chart):
        assert "\n".join(draw(times, values, width=80, height=12, ascii_only=True).lines).isascii()


def test_values_that_are_not_finite_are_left_out() -> None:
    times, values = _walk(100)
    broken = [*values[:50], math.inf, math.nan, -math.inf, *values[53:]]
    whole = line_chart(times, broken, width=60, height=10).lines
    assert any("10,0" in line for line in whole)


def test_nothing_to_draw_is_an_empty_chart_of_the_same_height() -> None:
    assert line_chart([], [], width=60, height=10).lines == [""] * 10
    assert line_chart([1.0], [math.nan], width=60, height=4).lines == [""] * 4


def test_one_point_and_a_flat_line_are_drawn() -> None:
    assert any("⡀" in line for line in line_chart([YEAR_2020], [10_000.0], width=60, height=5).lines)
    flat = line_chart([YEAR_2020, YEAR_2020 + 60], [0.0, 0.0], width=60, height=5)
    assert len(flat.lines) == 5


def test_two_charts_in_a_row_do_not_mix() -> None:
    times, values = _walk(200)
    first = line_chart(times, values, width=60, height=10)
    drawdown_chart(times, values, width=60, height=6)
    assert line_chart(times, values, width=60, height=10) == first


def test_reducing_keeps_the_extremes_and_the_last_point() -> None:
    times, values = _walk(10_000)
    values[4_321] = 1e6
    values[1_234] = -1e6
    xs, ys = reduce_columns(times, values, 50)
    assert len(xs) <= 101
    assert xs == sorted(xs)
    assert {1e6, -1e6} <= set(ys)
    assert (xs[-1], ys[-1]) == (times[-1], values[-1])


def test_drawdown_is_measured_from_the_running_peak() -> None:
    assert drawdowns([100.0, 120.0, 90.0, 130.0]) == pytest.approx([0.0, 0.0, -25.0, 0.0])


def test_a_spark_spans_from_its_lowest_to_its_highest_block() -> None:
    assert spark([1.0, 2.0, 3.0], 3) == "▁▅█"
    assert spark([1.0, 2.0, 3.0], 3, ascii_only=True) == "_-^"
    assert spark([5.0, 5.0], 2) == "▅▅"
    assert spark([], 10) == ""


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (9_600.0, 12_400.0, [10_000.0, 11_000.0, 12_000.0]),
        (-7.0, 0.0, [-6.0, -4.0, -2.0, 0.0]),
        (3.0, 3.0, [3.0]),
    ],
)
def test_ticks_are_round_values(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high, count=4) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("days", "label"),
    [(0.5, "01 03:00"), (9, "01-03"), (300, "2020-04"), (3_000, "2022"), (30_000, "2040")],
)
def test_the_time_axis_names_dates_that_fit_its_span(days: float, label: str) -> None:
    line = time_axis(YEAR_2020, YEAR_2020 + days * 86_400, 70)
    assert len(line) == 70
    assert label in line


def test_overlaid_curves_share_an_axis_and_keep_their_markers() -> None:
    times, values = _walk(500)
    curves = [(times, values), (times[250:], [value + 300 for value in values[250:]])]
    chart = overlay_chart(curves, width=80, height=16)
    assert len(chart.lines) == 16
    assert chart.markers == ("⠤", "x")
    assert all(
        len(axis) + len(canvas) == 80 and len(canvas) == len(owners) for axis, canvas, owners in chart.rows
    )
    for _, canvas, owners in chart.rows[:-1]:
        assert {mark for mark, owner in zip(canvas, owners, strict=True) if owner == "1"} <= {"x"}
        assert all(owner in " 01" for owner in owners)
        assert owners[:30].count("1") == 0
    assert "1" in "".join(owners for _, _, owners in chart.rows)


def test_overlaid_curves_in_ascii_are_told_apart_without_colour() -> None:
    curves = [_walk(300), _walk(400), ([], []), _walk(20)]
    chart = overlay_chart(curves, width=60, height=12, ascii_only=True)
    assert chart.markers == (".", "x", "o", "+")
    assert "\n".join(chart.lines).isascii()


def test_more_curves_than_there_are_markers_are_left_out_and_none_is_an_empty_chart() -> None:
    assert len(overlay_chart([_walk(20)] * 9, width=60, height=12).markers) == MOST_OVERLAID
    empty: list[tuple[list[float], list[float]]] = [([], [])]
    for nothing in (empty, empty[:0]):
        assert overlay_chart(nothing, width=60, height=5).lines == [""] * 5

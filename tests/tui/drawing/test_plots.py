"""Charts as text."""

import math
import random
from itertools import pairwise

import pytest

from tui.drawing.axes import nice_ticks, time_axis
from tui.drawing.blocks import overlay_line
from tui.drawing.curves import until
from tui.drawing.plots import (
    EQUITY,
    HELD,
    MOST_OVERLAID,
    Overlay,
    drawdown_chart,
    drawdowns,
    equity_chart,
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


def test_in_ascii_a_line_is_strokes_by_its_slope_and_its_place_in_the_row() -> None:
    times = [float(YEAR_2020 + 3_600 * i) for i in range(200)]
    valley = [abs(i - 100.0) for i in range(200)]
    steep = "".join(line_chart(times, valley, width=20, height=20, ascii_only=True).lines[:-1])
    assert ("\\" in steep, "/" in steep) == (True, True)
    gentle = line_chart(times, [i / 100 for i in range(200)], width=60, height=4, ascii_only=True)
    drawn = "".join(gentle.rows[row][1].strip() for row in (2, 1, 0))
    assert [*dict.fromkeys(drawn.replace(",", ""))] == ["_", "-", "'"]


def test_values_that_are_not_finite_are_left_out() -> None:
    times, values = _walk(100)
    broken = [*values[:50], math.inf, math.nan, -math.inf, *values[53:]]
    whole = line_chart(times, broken, width=60, height=10).lines
    assert any("10,0" in line for line in whole)


def test_nothing_to_draw_is_an_empty_chart_of_the_same_height() -> None:
    assert line_chart([], [], width=60, height=10).lines == [""] * 10
    assert line_chart([1.0], [math.nan], width=60, height=4).lines == [""] * 4


def test_equity_without_buy_and_hold_is_the_chart_of_one_line() -> None:
    times, values = _walk(5_000)
    for ascii_only in (False, True):
        alone = line_chart(times, values, width=90, height=14, ascii_only=ascii_only)
        assert equity_chart((times, values), width=90, height=14, ascii_only=ascii_only).lines == alone.lines


@pytest.mark.parametrize(("ascii_only", "marker"), [(False, "·"), (True, ".")])
def test_buy_and_hold_is_drawn_behind_equity_and_told_apart_without_colour(
    ascii_only: bool, marker: str
) -> None:
    times = [float(YEAR_2020 + 900 * i) for i in range(5_000)]
    values = [10_000.0] * 5_000
    held = [12_000.0 if index > 2_500 else 10_000.0 for index in range(5_000)]
    chart = equity_chart((times, values), (times, held), width=90, height=14, ascii_only=ascii_only)
    assert chart.markers[int(HELD)] == marker
    assert chart.markers[int(EQUITY)] != marker
    cells = [
        (mark, owner) for _, canvas, owners in chart.rows for mark, owner in zip(canvas, owners, strict=True)
    ]
    assert {mark for mark, owner in cells if owner == HELD} == {marker}
    assert marker not in {mark for mark, owner in cells if owner == EQUITY}
    # Where they are the same, in the first half, equity is seen.
    assert all(HELD not in owners[:40] for _, _, owners in chart.rows)
    assert any(HELD in owners[60:] for _, _, owners in chart.rows)


def test_a_line_of_an_overlay_has_each_stretch_in_the_style_of_its_curve() -> None:
    parts = overlay_line(("9 |", "a bbc", "0 112"), {"0": "dim", "1": "accent"})
    assert [(cell.text, cell.style) for cell in parts] == [
        ("9 |", "dim"),
        ("a", "dim"),
        (" ", "dim"),
        ("bb", "accent"),
        ("c", "dim"),
    ]


def test_a_curve_is_cut_after_the_moment_reached() -> None:
    curve = ([1.0, 2.0, 3.0], [7.0, 8.0, 9.0])
    assert until(curve, 2.0) == ([1.0, 2.0], [7.0, 8.0])
    assert until(curve, 0.5) == ([], [])
    assert until(curve, 9.0) == curve


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


@pytest.mark.parametrize("ascii_only", [False, True])
def test_strokes_hang_from_zero_as_deep_as_the_deepest_of_their_column(ascii_only: bool) -> None:
    times = [float(YEAR_2020 + 60 * i) for i in range(400)]
    falls = [0.0] * 200 + [-100.0] + [-20.0] * 199
    chart = line_chart(times, falls, width=48, height=11, ascii_only=ascii_only, hanging=True)
    canvas = [row for _, row in chart.rows[:-1]]
    depths = [sum(line[column] != " " for line in canvas) for column in range(len(canvas[0]))]
    assert depths[0] == 1
    assert max(depths) == 10
    assert depths.count(10) == 1
    assert depths[-1] == 3
    full = ":" if ascii_only else "⣿"
    assert canvas[0][-1] == canvas[1][-1] == full


def test_what_never_fell_hangs_at_the_top() -> None:
    chart = drawdown_chart(WEEK, [100.0] * 8, width=40, height=5)
    assert [bool(canvas.strip()) for _, canvas in chart.rows[:-1]] == [True, False, False, False]
    assert chart.rows[0][0].split()[0] == "0"


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


def _cells(chart: Overlay) -> list[tuple[str, str]]:
    """What is drawn, each with whose it is, from the left to the right."""
    lines = [list(zip(canvas, owners, strict=True)) for _, canvas, owners in chart.rows[:-1]]
    return [cell for column in zip(*lines, strict=True) for cell in column]


def _letters(chart: Overlay, letter: str) -> list[int]:
    """The columns in which a letter stands."""
    return sorted(
        column for _, canvas, _ in chart.rows[:-1] for column, mark in enumerate(canvas) if mark == letter
    )


def test_compared_curves_share_an_axis_and_are_lines_with_letters() -> None:
    times, values = _walk(500)
    curves = [(times, values), (times[250:], [value + 300 for value in values[250:]])]
    chart = overlay_chart(curves, width=80, height=16)
    assert len(chart.lines) == 16
    assert chart.markers == ("a", "b")
    assert all(
        len(axis) + len(canvas) == 80 and len(canvas) == len(owners) for axis, canvas, owners in chart.rows
    )
    for index, letter in enumerate(chart.markers):
        drawn = [mark for mark, owner in _cells(chart) if owner == str(index)]
        assert letter in drawn
        assert {mark for mark in drawn if mark != letter} <= set(map(chr, range(0x2801, 0x2900)))
    for _, canvas, owners in chart.rows[:-1]:
        assert all(owner in " 01" for owner in owners)
        assert owners[:30].count("1") == 0
        assert all(owner != " " for mark, owner in zip(canvas, owners, strict=True) if mark in "ab")


def test_a_letter_stands_at_the_end_of_its_curve_and_at_every_tenth_column() -> None:
    curves = [_rising(factor) for factor in (1.0, 2.0, 3.0)]
    chart = overlay_chart(curves, width=80, height=20)
    last = len(chart.rows[0][1]) - 1
    for letter in chart.markers:
        columns = _letters(chart, letter)
        assert last in columns
        assert {after - before for before, after in pairwise(columns[:-1])} == {10}
        assert 3 < columns[-1] - columns[-2] <= 13


def test_curves_that_are_the_same_have_their_letters_beside_each_other() -> None:
    curve = _rising(1.0)
    chart = overlay_chart([curve] * 8, width=80, height=12)
    last = len(chart.rows[0][1]) - 1
    assert all(last - 8 < _letters(chart, letter)[-1] <= last for letter in chart.markers)
    assert all(len(_letters(chart, letter)) > 3 for letter in chart.markers)


def _rising(factor: float) -> tuple[list[float], list[float]]:
    times = [float(YEAR_2020 + 86_400 * day) for day in range(300)]
    return times, [100.0 + factor * day / 10 for day in range(300)]


WEEK = [float(YEAR_2020 + 86_400 * day) for day in range(8)]


@pytest.mark.parametrize("height", [6, 8, 10])
def test_a_low_chart_of_compared_curves_has_two_labels_at_least(height: int) -> None:
    curves = [(WEEK, [100.0 - day * 7.3 for day in range(8)]), (WEEK, [100.0 + day for day in range(8)])]
    axes = [axis for axis, _, _ in overlay_chart(curves, width=79, height=height).rows]
    assert sum("┤" in axis for axis in axes) >= 2


@pytest.mark.parametrize("only", [{"ascii_only": True}, {"letters_only": True}])
def test_without_colours_a_curve_is_drawn_with_its_letter(only: dict[str, bool]) -> None:
    curves = [_walk(3_000), _rising(1.0), ([], []), _walk(20)]
    chart = overlay_chart(curves, width=60, height=12, **only)
    assert chart.markers == ("a", "b", "c", "d")
    for letter in "abd":
        assert _letters(chart, letter)
    assert {mark for mark, _ in _cells(chart)} <= set(" abd")
    assert "\n".join(chart.lines).isascii() == ("ascii_only" in only)


def test_a_curve_of_letters_goes_through_its_points_in_proportion() -> None:
    times, values = [float(YEAR_2020), float(YEAR_2020 + 1_000)], [0.0, 10.0]
    chart = overlay_chart([(times, values)], width=40, height=12, ascii_only=True)
    rows = [canvas for _, canvas, _ in chart.rows[:-1]]
    found = [next(row for row, canvas in enumerate(rows) if canvas[column] == "a") for column in (0, 18, 35)]
    assert found == [10, 5, 0]


def test_more_curves_than_there_are_markers_are_left_out_and_none_is_an_empty_chart() -> None:
    assert len(overlay_chart([_walk(20)] * 9, width=60, height=12).markers) == MOST_OVERLAID
    empty: list[tuple[list[float], list[float]]] = [([], [])]
    for nothing in (empty, empty[:0]):
        assert overlay_chart(nothing, width=60, height=5).lines == [""] * 5

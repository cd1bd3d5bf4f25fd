"""Bars drawn large: bodies wider than their wicks, volume as wide, and lines without gaps."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.market.bars import Floats
from tests.tui.chart.making import Prices, bars_of, climbing, trade
from tests.tui.chart.test_drawn import at, columns_of, lines_of, scene_of, text_of
from tui.chart.bars_drawn import draw_candles
from tui.chart.canvas import Canvas
from tui.chart.columns import read_columns
from tui.chart.marks import ARROWS, Marker, Shown
from tui.chart.picture import CHART_STYLES
from tui.chart.scale import Scale
from tui.chart.strips import draw_volume
from tui.chart.window import BAR_WIDTHS, Window


def drawn(rows: Sequence[Prices], columns: int, height: int, *, ascii_only: bool = False) -> list[str]:
    canvas = Canvas(len(rows) * columns, height)
    draw_candles(canvas, columns_of(rows, columns=columns), Scale(0, height, height), ascii_only=ascii_only)
    return text_of(canvas)


# Rising from 1 to 3, falling back, and closing where it opened, each with wicks of a row.
BOTH_WAYS: list[Prices] = [(1.2, 4.9, 0.1, 3.8), (3.8, 4.9, 0.1, 1.2), (2.2, 4.9, 0.1, 2.2)]


def test_rising_bodies_are_boxes_falling_ones_blocks_with_the_wick_in_the_middle() -> None:
    assert drawn(BOTH_WAYS, 4, 5) == [
        "  │   │   │ ",
        " ┌┴┐ ███  │ ",
        " │ │ ███ ─┼─",
        " └┬┘ ███  │ ",
        "  │   │   │ ",
    ]
    assert drawn(BOTH_WAYS, 6, 5) == [
        "   │     │     │  ",
        " ┌─┴─┐ █████   │  ",
        " │   │ █████ ──┼──",
        " └─┬─┘ █████   │  ",
        "   │     │     │  ",
    ]


def test_in_ascii_they_are_told_apart_too() -> None:
    assert drawn(BOTH_WAYS, 4, 5, ascii_only=True) == [
        "  |   |   | ",
        " +-+ ###  | ",
        " | | ### ---",
        " +-+ ###  | ",
        "  |   |   | ",
    ]


def test_a_block_begins_and_ends_in_halves_of_a_row_and_so_does_a_wick() -> None:
    rows = [(2.4, 2.4, 0.6, 0.6), (2.4, 2.9, 0.1, 0.6), (2.4, 3.4, 0.6, 0.6)]
    assert drawn(rows, 4, 4) == [
        "          ╷ ",
        " ▄▄▄ ▄█▄ ▄█▄",
        " ███ ███ ███",
        " ▀▀▀ ▀█▀ ▀▀▀",
    ]


def test_a_wick_leaves_a_box_only_where_there_is_one() -> None:
    rows = [(0.5, 2.5, 0.5, 2.5), (0.2, 2.9, 0.2, 2.2), (0.8, 2.8, 0.1, 2.8)]
    assert drawn(rows, 4, 3) == [" ┌─┐ ┌┴┐ ┌─┐", " │ │ │ │ │ │", " └─┘ └─┘ └┬┘"]


def test_a_rising_body_within_one_row_is_flat_and_no_bar_that_stands_still() -> None:
    rows = [(1.2, 1.9, 1.1, 1.8), (1.2, 2.9, 1.2, 1.8), (1.2, 1.8, 0.1, 1.8), (1.2, 2.9, 0.1, 1.8)]
    assert drawn(rows, 4, 3)[1] == " ╞═╡ ╞╧╡ ╞╤╡ ╞╪╡"
    assert drawn(rows, 6, 3)[1] == " ╞═══╡ ╞═╧═╡ ╞═╤═╡ ╞═╪═╡"
    assert drawn(rows, 4, 3, ascii_only=True)[1] == " [=] [=] [=] [=]"


@pytest.mark.parametrize("columns", BAR_WIDTHS)
def test_whatever_the_width_the_wick_begins_and_ends_where_it_does_in_narrow_bars(columns: int) -> None:
    chance = np.random.default_rng(columns)
    rows = [tuple(chance.permutation([low, low + 1.7, low + 3.1, low + 4.4])) for low in chance.random(40)]
    prices = [(a, max(a, b, c, d), min(a, b, c, d), b) for a, b, c, d in rows]
    narrow, wide = drawn(prices, 1, 6), drawn(prices, columns, 6)
    middle = columns // 2
    for number in range(len(prices)):
        taken = [line[number] != " " for line in narrow]
        cells = [line[number * columns : (number + 1) * columns] for line in wide]
        assert [cell.strip() != "" for cell in cells] == taken
        assert all(cell[middle] != " " for cell in cells if cell.count("│") == 1)


def test_volume_is_as_wide_as_the_bodies() -> None:
    bars = bars_of([(1, 1, 1, 1)] * 3)
    object.__setattr__(bars, "volume", np.array([100.0, 0.0, 50.0]))
    canvas = Canvas(12, 1)
    draw_volume(canvas, read_columns(bars, Window(3, 12, columns=4), 3, {}), ascii_only=False)
    assert text_of(canvas) == [" ███     ▄▄▄"]


def test_marks_stand_above_and_below_the_middle_of_a_wide_bar() -> None:
    columns = columns_of([(5, 6, 4, 5)] * 4, columns=6)
    canvas, scale = Canvas(24, 10), Scale(0, 10, 10)
    draw_candles(canvas, columns, scale, ascii_only=False)
    Marker(canvas, columns, scale, ARROWS).mark([Shown(trade(1, 1, 3, profit=5), at(1), at(3))], None)
    lines = text_of(canvas)
    assert [lines[7].index("▲"), lines[3].index("+")] == [6 + 3, 18 + 3]


def test_lines_of_a_strategy_have_no_gaps_between_bars_that_stand_apart() -> None:
    line: dict[str, Floats] = {"low": np.array([101.0, 104.0, 104.0, np.nan, 102.0])}
    columns = read_columns(climbing(5), Window(5, 30, columns=6), 5, line)
    scene = scene_of(columns, has_volume=False, style=CHART_STYLES[2])
    told = [text[:30] for text in lines_of(scene, 24)]
    places = sorted(place for text in told for place, glyph in enumerate(text) if glyph == "·")
    assert set(places) <= {*range(3, 16), 27}
    assert len(places) > 8
    rows = [row for row, text in enumerate(told) if "·" in text]
    assert len(rows) > 2

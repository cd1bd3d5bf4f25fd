"""The labels of axes: round values and dates, evenly spaced, as many as have room."""

from itertools import pairwise

import pytest

from core.axes import time_ticks
from tui.drawing.axes import axis_limits, level_ticks, row_of, time_axis
from tui.drawing.plots import drawdown_chart, equity_chart, label_cells, line_chart

YEAR_2020, DAY = 1_577_836_800.0, 86_400.0
TIMES = [YEAR_2020 + DAY * day for day in range(4)]

Limits = tuple[float, float]


def _labels(low: float, high: float, height: int, *, grows: bool = False, falls: bool = False) -> list[str]:
    """The labels of a drawn chart of two values, from the top."""
    period = (TIMES[0], TIMES[-1] + DAY) if grows else None
    values = [high, low, high, low]
    chart = line_chart(TIMES, values, width=60, height=height, hanging=falls, period=period)
    return [side.strip(" │┤") for side, _ in chart.rows[:-1] if side.strip(" │┤")]


@pytest.mark.parametrize("enclosing", [False, True])
@pytest.mark.parametrize(
    "ends",
    [(7_812.0, 11_030.0), (8_900.0, 11_050.0), (-44.87, 0.0), (-99.0, 0.0), (0.9871, 1.0214), (-3.0, 1e9)],
)
def test_labels_are_evenly_spaced_and_each_has_a_row_of_its_own(ends: Limits, enclosing: bool) -> None:
    for rows in range(2, 26):
        ticks = level_ticks(*ends, rows, enclosing=enclosing)
        steps = [after - before for before, after in pairwise(ticks)]
        assert steps == pytest.approx([steps[0]] * len(steps))
        limits = axis_limits(*ends, ticks)
        assert limits == (min(ends[0], ticks[0]), max(ends[1], ticks[-1]))
        places = [row_of(tick, limits, rows) for tick in ticks]
        gaps = [before - after for before, after in pairwise(places)]
        assert min(gaps) > 0
        assert max(gaps) - min(gaps) <= 1


def test_the_least_and_the_largest_label_are_near_the_ends_where_there_is_room() -> None:
    assert _labels(-44.87, 0.0, 3, falls=True) == ["0", "-40"]
    assert _labels(-44.87, 0.0, 5, falls=True) == ["0", "-20", "-40"]
    assert _labels(-44.87, 0.0, 8, falls=True) == ["0", "-20", "-40"]


def test_a_short_chart_leaves_out_no_label_between_others() -> None:
    for height in (4, 5, 6, 7):
        for grows in (False, True):
            told = [
                float(label.replace(",", "")) for label in _labels(7_950.0, 11_020.0, height, grows=grows)
            ]
            assert len({above - below for above, below in pairwise(told)}) == 1


def test_large_money_takes_no_more_room_beside_one_curve_than_beside_the_other() -> None:
    curve = (TIMES, [1e9, 0.98e9, 1.01e9, 0.99e9])
    assert equity_chart(curve, width=60, height=8).axis_width == len("1,000,000,000")
    assert label_cells([0.0, -44.87], 5) == len("-40")
    assert label_cells([], 5) == 0
    narrow = drawdown_chart(*curve, width=60, height=5, axis_width=13).rows
    assert {len(side) for side, _ in narrow[:-1]} == {15}


@pytest.mark.parametrize("days", [0.4, 2, 9, 40, 100, 200, 700, 1_096, 4_000])
def test_no_date_between_others_is_missing(days: float) -> None:
    for begins in (0, 1, 17, 29, 45, 100, 170):
        first = YEAR_2020 + begins * DAY
        for width in range(24, 160, 3):
            ticks = time_ticks(first, first + days * DAY, width)
            drawn = time_axis(first, first + days * DAY, width)
            assert [label for _, label in ticks if label in drawn] == [label for _, label in ticks]
            steps = [after - before for (before, _), (after, _) in pairwise(ticks)]
            assert max(steps) <= 1.1 * min(steps) + 4 * DAY


def test_every_half_year_is_named_however_the_period_begins() -> None:
    for begin in range(0, 60, 3):
        first = YEAR_2020 + begin * DAY
        for width in range(48, 100):
            dates = time_axis(first, first + 1_096 * DAY, width).split()
            numbers = [int(date[:4]) * 12 + int(date[5:] or 1) for date in dates]
            assert len({after - before for before, after in pairwise(numbers)}) == 1

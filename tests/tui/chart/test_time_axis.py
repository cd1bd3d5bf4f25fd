"""The labels of the times, and the cursor among them."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.tui.chart.making import BEGIN, HOUR, climbing
from tui.chart.columns import Columns, read_columns
from tui.chart.marks import ARROWS, LETTERS, PLAIN_ARROWS, PLAIN_LETTERS
from tui.chart.strips import CURSOR, PLAIN_CURSOR, time_lines
from tui.chart.window import Window

DAY = 24
# When the first bar after a weekend opens, in hours from the Monday before.
_SUNDAY = 6 * DAY + 22


def columns_at(hours: Sequence[float], columns: int = 1) -> Columns:
    """Return a column for each bar that opens so many hours after Monday 2020-01-27."""
    bars = climbing(len(hours))
    seconds = BEGIN + HOUR * np.array(hours)
    object.__setattr__(bars, "time", seconds.astype("int64").astype("datetime64[s]"))
    return read_columns(bars, Window(len(hours), len(hours) * columns, columns=columns), len(hours), {})


def labels_at(hours: Sequence[float]) -> list[str]:
    """Return the labels, those of times whole."""
    _, labels = time_lines(columns_at(hours), None, ascii_only=False)
    return [label.strip() for label in labels.split("  ") if label.strip()]


def test_the_first_label_has_its_month_and_its_year_as_far_as_there_is_room() -> None:
    assert labels_at(range(3, 100))[:2] == ["2020-01-27 12:00", "28 00:00"]
    assert labels_at(range(8, 100))[:2] == ["01-27 12:00", "28 00:00"]
    assert labels_at([12 * n for n in range(100)])[:2] == ["2020-02-03", "02-10"]


def test_where_a_month_or_a_year_begins_the_label_says_so() -> None:
    to_february = [4 * DAY + 6 + hour / 4 for hour in range(120)]
    assert labels_at(to_february) == [
        *("2020-01-31 09:00", "31 12:00", "31 15:00", "31 18:00", "31 21:00"),
        *("02-01 00:00", "01 03:00", "01 06:00", "01 09:00"),
    ]
    to_2021 = [337 * DAY + 3 + hour for hour in range(0, DAY * 6, 2)]
    assert labels_at(to_2021) == ["2020-12-30", "12-31", "2021-01-01", "01-02", "01-03", "01-04"]


@pytest.mark.parametrize("friday", [110, 118])
def test_after_a_weekend_the_label_is_that_of_monday_not_of_sunday_evening(friday: int) -> None:
    hours = [*range(2 * DAY, friday), *range(_SUNDAY, _SUNDAY + 60)]
    assert labels_at(hours) == ["2020-01-30", "01-31", "02-03", "02-04", "02-05"]


def test_bars_drawn_large_have_as_many_labels_as_there_is_room_for() -> None:
    _, labels = time_lines(columns_at(range(1, 13), columns=6), None, ascii_only=False)
    told = [label.strip() for label in labels.split("  ") if label.strip()]
    assert told == ["2020-01-27 02:00", "27 04:00", "27 06:00", "27 08:00", "27 10:00", "27 12:00"]


def test_labels_have_room_between_them_and_stand_below_their_ticks() -> None:
    for begin in range(40):
        columns = columns_at(range(begin, begin + 90))
        rule, labels = time_lines(columns, None, ascii_only=False)
        starts = [
            i for i, glyph in enumerate(labels) if glyph != " " and not labels[max(0, i - 2) : i].strip()
        ]
        ticks = [i for i, glyph in enumerate(rule) if glyph == "┬"]
        assert len(starts) == len(ticks) >= 6
        assert all(start <= tick < start + 16 for start, tick in zip(starts, ticks, strict=True))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_cursor_on_the_axis_is_no_sign_of_a_trade(*, ascii_only: bool) -> None:
    rule, _ = time_lines(columns_at(range(90)), 41, ascii_only=ascii_only)
    sign = PLAIN_CURSOR if ascii_only else CURSOR
    assert rule[41] == sign
    assert rule.count(sign) == 1
    marks = {
        glyph for kind in (ARROWS, LETTERS, PLAIN_ARROWS, PLAIN_LETTERS) for glyph in (kind.buy, kind.sell)
    }
    assert sign not in marks | set("+-=")

"""What stands below the prices: the volume, and the times."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise, zip_longest
from typing import NamedTuple

from tui.chart.canvas import Canvas
from tui.chart.columns import Columns

BLOCKS = " ▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = " .:|"

# Where the cursor's bar stands on the axis; no sign that marks a trade.
CURSOR, PLAIN_CURSOR = "◆", "@"

_MINUTE, _DAY = 60, 86_400
# 1970-01-01 was a Thursday: weeks begin three days before.
_TO_MONDAY = 3 * _DAY
# The part of what is usual that a stretch must last to have a label: a Sunday evening has none.
_LEAST_STRETCH = 0.5
_BETWEEN = 2  # cells


def draw_volume(canvas: Canvas, columns: Columns, *, ascii_only: bool) -> None:
    """Draw the volume of each column from the bottom of a canvas, the largest to its top."""
    blocks = PLAIN_BLOCKS if ascii_only else BLOCKS
    most, parts, reach = max(columns.volume, default=0.0), len(blocks) - 1, columns.window.reach
    if most <= 0:
        return
    for slot, volume in enumerate(columns.volume):
        filled = max(round(volume / most * canvas.rows * parts), 1 if volume > 0 else 0)
        for row in range(canvas.rows):
            part = min(parts, filled - row * parts)
            if part > 0:
                middle = columns.window.column_of_slot(slot)
                for column in range(middle - reach, middle + reach + 1):
                    canvas.put(canvas.rows - 1 - row, column, blocks[part], "dim")


def time_lines(columns: Columns, cursor: int | None, *, ascii_only: bool) -> tuple[str, str]:
    """Return a rule with a tick for each label, the cursor's column marked in it, and the labels.

    Columns are bars, not stretches of time: weekends take none. So a label stands where
    the first bar of a round moment does.
    """
    width = columns.window.width
    rule, labels = ["-" if ascii_only else "─"] * width, [" "] * width
    for placed in _placed(columns):
        rule[placed.column] = "+" if ascii_only else "┬"
        labels[placed.start : placed.end] = placed.text
    if cursor is not None and 0 <= cursor < width:
        rule[cursor] = PLAIN_CURSOR if ascii_only else CURSOR
    return "".join(rule), "".join(labels)


class _Placed(NamedTuple):
    """A label and where it begins; its tick is above it."""

    column: int
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _placed(columns: Columns) -> Iterator[_Placed]:
    """Yield labels for which there is room, the first with its month and year if there is room for those."""
    window, free = columns.window, 0
    slots, patterns = _labels(columns.times, window.width)
    told: datetime | None = None
    for slot, after in zip_longest(slots, slots[1:]):
        moment = datetime.fromtimestamp(columns.times[slot], UTC)
        end = window.width if after is None else window.column_of_slot(after)
        news = _news(told, moment)
        for number, pattern in enumerate(patterns[news:] or patterns[-1:], news):
            room = range(free, window.width if pattern == patterns[-1] else end - _BETWEEN)
            found = _at(window.column_of_slot(slot), moment.strftime(pattern), room)
            if found is not None:
                free = found.end + _BETWEEN
                told = moment if number <= _MONTH_IS_NEWS else told
                yield found
                break


# The places of the patterns that begin with the year and with the month.
_YEAR_IS_NEWS, _MONTH_IS_NEWS, _NO_NEWS = range(3)


def _news(told: datetime | None, moment: datetime) -> int:
    """Return which pattern tells what was not told by the labels before."""
    if told is None or told.year != moment.year:
        return _YEAR_IS_NEWS
    return _NO_NEWS if told.month == moment.month else _MONTH_IS_NEWS


def _at(column: int, text: str, room: range) -> _Placed | None:
    """Return a label below its column, in the middle if there is room; None if there is none at all."""
    first = max(room.start, column - len(text) + 1)
    last = min(room.stop - len(text), column)
    return _Placed(column, min(max(first, column - len(text) // 2), last), text) if first <= last else None


def _labels(times: Sequence[int], room: int) -> tuple[list[int], Sequence[str]]:
    """Return the slots of labels, as many as fit into `room` cells, and patterns, the longest first."""
    if not times:
        return [], _DAYS
    moments = [datetime.fromtimestamp(second, UTC) for second in times]
    for key, patterns in _calendars(times[-1] - times[0]):
        keys = [key(moment) for moment in moments]
        begun = [slot for slot, (before, now) in enumerate(pairwise(keys), 1) if before != now]
        slots = _lasting(begun)
        if 1 < len(slots) <= room // (len(moments[0].strftime(patterns[-1])) + _BETWEEN):
            return slots, patterns
    pattern = _TIMES[0] if times[-1] - times[0] < 3 * _DAY else _DAYS[0]
    return list(dict.fromkeys((0, len(moments) - 1))), (pattern,)


def _lasting(slots: list[int]) -> list[int]:
    """Return the beginnings of stretches without those that are short, as before and after a weekend."""
    lasts = [after - slot for slot, after in pairwise(slots)]
    usual = sorted(lasts)[len(lasts) // 2] if lasts else 0
    return [
        slot for slot, last in zip(slots, [*lasts, usual], strict=False) if last >= usual * _LEAST_STRETCH
    ]


_Key = Callable[[datetime], int]
# Patterns of labels: with all that may be news, then without what the labels before have told.
_TIMES = ("%Y-%m-%d %H:%M", "%m-%d %H:%M", "%d %H:%M")
_DAYS = ("%Y-%m-%d", "%m-%d")


def _calendars(span: int) -> Iterator[tuple[_Key, Sequence[str]]]:
    """Yield what tells round moments apart, from fine to coarse, each with its patterns."""
    if span <= 5 * _DAY:
        for minutes in (5, 15, 30, 60, 120, 180, 360, 720):
            yield _every(minutes * _MINUTE), _TIMES
    if span <= 200 * _DAY:
        yield _every(_DAY), _DAYS
        yield _every(7 * _DAY, _TO_MONDAY), _DAYS
    for months in (1, 3, 6):
        yield _every_months(months), ("%Y-%m",)
    for years in (1, 2, 5, 10, 20, 50):
        yield _every_months(12 * years), ("%Y",)


def _every(seconds: int, shift: int = 0) -> _Key:
    return lambda moment: (int(moment.timestamp()) + shift) // seconds


def _every_months(months: int) -> _Key:
    return lambda moment: (moment.year * 12 + moment.month - 1) // months

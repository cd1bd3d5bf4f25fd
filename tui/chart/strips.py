"""What stands below the prices: the volume, and the times."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from tui.chart.canvas import Canvas
from tui.chart.columns import Columns

_BLOCKS = " ▁▂▃▄▅▆▇█"
_PLAIN_BLOCKS = " .:|"

_MINUTE, _DAY = 60, 86_400
# 1970-01-01 was a Thursday: weeks begin three days before.
_TO_MONDAY = 3 * _DAY


def draw_volume(canvas: Canvas, columns: Columns, *, ascii_only: bool) -> None:
    """Draw the volume of each column from the bottom of a canvas, the largest to its top."""
    blocks = _PLAIN_BLOCKS if ascii_only else _BLOCKS
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
    free = 0
    for slot, text in _labels(columns.times, width // columns.window.columns):
        column = columns.window.column_of_slot(slot)
        start = min(max(column - len(text) // 2, 0), width - len(text))
        if start >= free:
            rule[column] = "+" if ascii_only else "┬"
            labels[start : start + len(text)] = text
            free = start + len(text) + 2
    if cursor is not None and 0 <= cursor < width:
        rule[cursor] = "^" if ascii_only else "▲"
    return "".join(rule), "".join(labels)


def _labels(times: Sequence[int], room: int) -> list[tuple[int, str]]:
    """Return labels for slots, as many as fit into `room` slots."""
    if not times:
        return []
    moments = [datetime.fromtimestamp(second, UTC) for second in times]
    for key, pattern in _calendars(times[-1] - times[0]):
        keys = [key(moment) for moment in moments]
        slots = [slot for slot, (before, now) in enumerate(pairwise(keys), 1) if before != now]
        if 1 < len(slots) <= room // (len(moments[0].strftime(pattern)) + 2):
            return [(slot, moments[slot].strftime(pattern)) for slot in slots]
    pattern = "%Y-%m-%d %H:%M" if times[-1] - times[0] < 3 * _DAY else "%Y-%m-%d"
    ends = dict.fromkeys((0, len(moments) - 1))
    return [(slot, moments[slot].strftime(pattern)) for slot in ends]


_Key = Callable[[datetime], int]


def _calendars(span: int) -> Iterator[tuple[_Key, str]]:
    """Yield what tells round moments apart, from fine to coarse, each with its pattern."""
    if span <= 5 * _DAY:
        for minutes in (5, 15, 30, 60, 120, 180, 360, 720):
            yield _every(minutes * _MINUTE), "%d %H:%M"
    if span <= 200 * _DAY:
        yield _every(_DAY), "%m-%d"
        yield _every(7 * _DAY, _TO_MONDAY), "%m-%d"
    for months in (1, 3, 6):
        yield _every_months(months), "%Y-%m"
    for years in (1, 2, 5, 10, 20, 50):
        yield _every_months(12 * years), "%Y"


def _every(seconds: int, shift: int = 0) -> _Key:
    return lambda moment: (int(moment.timestamp()) + shift) // seconds


def _every_months(months: int) -> _Key:
    return lambda moment: (moment.year * 12 + moment.month - 1) // months

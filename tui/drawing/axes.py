"""The axes of a chart as text."""

import math

from core.axes import label_column, nice_ticks, tick_labels, time_ticks

__all__ = ["axis_limits", "level_ticks", "nice_ticks", "row_of", "tick_labels", "time_axis"]

# How far from a whole number of steps a value may be that is meant to be one.
_ROUND = 1e-6
# The share of an axis that its labels are to span, and how finely two are picked where more have no room.
_REACHES, _FINE = 0.75, 10


def time_axis(first: float, last: float, width: int) -> str:
    """Return one line of `width` cells with dates where they belong."""
    line = [" "] * width
    free = 0
    for moment, label in time_ticks(first, last, width):
        column = label_column(moment, label, (first, last), width)
        if column >= free:
            line[column : column + len(label)] = label
            free = column + len(label) + 2
    return "".join(line)


def level_ticks(low: float, high: float, rows: int, *, enclosing: bool = False) -> list[float]:
    """Return evenly spaced round values for an axis beside so many rows, each in a row of its own.

    About one for every three rows, more if they would end far from the ends of the axis; at
    least two where there are any. With `enclosing` none of the values lies beyond them.
    """
    best: list[float] = []
    for count in range(max(2, rows // 3), rows + 2):
        ticks = _ticks(low, high, count, enclosing)
        if _have_rows(ticks, axis_limits(low, high, ticks), rows) and _reach(ticks) > _reach(best):
            best = ticks
        if _reach(best) >= _REACHES * (high - low):
            return best
    fine = _ticks(low, high, _FINE, enclosing)
    ends = [fine[0], fine[-1]] if len(fine) > 1 else fine
    is_better = _reach(ends) > _reach(best) and _have_rows(ends, axis_limits(low, high, ends), rows)
    return ends if is_better or not best else best


def _ticks(low: float, high: float, count: int, enclosing: bool) -> list[float]:
    ticks = nice_ticks(low, high, count=count)
    return _whole_steps(low, high, ticks) if enclosing else ticks


def _whole_steps(low: float, high: float, ticks: list[float]) -> list[float]:
    """Return ticks that enclose all values: their limits change less often than the largest of the values."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 0.0
    if step <= 0.0 or abs(ticks[0] / step - round(ticks[0] / step)) > _ROUND:
        return ticks  # the span is too small for round values
    first, last = math.floor(low / step + _ROUND), math.ceil(high / step - _ROUND)
    return [index * step for index in range(first, last + 1)]


def _reach(ticks: list[float]) -> float:
    return ticks[-1] - ticks[0] if ticks else -1.0


def _have_rows(ticks: list[float], limits: tuple[float, float], rows: int) -> bool:
    return len({row_of(tick, limits, rows) for tick in ticks}) == len(ticks)


def axis_limits(low: float, high: float, ticks: list[float]) -> tuple[float, float]:
    """Return the ends of an axis from `low` to `high` that has ticks; it is never of no length."""
    low, high = min(low, *ticks), max(high, *ticks)
    if low == high:
        margin = abs(low) * 0.01 or 1.0
        return low - margin, high + margin
    return low, high


def row_of(value: float, limits: tuple[float, float], rows: int) -> int:
    """Return in which row from the top a value stands on an axis with these limits."""
    low, high = limits
    return math.floor((high - value) / (high - low) * (rows - 1) + 0.5)

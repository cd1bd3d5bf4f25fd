"""Round values and dates for the axes of a chart, whatever it is drawn with."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

# Blanks between two dates at least.
_APART = 2


def nice_ticks(low: float, high: float, *, count: int) -> list[float]:
    """Return round values (1, 2, 2.5 or 5 times a power of ten) within `low` to `high`.

    Never empty: a span too small for a round value gives its two ends.
    """
    if not high > low:
        return [low]
    step = 10.0 ** math.floor(math.log10((high - low) / count))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0):
        if (high - low) / (step * factor) <= count:
            step *= factor
            break
    first = math.ceil(low / step - 1e-9)
    ticks = [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
    return ticks or [low, high]


def tick_labels(ticks: list[float]) -> list[str]:
    """Return the ticks as text, all with the decimals that their steps need (two at most)."""
    gaps = [b - a for a, b in pairwise(ticks)]
    step = min(gaps) if gaps else abs(ticks[0]) or 1.0
    digits = 0
    while digits < 5 and abs(step * 10**digits - round(step * 10**digits)) > 1e-6:
        digits += 1
    return [f"{tick:,.{min(digits, 2)}f}" for tick in ticks]


def time_ticks(first: float, last: float, width: int) -> list[tuple[float, str]]:
    """Return round moments from `first` to `last` (seconds since 1970) with their labels in UTC.

    As many as fit into `width` characters with room between them, but for one at either end
    without room; where none would fit, the two ends.
    """
    begin, end = _moment(first), _moment(last)
    for moments, pattern in _calendars(begin, end):
        if 1 < len(moments) <= width // (len(begin.strftime(pattern)) + 3):
            ticks = [_labelled(moment, pattern) for moment in moments]
            if kept := _with_room(ticks, (first, last), width):
                return kept
    pattern = "%Y-%m-%d %H:%M" if end - begin < timedelta(days=3) else "%Y-%m-%d"
    return [_labelled(begin, pattern), _labelled(end, pattern)]


def label_column(moment: float, label: str, span: tuple[float, float], width: int) -> int:
    """Return where the label of a moment begins among `width` characters: with its middle at the moment."""
    first, last = span
    column = round((moment - first) / ((last - first) or 1.0) * (width - 1))
    return min(max(column - len(label) // 2, 0), width - len(label))


def _with_room(
    ticks: list[tuple[float, str]], span: tuple[float, float], width: int
) -> list[tuple[float, str]]:
    """Return ticks with room between their labels; the first and the last may go, none is left if others do.

    At the ends labels cannot stand about their moments.
    """
    columns = [label_column(moment, label, span, width) for moment, label in ticks]
    size = len(ticks[0][1]) + _APART
    has_room = [after - before >= size for before, after in pairwise(columns)]
    if not all(has_room[1:-1]):
        return []
    kept = ticks[0 if has_room[0] else 1 : None if has_room[-1] else -1]
    return kept if len(kept) > 1 else []


def _labelled(moment: datetime, pattern: str) -> tuple[float, str]:
    return (moment - _EPOCH).total_seconds(), moment.strftime(pattern)


def _calendars(begin: datetime, end: datetime) -> Iterable[tuple[list[datetime], str]]:
    """Yield rows of round moments from fine to coarse, each with its pattern."""
    days = (end - begin).total_seconds() / 86_400
    if days <= 3:
        for hours in (1, 3, 6, 12):
            midnight = begin.replace(hour=0, minute=0, second=0)
            yield _steps(midnight, begin, end, timedelta(hours=hours)), "%d %H:%M"
    if days <= 120:
        midnight = begin.replace(hour=0, minute=0, second=0)
        for count in (1, 2, 5, 10, 20):
            yield _steps(midnight, begin, end, timedelta(days=count)), "%m-%d"
    for months in (1, 3, 6):
        yield _months(begin, end, months), "%Y-%m"
    for years in (1, 2, 5, 10, 20, 50):
        yield _months(begin, end, 12 * years), "%Y"


def _steps(origin: datetime, begin: datetime, end: datetime, step: timedelta) -> list[datetime]:
    moments, moment = [], origin
    while moment <= end:
        if moment >= begin:
            moments.append(moment)
        moment += step
    return moments


def _months(begin: datetime, end: datetime, step: int) -> list[datetime]:
    number = -(-(begin.year * 12 + begin.month - 1) // step) * step
    moments = []
    while number < 9999 * 12:
        moment = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if moment > end:
            break
        if moment >= begin:
            moments.append(moment)
        number += step
    return moments


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)

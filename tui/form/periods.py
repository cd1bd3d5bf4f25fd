"""Periods that can be chosen by name."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime

# All bars, of several markets those of each.
ALL = "all"
# The days that several markets have bars of.
COMMON = "common"
# What somebody typed: no name is needed, nothing moves it.
OWN = "own"

Days = tuple[datetime, datetime]

_YEARS = (1, 2, 3, 5, 10)
_LABELS = {
    ALL: "all there is",
    COMMON: "days in common",
    **{str(years): "last year" if years == 1 else f"last {years} years" for years in _YEARS},
    OWN: "as typed below",
}


def offered(ranges: Sequence[Days]) -> tuple[tuple[str, str], ...]:
    """Return the periods (value, label) to choose from for data of these days, ends exclusive."""
    first, end = common(ranges)
    differ = len(set(ranges)) > 1 and end > first
    shared = [COMMON] if differ else []
    # Without days in common none of these begins after the first.
    fitting = [str(years) for years in _YEARS if _years_before(end, years) > first]
    return tuple((name, _LABELS[name]) for name in (ALL, *shared, *fitting, OWN))


def label_of(name: str) -> str:
    """Return what a period is called, whatever the data; one that there never was by its name."""
    return _LABELS.get(name, name)


def days_of(name: str, ranges: Sequence[Days]) -> Days | None:
    """Return the beginning and the exclusive end of a period with a name; None if each has its own."""
    first, end = common(ranges)
    if name == ALL:
        return (first, end) if len(set(ranges)) == 1 else None
    return (first, end) if name == COMMON else (max(first, _years_before(end, int(name))), end)


def common(ranges: Sequence[Days]) -> Days:
    """Return the days that are in all of these; where there are none, the end is not after the beginning."""
    return max(first for first, _ in ranges), min(end for _, end in ranges)


def _years_before(moment: datetime, years: int) -> datetime:
    year = moment.year - years
    return moment.replace(year=year, day=min(moment.day, monthrange(year, moment.month)[1]))

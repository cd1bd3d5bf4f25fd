"""From what the file's clock showed to UTC."""

from dataclasses import dataclass

import numpy as np

from core.errors import BacktapeError
from core.market.dialects import Dialect
from core.market.opening import TextFile
from core.market.rows import Rows
from core.market.stamps import Stamps
from core.market.zones import UTC, Clock, Mask, Seconds, find_clock
from core.text import plural


@dataclass(frozen=True)
class ReadOn:
    """The clock that the times were read on, and how it is named in the report."""

    clock: Clock
    label: str
    named: bool = False  # by the user, not by the dialect or the times themselves
    explicit: bool = False  # by the times themselves


def settle_dates(file: TextFile, stamps: Stamps, lines: Seconds) -> tuple[Stamps, list[str]]:
    """Decide for the whole column whether 03/04/2019 is in March or in April.

    Raises:
        BacktapeError: the column has both orders, or nothing tells them apart.
    """
    rows = np.flatnonzero(stamps.unordered & (stamps.status == 1))
    if not len(rows):
        return stamps, []
    day_first, month_first = stamps.first[rows] > 12, stamps.second[rows] > 12
    if day_first.any() and month_first.any():
        one, other = int(lines[rows[np.argmax(day_first)]]), int(lines[rows[np.argmax(month_first)]])
        raise file.refusal(
            f"this date has the day first, and line {other} the month; write dates as 2020-01-31.", one
        )
    if day_first.any():
        return stamps.with_day_first(True), []
    if month_first.any():
        return stamps.with_day_first(False), []
    return _by_regularity(file, stamps, int(lines[rows[0]]))


def _by_regularity(file: TextFile, stamps: Stamps, line: int) -> tuple[Stamps, list[str]]:
    """Choose the order of day and month under which the lines stand in order of time."""
    readings = {day_first: stamps.with_day_first(day_first) for day_first in (True, False)}
    orderly = {}
    for day_first, reading in readings.items():
        steps = np.diff(reading.seconds)
        # A month between two neighbours, again and again, is the mark of the wrong order.
        usual = np.median(np.abs(steps)) if len(steps) else 0
        orderly[day_first] = bool(((steps > 0).all() or (steps < 0).all()) and usual <= 7 * 86_400)
    if orderly[True] == orderly[False]:
        raise file.refusal(
            "nothing in the file tells whether its dates have the day or the month first; "
            "write them as 2020-01-31.",
            line,
        )
    order = "day" if orderly[True] else "month"
    return readings[orderly[True]], [f"Dates were read with the {order} first: only so are they in order."]


def place(rows: Rows, stamps: Stamps, dialect: Dialect, timezone: str | None) -> ReadOn:
    """Turn the rows' times into UTC and say on which clock they were read.

    Raises:
        BacktapeError: some times name their zone and others do not.
    """
    explicit = stamps.has_offset & ~stamps.bad
    if dialect.epochs_are_broker_time:
        explicit &= ~stamps.is_epoch
    if explicit.any():
        return _explicit(rows, stamps, explicit, timezone)
    clock = find_clock(timezone or dialect.clock or "UTC")
    _turn_around(rows)
    _to_utc(rows, clock)
    return ReadOn(clock, clock.name, timezone is not None)


def _explicit(rows: Rows, stamps: Stamps, explicit: Mask, timezone: str | None) -> ReadOn:
    bare = ~explicit & ~stamps.bad
    if bare.any():
        raise BacktapeError(
            f"{rows.file.name}: {int(bare.sum()):,} times name no zone where the others do; write all alike."
        )
    if timezone is not None:
        rows.warnings.append(f"The times name their own zone; {find_clock(timezone).name} was not used.")
    _turn_around(rows)
    labels = [_offset_name(offset) for offset in sorted(stamps.offsets)]
    return ReadOn(UTC, labels[0] if len(labels) == 1 else f"as written ({', '.join(labels)})", explicit=True)


def _offset_name(offset: int) -> str:
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def _turn_around(rows: Rows) -> None:
    """Put a file that has the newest line first into ascending order."""
    steps = np.diff(rows.time)
    if len(steps) and (steps < 0).sum() > (steps > 0).sum():
        rows.select(np.arange(len(rows))[::-1])
        rows.warnings.append("The file has the newest bar first; it was turned around.")


def _to_utc(rows: Rows, clock: Clock) -> None:
    wall = rows.time
    placed = clock.to_utc(wall)
    if placed.repeated.any():
        later = _second_time_round(rows, placed.repeated)
        placed = clock.to_utc(wall, later=later)
        rows.warnings.append(
            f"{int(placed.repeated.sum()):,} bars lie in an hour that {clock.name} shows twice: "
            f"{int(later.sum()):,} were read as its second passing."
        )
    rows.time = placed.utc
    if placed.skipped.any():
        _settle_skipped(rows, placed.skipped, clock)


def _second_time_round(rows: Rows, repeated: Mask) -> Mask:
    """Return which rows of a repeated hour come after it has begun anew.

    The hour begins anew at the first step back in time. A second passing with
    the very same bars is a repetition of lines, not of the clock.
    """
    later = np.zeros(len(rows), dtype=np.bool_)
    where = np.flatnonzero(repeated)
    breaks = np.flatnonzero(np.diff(rows.time[where] // 86_400)) + 1
    for group in np.split(where, breaks):
        back = np.flatnonzero(np.diff(rows.time[group]) <= 0)
        if not len(back):
            continue
        before, after = group[: back[0] + 1], group[back[0] + 1 :]
        if not _same_bars(rows, before, after):
            later[after] = True
    return later


def _same_bars(rows: Rows, before: Seconds, after: Seconds) -> bool:
    """Return whether every bar of `after` is also one of `before`."""
    columns = [rows.time, *rows.numbers.values()]
    seen = set(zip(*(column[before].tolist() for column in columns), strict=True))
    return seen.issuperset(zip(*(column[after].tolist() for column in columns), strict=True))


def _settle_skipped(rows: Rows, skipped: Mask, clock: Clock) -> None:
    """Keep bars of an hour that the clock skipped where nothing else lies, and tell of them."""
    taken = np.isin(rows.time, rows.time[~skipped]) & skipped
    kept = int(skipped.sum() - taken.sum())
    if kept:
        rows.warnings.append(
            f"{plural(kept, 'bar lies', 'bars lie')} in an hour that {clock.name} skips, read as an hour "
            "later; the file's clock may be another."
        )
    rows.drop(taken, f"{clock.name} never showed this time: its clock was put forward", faulty=False)

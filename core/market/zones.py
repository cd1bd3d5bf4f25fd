"""Clocks: from what a file's clock shows to UTC and back, on whole arrays.

A clock is named by an IANA zone (`Europe/Athens`), by `UTC`, by a fixed offset
(`+02:00`, `UTC-5`) or by a zone moved by whole hours (`America/New_York+7`: the
clock of brokers whose midnight is always 17:00 in New York).
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from core.errors import BacktapeError
from core.text import clean

Seconds = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY = 86_400
_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_MOVED = re.compile(r"([A-Za-z]+(?:/[A-Za-z0-9_+-]+)+?)([+-])(\d{1,2})")


@dataclass(frozen=True)
class WallTimes:
    """UTC seconds for the times a clock showed, and what was odd about them."""

    utc: Seconds
    skipped: Mask  # the clock never showed this time: it was put forward over it
    repeated: Mask  # the clock showed this time twice


@dataclass(frozen=True)
class Clock:
    """A clock: a zone's wall time, moved by `shift` seconds."""

    name: str
    zone: str | None
    shift: int

    def offsets(self, utc: Seconds) -> Seconds:
        """Return how many seconds the clock is ahead of UTC at each time."""
        if self.zone is None or not len(utc):
            return np.full(len(utc), self.shift, dtype=np.int64)
        changes, offsets = _changes(self.zone, int(utc.min()), int(utc.max()))
        return offsets[np.searchsorted(changes, utc, side="right")] + self.shift

    def to_utc(self, wall: Seconds, *, later: Mask | None = None) -> WallTimes:
        """Return the UTC times at which the clock showed `wall` (seconds as if UTC).

        A time that was skipped is read with the offset before the change, as
        Python's `fold=0` does. A time shown twice is the first, or the second
        where `later` is set.
        """
        no = np.zeros(len(wall), dtype=np.bool_)
        if self.zone is None or not len(wall):
            return WallTimes(wall - self.shift, no, no)
        shown = wall - self.shift
        changes, offsets = _changes(self.zone, int(shown.min()), int(shown.max()))
        before, after = offsets[:-1], offsets[1:]
        first = np.searchsorted(changes + before, shown, side="right")
        second = np.searchsorted(changes + after, shown, side="right")
        index = first if later is None else np.where(later, np.maximum(first, second), first)
        skipped, repeated = self._odd(shown, changes, before, after)
        index = np.where(skipped, np.minimum(first, second), index)
        return WallTimes(shown - offsets[index], skipped, repeated)

    @staticmethod
    def _odd(shown: Seconds, changes: Seconds, before: Seconds, after: Seconds) -> tuple[Mask, Mask]:
        """Return which times fall into an hour that was skipped, or shown twice."""
        skipped = np.zeros(len(shown), dtype=np.bool_)
        repeated = np.zeros(len(shown), dtype=np.bool_)
        for change, old, new in zip(changes.tolist(), before.tolist(), after.tolist(), strict=True):
            inside = (shown >= change + min(old, new)) & (shown < change + max(old, new))
            if new > old:
                skipped |= inside
            else:
                repeated |= inside
        return skipped, repeated


UTC = Clock("UTC", None, 0)


@lru_cache(maxsize=256)
def find_clock(text: str) -> Clock:
    """Return the clock that `text` names.

    Raises:
        BacktapeError: no zone, offset or moved zone is written so.
    """
    name = text.strip()
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    if fixed := _FIXED.fullmatch(name):
        return _fixed(fixed)
    if _is_zone(name):
        return Clock(name, name, 0)
    moved = _MOVED.fullmatch(name)
    if moved and _is_zone(moved[1]) and int(moved[3]) <= 14:
        return Clock(name, moved[1], int(moved[2] + moved[3]) * 3_600)
    raise BacktapeError(
        f"There is no time zone {clean(text, limit=40)!r}; use a name such as Europe/Athens, UTC, "
        "a fixed offset such as +02:00, or a zone moved by hours such as America/New_York+7.",
        field="timezone",
    )


def _fixed(match: re.Match[str]) -> Clock:
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        raise BacktapeError(
            f"A time zone is at most 14 hours from UTC, and {match[0]} is not.", field="timezone"
        )
    seconds = (hours * 60 + minutes) * 60
    if not seconds:
        return UTC
    return Clock(f"{match[1]}{hours:02}:{minutes:02}", None, -seconds if match[1] == "-" else seconds)


def _is_zone(name: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _year(seconds: int) -> int:
    return int(np.datetime64(seconds, "s").astype("datetime64[Y]").astype(np.int64)) + 1970


def _new_year(year: int) -> np.int64:
    start: np.int64 = np.datetime64(f"{year:04}-01-01", "s").astype(np.int64)
    return start


def _offset(zone: str, seconds: int) -> int:
    offset = (_EPOCH + dt.timedelta(seconds=seconds)).astimezone(ZoneInfo(zone)).utcoffset()
    return int((offset or dt.timedelta()).total_seconds())


def _changes(zone: str, first: int, last: int) -> tuple[Seconds, Seconds]:
    """Return a zone's changes around a span of time: when (UTC), and the offsets between them."""
    start, end = _year(first) - 1, _year(last) + 2
    found = [change for year in range(start, end) for change in _changes_of_year(zone, year)]
    offsets = [_offset(zone, int(_new_year(start))), *(offset for _, offset in found)]
    return np.array([moment for moment, _ in found], dtype=np.int64), np.array(offsets, dtype=np.int64)


@lru_cache(maxsize=4_096)
def _changes_of_year(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """Return (UTC seconds, offset from then on) of the changes in one year.

    The zone is looked at once a week: no zone has changed twice within one, but
    for a handful of wartime and Ramadan weeks, which are longer than that.
    """
    found: list[tuple[int, int]] = []
    left, end = int(_new_year(year)), int(_new_year(year + 1))
    offset = _offset(zone, left)
    while left < end:
        right = min(left + 7 * _DAY, end)
        if (new := _offset(zone, right)) != offset:
            found.append((_bisect(zone, left, right, new), new))
            offset = new
        left = right
    return tuple(found)


def _bisect(zone: str, left: int, right: int, new: int) -> int:
    """Return the first second at which the zone has its new offset."""
    while right - left > 1:
        middle = (left + right) // 2
        if _offset(zone, middle) == new:
            right = middle
        else:
            left = middle
    return right

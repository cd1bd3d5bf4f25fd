"""Times as text, in every spelling exporters use, parsed as whole columns.

A column falls into few layouts: where the digits of the year, the hour and so on
stand. Each layout is found once by a pattern and then read for all its rows at
once, as digits in a matrix of bytes.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from core.market.zones import Mask, Seconds

if TYPE_CHECKING:
    import pyarrow as pa

Bytes = npt.NDArray[np.uint8]

_MOST_LAYOUTS = 40
_UNREAD, _READ, _BAD_DATE = 0, 1, 2

_DATE = (
    r"(?:(?P<y>\d{4})(?P<sep>[.\-/]?)(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<sep2>[.\-/])(?P<b>\d{1,2})(?P=sep2)(?P<y2>\d{4}))"
)
_TIME = r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?(?: ?(?P<p>[APap][Mm]))?"
_PACKED_TIME = r"(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?"
_ZONE = r"(?: ?(?P<z>Z|UTC|GMT)| ?(?:GMT|UTC)?(?P<sign>[+\-])(?P<zh>\d{2}):?(?P<zm>\d{2})?)?"
_LAYOUTS = [
    re.compile(r"(?P<epoch>\d{9,10}|\d{13}|\d{16}|\d{19})(?:\.(?P<f>0+))?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + _PACKED_TIME),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[ T]" + _PACKED_TIME + ")?" + _ZONE),
    re.compile(_DATE + r"(?:(?:[ T]|, ?| - )" + _TIME + ")?" + _ZONE),
]
_CLOCK_LAYOUTS = [re.compile(_TIME), re.compile(_PACKED_TIME)]
_EPOCH_UNITS = {9: 1, 10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}


@dataclass
class Stamps:
    """A column of times, `n` rows.

    `seconds` is what the clock showed, as if UTC; where `has_offset` is set the
    text named its own distance from UTC and `seconds` is UTC already. `problem`
    is empty or says why a row could not be read. `first` and `second` are the
    two numbers of dates such as 03/04/2019, where `unordered` is set: `decide`
    settles which of them is the day.
    """

    seconds: Seconds
    has_offset: Mask
    status: npt.NDArray[np.uint8]
    is_epoch: Mask
    unordered: Mask
    first: Seconds
    second: Seconds
    year: Seconds
    offsets: set[int] = field(default_factory=set)

    @classmethod
    def of_length(cls, count: int) -> "Stamps":
        """Return `count` rows of which none has been read."""
        numbers = [np.zeros(count, dtype=np.int64) for _ in range(4)]
        flags = [np.zeros(count, dtype=np.bool_) for _ in range(3)]
        return cls(
            seconds=numbers[0],
            has_offset=flags[0],
            status=np.zeros(count, dtype=np.uint8),
            is_epoch=flags[1],
            unordered=flags[2],
            first=numbers[1],
            second=numbers[2],
            year=numbers[3],
        )

    @property
    def bad(self) -> Mask:
        """Which rows have no time that could be read."""
        return np.asarray(self.status != _READ)

    def with_day_first(self, day_first: bool) -> "Stamps":
        """Return the same stamps with dates such as 03/04/2019 read day first, or month first."""
        rows = np.flatnonzero(self.unordered)
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        days, valid = _days(self.year[rows], month[rows], day[rows])
        seconds, status = self.seconds.copy(), self.status.copy()
        seconds[rows] += days * 86_400
        status[rows[~valid]] = _BAD_DATE
        settled = Stamps(**{**self.__dict__, "seconds": seconds, "status": status})
        settled.unordered = np.zeros_like(self.unordered)
        return settled


def parse_stamps(column: "pa.ChunkedArray", clock: "pa.ChunkedArray | None" = None) -> Stamps:
    """Return the times in a column of texts (a pyarrow array), and a second one with times of day."""
    texts = _Texts(column)
    stamps = Stamps.of_length(texts.count)
    _parse_into(stamps, texts, _LAYOUTS)
    if clock is not None:
        times = Stamps.of_length(texts.count)
        _parse_into(times, _Texts(clock), _CLOCK_LAYOUTS)
        stamps.seconds += times.seconds
        stamps.status = np.where(stamps.status == _READ, times.status, stamps.status)
    return stamps


def is_stamp(text: str) -> bool:
    """Return whether `text` is written like a date, a date and time, or an epoch."""
    return any(layout.fullmatch(text) for layout in _LAYOUTS)


def is_clock(text: str) -> bool:
    """Return whether `text` is written like a time of day."""
    return any(layout.fullmatch(text) for layout in _CLOCK_LAYOUTS)


class _Texts:
    """A pyarrow column of texts as rows of bytes, by their length."""

    def __init__(self, column: "pa.ChunkedArray") -> None:
        import pyarrow as pa

        joined = pa.concat_arrays(column.chunks)
        self.count = len(joined)
        _, offsets, content = joined.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)[joined.offset : joined.offset + self.count + 1]
        self._starts = ends[:-1]
        self.lengths = np.diff(ends)
        self._content = np.frombuffer(content or b"", dtype=np.uint8)

    def rows(self, length: int, rows: npt.NDArray[np.int64] | None) -> Bytes:
        """Return the texts of one length as a matrix; all of them where `rows` is None."""
        if rows is None:
            start = int(self._starts[0])
            return self._content[start : start + self.count * length].reshape(self.count, length)
        return cast("Bytes", self._content[self._starts[rows, None] + np.arange(length)])


def _parse_into(stamps: Stamps, texts: _Texts, layouts: list[re.Pattern[str]]) -> None:
    if not texts.count:
        return
    lengths = np.unique(texts.lengths)
    for length in lengths.tolist():
        if not 3 < length < 40:
            continue
        if len(lengths) == 1:
            rows, matrix = np.arange(texts.count), texts.rows(length, None)
        else:
            rows = np.flatnonzero(texts.lengths == length)
            matrix = texts.rows(length, rows)
        _parse_length(stamps, rows, matrix, layouts)


def _parse_length(
    stamps: Stamps, rows: npt.NDArray[np.int64], matrix: Bytes, layouts: list[re.Pattern[str]]
) -> None:
    """Read texts of one length: find the layout of the first, read all alike, go on with the rest."""
    for _ in range(_MOST_LAYOUTS):
        if not len(rows):
            return
        text = bytes(matrix[0]).decode("latin-1")
        match = next((found for layout in layouts if (found := layout.fullmatch(text))), None)
        alike = np.zeros(len(rows), dtype=np.bool_)
        if match is None:
            alike[0] = True
        else:
            alike = _alike(matrix, match)
            whole = bool(alike.all())
            _read(stamps, rows if whole else rows[alike], matrix if whole else matrix[alike], match)
            if whole:
                return
        rows, matrix = rows[~alike], matrix[~alike]


def _alike(matrix: Bytes, match: re.Match[str]) -> Mask:
    """Return which rows have digits where the matched text has digits, and else its very bytes."""
    alike = np.ones(len(matrix), dtype=np.bool_)
    for position, character in enumerate(match.string):
        column = matrix[:, position]
        if character.isdigit():
            alike &= (column >= ord("0")) & (column <= ord("9"))
        else:
            alike &= column == ord(character)
    return alike


def _number(matrix: Bytes, match: re.Match[str], name: str) -> Seconds | None:
    """Return the number in one named part of the layout, None where it has no such part."""
    if name not in match.re.groupindex or match[name] is None:
        return None
    start, end = match.span(name)
    number = matrix[:, start] - np.int64(ord("0"))
    for position in range(start + 1, end):
        number *= 10
        number += matrix[:, position]
        number -= ord("0")
    return number


def _runs(matrix: Bytes, width: int) -> npt.NDArray[np.int64]:
    """Return where the first `width` bytes are others than in the row before, the first row included."""
    changes = np.ones(len(matrix), dtype=np.bool_)
    changes[1:] = False
    for position in range(width):
        changes[1:] |= matrix[1:, position] != matrix[:-1, position]
    return np.flatnonzero(changes)


def _read(stamps: Stamps, rows: npt.NDArray[np.int64], matrix: Bytes, match: re.Match[str]) -> None:
    """Read the rows of one layout into `stamps`."""
    fraction = _number(matrix, match, "f")
    if "epoch" in match.re.groupindex:
        seconds, valid = _read_epochs(stamps, rows, matrix, match)
    else:
        seconds, valid = _time_of_day(matrix, match)
        if "y" in match.re.groupindex:
            days, exist = _read_dates(stamps, rows, matrix, match)
            seconds += days
            valid &= exist
        offset = _zone(stamps, rows, matrix, match)
        if offset is not None:
            seconds -= offset
    if fraction is not None:
        valid &= fraction == 0
    stamps.seconds[rows] = seconds
    stamps.status[rows] = np.where(valid, _READ, _BAD_DATE)


def _read_epochs(
    stamps: Stamps, rows: npt.NDArray[np.int64], matrix: Bytes, match: re.Match[str]
) -> tuple[Seconds, Mask]:
    """Return the seconds of epochs in whatever unit, and which are whole seconds."""
    number = _number(matrix, match, "epoch")
    assert number is not None  # noqa: S101 - the layout matched
    seconds, rest = np.divmod(number, _EPOCH_UNITS[len(match["epoch"])])
    stamps.is_epoch[rows] = stamps.has_offset[rows] = True
    stamps.offsets.add(0)
    return seconds, rest == 0


def _read_dates(
    stamps: Stamps, rows: npt.NDArray[np.int64], matrix: Bytes, match: re.Match[str]
) -> tuple[Seconds, Mask]:
    """Return the seconds at which each row's date begins, and which dates exist.

    Neighbours mostly share their date, so each run of one date is read once.
    Dates such as 03/04/2019 are left for `with_day_first`, at zero.
    """
    day_last = "a" in match.re.groupindex and match["a"] is not None
    starts = _runs(matrix, match.end("y2" if day_last else "d"))
    first = matrix[starts]
    lengths = np.diff(np.append(starts, len(matrix)))
    names = ("y2", "a", "b") if day_last else ("y", "m", "d")
    year, one, other = (number for name in names if (number := _number(first, match, name)) is not None)
    if day_last and match["sep2"] == ".":
        one, other = other, one  # with points between them the day always comes first
    elif day_last:
        for column, values in ((stamps.year, year), (stamps.first, one), (stamps.second, other)):
            column[rows] = np.repeat(values, lengths)
        stamps.unordered[rows] = True
        return np.zeros(len(rows), dtype=np.int64), np.ones(len(rows), dtype=np.bool_)
    days, exist = _days(year, one, other)
    return np.repeat(days * 86_400, lengths), np.repeat(exist, lengths)


def _time_of_day(matrix: Bytes, match: re.Match[str]) -> tuple[Seconds, Mask]:
    """Return seconds since midnight, and which are times that exist; midnight where there is none."""
    seconds = np.zeros(len(matrix), dtype=np.int64)
    valid = np.ones(len(matrix), dtype=np.bool_)
    hour = _number(matrix, match, "H")
    if hour is None:
        return seconds, valid
    half = match["p"] if "p" in match.re.groupindex else None
    if half:
        valid &= (hour >= 1) & (hour <= 12)
        hour %= 12
        hour += 12 if half.upper() == "PM" else 0
    valid &= hour < 24
    seconds += hour * 3_600
    for name, unit in (("M", 60), ("S", 1)):
        if (number := _number(matrix, match, name)) is not None:
            valid &= number < 60
            seconds += number * unit
    return seconds, valid


def _zone(stamps: Stamps, rows: npt.NDArray[np.int64], matrix: Bytes, match: re.Match[str]) -> Seconds | None:
    """Return the distance from UTC that the texts name, None where they name none."""
    if "z" not in match.re.groupindex or (match["z"] is None and match["zh"] is None):
        return None
    stamps.has_offset[rows] = True
    offset = np.zeros(len(rows), dtype=np.int64)
    for name, unit in (("zh", 3_600), ("zm", 60)):
        if (number := _number(matrix, match, name)) is not None:
            offset += number * unit
    if match["sign"] == "-":
        offset = -offset
    stamps.offsets.update(np.unique(offset).tolist())
    return offset


def _days(year: Seconds, month: Seconds, day: Seconds) -> tuple[Seconds, Mask]:
    """Return days since 1970 of each date, and which dates exist (years 1900 to 2199)."""
    valid = (year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0)
    first = months.view("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).view("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    valid &= first + day <= after
    return np.where(valid, first + day - 1, 0), valid

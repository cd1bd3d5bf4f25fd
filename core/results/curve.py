"""Equity curves: made small enough to draw, and packed to be stored."""

import zlib
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.errors import BacktapeError

Floats: TypeAlias = npt.NDArray[np.float64]
Times: TypeAlias = npt.NDArray[np.datetime64]

PREVIEW_POINTS = 60

_TIME, _VALUE, _SMALL = np.dtype("<i8"), np.dtype("<f8"), np.dtype("<f4")


def reduce(times: Times, values: Floats, points: int) -> tuple[Times, Floats]:
    """Return at most `points` points (at least 4) of a curve, in order of time.

    The first and the last are kept, and of each stretch between them the lowest
    and the highest, so that no fall or peak is lost.
    """
    rows = reduced_rows(values, points)
    return times[rows], values[rows]


def reduced_rows(values: Floats, points: int) -> npt.NDArray[np.intp]:
    """Return which rows `reduce` keeps."""
    count = len(values)
    if count <= points:
        return np.arange(count, dtype=np.intp)
    if points < 4:
        raise ValueError("a reduced curve has at least four points")
    pairs = 1 + _extremes_of_stretches(values[1:-1], (points - 2) // 2)
    return np.unique(np.concatenate(([0], pairs, [count - 1])))


def _extremes_of_stretches(values: Floats, stretches: int) -> npt.NDArray[np.intp]:
    """Return the rows of the lowest and the highest of each stretch, two a stretch, in order of time."""
    length = -(-len(values) // stretches)
    whole = len(values) // length * length
    table, rest = values[:whole].reshape(-1, length), values[whole:]
    starts = np.arange(len(table), dtype=np.intp) * length
    pairs = np.stack((starts + table.argmin(axis=1), starts + table.argmax(axis=1)), axis=1)
    if len(rest):
        pairs = np.append(pairs, [[whole + int(rest.argmin()), whole + int(rest.argmax())]], axis=0)
    return np.sort(pairs, axis=1).reshape(-1)


def pack(times: Times, values: Floats) -> bytes:
    """Return a curve as bytes: zlib of all seconds (int64), then all values (float64)."""
    seconds = times.astype("datetime64[s]").astype(_TIME)
    return zlib.compress(seconds.tobytes() + np.asarray(values, _VALUE).tobytes(), level=1)


def unpack(packed: bytes) -> tuple[Times, Floats]:
    """Return the times (datetime64[s]) and values of a packed curve; BacktapeError if damaged."""
    try:
        plain = zlib.decompress(packed)
    except zlib.error:
        raise BacktapeError("The stored equity curve of this run is damaged.") from None
    size = _TIME.itemsize + _VALUE.itemsize
    if len(plain) % size:
        raise BacktapeError("The stored equity curve of this run is damaged.")
    count = len(plain) // size
    seconds = np.frombuffer(plain, _TIME, count)
    return seconds.astype("datetime64[s]"), np.frombuffer(plain, _VALUE, count, count * _TIME.itemsize)


def preview(values: Floats, points: int = PREVIEW_POINTS) -> bytes:
    """Return at most `points` values (float32) of a curve, for a spark line in a list.

    They stand for evenly spaced times: two for each stretch, its lowest and highest.
    """
    few = values if len(values) <= points else values[_extremes_of_stretches(values, points // 2)]
    return few.astype(_SMALL).tobytes()


def unpack_preview(packed: bytes) -> list[float]:
    """Return the values of a preview; what is left over of a damaged one is dropped."""
    count = len(packed) // _SMALL.itemsize
    return [float(value) for value in np.frombuffer(packed, _SMALL, count)]

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
    inner = values[1:-1]
    length = -(-len(inner) // ((points - 2) // 2))
    whole = len(inner) // length * length
    stretches, rest = inner[:whole].reshape(-1, length), inner[whole:]
    starts = 1 + np.arange(len(stretches), dtype=np.intp) * length
    kept = [[0, count - 1], starts + stretches.argmin(axis=1), starts + stretches.argmax(axis=1)]
    if len(rest):
        kept.append([1 + whole + int(rest.argmin()), 1 + whole + int(rest.argmax())])
    return np.unique(np.concatenate(kept))


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
    """Return a few values (float32) of a curve, for a spark line in a list."""
    return values[reduced_rows(values, points)].astype(_SMALL).tobytes()


def unpack_preview(packed: bytes) -> list[float]:
    """Return the values of a preview; what is left over of a damaged one is dropped."""
    count = len(packed) // _SMALL.itemsize
    return [float(value) for value in np.frombuffer(packed, _SMALL, count)]

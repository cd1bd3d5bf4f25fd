"""Stored equity curves as plain lists, read without numpy: a report must be there at once."""

import math
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

_SIZE = 16  # bytes of a point: its seconds, then its value


def stored_curve(packed: bytes | None) -> tuple[list[float], list[float]]:
    """Return times (seconds since 1970, UTC) and equity of what `core.results.curve.pack` made.

    A damaged one is shown as none: the figures of the run stand without it.
    """
    if not packed:
        return [], []
    try:
        plain = zlib.decompress(packed)
    except zlib.error:
        return [], []
    if len(plain) % _SIZE:
        return [], []
    half = len(plain) // 2
    return list(map(float, array("q", plain[:half]))), array("d", plain[half:]).tolist()


def drawdowns(values: Sequence[float]) -> list[float]:
    """Return for each value its fall below the running peak, in % (zero or less)."""
    peaks = accumulate(values, max)
    return [
        (value / peak - 1.0) * 100.0 if peak > 0 else math.nan
        for value, peak in zip(values, peaks, strict=True)
    ]


def reduce_columns(
    times: Sequence[float],
    values: Sequence[float],
    columns: int,
    within: tuple[float, float] | None = None,
) -> tuple[list[float], list[float]]:
    """Keep the smallest and the largest value of each of `columns` equal spans of time.

    Both keep their own times and order, and the last point stays, so that the
    drawn line ends where the curve ends. The spans are those of the curve, or of the
    time `within` which it lies: of a curve that grows the same points are kept then.
    """
    if len(times) <= columns * 2:
        return list(times), list(values)
    start, end = within or (times[0], times[-1])
    span = (end - start) or 1.0
    edges = [bisect_left(times, start + span * i / columns) for i in range(columns)] + [len(times)]
    kept: list[int] = []
    for first, last in pairwise(edges):
        if first < last:
            window = values[first:last]
            low, high = first + window.index(min(window)), first + window.index(max(window))
            kept.extend(sorted({low, high}))
    if kept[-1] != len(times) - 1:
        kept.append(len(times) - 1)
    return [times[i] for i in kept], [values[i] for i in kept]

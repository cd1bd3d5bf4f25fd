"""Equity curves under way and previews as plain lists, read without numpy: a list must be there at once."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

Curve = tuple[list[float], list[float]]

_FLOAT32, _FLOAT64 = 4, 8


def live_values(told: bytes | None) -> list[float]:
    """Return the equity that a worker tells while it runs (float64), evenly spaced in bars."""
    return array("d", told[: len(told) // _FLOAT64 * _FLOAT64]).tolist() if told else []


@lru_cache(512)
def preview_values(preview: bytes | None) -> tuple[float, ...]:
    """Return the equity of what `core.results.curve.preview` made (float32)."""
    return tuple(array("f", preview[: len(preview) // _FLOAT32 * _FLOAT32])) if preview else ()


def spaced(values: Sequence[float], start: datetime, end: datetime, share: float = 1.0) -> Curve:
    """Give evenly spaced values their times: over `share` of the period."""
    first, span = start.timestamp(), (end - start).total_seconds() * share
    steps = max(1, len(values) - 1)
    return [first + span * index / steps for index in range(len(values))], list(values)


def until(curve: tuple[Sequence[float], Sequence[float]], end: float) -> Curve:
    """Return the part of a curve up to a moment, that moment too."""
    times, values = curve
    kept = bisect_right(times, end)
    return list(times[:kept]), list(values[:kept])

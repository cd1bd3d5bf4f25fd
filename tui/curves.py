"""Stored equity curves as plain lists, read without numpy: a list of runs must be there at once."""

import zlib
from array import array
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

Curve = tuple[list[float], list[float]]

_FLOAT32, _FLOAT64 = 4, 8


def stored_curve(packed: bytes | None) -> Curve:
    """Return times (seconds since 1970, UTC) and equity of what `core.results.curve.pack` made.

    A damaged one is shown as none: the figures of the run stand without it.
    """
    if not packed:
        return [], []
    try:
        plain = zlib.decompress(packed)
    except zlib.error:
        return [], []
    half = len(plain) // 2
    return list(map(float, array("q", plain[:half]))), array("d", plain[half:]).tolist()


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

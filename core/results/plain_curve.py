"""Stored equity curves as plain lists, read without numpy: a report must be there at once."""

import zlib
from array import array

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

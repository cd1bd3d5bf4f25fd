"""Figures as they are meant, without the last digits that reckoning in binary leaves behind.

A sum of profits comes out as -6.900000000000794. What is rounded here differs by less than
1e-8 from what was computed; what is small, as the price of a coin can be, keeps twelve digits.
"""

import math
from collections.abc import Collection, Mapping

_DECIMALS = 8
_DIGITS = 12


def money(value: object) -> object:
    """Return an amount of money in eight decimals; what is no such number as it is."""
    return round(value, _DECIMALS) + 0.0 if isinstance(value, float) and math.isfinite(value) else value


def to_places(value: float | None, places: int) -> float | None:
    """Return a figure in so many decimals, never minus zero; None as it is."""
    return None if value is None else round(value, places) + 0.0


def figure(value: object) -> object:
    """Return a price, a percentage or a ratio in eight decimals or twelve digits, whichever is more."""
    if not isinstance(value, float) or not math.isfinite(value) or value == 0.0:
        return value
    return round(value, max(_DECIMALS, _DIGITS - 1 - math.floor(math.log10(abs(value)))))


def figures(
    document: Mapping[str, object], *, exact: Collection[str] = (), amounts: Collection[str] = ()
) -> dict[str, object]:
    """Return a document with every figure in it rounded, as money what has a name of `amounts`.

    What lies under the names of `exact` stays as it is.
    """
    return {
        name: value if name in exact else money(value) if name in amounts else _within(value, amounts)
        for name, value in document.items()
    }


def _within(value: object, amounts: Collection[str]) -> object:
    if isinstance(value, Mapping):
        return figures(value, amounts=amounts)
    if isinstance(value, list | tuple):
        return [_within(one, amounts) for one in value]
    return figure(value)

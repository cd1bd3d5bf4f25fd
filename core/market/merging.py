"""Two histories of one dataset put together, where they do not contradict each other."""

from dataclasses import replace
from typing import Any

import numpy as np

from core.errors import BacktapeError
from core.market.bars import COLUMNS, Bars


def merge(old: Bars, new: Bars) -> Bars:
    """Return the bars of both; where both have a bar, it must be the same in every column.

    Raises:
        BacktapeError: a bar differs, or the two count days, quote or record
            spreads differently.
    """
    _refuse_unlike(old, new)
    _, in_old, in_new = np.intersect1d(old.time, new.time, assume_unique=True, return_indices=True)
    differs = np.zeros(len(in_old), dtype=np.bool_)
    for name in COLUMNS[1:]:
        if getattr(old, name) is not None:
            differs |= getattr(old, name)[in_old] != getattr(new, name)[in_new]
    if differs.any():
        first = new.time[in_new[np.argmax(differs)]]
        raise _refusal(new, f"{int(differs.sum()):,} bars differ from those there, the first at {first}Z")
    fresh = np.ones(len(new), dtype=np.bool_)
    fresh[in_new] = False
    if not fresh.any():
        return old
    order = np.argsort(np.concatenate([old.time, new.time[fresh]]), kind="stable")
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(old, name), getattr(new, name)[fresh]])[order]
        for name in COLUMNS
        if getattr(old, name) is not None
    }
    exact = old.decimals is not None and new.decimals is not None
    decimals = max(old.decimals or 0, new.decimals or 0) if exact else None
    return replace(old, **columns, decimals=decimals)


def _refuse_unlike(old: Bars, new: Bars) -> None:
    """Refuse histories that would not be one even where they do not overlap."""
    if old.instrument != new.instrument:
        raise _refusal(new, "its pip, digits or contract size are not those it was imported with before")
    if old.days != new.days:
        raise _refusal(new, f"its days begin at {new.days}, and those there at {old.days}")
    if (old.spread is None) != (new.spread is None):
        which = (
            "has recorded spreads, and those there have" if old.spread is None else "has no recorded spread"
        )
        raise _refusal(new, f"it {which}{' none' if old.spread is None else ', and those there have'}")


def _refusal(new: Bars, reason: str) -> BacktapeError:
    return BacktapeError(
        f"This {new.symbol} {new.timeframe} does not fit the dataset in the library: {reason}; "
        "replace the dataset with --replace, or keep both with --source NAME."
    )

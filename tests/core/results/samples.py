"""Trades made by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.engine.records import TRADE


def trades_of(
    profits: Sequence[float], *, positions: Sequence[int] | None = None, **columns: Sequence[float]
) -> npt.NDArray[Any]:
    """Return trades with these profits; each its own position if nothing else is said."""
    trades = np.zeros(len(profits), TRADE)
    trades["profit"] = profits
    trades["position"] = np.arange(1, len(profits) + 1) if positions is None else positions
    for name, values in columns.items():
        trades[name] = values
    return trades

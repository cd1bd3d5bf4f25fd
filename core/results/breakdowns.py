"""A run's result taken apart by the calendar."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.market.bars import Bars
from core.results.returns import close_seconds, last_rows_before

Floats: TypeAlias = npt.NDArray[np.float64]
Month: TypeAlias = dict[str, str | float | None]


def by_month(bars: Bars, equity: Floats, initial_balance: float) -> list[Month]:
    """Return what each month with bars brought: {month: "2019-01", profit, return_pct}.

    A bar belongs to the UTC month of its close less one second. The return is
    relative to the equity before the month, None once that is zero or less.
    """
    if not len(bars):
        return []
    ends = close_seconds(bars, np.array([0, len(bars) - 1])) - 1
    first, last = ends.astype("datetime64[s]").astype("datetime64[M]")
    starts = np.arange(first + 1, last + 2)
    rows = last_rows_before(bars, starts.astype("datetime64[s]").astype(np.int64))
    names = (close_seconds(bars, rows) - 1).astype("datetime64[s]").astype("datetime64[M]")
    levels = np.concatenate(([initial_balance], equity[rows]))
    return [
        _month(str(name), float(before), float(after))
        for name, before, after in zip(names, levels[:-1], levels[1:], strict=True)
    ]


def _month(name: str, before: float, after: float) -> Month:
    return {
        "month": name,
        "profit": after - before,
        "return_pct": (after / before - 1.0) * 100.0 if before > 0 else None,
    }

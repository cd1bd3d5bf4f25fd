"""A run's result taken apart by the calendar."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.results.calendar import Calendar

Floats: TypeAlias = npt.NDArray[np.float64]
Month: TypeAlias = dict[str, str | float | None]


def by_month(calendar: Calendar, equity: Floats, initial_balance: float) -> list[Month]:
    """Return what each month with bars brought: {month: "2019-01", profit, return_pct}.

    A bar belongs to the UTC month of its close less one second. The return is
    relative to the equity before the month, None once that is zero or less.
    """
    after = equity[calendar.months].tolist()
    before = [initial_balance, *after[:-1]]
    return [_month(*month) for month in zip(calendar.names, before, after, strict=False)]


def _month(name: str, before: float, after: float) -> Month:
    return {
        "month": name,
        "profit": after - before,
        "return_pct": (after / before - 1.0) * 100.0 if before > 0 else None,
    }

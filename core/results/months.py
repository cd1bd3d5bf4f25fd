"""What each month and each year of a run brought, from the figures that a run keeps."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Month:
    """One month with bars: "2019-01", its profit in account currency, and that in % of the equity before it.

    None is what is not defined, such as a return on an account that has nothing left.
    """

    name: str
    profit: float | None
    return_pct: float | None


@dataclass(frozen=True)
class Year:
    """The months of one year that have bars, by number (January is 1)."""

    name: str
    months: Mapping[int, Month]

    @property
    def return_pct(self) -> float | None:
        """What the months return one after the other, in %; None if one of them is not defined."""
        product = 1.0
        for month in self.months.values():
            if month.return_pct is None:
                return None
            product *= 1.0 + month.return_pct / 100.0
        return (product - 1.0) * 100.0

    @property
    def profit(self) -> float | None:
        """What the months bring together, in account currency; None if one of them is not defined."""
        profits = [month.profit for month in self.months.values() if month.profit is not None]
        return math.fsum(profits) if len(profits) == len(self.months) else None


def years(monthly_returns: object) -> list[Year]:
    """Return the years of what `core.results.breakdowns.by_month` made, in order.

    It comes from the store, where anything may have been written: an entry that is no month is left out.
    """
    found: dict[str, dict[int, Month]] = {}
    for entry in monthly_returns if isinstance(monthly_returns, list) else []:
        month = _month(entry)
        if month is not None:
            year, _, number = month.name.partition("-")
            found.setdefault(year, {})[int(number)] = month
    return [Year(name, dict(sorted(found[name].items()))) for name in sorted(found)]


def best_and_worst(of: list[Year]) -> tuple[Month, Month] | None:
    """Return the months of highest and lowest return, the earlier of equal ones; None without any."""
    known = [(month.return_pct, month) for year in of for month in year.months.values()]
    defined = [(value, month) for value, month in known if value is not None]
    if not defined:
        return None
    highest = max(defined, key=lambda one: one[0])
    lowest = min(defined, key=lambda one: one[0])
    return highest[1], lowest[1]


def _month(entry: object) -> Month | None:
    if not isinstance(entry, dict):
        return None
    name = entry.get("month")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    return Month(name, _finite(entry.get("profit")), _finite(entry.get("return_pct")))


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e100 else None

"""Prices as rows of a chart."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tui.drawing.axes import nice_ticks

_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FREE_ROWS, _FEW_ROWS = 2, 16
# The share of its rows that prices must take for a scale to stay.
_LEAST_USED = 0.5
# One price is no scale: at least so many are named, and fewer only where there are few rows.
_LEAST_TICKS, _LEAST_OF_FEW, _ENOUGH_ROWS = 3, 2, 9
_ROWS_OF_A_TICK = 4


@dataclass(frozen=True)
class Scale:
    """Prices from `low` to `high` over `rows` rows, the highest at the top."""

    low: float
    high: float
    rows: int

    def place(self, price: float, parts: int = 1) -> int:
        """Return the row of a price, counted in parts of a row from the top; never outside."""
        share = (self.high - price) / (self.high - self.low)
        return min(max(0, math.floor(share * self.rows * parts)), self.rows * parts - 1)

    def holds(self, price: float) -> bool:
        """Whether a price lies on the scale."""
        return self.low <= price <= self.high

    def fits(self, low: float, high: float) -> bool:
        """Return whether such prices stand well on the scale: a row free at the ends, and not too many."""
        top, bottom = self.place(high), self.place(low)
        return (
            self.holds(low)
            and self.holds(high)
            and top >= 1
            and bottom <= self.rows - 2
            and (bottom - top + 1 >= _LEAST_USED * self.rows)
        )

    def ticks(self) -> dict[int, float]:
        """Return round prices by their rows, each in a row of its own."""
        least = _LEAST_TICKS if self.rows >= _ENOUGH_ROWS else _LEAST_OF_FEW
        wanted = max(least, self.rows // _ROWS_OF_A_TICK)
        # A round step may be twice as large as what is wanted, so twice as many always are enough.
        for count in range(wanted, max(wanted, 2 * least) + 1):
            found = nice_ticks(self.low, self.high, count=count)
            if len(found) >= least:
                break
        return {self.place(price): price for price in found}


def scale_of(
    low: float, high: float, rows: int, wanted: Iterable[float] = (), before: Scale | None = None
) -> Scale:
    """Return a scale for prices from `low` to `high` with free rows at either end, for marks.

    Prices that are `wanted` too are on it unless they lie farther away than the bars are
    high. The scale `before` stays as long as it fits: a chart that moves should not jump,
    and what stays where it is need not be sent again.
    """
    span = high - low or abs(low) * 1e-3 or 1.0
    near = [price for price in wanted if low - span <= price <= high + span]
    low, high = min([low, *near]), max([high, *near])
    if before is not None and before.rows == rows and before.fits(low, high):
        return before
    free = _FREE_ROWS if rows > _FEW_ROWS else 1
    step = _round_step((high - low or span) / max(1, rows - 2 * free))
    return Scale(math.floor(low / step - free) * step, math.ceil(high / step + free) * step, rows)


def _round_step(least: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in _STEPS if power * factor >= least * (1 - 1e-9))

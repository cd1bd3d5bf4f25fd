"""Sums that do not lose what is small beside what is large (compiled)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled_entry, inlined

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """The mean of values, and the sums of powers of their distances from it.

    `downside` is the sum of the squares of the values below zero themselves.
    """

    count: int
    mean: float
    second: float
    third: float
    fourth: float
    downside: float

    @property
    def varies(self) -> bool:
        """Whether the values differ by more than what rounding leaves of equal ones."""
        if self.count < 2:
            return False
        return math.sqrt(self.second / (self.count - 1)) > 1e-12 * max(abs(self.mean), 1e-12)


def spread_of(values: Sequence[float] | Floats) -> Spread:
    """Return how at least one value spreads around the mean.

    Each sum carries along what rounding took from it (Knuth's two-sum), so that
    it is as good as in twice the precision.
    """
    plain = np.ascontiguousarray(values, dtype=np.float64)
    found = np.empty(5)
    _spread(plain, found)
    mean, second, third, fourth, downside = found.tolist()
    return Spread(len(plain), mean, second, third, fourth, downside)


@compiled_entry
def _spread(values: Floats, found: Floats) -> None:
    total, lost = 0.0, 0.0
    for value in values:
        total, lost = added(total, lost, value)
    mean = (total + lost) / len(values)
    second, second_lost, third, third_lost, fourth, fourth_lost = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    downside, downside_lost = 0.0, 0.0
    for value in values:
        away = value - mean
        square = away * away
        second, second_lost = added(second, second_lost, square)
        third, third_lost = added(third, third_lost, square * away)
        fourth, fourth_lost = added(fourth, fourth_lost, square * square)
        below = min(value, 0.0)
        downside, downside_lost = added(downside, downside_lost, below * below)
    found[0], found[1], found[2] = mean, second + second_lost, third + third_lost
    found[3], found[4] = fourth + fourth_lost, downside + downside_lost


@inlined
def added(total: float, lost: float, value: float) -> tuple[float, float]:
    """Return a sum with a value added, and all that rounding has taken from it."""
    larger = total + value
    taken = larger - total
    return larger, lost + ((total - (larger - taken)) + (value - taken))

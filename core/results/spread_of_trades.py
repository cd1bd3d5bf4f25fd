"""How values of trades are spread: quantiles, moments, and bins with zero on an edge."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

# Most bins within the usual range; what lies beyond it has one more on either side.
MOST_BINS = 20
# The usual range: all but the outermost hundredths, so that a single trade does not flatten the others.
USUAL = (0.01, 0.99)

_QUARTERS = (0.25, 0.5, 0.75)
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Quartiles:
    """A quarter, half and three quarters of the values are at or below these."""

    lower: float
    median: float
    upper: float


def places(count: int, share: float) -> tuple[int, int]:
    """Return the ranks, from 0, of the sorted values between which a quantile of `count` values lies."""
    at = (count - 1) * share
    return math.floor(at), math.ceil(at)


def places_of(count: int, shares: tuple[float, ...]) -> list[int]:
    """Return every rank that some quantiles need, in order; none without values."""
    return sorted({place for share in shares for place in places(count, share)}) if count else []


def quantile(ranked: Mapping[int, float], count: int, share: float) -> float:
    """Return the value below which `share` (0.0 to 1.0) of `count` values lie.

    `ranked` holds at least the values at `places`. Between two values it is
    linear (Hyndman and Fan 1996, type 7, which numpy and spreadsheets use).
    """
    low, high = places(count, share)
    return ranked[low] + (ranked[high] - ranked[low]) * ((count - 1) * share - low)


def quartiles(ranked: Mapping[int, float], count: int) -> Quartiles | None:
    """Return the quartiles of `count` values given by their ranks; None without values."""
    return Quartiles(*(quantile(ranked, count, share) for share in _QUARTERS)) if count else None


def quartiles_of(values: list[float]) -> Quartiles | None:
    """Return the quartiles of some values in any order; None without values."""
    return quartiles(dict(enumerate(sorted(values))), len(values))


def deviation(count: int, second: float) -> float | None:
    """Return the standard deviation (n-1), given the sum of squares of distances from the mean.

    None below two values.
    """
    return math.sqrt(second / (count - 1)) if count > 1 else None


def skewness(count: int, mean: float, second: float, third: float) -> float | None:
    """Return the skewness m3 / m2 ^ 1.5, given sums of powers of distances from the mean.

    Above zero the long tail is one of gains. None below three values, or where
    they differ by no more than rounding.
    """
    spread = math.sqrt(second / count) if count > 2 else 0.0
    if spread <= 1e-12 * max(abs(mean), 1e-12):
        return None
    return third / count / spread**3


@dataclass(frozen=True)
class Bins:
    """`count` bins of width `step`, the first from `first * step`, one more below and one above them.

    A value belongs to the bin whose lower edge it is at. Edges are multiples of
    the step, so zero is one wherever it is in range.
    """

    step: float
    first: int
    count: int

    def edges(self, bin_number: int) -> tuple[float | None, float | None]:
        """Return where a bin begins and ends: 0 is all that is below, `count` + 1 all that is above."""
        begins = (self.first + bin_number - 1) * self.step if bin_number > 0 else None
        ends = (self.first + bin_number) * self.step if bin_number <= self.count else None
        return begins, ends


def bins_for(low: float, high: float) -> Bins:
    """Return at most `MOST_BINS` bins with round edges that cover `low` to `high`."""
    span = high - low or abs(high) or 1.0
    # One bin less, since the ends of the range seldom are edges.
    step = round_up(span / (MOST_BINS - 2))
    first, last = math.floor(low / step), math.floor(high / step) + 1
    return Bins(step, first, last - first)


def round_up(value: float) -> float:
    """Return the least of 1, 2, 2.5 and 5 times a power of ten not below `value`, which is above zero."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in _STEPS if power * step >= value * (1.0 - 1e-9))

"""Return for risk: Sharpe, Sortino, and how far a Sharpe ratio is to be believed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.results.sums import spread_of

Floats: TypeAlias = npt.NDArray[np.float64]

FEWEST_RETURNS = 10

_EULER = 0.5772156649015329
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Moments:
    """Mean, standard deviation (n-1), skewness and kurtosis (3 for a normal law) of returns."""

    count: int
    mean: float
    deviation: float
    downside: float
    skewness: float
    kurtosis: float


def moments(returns: Sequence[float] | Floats) -> Moments | None:
    """Return the moments of at least ten returns, None for fewer or if they do not vary.

    `downside` is sqrt(mean(min(r, 0)^2)). Skewness and kurtosis are of the
    population.
    """
    count = len(returns)
    if count < FEWEST_RETURNS:
        return None
    found = spread_of(returns)
    # Equal returns leave a rounding error for a deviation, which would make a huge ratio.
    if not found.varies:
        return None
    variance = found.second / count
    return Moments(
        count=count,
        mean=found.mean,
        deviation=math.sqrt(found.second / (count - 1)),
        downside=math.sqrt(found.downside / count),
        skewness=found.third / count / variance**1.5,
        kurtosis=found.fourth / count / variance**2,
    )


def sharpe_ratio(found: Moments | None, returns_a_year: int) -> float | None:
    """Return mean / standard deviation x sqrt(returns a year)."""
    return None if found is None else found.mean / found.deviation * math.sqrt(returns_a_year)


def sortino_ratio(found: Moments | None, returns_a_year: int) -> float | None:
    """Return mean / downside deviation x sqrt(returns a year), None without a negative return."""
    if found is None or found.downside == 0:
        return None
    return found.mean / found.downside * math.sqrt(returns_a_year)


def probabilistic_sharpe(
    sharpe: float, *, returns: int, skewness: float, kurtosis: float, benchmark: float = 0.0
) -> float | None:
    """Return the probability that the true Sharpe ratio is above `benchmark`.

    Both ratios are per return, not annual. Bailey and Lopez de Prado, "The Sharpe
    Ratio Efficient Frontier" (2012): Phi((s - b) sqrt(T - 1) / sqrt(1 - skew s +
    (kurtosis - 1) / 4 s^2)).
    """
    variance = 1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    if returns < 2 or variance <= 0:
        return None
    return _NORMAL.cdf((sharpe - benchmark) * math.sqrt(returns - 1) / math.sqrt(variance))


def deflated_sharpe(
    sharpe: float,
    *,
    returns: int,
    skewness: float,
    kurtosis: float,
    trials: int,
    variance_of_trials: float,
) -> float | None:
    """Return the probability that a Sharpe ratio chosen as the best of `trials` is above zero.

    The benchmark is the best that so many worthless trials would be expected to
    show. All ratios are per return. Bailey and Lopez de Prado, "The Deflated
    Sharpe Ratio" (2014).
    """
    if trials < 1 or variance_of_trials < 0:
        return None
    benchmark = math.sqrt(variance_of_trials) * _expected_maximum(trials)
    return probabilistic_sharpe(
        sharpe, returns=returns, skewness=skewness, kurtosis=kurtosis, benchmark=benchmark
    )


def _expected_maximum(trials: int) -> float:
    """Return the expected maximum of so many standard normal draws, approximately."""
    if trials == 1:
        return 0.0
    usual = _NORMAL.inv_cdf(1.0 - 1.0 / trials)
    rare = _NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return (1.0 - _EULER) * usual + _EULER * rare

"""What the trades of a run add up to, by trade and by position."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.results.sums import spread_of

Floats: TypeAlias = npt.NDArray[np.float64]

_BEST = 5


@dataclass(frozen=True)
class Trades:
    """Sums over trades in closing order; a trade wins with a profit above zero.

    `gross_loss` is not negative. `best_five` is the profit of the five best
    winning trades. `adverse` and `favourable` add up the worst and the best that
    trades stood at. `position_profits` are sums over the trades of each position.
    """

    count: int
    wins: int
    losses: int
    gross_profit: float
    gross_loss: float
    best: float
    worst: float
    best_five: float
    consecutive_wins: int
    consecutive_losses: int
    commission: float
    adverse: float
    favourable: float
    position_profits: Floats

    @property
    def net_profit(self) -> float:
        """What all trades brought, in account currency."""
        return self.gross_profit - self.gross_loss


def summarise(trades: npt.NDArray[Any]) -> Trades:
    """Return the sums over a structured array of trades (`core.engine.records.TRADE`)."""
    sums = np.zeros(11)
    by_position = np.zeros(len(trades))
    best = np.zeros(_BEST)
    positions = _pass(np.ascontiguousarray(trades), sums, best, by_position)
    return Trades(
        count=len(trades),
        wins=int(sums[0]),
        losses=int(sums[1]),
        gross_profit=float(sums[2]),
        gross_loss=float(sums[3]),
        best=float(sums[4]),
        worst=float(sums[5]),
        best_five=math.fsum(best),
        consecutive_wins=int(sums[6]),
        consecutive_losses=int(sums[7]),
        commission=float(sums[8]),
        adverse=float(sums[9]),
        favourable=float(sums[10]),
        position_profits=by_position[:positions],
    )


@compiled_entry
def _pass(trades: Any, sums: Floats, best: Floats, by_position: Floats) -> int:  # noqa: ANN401 - records
    """Fill the sums; return how many positions there were."""
    won, lost, positions, last = 0, 0, 0, -1
    for i in range(len(trades)):
        trade = trades[i]
        profit = trade.profit
        won = won + 1 if profit > 0.0 else 0
        lost = lost + 1 if profit < 0.0 else 0
        if profit > 0.0:
            sums[0] += 1
            sums[2] += profit
            _keep_best(best, profit)
        elif profit < 0.0:
            sums[1] += 1
            sums[3] -= profit
        sums[4] = profit if i == 0 else max(sums[4], profit)
        sums[5] = profit if i == 0 else min(sums[5], profit)
        sums[6] = max(sums[6], won)
        sums[7] = max(sums[7], lost)
        sums[8] += trade.commission
        sums[9] += trade.mae
        sums[10] += trade.mfe
        if trade.position != last:
            last = trade.position
            positions += 1
        by_position[positions - 1] += profit
    return positions


@compiled
def _keep_best(best: Floats, profit: float) -> None:
    """Keep the largest profits seen, in descending order."""
    for place in range(len(best)):
        if profit > best[place]:
            best[place], profit = profit, best[place]


def system_quality(profits: Sequence[float] | Floats) -> float | None:
    """Return Van Tharp's system quality number of the positions: sqrt(n) x mean / deviation (n-1).

    In money, since not every position has a stop to count in; without his cap of
    100 on n. None below two positions or if all are equal.
    """
    count = len(profits)
    if count < 2:
        return None
    found = spread_of(profits)
    if not found.varies:
        return None
    return math.sqrt(count) * found.mean / math.sqrt(found.second / (count - 1))


def z_score(profits: Sequence[float] | Floats) -> float | None:
    """Return how the number of series of wins and losses differs from chance, in deviations.

    Below zero wins follow wins; above, wins and losses alternate. Over positions,
    those that brought nothing left out. Vince, "Portfolio Management Formulas"
    (1990): (n (r - 1/2) - x) / sqrt(x (x - n) / (n - 1)), x = 2 x wins x losses,
    r = series. None without both wins and losses or where the root is of nothing.
    """
    counts = np.zeros(3, np.int64)
    _count_series(np.ascontiguousarray(profits, dtype=np.float64), counts)
    count, wins, series = counts.tolist()
    both = 2.0 * wins * (count - wins)
    if count < 2 or both <= count:
        return None
    return (count * (series - 0.5) - both) / math.sqrt(both * (both - count) / (count - 1))


@compiled_entry
def _count_series(profits: Floats, counts: npt.NDArray[np.int64]) -> None:
    """Count profits other than zero, those above it, and the series of equal signs."""
    before = 0.0
    for profit in profits:
        if profit == 0.0:
            continue
        counts[0] += 1
        counts[1] += profit > 0.0
        counts[2] += profit * before <= 0.0
        before = 1.0 if profit > 0.0 else -1.0

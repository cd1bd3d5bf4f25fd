"""The figures of a run: the columns of its row, and the further ones beside them.

What is undefined is None; nothing here is ever NaN, infinite or a magic number.
"""

import math
from dataclasses import asdict, dataclass, fields
from typing import TypeAlias

import numpy as np

from core.engine.simulation import Outcome
from core.engine.terms import Terms
from core.market.bars import Bars
from core.results.breakdowns import Month, by_month
from core.results.calendar import DAY, Calendar, calendar_of, close_seconds
from core.results.drawdown import Drawdown, drawdown
from core.results.returns import cagr_pct, returns, returns_a_year
from core.results.sharpe import Moments, moments, probabilistic_sharpe, sharpe_ratio, sortino_ratio
from core.results.trades import Trades, summarise, system_quality, z_score

Statistic: TypeAlias = int | float | bool | list[Month] | None


@dataclass(frozen=True)
class Metrics:
    """The metric columns of `backtest_runs`, and `statistics`, ready for JSON.

    `win_rate`: share of trades with a profit above zero. `profit_factor`: gross
    profit / gross loss, None without a losing trade. `expectancy`: net profit /
    trades. `max_drawdown_pct`: largest fall of equity below its running peak, in
    % of it. `recovery_factor`: net profit / largest fall in money. `sharpe_ratio`
    and `sortino_ratio`: annual, of daily returns, None below ten of them or once
    equity has been zero or less. `total_return_pct`: final equity / initial
    balance - 1, in %. `avg_loss` is negative. `avg_spread` is in pips.
    """

    total_trades: int
    win_rate: float | None
    profit_factor: float | None
    expectancy: float | None
    max_drawdown_pct: float | None
    recovery_factor: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    total_return_pct: float | None
    avg_win: float | None
    avg_loss: float | None
    max_consec_wins: int
    max_consec_losses: int
    avg_spread: float | None
    statistics: dict[str, Statistic]

    def columns(self) -> dict[str, int | float | None]:
        """Return the metric columns by name."""
        values = asdict(self)
        return {field.name: values[field.name] for field in fields(self) if field.name != "statistics"}


def measure(outcome: Outcome, bars: Bars, terms: Terms) -> Metrics:
    """Return the metrics of what `simulate` returned for these bars and terms."""
    return _Measuring(outcome, bars, terms.initial_balance).metrics()


def warm() -> None:
    """Compile what measures or load it, so that a process forked from this one need not."""
    from core.engine.records import TRADE

    drawdown(np.ones(2), 1.0)
    trades = summarise(np.zeros(2, TRADE))
    system_quality(trades.position_profits)
    z_score(trades.position_profits)


class _Measuring:
    """What the figures of one run are made from."""

    def __init__(self, outcome: Outcome, bars: Bars, initial: float) -> None:
        self._outcome = outcome
        self._bars = bars
        self._calendar: Calendar = calendar_of(bars, outcome.first)
        self._initial = initial
        self._trades: Trades = summarise(outcome.trades)
        self._falls: Drawdown = drawdown(outcome.equity, initial)
        self._final = float(outcome.equity[-1]) if len(outcome.equity) else initial
        self._returns: Moments | None = self._moments()
        self._a_year = returns_a_year(bars.timeframe)

    def metrics(self) -> Metrics:
        trades, falls = self._trades, self._falls
        return Metrics(
            total_trades=trades.count,
            win_rate=_ratio(trades.wins, trades.count),
            profit_factor=_ratio(trades.gross_profit, trades.gross_loss),
            expectancy=_ratio(trades.net_profit, trades.count),
            max_drawdown_pct=_finite(falls.largest_pct),
            recovery_factor=_ratio(trades.net_profit, falls.largest),
            sharpe_ratio=_finite(sharpe_ratio(self._returns, self._a_year)),
            sortino_ratio=_finite(sortino_ratio(self._returns, self._a_year)),
            total_return_pct=_finite((self._final / self._initial - 1.0) * 100.0),
            avg_win=_ratio(trades.gross_profit, trades.wins),
            avg_loss=_ratio(-trades.gross_loss, trades.losses),
            max_consec_wins=trades.consecutive_wins,
            max_consec_losses=trades.consecutive_losses,
            avg_spread=_finite(self._outcome.spread_mean),
            statistics=self._of_account() | self._of_trades() | self._of_returns(),
        )

    def _moments(self) -> Moments | None:
        if self._falls.lowest <= 0:
            return None
        return moments(returns(self._outcome.equity, self._calendar.days, self._initial))

    def _of_account(self) -> dict[str, Statistic]:
        """The account over time. `exposure_pct`: share of bar closes at which a position was open.

        `calmar_ratio`: CAGR / largest fall, both in %. Under water is every close
        below the running peak; the longest stretch runs from a peak until it is
        reached again, or to the end. `buy_and_hold_pct`: what the price itself did,
        last close / first open - 1, in %, without leverage, costs or conversion;
        None where the first open is no price to buy at.
        """
        outcome, falls = self._outcome, self._falls
        bars = len(outcome.equity)
        growth = _finite(cagr_pct(self._initial, self._final, self._seconds(-1, bars - 1)))
        return {
            "bars": bars,
            "final_equity": _finite(self._final),
            "net_profit": _finite(self._trades.net_profit),
            "max_drawdown": _finite(falls.largest),
            "cagr_pct": growth,
            "buy_and_hold_pct": self._buy_and_hold() if bars else None,
            "calmar_ratio": None if growth is None else _ratio(growth, falls.largest_pct),
            "ulcer_index": _finite(falls.ulcer_index),
            "time_under_water_pct": _ratio(100.0 * falls.bars_under_water, bars),
            "longest_under_water_bars": falls.longest_to - falls.longest_from,
            "longest_under_water_days": self._seconds(falls.longest_from, falls.longest_to) / DAY,
            "exposure_pct": _ratio(100.0 * outcome.bars_held, bars),
            "stopped_out": outcome.stopped_out,
            "refused_entries": outcome.refused_entries,
            **{f"refused_{reason}": count for reason, count in outcome.refused.items()},
            "ambiguous_exits": outcome.ambiguous_exits,
            "monthly_returns": by_month(self._calendar, outcome.equity, self._initial),
        }

    def _of_trades(self) -> dict[str, Statistic]:
        """Trades and positions. `best_five_share`: of gross profit, by the five best trades.

        `avg_mae` and `avg_mfe`: the worst and the best a trade stood at, on average,
        in account currency. `sqn` and `z_score` are of positions, since the parts
        of one are not independent.
        """
        trades = self._trades
        profits = trades.position_profits
        positions = len(profits)
        return {
            "gross_profit": _finite(trades.gross_profit),
            "gross_loss": _finite(trades.gross_loss),
            "commission": _finite(trades.commission),
            "best_trade": _finite(trades.best) if trades.count else None,
            "worst_trade": _finite(trades.worst) if trades.count else None,
            "best_five_share": _ratio(trades.best_five, trades.gross_profit),
            "avg_mae": _ratio(trades.adverse, trades.count),
            "avg_mfe": _ratio(trades.favourable, trades.count),
            "positions": positions,
            "position_win_rate": _ratio(int(np.count_nonzero(profits > 0)), positions),
            "avg_bars_held": _ratio(self._outcome.bars_held, positions),
            "sqn": _finite(system_quality(profits)),
            "z_score": _finite(z_score(profits)),
        }

    def _of_returns(self) -> dict[str, Statistic]:
        """The law of daily returns: what a probabilistic or deflated Sharpe ratio is made from."""
        found = self._returns
        if found is None:
            names = ("sharpe_per_return", "returns_skewness", "returns_kurtosis", "probabilistic_sharpe")
            return {"returns": len(self._calendar.days), **dict.fromkeys(names)}
        sharpe = found.mean / found.deviation
        believed = probabilistic_sharpe(
            sharpe, returns=found.count, skewness=found.skewness, kurtosis=found.kurtosis
        )
        return {
            "returns": found.count,
            "sharpe_per_return": _finite(sharpe),
            "returns_skewness": _finite(found.skewness),
            "returns_kurtosis": _finite(found.kurtosis),
            "probabilistic_sharpe": _finite(believed),
        }

    def _buy_and_hold(self) -> float | None:
        first, last = float(self._bars.open[self._outcome.first]), float(self._bars.close[-1])
        return _finite((last / first - 1.0) * 100.0) if 0.0 < first < math.inf else None

    def _seconds(self, start: int, stop: int) -> int:
        """Return the time from the close of one bar to that of another; -1 is the opening of the first."""
        if stop < 0:
            return 0
        start_second = self._calendar.opening if start < 0 else self._close(start)
        return self._close(stop) - start_second

    def _close(self, row: int) -> int:
        """Return the second at which a bar of the period closes."""
        return int(close_seconds(self._bars, np.array([self._outcome.first + row]))[0])


def _ratio(part: float, whole: float) -> float | None:
    return _finite(part / whole) if whole else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None

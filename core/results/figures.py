"""The figures of a run: what people call them, how they are written and what they mean.

One table, in the order in which people read it, for the screens, the reports and
the comparison. The definitions stand with the code that computes them, in `metrics`.
"""

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core.formats import UNDEFINED, number


class Kind(enum.Enum):
    """What a figure counts in: how it is written, and between which runs it can be compared."""

    MONEY = enum.auto()  # account currency
    RATIO = enum.auto()
    PERCENT = enum.auto()
    SHARE = enum.auto()  # 0.0 to 1.0, written in percent
    COUNT = enum.auto()
    DAYS = enum.auto()
    PIPS = enum.auto()


_UNITS = {Kind.PERCENT: "%", Kind.SHARE: "%", Kind.DAYS: "d", Kind.PIPS: "pips"}


@dataclass(frozen=True)
class Figure:
    """One figure: `key` is its column of `backtest_runs` or its name in the further statistics.

    `better` is 1 where more is better, -1 where less is, 0 where neither is.
    """

    key: str
    label: str
    kind: Kind
    meaning: str
    digits: int = 2
    signed: bool = False
    better: int = 0

    def text(self, value: float | None) -> str:
        """Return a value with its unit; a dash where it is undefined."""
        if value is None:
            return UNDEFINED
        shown = value * 100.0 if self.kind is Kind.SHARE else value
        text = number(shown, self.digits, signed=self.signed)
        unit = _UNITS.get(self.kind)
        return f"{text} {unit}" if unit else text


class Measured(Protocol):
    """What has figures: a run, its columns as attributes and the others in `statistics`."""

    @property
    def statistics(self) -> Mapping[str, Any]:
        """The figures that have no column, by name."""


def value_of(run: Measured, figure: Figure) -> float | None:
    """Return a figure of a run; None where it is undefined, or is no number in the store."""
    value = getattr(run, figure.key, None)
    if value is None:
        value = run.statistics.get(figure.key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else None


def text_of(run: Measured, figure: Figure) -> str:
    """Return a figure of a run as people read it."""
    return figure.text(value_of(run, figure))


def _money(key: str, label: str, meaning: str, *, signed: bool = True, better: int = 0) -> Figure:
    return Figure(key, label, Kind.MONEY, meaning, signed=signed, better=better)


def _ratio(key: str, label: str, meaning: str, *, better: int = 1) -> Figure:
    return Figure(key, label, Kind.RATIO, meaning, better=better)


def _percent(
    key: str, label: str, meaning: str, *, digits: int = 2, signed: bool = False, better: int = 0
) -> Figure:
    return Figure(key, label, Kind.PERCENT, meaning, digits, signed=signed, better=better)


def _share(key: str, label: str, meaning: str, *, better: int = 0) -> Figure:
    return Figure(key, label, Kind.SHARE, meaning, 1, better=better)


def _count(key: str, label: str, meaning: str, *, better: int = 0) -> Figure:
    return Figure(key, label, Kind.COUNT, meaning, 0, better=better)


# Those that come first wherever a run is shown: what it brought, what it risked, how it traded.
MAIN = (
    _money("net_profit", "net profit", "the profits of all trades together, after costs", better=1),
    _percent("total_return_pct", "return", "final equity over the initial balance", signed=True, better=1),
    _percent("cagr_pct", "return a year", "the return as if it had come evenly", signed=True, better=1),
    _percent("buy_and_hold_pct", "buy and hold", "what the price itself did over the period", signed=True),
    _ratio("profit_factor", "profit factor", "gross profit over gross loss"),
    _money("expectancy", "expectancy", "net profit a trade", better=1),
    _percent(
        "max_drawdown_pct", "max drawdown", "the largest fall of equity below its peak before", better=-1
    ),
    _ratio("recovery_factor", "recovery factor", "net profit over the largest fall in money"),
    _ratio("sharpe_ratio", "sharpe", "mean over deviation of daily returns, a year"),
    _ratio("sortino_ratio", "sortino", "mean over downward deviation of daily returns, a year"),
    _money("final_equity", "final equity", "equity at the last close", signed=False, better=1),
    _count("total_trades", "trades", "closings of a position or of part of one"),
    _share("win_rate", "win rate", "trades that brought a profit, of all", better=1),
    _money("avg_win", "average win", "mean profit of the trades that won", better=1),
    _money("avg_loss", "average loss", "mean profit of the trades that lost", better=1),
    _count("max_consec_wins", "wins in a row", "the longest series of trades that won", better=1),
    _count("max_consec_losses", "losses in a row", "the longest series of trades that lost", better=-1),
    _percent("exposure_pct", "exposure", "bars at whose close a position was open, of all", digits=1),
    Figure("avg_spread", "average spread", Kind.PIPS, "the spread applied, on average over the bars"),
    _count(
        "ambiguous_exits",
        "ambiguous exits",
        "bars that touched stop and target; the stop was taken",
    ),
    _count("refused_entries", "refused entries", "entries that the broker did not take"),
)

FURTHER = (
    _ratio("calmar_ratio", "calmar", "return a year over the largest fall, both in %"),
    Figure("ulcer_index", "ulcer index", Kind.RATIO, "root of the mean square of all falls in %", better=-1),
    _money("max_drawdown", "drawdown, money", "the largest fall of equity in money", signed=False, better=-1),
    _percent(
        "time_under_water_pct",
        "under water",
        "bars that closed below the peak before, of all",
        digits=1,
        better=-1,
    ),
    Figure(
        "longest_under_water_days",
        "longest fall",
        Kind.DAYS,
        "days from a peak until it was reached again, at most",
        digits=1,
        better=-1,
    ),
    _money("gross_profit", "gross profit", "the profits of all trades that won", signed=False),
    _money("gross_loss", "gross loss", "the losses of all trades that lost", signed=False),
    _money("commission", "commission", "commission paid in all", signed=False),
    _share(
        "probabilistic_sharpe",
        "sharpe above 0",
        "how likely the true Sharpe ratio is above zero, by length and shape of the returns",
        better=1,
    ),
    _count("positions", "positions", "positions opened; one may be closed in several trades"),
    _share("position_win_rate", "positions won", "positions that brought a profit, of all", better=1),
    Figure("avg_bars_held", "bars held", Kind.RATIO, "bars that a position was open, on average", digits=1),
    _money("best_trade", "best trade", "the largest profit of a trade"),
    _money("worst_trade", "worst trade", "the smallest profit of a trade", better=1),
    _share("best_five_share", "five best", "what the five best trades brought, of the gross profit"),
    _money("avg_mae", "average MAE", "the worst that a trade stood at, on average"),
    _money("avg_mfe", "average MFE", "the best that a trade stood at, on average"),
    _ratio("sqn", "SQN", "mean over deviation of the positions, times the root of their number"),
    _ratio("z_score", "z-score", "below zero wins follow wins, above they alternate", better=0),
    _count("bars", "bars", "bars tested"),
)

FIGURES = (*MAIN, *FURTHER)

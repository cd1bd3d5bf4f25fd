"""What the broker is told about a run, beside its bars and its strategy."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.errors import BacktapeError

Mode = Literal["close_price", "intra_candle"]


@dataclass(frozen=True)
class Terms:
    """The terms of a run; a term out of its range is refused when they are made.

    `spread_pips` of None means each bar's own recorded spread. The size is
    `volume` lots, or with `risk_pct` (1 is 1 %) what that part of equity may
    lose at the stop. `commission_per_lot` is for the round turn, in account
    currency. `fixed_rates` are prices of pairs by symbol ({"USDJPY": 150.0}).
    `swap_long` and `swap_short` are added per lot and night, in account
    currency: negative when they cost.
    """

    mode: Mode = "close_price"
    initial_balance: float = 10_000.0
    spread_pips: float | None = 1.5
    volume: float = 0.1
    risk_pct: float | None = None
    commission_per_lot: float = 0.0
    partial_ratio: float = 0.5
    leverage: float = 100.0
    account_currency: str = "USD"
    fixed_rates: Mapping[str, float] = field(default_factory=dict)
    slippage_pips: float = 0.0
    swap_long: float = 0.0
    swap_short: float = 0.0

    def __post_init__(self) -> None:
        if self.mode not in {"close_price", "intra_candle"}:
            raise BacktapeError("The mode must be close_price or intra_candle.", field="mode")
        _above("initial_balance", "The initial balance", self.initial_balance)
        _above("volume", "The volume", self.volume)
        _above("leverage", "The leverage", self.leverage)
        if self.risk_pct is not None:
            _above("risk_pct", "The risk in percent", self.risk_pct)
        if self.spread_pips is not None:
            _not_below("spread_pips", "The spread", self.spread_pips)
        _not_below("commission_per_lot", "The commission", self.commission_per_lot)
        _not_below("slippage_pips", "The slippage", self.slippage_pips)
        if not 0 < self.partial_ratio <= 1:
            raise BacktapeError(
                "The part closed at a target must be above 0 and at most 1.", field="partial_ratio"
            )
        for name in ("swap_long", "swap_short"):
            if not math.isfinite(getattr(self, name)):
                raise BacktapeError("The swap must be a number.", field=name)
        for pair, rate in self.fixed_rates.items():
            _above("fixed_rates", f"The rate of {pair}", rate)


def _above(name: str, words: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise BacktapeError(f"{words} must be a number above zero.", field=name)


def _not_below(name: str, words: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise BacktapeError(f"{words} must be a number, zero or more.", field=name)

"""Small markets and runs for the tests of the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from core.engine.account import SteppedAccount
from core.engine.broker import Broker
from core.engine.decision import Decision
from core.engine.plan import GrowingPlan, Plan
from core.engine.records import EXIT_REASONS
from core.engine.terms import Mode, Terms
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.timeframes import Timeframe
from tests.core.engine.plain_broker import PlainBroker
from tests.core.engine.plain_records import Habits, rows

MONDAY = np.datetime64("2024-01-08T00:00:00", "s")


def bars_of(
    prices: Sequence[tuple[float, float, float, float]],
    *,
    symbol: str = "EURUSD",
    timeframe: Timeframe = Timeframe.H1,
    start: np.datetime64 = MONDAY,
    times: npt.NDArray[np.datetime64] | None = None,
    spread: Sequence[float] | None = None,
) -> Bars:
    """Bars of (open, high, low, close) rows, one after the other in time."""
    table = np.array(prices, dtype=np.float64).reshape(-1, 4)
    if times is None:
        times = start + np.arange(len(table)) * np.timedelta64(timeframe.seconds, "s")
    return Bars(
        find_instrument(symbol),
        timeframe,
        DayRule("UTC"),
        times,
        open=table[:, 0],
        high=table[:, 1],
        low=table[:, 2],
        close=table[:, 3],
        volume=np.ones(len(table)),
        spread=None if spread is None else np.array(spread, dtype=np.float64),
    )


@dataclass(frozen=True)
class Case:
    """A market, what is decided on it, and the terms."""

    bars: Bars
    decisions: Mapping[int, Decision]
    terms: Terms = field(default_factory=Terms)
    habits: Habits = field(default_factory=Habits)
    first: int = 0
    conversion: Bars | None = None
    finer: Bars | None = None

    def run(self, *pieces: int) -> Broker:
        """Run the compiled broker, in pieces that end at these bars."""
        plan = GrowingPlan(len(self.bars), self.first)
        broker = self.open(plan)
        for bar, decision in sorted(self.decisions.items()):
            if plan.decide(bar, decision):
                broker.take(plan)
        for upto in [*pieces, len(self.bars)]:
            broker.run(upto)
        return broker

    def step(self, ask: Sequence[bool]) -> Broker:
        """Run bar by bar as `on_bar` does, asking for position and equity where `ask` says so."""
        plan = GrowingPlan(len(self.bars), self.first)
        broker = self.open(plan)
        account = SteppedAccount(broker, plan, intra=self.terms.mode == "intra_candle")
        for bar in range(self.first, len(self.bars)):
            if ask[bar % len(ask)]:
                equity, position = account.equity(bar), account.position(bar)
                assert position is None or position.lots > 0
                assert np.isfinite(equity)
            if bar in self.decisions:
                account.decide(bar, self.decisions[bar])
        account.drive(len(self.bars))
        return broker

    def open(self, plan: Plan) -> Broker:
        return Broker(
            self.bars,
            self.terms,
            plan,
            first=self.first,
            trailing_pips=self.habits.trailing_pips,
            breakeven=self.habits.breakeven,
            max_bars=self.habits.max_bars,
            conversion=self.conversion,
            finer=self.finer,
        )

    def plainly(self) -> PlainBroker:
        """Run the plain broker."""
        direct = True
        if self.conversion is not None:
            direct = self.conversion.instrument.base == self.bars.instrument.quote
        return PlainBroker(
            rows(self.bars),
            [self.decisions.get(bar) for bar in range(len(self.bars))],
            self.bars.instrument,
            self.terms,
            self.habits,
            self.first,
            None if self.conversion is None else rows(self.conversion),
            direct,
            None if self.finer is None else rows(self.finer),
        ).run()


def told(broker: Broker) -> list[tuple[Any, ...]]:
    """Return each trade as (reason, direction, entry bar, exit bar, entry, exit, lots)."""
    return [
        (
            EXIT_REASONS[trade["exit_reason"]],
            int(trade["direction"]),
            int(trade["entry_index"]),
            int(trade["exit_index"]),
            float(trade["entry_price"]),
            float(trade["exit_price"]),
            float(trade["volume"]),
        )
        for trade in broker.trades
    ]


def assert_same(broker: Broker, plain: PlainBroker) -> None:
    """Hold the compiled broker's run against the plain one's, trade by trade."""
    assert len(broker.trades) == len(plain.trades)
    for trade, expected in zip(broker.trades, plain.trades, strict=True):
        assert EXIT_REASONS[trade["exit_reason"]] == expected.reason
        for name in ("position", "direction", "entry_index", "exit_index", "entry_price", "exit_price"):
            assert trade[name] == getattr(expected, name), name
        stop = float("nan") if expected.stop is None else expected.stop
        np.testing.assert_equal(float(trade["stop_loss"]), stop)
        money = {"volume": expected.volume, "commission": expected.commission}
        money |= {"profit": expected.profit, "equity_after": expected.balance}
        for name, value in money.items():
            np.testing.assert_allclose(trade[name], value, rtol=1e-9, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(broker.equity, plain.equity, rtol=1e-9, atol=1e-6)
    assert broker.count("ambiguous_exits") == len(plain.ambiguous)
    for reason in ("stop", "size", "margin"):
        expected_count = sum(given == reason for _, given in plain.refused)
        assert broker.count(f"refused_{reason}") == expected_count, reason
    assert broker.count("stopped_at") == (-1 if plain.stopped_at is None else plain.stopped_at)


class Parts(TypedDict, total=False):
    """What a decision may have beside its direction."""

    exit_buy: bool
    exit_sell: bool
    stop: float
    targets: tuple[float, ...]
    at_stop: float
    at_limit: float
    expiry: int


class Given(TypedDict, total=False):
    """The terms that a test changes."""

    mode: Mode
    initial_balance: float
    spread_pips: float | None
    volume: float
    risk_pct: float | None
    commission_per_lot: float
    partial_ratio: float
    account_currency: str
    fixed_rates: Mapping[str, float]
    slippage_pips: float
    swap_long: float
    swap_short: float


def buy(**parts: Unpack[Parts]) -> Decision:
    """Return a decision to buy."""
    return Decision(direction=1, **parts)


def sell(**parts: Unpack[Parts]) -> Decision:
    """Return a decision to sell."""
    return Decision(direction=-1, **parts)


LEAVE = Decision(exit_buy=True, exit_sell=True)
FLAT_BAR = (1.1, 1.1, 1.1, 1.1)


def play(
    decisions: Mapping[int, Decision],
    *prices: tuple[float, float, float, float],
    habits: Habits | None = None,
    finer: Bars | None = None,
    conversion: Bars | None = None,
    symbol: str = "EURUSD",
    start: np.datetime64 = MONDAY,
    **terms: Unpack[Given],
) -> Broker:
    """Run decisions on a few hours; `intra_candle` with a spread of 1 pip unless told otherwise."""
    terms.setdefault("mode", "intra_candle")
    terms.setdefault("spread_pips", 1.0)
    bars = bars_of(prices, symbol=symbol, start=start)
    return Case(bars, decisions, Terms(**terms), habits or Habits(), finer=finer, conversion=conversion).run()

"""Passing over bars changes nothing but the time a run takes."""

import itertools

import numpy as np
import pytest

from core.engine.broker import Broker
from core.engine.plan import Plan
from core.engine.terms import Mode, Terms
from core.market.bars import Bars
from core.market.instruments import find_instrument
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies.signals import Decisions

BARS = 6_000

# A bit of an action that means nothing: a bar with it is stepped through, whatever else it brings.
NOTHING = 16


def market(symbol: str, seed: int) -> Bars:
    """Return bars of a symbol whose every price is that of the synthetic market, times a factor."""
    made = synthetic_bars(seed=seed, timeframe=Timeframe.M15, years=1).slice(0, BARS)
    factor = {"EURUSD": 1.0, "USDJPY": 100.0, "EURGBP": 0.8, "GBPUSD": 1.25}[symbol]
    prices = {
        name: np.round(getattr(made, name) * factor, 3 if symbol == "USDJPY" else 5)
        for name in ("open", "high", "low", "close")
    }
    spread = np.random.default_rng(seed).integers(5, 25, BARS).astype(np.float64)
    return Bars(
        find_instrument(symbol),
        made.timeframe,
        made.days,
        made.time,
        **prices,
        volume=made.volume,
        spread=spread,
    )


def decided(bars: Bars, seed: int, *, orders: bool) -> Decisions:
    """Return a decision at one bar in forty: entries, exits, and orders if wanted, some waiting long."""
    chance = np.random.default_rng(seed)
    some = chance.random(len(bars)) < 1 / 40
    action = np.where(some, chance.choice([1, 2, 1, 2, 4 + 2, 8 + 1, 12], len(bars)), 0).astype(np.uint8)
    waits = chance.random(len(bars)) < 0.7
    price = bars.close * (1 + chance.normal(0, 0.001, len(bars)))
    at_stop = np.where(waits & (chance.random(len(bars)) < 0.5), price, 0.0)
    at_limit = np.where(waits & (at_stop == 0), price, 0.0)
    pip = bars.pip
    return Decisions(
        action=action,
        stop=chance.choice([0.0, 15 * pip, 40 * pip], len(bars)),
        targets=(chance.choice([0.0, 20 * pip], len(bars)), np.array([50 * pip])),
        at_stop=at_stop if orders else np.zeros(1),
        at_limit=at_limit if orders else np.zeros(1),
        expiry=chance.integers(0, 120, len(bars)),
    )


def run(bars: Bars, plan: Decisions, terms: Terms, **options: object) -> tuple[bytes, bytes, int]:
    """Return the trades, the equity and the ambiguous exits of a run."""
    broker = Broker(bars, terms, Plan.of(plan, 5), first=5, **options)  # type: ignore[arg-type]
    broker.run(BARS)
    return broker.trades.tobytes(), broker.equity.tobytes(), broker.count("ambiguous_exits")


def stepped(plan: Decisions) -> Decisions:
    """Return the same decisions with every bar marked as one to step through."""
    return Decisions(
        plan.action | np.uint8(NOTHING), plan.stop, plan.targets, plan.at_stop, plan.at_limit, plan.expiry
    )


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize("symbol", ["EURUSD", "USDJPY", "EURGBP"])
@pytest.mark.parametrize(("spread", "swap"), [(1.5, 0.0), (None, -3.0)])
def test_a_run_that_passes_over_bars_is_the_one_that_steps_through_all(
    mode: Mode, symbol: str, spread: float | None, swap: float
) -> None:
    bars = market(symbol, 3)
    terms = Terms(
        mode=mode,
        spread_pips=spread,
        commission_per_lot=4.0,
        swap_long=swap,
        swap_short=-swap,
        slippage_pips=0.3,
        initial_balance=3_000.0,
        volume=0.13,
    )
    pair = market("GBPUSD", 4) if symbol == "EURGBP" else None
    for orders, trailing, longest in itertools.product([False, True], [0.0, 25.0], [0, 70]):
        plan = decided(bars, 7, orders=orders)
        options = {"trailing_pips": trailing, "max_bars": longest, "breakeven": True, "conversion": pair}
        quick = run(bars, plan, terms, **options)
        assert quick == run(bars, stepped(plan), terms, **options)
        assert len(quick[0]) > 0


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
def test_an_account_that_is_used_up_between_decisions_ends_at_the_very_bar(mode: Mode) -> None:
    bars = market("EURUSD", 3)
    action = np.zeros(BARS, np.uint8)
    action[20] = 1
    none = np.zeros(1)
    plan = Decisions(action, none, (), none, none, np.zeros(1, np.int64))
    terms = Terms(mode=mode, initial_balance=100.0, leverage=5_000.0, volume=1.0)
    quick = run(bars, plan, terms)
    assert quick == run(bars, stepped(plan), terms)
    assert np.frombuffer(quick[1])[-1] <= 0

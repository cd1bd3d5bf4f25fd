"""A strategy's run as a whole: both ways to decide, progress, warm-up."""

import numpy as np
import pytest

from core.engine.records import TRADE
from core.engine.simulation import CHUNK, Outcome, Progress, simulate
from core.engine.terms import Mode, Terms
from core.errors import BacktapeError
from core.live_curve import POINTS, told_bars
from core.market.bars import Bars
from core.strategies import Signals, Strategy
from core.strategies.context import Context
from tests.core.engine.market import FLAT_BAR, MONDAY, bars_of
from tests.core.engine.random_markets import random_bars


class Channel(Strategy):
    """Buys a close above the highs before it and sells one below the lows, all at once."""

    def signals(self, bars: Bars) -> Signals:
        before = np.lib.stride_tricks.sliding_window_view
        top, bottom = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
        top[5:] = before(bars.high, 5)[:-1].max(axis=1)
        bottom[5:] = before(bars.low, 5)[:-1].min(axis=1)
        up, down = bars.close > top, bars.close < bottom
        return Signals(buy=up, sell=down, stop=0.002, targets=[0.002, 0.004])


class SteppedChannel(Strategy):
    """The same, bar by bar."""

    def on_bar(self, context: Context) -> object:
        if context.close > context.high_of(5):
            return context.buy(stop=0.002, targets=[0.002, 0.004])
        if context.close < context.low_of(5):
            return context.sell(stop=0.002, targets=[0.002, 0.004])
        return None


class Curious(SteppedChannel):
    """The same, looking at position and equity all the time."""

    def on_bar(self, context: Context) -> object:
        assert (context.position is None) or context.position.lots > 0
        assert context.equity > 0
        return super().on_bar(context)


class Idle(Strategy):
    """Waits for a bar that never comes."""

    def on_bar(self, context: Context) -> object:
        return context.buy() if context.index < 0 else None


def same(one: Outcome, other: Outcome) -> bool:
    return one.trades.tobytes() == other.trades.tobytes() and one.equity.tobytes() == other.equity.tobytes()


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize("first", [0, 300])
def test_both_ways_to_write_a_strategy_give_the_same_trades(mode: Mode, first: int) -> None:
    bars, terms = random_bars(3, "EURUSD", count=2_000), Terms(mode=mode)
    at_once = simulate(bars, Channel(), terms, first=first)
    assert len(at_once.trades) > 100
    assert same(at_once, simulate(bars, SteppedChannel(), terms, first=first))
    assert same(at_once, simulate(bars, Curious(), terms, first=first))


def test_warm_up_decides_nothing_and_is_outside_the_equity() -> None:
    bars = random_bars(3, "EURUSD", count=400)
    outcome = simulate(bars, Channel(), Terms(), first=300)
    assert outcome.trades["entry_index"].min() >= 300
    assert len(outcome.equity) == 100
    assert outcome.first == 300


def test_a_run_without_decisions_keeps_its_balance() -> None:
    outcome = simulate(random_bars(3, "EURUSD"), Idle(), Terms())
    assert set(outcome.equity.tolist()) == {10_000.0}
    assert outcome.trades.dtype == TRADE
    assert (len(outcome.trades), outcome.bars_held, outcome.stopped_out) == (0, 0, False)


def test_progress_comes_once_a_chunk_and_ends_at_the_end() -> None:
    bars = random_bars(3, "EURUSD", count=2 * CHUNK + 500)
    seen: list[Progress] = []
    outcome = simulate(bars, Channel(), Terms(initial_balance=1e6), on_progress=seen.append)
    assert [progress.done for progress in seen] == [CHUNK, 2 * CHUNK, len(bars)]
    assert {progress.total for progress in seen} == {len(bars)}
    assert seen[-1].trades == len(outcome.trades)
    assert [progress.equity for progress in seen] == [outcome.equity[p.done - 1] for p in seen]


def test_the_live_curve_is_short_and_ends_with_the_newest_equity() -> None:
    bars = random_bars(3, "EURUSD", count=CHUNK + 500)
    curves = []
    outcome = simulate(bars, Channel(), Terms(), on_progress=lambda progress: curves.append(progress.curve))
    assert [len(curve) for curve in curves] == [len(told_bars(CHUNK)), len(told_bars(CHUNK + 500))]
    assert max(map(len, curves)) <= POINTS
    assert curves[0][-1] == outcome.equity[CHUNK - 1]
    assert curves[1][-1] == outcome.equity[-1]


def test_what_progress_raises_ends_the_run() -> None:
    class CancelledError(Exception):
        pass

    def cancel(progress: Progress) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        simulate(random_bars(3, "EURUSD"), Channel(), Terms(), on_progress=cancel)


def test_the_spread_applied_is_told_in_pips() -> None:
    bars = bars_of([FLAT_BAR] * 4, spread=[90, 10, 20, 30], start=MONDAY)
    assert simulate(bars, Idle(), Terms(), first=1).spread_mean == 1.5
    assert simulate(bars, Idle(), Terms(spread_pips=None), first=1).spread_mean == pytest.approx(2.0)


def test_a_recorded_spread_that_is_not_there_is_refused() -> None:
    with pytest.raises(BacktapeError, match="no recorded spread") as refused:
        simulate(bars_of([FLAT_BAR] * 4), Idle(), Terms(spread_pips=None))
    assert refused.value.field == "spread_pips"


def test_a_period_without_bars_is_refused() -> None:
    with pytest.raises(BacktapeError, match="no bars in this period"):
        simulate(bars_of([FLAT_BAR] * 4), Idle(), Terms(), first=4)


def test_bars_held_counts_the_closes_with_a_position() -> None:
    class Once(Strategy):
        def on_bar(self, context: Context) -> object:
            if context.index == 1:
                return context.buy()
            return context.exit() if context.index == 4 else None

    bars = bars_of([FLAT_BAR] * 8)
    assert simulate(bars, Once(), Terms(mode="intra_candle")).bars_held == 3
    assert simulate(bars, Once(), Terms(mode="close_price")).bars_held == 3


def test_in_close_price_a_strategy_sees_its_position_after_stops_and_before_its_decision() -> None:
    seen: list[tuple[bool, float]] = []

    class Watching(Strategy):
        def on_bar(self, context: Context) -> object:
            seen.append((context.position is not None, round(context.equity, 6)))
            return context.buy(stop=0.01) if context.index == 0 else None

    bars = bars_of([(close,) * 4 for close in (1.1, 1.101, 1.08, 1.1)])
    simulate(bars, Watching(), Terms(spread_pips=1.0))
    assert seen == [(False, 10_000.0), (True, 10_009.0), (False, 9_799.0), (False, 9_799.0)]


def test_the_open_position_is_told_with_what_is_left_of_it() -> None:
    seen = []

    class Watching(Strategy):
        def on_bar(self, context: Context) -> object:
            seen.append(context.position)
            return context.buy(stop=0.01, targets=[0.01, 0.02]) if context.index == 0 else None

    bars = bars_of([FLAT_BAR, (1.1, 1.111, 1.1, 1.105), FLAT_BAR, FLAT_BAR])
    simulate(bars, Watching(), Terms(mode="intra_candle", spread_pips=1.0, partial_ratio=0.3))
    position = seen[1]
    assert seen[0] is None
    assert position is not None
    assert (position.direction, position.lots, position.entry_index) == (1, 0.07, 1)
    assert (position.entry_price, position.stop, position.targets) == (1.1001, 1.0901, (1.1201,))
    assert position.profit == pytest.approx(0.0049 * 7_000)

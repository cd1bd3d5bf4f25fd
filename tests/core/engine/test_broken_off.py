"""What is told of a run that ends amid its bars, because its strategy raises or the broker cannot go on."""

import pytest

from core.engine.simulation import CHUNK, Progress, simulate
from core.engine.terms import Mode, Terms
from core.errors import BacktapeError
from core.market.bars import Bars
from core.strategies import Signals
from core.strategies.context import Context
from tests.core.engine.random_markets import random_bars
from tests.core.engine.test_simulation import Channel, Curious, SteppedChannel

BARS = random_bars(3, "EURUSD", count=2_000)


def raising(kind: type[SteppedChannel], at: int) -> SteppedChannel:
    """Return such a strategy that raises at a bar."""

    class Raising(kind):  # type: ignore[valid-type, misc]
        def on_bar(self, context: Context) -> object:
            if context.index == at:
                raise ValueError("said")
            return super().on_bar(context)

    return Raising()


def broken_off(strategy: Channel | SteppedChannel, bars: Bars, terms: Terms, first: int = 0) -> Progress:
    """Return how far a run came, which raises; the bar it ended at is the one after."""
    told: list[tuple[Progress, int]] = []
    with pytest.raises((ValueError, BacktapeError)):
        simulate(bars, strategy, terms, first=first, on_break=lambda *seen: told.append(seen))
    ((progress, index),) = told
    assert index == first + progress.done
    return progress


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize("kind", [SteppedChannel, Curious])
@pytest.mark.parametrize("first", [0, 300])
def test_all_that_was_done_before_the_bar_is_told(mode: Mode, kind: type[SteppedChannel], first: int) -> None:
    whole = simulate(BARS, kind(), Terms(mode=mode), first=first)
    for at in range(1_000, 1_040):
        progress = broken_off(raising(kind, at), BARS, Terms(mode=mode), first)
        assert (progress.done, progress.total) == (at - first, 2_000 - first)
        assert progress.marked[: progress.done].tobytes() == whole.equity[: progress.done].tobytes()
        assert progress.equity == progress.curve[-1] == whole.equity[progress.done - 1]
        assert progress.trades == (whole.trades["exit_index"] < at).sum()


@pytest.mark.parametrize("kind", [SteppedChannel, Curious])
def test_at_the_first_bar_nothing_was_done_yet(kind: type[SteppedChannel]) -> None:
    progress = broken_off(raising(kind, 300), BARS, Terms(), first=300)
    assert (progress.done, progress.trades, progress.equity, len(progress.curve)) == (0, 0, 10_000.0, 0)


def test_where_the_broker_cannot_go_on_the_bars_before_are_told() -> None:
    class Unstopped(Channel):
        def signals(self, bars: Bars) -> Signals:
            buy = bars.close > 1e9
            buy[CHUNK + 700] = True
            return Signals(buy=buy)

    bars = random_bars(3, "EURUSD", count=CHUNK + 1_000)
    told: list[Progress] = []
    with pytest.raises(BacktapeError, match=f"At bar {CHUNK + 700}"):
        simulate(bars, Unstopped(), Terms(risk_pct=1.0), on_break=lambda progress, _: told.append(progress))
    assert [(progress.done, progress.trades) for progress in told] == [(CHUNK + 700, 0)]


def test_signals_that_raise_have_come_to_no_bar() -> None:
    class Wrong(Channel):
        def signals(self, bars: Bars) -> Signals:
            raise ValueError(f"{len(bars)} bars are too few")

    told: list[Progress] = []
    with pytest.raises(ValueError, match="too few"):
        simulate(BARS, Wrong(), Terms(), on_break=lambda progress, _: told.append(progress))
    assert told == []

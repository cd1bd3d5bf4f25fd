"""The whole of what an author may write, run through the broker."""

import datetime as dt

import numpy as np
import pytest

from core.engine.simulation import Outcome, simulate
from core.engine.terms import Mode, Terms
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies import Signals, Strategy, parameter
from core.strategies.context import Context
from core.strategies.errors import StrategyError
from core.strategies.strategy import make

BARS = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 3_000)


def run(strategy: Strategy, mode: Mode = "intra_candle", **terms: object) -> Outcome:
    return simulate(BARS, strategy, Terms(mode=mode, **terms))  # type: ignore[arg-type]


def same(one: Outcome, other: Outcome) -> bool:
    return one.trades.tobytes() == other.trades.tobytes() and one.equity.tobytes() == other.equity.tobytes()


def test_signals_see_everything_of_their_bars() -> None:
    class Looking(Strategy):
        def signals(self, bars: Bars) -> Signals:
            columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.spread)
            assert [len(column) for column in columns if column is not None] == [len(bars)] * 7
            assert (bars.pip, bars.symbol, str(bars.timeframe)) == (0.0001, "SYNTHETIC", "M15")
            frame = bars.frame()
            assert frame["close"].tolist() == bars.close.tolist()
            assert list(frame.columns) == ["open", "high", "low", "close", "volume", "spread"]
            hour = bars.context("h1")
            assert len(hour.close) == len(bars)
            assert hour.align(hour.bars.close).tolist()[4:] == hour.close.tolist()[4:]
            frame["close"] = 0.0  # a copy: the bars stay what they are
            return Signals(buy=bars.close > hour.close)

    assert len(run(Looking()).trades)


class Waiting(Strategy):
    """Puts orders above and below the market, and takes them away again."""

    expiry: int = parameter(6)
    reach_pips: float = parameter(8.0)

    def signals(self, bars: Bars) -> Signals:
        hour = np.arange(len(bars)) % 40
        reach = self.reach_pips * bars.pip
        return Signals(
            buy=hour == 0,
            sell=hour == 10,
            exit=hour == 20,
            exit_buy=hour == 30,
            exit_sell=hour == 5,
            stop=np.full(len(bars), 3 * reach),
            targets=[2 * reach, 4 * reach],
            at_stop=np.where(hour == 0, bars.close + reach, 0.0),
            at_limit=np.where(hour == 10, bars.close + reach, 0.0),
            expiry=self.expiry,
        )


class WaitingBarByBar(Strategy):
    """The same, one bar after the other."""

    expiry: int = parameter(6)
    reach_pips: float = parameter(8.0)

    def on_bar(self, context: Context) -> object:
        hour, reach = context.index % 40, self.reach_pips * context.pips(1)
        held = context.position.direction if context.position else 0
        stop, targets = 3 * reach, [2 * reach, 4 * reach]
        if hour == 0:
            return context.buy(stop=stop, targets=targets, at_stop=context.close + reach, expiry=self.expiry)
        if hour == 10:
            return context.sell(
                stop=stop, targets=targets, at_limit=context.close + reach, expiry=self.expiry
            )
        if hour == 20 or (hour == 30 and held > 0) or (hour == 5 and held < 0):
            return context.exit()
        return None


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
def test_entry_orders_and_exits_give_the_same_trades_in_both_ways(mode: Mode) -> None:
    at_once = run(Waiting(), mode)
    assert len(at_once.trades) > 20
    assert {1, -1} == set(at_once.trades["direction"].tolist())
    assert same(at_once, run(WaitingBarByBar(), mode))


def test_an_order_that_has_expired_is_not_filled() -> None:
    filled = [len(run(make(Waiting, {"expiry": bars, "reach_pips": 15.0})).trades) for bars in (1, 6, 0)]
    assert filled == sorted(filled)
    assert filled[0] < filled[2]


@pytest.mark.parametrize("side", ["stop", "limit"])
def test_an_order_on_the_wrong_side_of_the_market_is_filled_at_the_next_open(side: str) -> None:
    """A buy stop below the market, or a buy limit above it, has been reached already."""

    class Entering(Strategy):
        away: float = parameter(0.0)

        def on_bar(self, context: Context) -> object:
            if context.index % 50:
                return context.exit() if context.index % 50 == 25 else None
            price = {f"at_{side}": context.close + self.away} if self.away else {}
            return context.buy(**price)  # type: ignore[arg-type]

    away = -0.01 if side == "stop" else 0.01
    market, wrong = run(Entering()), run(make(Entering, {"away": away}))
    assert len(market.trades) > 20
    for column in ("entry_index", "entry_price", "exit_index", "exit_price"):
        assert market.trades[column].tolist() == wrong.trades[column].tolist()


class Optional(Strategy):
    """Has every option as a parameter."""

    context_timeframes: str = parameter("H1,H4")
    warmup: int = parameter(50)
    breakeven_after_target: bool = parameter(False)
    trailing_pips: float = parameter(0.0)
    max_bars: int = parameter(0)

    def on_bar(self, context: Context) -> object:
        if context.index % 60 == 0:
            return context.buy(stop=0.005, targets=[0.001, 0.01])
        return None


@pytest.mark.parametrize(
    ("name", "value"), [("breakeven_after_target", True), ("trailing_pips", 12.0), ("max_bars", 5)]
)
def test_an_option_that_is_a_parameter_reaches_the_broker(name: str, value: object) -> None:
    changed = run(make(Optional, {name: value}))
    assert not same(run(Optional()), changed)
    if name == "max_bars":
        held = changed.trades["exit_index"] - changed.trades["entry_index"]
        assert held.max() == value


def test_options_that_are_parameters_are_bounded_like_the_options_themselves() -> None:
    specs = {spec.name: spec for spec in Optional.parameters}
    assert [specs[name].minimum for name in ("warmup", "trailing_pips", "max_bars")] == [0, 0, 0]


class Higher(Strategy):
    """Notes what it sees of the hours."""

    timeframe: str = parameter("H1")

    def __init__(self) -> None:
        self.seen: list[tuple[int, float] | None] = []

    def on_bar(self, context: Context) -> None:
        hour = context.higher(self.timeframe)
        self.seen.append(None if hour is None else (hour.index, hour.close))
        assert hour is None or hour.closes[-1] == hour.close


def test_higher_shows_what_signals_see_of_the_same_timeframe() -> None:
    for name in ("H1", "H4", "D1"):
        strategy = make(Higher, {"timeframe": name})
        assert isinstance(strategy, Higher)
        run(strategy)
        aligned = BARS.context(name)
        wanted = [
            None if index < 0 else (index, close)
            for index, close in zip(aligned.index.tolist(), aligned.close.tolist(), strict=True)
        ]
        assert strategy.seen == wanted
        assert strategy.seen[0] is None
        assert strategy.seen[-1] is not None


def test_a_bar_of_the_higher_timeframe_has_closed_by_the_bars_own_close() -> None:
    class Checking(Strategy):
        def on_bar(self, context: Context) -> None:
            hour = context.higher("H1")
            if hour is not None:
                closing = hour.time + dt.timedelta(hours=1)
                assert closing <= context.time + dt.timedelta(minutes=15)
                assert hour.low <= hour.open <= hour.high
                assert len(hour.times) == len(hour.highs) == len(hour.volumes) == hour.index + 1
                assert (hour.opens[-1], hour.lows[-1], hour.volumes[-1]) == (hour.open, hour.low, hour.volume)

    assert not len(run(Checking()).trades)


def test_higher_gives_one_object_until_the_next_bar_closes() -> None:
    class Counting(Strategy):
        def __init__(self) -> None:
            self.objects: list[object] = []

        def on_bar(self, context: Context) -> None:
            hour = context.higher("H1")
            if hour is not None and (not self.objects or self.objects[-1] is not hour):
                self.objects.append(hour)

    strategy = Counting()
    run(strategy)
    assert len(strategy.objects) == len(BARS.context("H1").bars)


def test_nothing_of_a_higher_timeframe_can_be_changed() -> None:
    class Changing(Strategy):
        def on_bar(self, context: Context) -> object:
            hour = context.higher("H1")
            if hour is not None:
                with pytest.raises(ValueError, match="read-only"):
                    hour.closes[0] = 1.0
                with pytest.raises(AttributeError):
                    hour.close = 1.0  # type: ignore[misc]
            return None

    run(Changing())


@pytest.mark.parametrize(
    ("timeframe", "sentence"),
    [
        ("M15", "The context timeframe M15 must be coarser than the run's own, M15"),
        ("M5", "The context timeframe M5 must be coarser than the run's own, M15"),
        ("M20", "M20 bars cannot be made from M15 bars; import SYNTHETIC M20"),
        ("H5", "There is no timeframe 'H5'"),
        (60, 'higher needs the name of a timeframe, such as "H1"'),
    ],
)
def test_a_timeframe_that_cannot_be_seen_names_the_bar(timeframe: object, sentence: str) -> None:
    class Asking(Strategy):
        def on_bar(self, context: Context) -> object:
            return context.higher(timeframe) if context.index == 3 else None  # type: ignore[arg-type]

    with pytest.raises(StrategyError, match=rf"At bar 3 \(.* UTC\): {sentence}"):
        run(Asking())


def test_who_returns_a_higher_bar_has_decided_nothing_and_is_told() -> None:
    class Returning(Strategy):
        def on_bar(self, context: Context) -> object:
            return context.higher("H1")

    with pytest.raises(StrategyError, match=r"At bar 3 .*on_bar returned an object of type HigherBars"):
        run(Returning())


def test_returning_what_was_decided_is_as_good_as_not_returning_it() -> None:
    class Silent(WaitingBarByBar):
        def on_bar(self, context: Context) -> object:
            super().on_bar(context)
            return None

    assert same(run(Silent()), run(WaitingBarByBar()))


def test_a_decision_of_another_bar_cannot_be_handed_back() -> None:
    class Keeping(Strategy):
        kept: object = None

        def on_bar(self, context: Context) -> object:
            if context.index == 5:
                self.kept = context.buy()
            return self.kept

    with pytest.raises(StrategyError, match=r"line \d+: At bar 6 .*a decision that is not the one taken"):
        run(Keeping())

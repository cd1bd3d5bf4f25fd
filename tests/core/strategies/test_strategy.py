"""The class that authors derive from."""

import numpy as np
import pytest

from core.errors import BacktapeError
from core.market.bars import Bars
from core.strategies import Signals, Strategy, parameter
from core.strategies.context import Context
from core.strategies.errors import StrategyError
from core.strategies.strategy import make, strategy_name


class Breakout(Strategy):
    """Buys a high."""

    lookback: int = parameter(20, minimum=2, maximum=500, step=1, help="bars looked back over")
    stop_pips: float = parameter(30.0, minimum=0.0)
    untyped = parameter(3)

    def signals(self, bars: Bars) -> Signals:
        return Signals(buy=np.zeros(len(bars), np.bool_))


class Wider(Breakout):
    """Looks back further, always with the same stop."""

    stop_pips = 50.0
    lookback: int = parameter(55, minimum=2)
    trailing_pips: float = parameter(15.0, minimum=0.0)


def test_parameters_are_read_in_the_order_declared() -> None:
    assert [spec.name for spec in Breakout.parameters] == ["lookback", "stop_pips", "untyped"]
    assert Breakout.parameters[0].help == "bars looked back over"


def test_values_are_plain_attributes_of_an_instance() -> None:
    strategy = Breakout(lookback=55)
    assert (strategy.lookback, strategy.stop_pips, strategy.untyped) == (55, 30.0, 3)
    assert Breakout.lookback == 20


def test_a_wrong_value_is_refused_when_the_strategy_is_made() -> None:
    with pytest.raises(BacktapeError, match="lookback must be a whole number") as raised:
        Breakout(lookback=1)
    assert raised.value.field == "lookback"


def test_a_subclass_inherits_changes_and_drops_parameters() -> None:
    assert {spec.name: spec.default for spec in Wider.parameters} == {
        "untyped": 3,
        "lookback": 55,
        "trailing_pips": 15.0,
    }
    assert Wider().stop_pips == 50.0


def test_an_option_can_be_a_parameter() -> None:
    assert Wider(trailing_pips=4).options().trailing_pips == 4.0


def test_an_author_may_write_init_without_arguments() -> None:
    class Counting(Strategy):
        start: int = parameter(5)

        def __init__(self) -> None:
            self.count = self.start * 2

        def on_bar(self, context: Context) -> object:
            return context.exit()

    counting = make(Counting, {"start": 7})
    assert isinstance(counting, Counting)
    assert counting.count == 14


def test_context_timeframes_can_be_a_tuple_or_a_text() -> None:
    class Both(Breakout):
        context_timeframes: str = parameter("H1, H4")

    assert Both().options().context_timeframes == ("H1", "H4")
    assert Breakout().options().context_timeframes == ()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("warmup", -1, "warmup must be a number of bars"),
        ("warmup", 2.5, "warmup must be a number of bars"),
        ("max_bars", True, "max_bars must be a number of bars"),
        ("trailing_pips", float("nan"), "trailing_pips must be a number of pips"),
        ("breakeven_after_target", 1, "breakeven_after_target must be True or False"),
        ("context_timeframes", 5, "context_timeframes must be a tuple of names"),
    ],
)
def test_a_wrong_option_is_named(name: str, value: object, sentence: str) -> None:
    strategy = Breakout()
    setattr(strategy, name, value)
    with pytest.raises(StrategyError, match=sentence):
        strategy.options()


def test_the_kind_is_what_the_author_wrote() -> None:
    assert Breakout.kind() == "signals"


def test_a_strategy_that_decides_in_no_way_or_in_both_is_refused() -> None:
    class Neither(Strategy):
        pass

    class Both(Breakout):
        def on_bar(self, context: Context) -> object:
            return context.exit()

    with pytest.raises(StrategyError, match="Neither has neither signals nor on_bar"):
        Neither.kind()
    with pytest.raises(StrategyError, match="Both has both signals and on_bar"):
        Both.kind()


@pytest.mark.parametrize("name", ["signals", "options", "_hidden"])
def test_a_parameter_cannot_take_a_name_the_class_needs(name: str) -> None:
    with pytest.raises(StrategyError, match=f"cannot be called {name}"):
        type("Wrong", (Strategy,), {name: parameter(1)})


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("SmaCross", "sma_cross"),
        ("DonchianBreakout", "donchian_breakout"),
        ("RSIReversion", "rsi_reversion"),
        ("LlmAnalyst", "llm_analyst"),
        ("Ma200Cross", "ma200_cross"),
        ("X", "x"),
        ("already_snake", "already_snake"),
    ],
)
def test_a_strategy_is_named_by_its_class_in_snake_case(class_name: str, name: str) -> None:
    assert strategy_name(class_name) == name

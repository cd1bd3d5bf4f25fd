"""A parameter that must be above another one: declared, read, checked."""

from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.strategies import Strategy, parameter
from core.strategies.builtin.sma_cross import SmaCross
from core.strategies.errors import StrategyError
from core.strategies.parameters import Declaration, Value, check, check_each, conflicts, parse
from core.strategies.registry import Description, describe_all, find

FAST = Declaration(20, minimum=1).named("fast")
SLOW = Declaration(50, minimum=2, maximum=500, above="fast").named("slow")

CROSSING = """
from core.strategies import Signals, Strategy, parameter

class Crossing(Strategy):
    fast: int = parameter(20)
    slow: int = parameter(50, minimum=2, above="fast")

    def signals(self, bars):
        return Signals()
"""


def described(folder: Path, text: str) -> Description:
    """Return how a file with this text is listed."""
    folder.chmod(0o700)
    path = folder / "crossing.py"
    path.write_text(text)
    path.chmod(0o600)
    return next(one for one in describe_all(folder) if one.path == path)


def test_what_a_value_must_be_names_the_other_parameter() -> None:
    assert SLOW.wanted() == "a whole number from 2 to 500 and above fast"
    assert Declaration(50.0, above="fast").named("slow").wanted() == "a number above fast"
    assert Declaration(2, choices=(2, 3), above="fast").named("slow").wanted() == "one of 2, 3 and above fast"


@pytest.mark.parametrize("fast", [50, 51, 200])
def test_values_that_exclude_each_other_get_one_sentence_beside_the_higher_one(fast: int) -> None:
    with pytest.raises(BacktapeError) as raised:
        check([FAST, SLOW], {"fast": fast})
    assert str(raised.value) == f"slow must be above fast, which is {fast}; 50 is not."
    assert raised.value.field == "slow"
    with pytest.raises(BacktapeError, match="slow must be above fast"):
        parse([FAST, SLOW], {"fast": str(fast)})


def test_values_in_order_are_taken() -> None:
    assert check([FAST, SLOW], {"fast": 49}) == {"fast": 49, "slow": 50}


def test_whoever_tries_out_many_values_can_ask_which_exclude_each_other() -> None:
    tried: list[dict[str, Value]] = [{"fast": fast, "slow": 3} for fast in (2, 3, 4)]
    assert [bool(conflicts([FAST, SLOW], values)) for values in tried] == [False, True, True]


def test_a_value_that_could_not_be_read_excludes_nothing() -> None:
    assert conflicts([FAST, SLOW], {"slow": 2}) == {}


def test_each_by_itself_does_not_look_at_the_other() -> None:
    assert check_each([FAST, SLOW], {"fast": 60}) == {"fast": 60, "slow": 50}


def test_a_class_and_the_text_of_it_declare_the_same(tmp_path: Path) -> None:
    listed = described(tmp_path, CROSSING)
    assert (listed.error, listed.unread) == (None, ())
    assert [spec.above for spec in listed.parameters] == [None, "fast"]

    class Crossing(Strategy):
        fast: int = parameter(20)
        slow: int = parameter(50, minimum=2, above="fast")

    assert Crossing.parameters == listed.parameters


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ('parameter(50, above="fats")', "slow must be above fats, but no parameter of that name is declared"),
        ('parameter(50, above="slow")', "What slow must be above is the name of another parameter"),
        ("parameter(50, above=20)", "What slow must be above is the name of another parameter"),
        ('parameter(20, above="fast")', "The defaults exclude each other: slow must be above fast, which is"),
        ('parameter("a", above="fast")', "slow is no number, so it cannot be above another parameter."),
        ('parameter(50, above="side")', "slow cannot be above side, which is no number."),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, declared: str, sentence: str
) -> None:
    text = CROSSING.replace("slow: int = ", 'side = parameter("both")\n    slow = ')
    text = text.replace('parameter(50, minimum=2, above="fast")', declared)
    error = described(tmp_path, text).error
    assert error is not None
    assert error.startswith(f"crossing.py, line 7: {sentence}")


def test_a_class_refuses_what_its_text_would() -> None:
    with pytest.raises(StrategyError, match="no parameter of that name is declared before it"):

        class Crossing(Strategy):
            slow: int = parameter(50, above="fast")
            fast: int = parameter(20)


def test_what_is_computed_may_be_named_and_is_judged_once_it_is_known(tmp_path: Path) -> None:
    listed = described(tmp_path, CROSSING.replace("parameter(20)", "parameter(2 * 10)"))
    assert (listed.error, listed.unread) == (None, ("fast",))


def test_an_heir_that_fixes_the_other_parameter_is_free_of_it() -> None:
    class Quick(SmaCross):
        fast = 60

    assert check(Quick.parameters, {"slow": 30})["slow"] == 30


@pytest.mark.parametrize("name", ["sma_cross", "macd_trend"])
def test_the_slow_average_of_a_built_in_one_is_above_the_fast_one(name: str) -> None:
    with pytest.raises(BacktapeError, match="slow must be above fast, which is 60; 60 is not"):
        check(find(name).parameters, {"fast": 60, "slow": 60})

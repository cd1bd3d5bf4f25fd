"""What `signals` may return, and what is said when it may not."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.strategies.errors import StrategyError
from core.strategies.signals import (
    ENTER_BUY,
    ENTER_SELL,
    EXIT_BUY,
    EXIT_SELL,
    Decisions,
    Signals,
    decisions,
)
from tests.core.strategies.samples import bars_of

BARS = bars_of([1.1, 1.2, 1.3, 1.4, 1.5])


def mask(*rows: int) -> npt.NDArray[np.bool_]:
    array = np.zeros(5, np.bool_)
    array[list(rows)] = True
    return array


def decided(**parts: Any) -> Decisions:  # noqa: ANN401 - wrong ones too
    return decisions(Signals(**parts), BARS)


def test_masks_become_the_bits_of_an_action() -> None:
    found = decided(buy=mask(1), sell=mask(2), exit=mask(2, 3), exit_buy=mask(0), exit_sell=mask(4))
    both = EXIT_BUY | EXIT_SELL
    assert found.action.tolist() == [EXIT_BUY, ENTER_BUY, ENTER_SELL | both, both, EXIT_SELL]


def test_parts_left_out_decide_nothing() -> None:
    found = decided()
    assert found.action.tolist() == [0] * 5
    assert (found.stop.tolist(), found.targets, found.at_stop.tolist()) == ([0.0], (), [0.0])
    assert (found.at_limit.tolist(), found.expiry.tolist()) == ([0.0], [0])


def test_a_number_holds_for_all_bars_and_an_array_for_each() -> None:
    found = decided(buy=mask(1), stop=0.5, targets=[1, np.arange(5)])
    assert found.stop.tolist() == [0.5]
    assert [target.tolist() for target in found.targets] == [[1.0], [0.0, 1.0, 2.0, 3.0, 4.0]]
    assert all(target.dtype == np.float64 for target in found.targets)


def test_one_target_need_not_be_in_a_list() -> None:
    assert [target.tolist() for target in decided(buy=mask(1), targets=0.1).targets] == [[0.1]]


def test_series_of_pandas_are_taken_as_arrays() -> None:
    import pandas as pd

    found = decided(buy=pd.Series(mask(1)), stop=pd.Series([1.0] * 5))
    assert found.action.tolist() == [0, ENTER_BUY, 0, 0, 0]
    assert found.stop.tolist() == [1.0] * 5


def test_buy_and_sell_on_one_bar_names_the_bar() -> None:
    with pytest.raises(StrategyError, match=r"At bar 3 \(2020-01-06 03:00 UTC\): buy and sell are both set"):
        decided(buy=mask(1, 3), sell=mask(3, 4))


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        ("stop", np.nan, "stop is not a number"),
        ("stop", np.inf, "stop is not a number"),
        ("stop", -0.1, "stop is below zero"),
        ("at_limit", np.nan, "at_limit is not a number"),
        ("at_stop", -1.0, "at_stop is below zero"),
        ("expiry", 2.5, "expiry is not a whole number of bars"),
        ("expiry", -1.0, "expiry is below zero"),
    ],
)
def test_a_wrong_number_on_a_deciding_bar_names_the_bar(name: str, wrong: float, sentence: str) -> None:
    column = np.ones(5)
    column[2] = wrong
    with pytest.raises(StrategyError, match=rf"At bar 2 \(2020-01-06 02:00 UTC\): {sentence}"):
        decided(sell=mask(2, 3), **{name: column})
    with pytest.raises(StrategyError, match=rf"At bar 2 .*: {sentence}"):
        decided(sell=mask(2, 3), **{name: wrong})


def test_a_wrong_target_is_named_by_its_number() -> None:
    with pytest.raises(StrategyError, match=r"At bar 0 .*: target 2 is not a number"):
        decided(buy=mask(0), targets=[1.0, np.full(5, np.nan)])


def test_numbers_on_bars_that_decide_nothing_may_be_anything() -> None:
    column = np.array([np.nan, np.inf, 1.0, -5.0, 2.5])
    found = decided(buy=mask(2), stop=column, targets=[column], at_stop=column, expiry=column)
    assert found.stop[2] == found.targets[0][2] == found.expiry[2] == 1


def test_a_wrong_number_without_any_entry_is_no_error() -> None:
    assert np.isnan(decided(exit=mask(1), stop=np.nan).stop[0])


def test_an_order_waits_at_one_price_only() -> None:
    with pytest.raises(StrategyError, match=r"At bar 4 .*: both at_stop and at_limit are given"):
        decided(buy=mask(1, 4), at_stop=np.full(5, 1.5), at_limit=np.array([0, 0, 0, 0, 1.2]))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"buy": np.zeros(4, np.bool_)}, "buy has 4 rows, but there are 5 bars"),
        ({"stop": np.zeros(6)}, "stop has 6 rows, but there are 5 bars"),
        ({"buy": np.zeros(5)}, "buy must be an array of True and False .* not an array of float64"),
        ({"buy": True}, "buy must be an array of True and False .* not an object of type bool"),
        ({"sell": np.zeros((5, 1), np.bool_)}, "sell must be an array of True and False"),
        ({"stop": "30"}, "stop must be a number or an array of numbers, not an object of type str"),
        ({"stop": mask(1)}, "stop must be a number or an array of numbers, not an array of bool"),
        ({"targets": [1.0] * 9}, "There are 9 targets; at most 8 are possible"),
    ],
)
def test_a_part_of_the_wrong_shape_is_named(parts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StrategyError, match=sentence):
        decided(**parts)


@pytest.mark.parametrize("returned", [None, mask(1), (mask(1), mask(2)), "buy"])
def test_anything_but_signals_is_refused(returned: object) -> None:
    with pytest.raises(StrategyError, match=r"signals\(\) must return Signals\(\.\.\.\), not"):
        decisions(returned, BARS)

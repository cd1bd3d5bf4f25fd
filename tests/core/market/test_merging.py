from dataclasses import replace

import numpy as np
import pytest

from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.merging import merge
from core.market.synthetic import synthetic_bars

SAMPLE = synthetic_bars(years=1).slice(0, 100)


def same(one: Bars, other: Bars) -> bool:
    names = ("time", "open", "high", "low", "close", "volume", "spread")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.mark.parametrize(
    ("old", "new"), [((0, 40), (40, 100)), ((40, 100), (0, 40)), ((0, 60), (40, 100)), ((0, 100), (20, 30))]
)
def test_histories_that_are_apart_or_equal_become_one(old: tuple[int, int], new: tuple[int, int]) -> None:
    assert same(merge(SAMPLE.slice(*old), SAMPLE.slice(*new)), SAMPLE)


def test_a_history_between_the_bars_of_another_is_put_there() -> None:
    half = replace(
        SAMPLE,
        **{
            name: getattr(SAMPLE, name)[::2]
            for name in ("time", "open", "high", "low", "close", "volume", "spread")
        },
    )
    assert same(merge(half, SAMPLE), SAMPLE)


@pytest.mark.parametrize("name", ["open", "high", "low", "close", "volume", "spread"])
def test_a_bar_that_differs_in_any_column_is_refused_with_its_time(name: str) -> None:
    column = getattr(SAMPLE, name).copy()
    column[[50, 60]] += 0.00001
    with pytest.raises(
        BacktapeError, match=rf"2 bars differ from those there, the first at {SAMPLE.time[50]}Z; replace"
    ):
        merge(SAMPLE, replace(SAMPLE, **{name: column}).slice(40, 100))


def test_histories_of_other_days_or_spreads_are_refused_though_they_are_apart() -> None:
    later = SAMPLE.slice(50, 100)
    with pytest.raises(
        BacktapeError, match="its days begin at UTC 00:00, and those there at America/New_York 17:00"
    ):
        merge(SAMPLE.slice(0, 50), replace(later, days=DayRule("UTC")))
    with pytest.raises(BacktapeError, match="it has no recorded spread, and those there have; replace"):
        merge(SAMPLE.slice(0, 50), replace(later, spread=None))
    with pytest.raises(BacktapeError, match="it has recorded spreads, and those there have none; replace"):
        merge(replace(SAMPLE.slice(0, 50), spread=None), later)


def test_the_finer_decimals_win() -> None:
    assert merge(SAMPLE.slice(0, 50), replace(SAMPLE.slice(50, 100), decimals=8)).decimals == 8
    assert merge(SAMPLE.slice(0, 50), replace(SAMPLE.slice(50, 100), decimals=None)).decimals is None

"""At which bars the equity of a run under way is told."""

import pytest

from core.live_curve import POINTS, told_bars


@pytest.mark.parametrize("done", [1, 2, 255, 256, 257, 20_000, 49_744, 3_000_001])
def test_they_are_few_evenly_spaced_and_end_with_the_newest(done: int) -> None:
    bars = told_bars(done)
    step = bars[1] - bars[0] if done > 2 else 1
    assert bars[:-1] == list(range(0, done - 1, step))
    assert bars[-1] == done - 1
    assert min(done, POINTS // 2) <= len(bars) <= POINTS


def test_before_the_first_bar_there_are_none() -> None:
    assert told_bars(0) == []


def test_a_curve_that_grows_goes_on_through_the_same_points() -> None:
    changes = 0
    for done in range(1_000, 10_000, 60):
        before, after = told_bars(done), told_bars(done + 60)
        changes += not set(before[:-1]) <= set(after)
    assert changes <= 4  # when their distance doubles

"""Whatever a strategy computes: with a later bar in it it is caught, from bars past it is not."""

import re

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.core.checking.examined import examine, random_bars, subject_of
from tests.core.checking.writing import signals

PEEKING = signals(
    """
close = bars.close
later = np.append(close[{shift}:], np.repeat(close[-1:], min({shift}, len(close))))[-len(close):]
return Signals(buy={buy})
"""
)
CAUSAL = signals(
    """
total = np.zeros(len(bars))
for past, weight in enumerate({weights}[: len(bars)]):
    total[past:] += weight * bars.close[: len(bars) - past]
full = np.arange(len(bars)) >= len({weights}) - 1
return Signals(buy=full & (total > {level}), sell=full & (total < -{level}))
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("buy", ["later > close", "(later > close) & (close > bars.open)"])
@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 2**32), shift=st.integers(1, 60))
def test_a_later_close_is_always_caught(buy: str, seed: int, shift: int) -> None:
    report = examine(subject_of(PEEKING.format(shift=shift, buy=buy)), random_bars(seed), cuts=40)
    assert "look-ahead" in [finding.kind for finding in report.findings]
    (found,) = [finding for finding in report.findings if finding.kind == "look-ahead"]
    told = re.search(r"it looks (?:at the next|up to (\d+) bars ahead)", found.sentence)
    assert told is not None
    assert int(told[1] or 1) <= shift


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    seed=st.integers(0, 2**32),
    weights=st.lists(st.integers(-3, 3), min_size=1, max_size=12).filter(any),
    level=st.sampled_from([0.0, 0.001, 0.5]),
)
def test_a_filter_of_bars_past_never_is(seed: int, weights: list[int], level: float) -> None:
    source = CAUSAL.format(weights=tuple(weights), level=level)
    assert examine(subject_of(source), random_bars(seed), cuts=20).findings == ()

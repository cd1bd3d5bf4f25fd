"""Return for risk, on returns small enough to reckon by hand."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.results.sharpe import (
    deflated_sharpe,
    moments,
    probabilistic_sharpe,
    sharpe_ratio,
    sortino_ratio,
)

UP_AND_DOWN = [0.02, -0.01] * 5


def test_the_sharpe_ratio_is_mean_over_deviation_made_annual() -> None:
    # Mean 0.005; squares of the distance 0.015 from it add up to 0.00225 over nine.
    wanted = 0.005 / math.sqrt(0.00225 / 9) * math.sqrt(252)
    assert sharpe_ratio(moments(UP_AND_DOWN), 252) == pytest.approx(wanted)


def test_the_sortino_ratio_counts_only_what_is_below_zero_but_over_all_returns() -> None:
    wanted = 0.005 / math.sqrt(5 * 0.0001 / 10) * math.sqrt(52)
    assert sortino_ratio(moments(UP_AND_DOWN), 52) == pytest.approx(wanted)


def test_below_ten_returns_nothing_is_said() -> None:
    assert moments(UP_AND_DOWN[:9]) is None
    assert sharpe_ratio(None, 252) is None
    assert sortino_ratio(None, 252) is None


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -0.07])
def test_returns_that_do_not_vary_have_no_ratio(value: float) -> None:
    assert moments([value] * 30) is None


def test_without_a_loss_there_is_no_sortino_ratio() -> None:
    found = moments([0.01, 0.02] * 5)
    assert sharpe_ratio(found, 252) is not None
    assert sortino_ratio(found, 252) is None


def test_skewness_and_kurtosis_are_those_of_the_population() -> None:
    found = moments([0.0] * 9 + [10.0])
    assert found is not None
    # One in ten: (1 - 2p) / sqrt(pq) and (1 - 6pq) / pq + 3.
    assert found.skewness == pytest.approx(0.8 / 0.3)
    assert found.kurtosis == pytest.approx((1 - 0.54) / 0.09 + 3)


@given(st.lists(st.floats(-0.5, 0.5), min_size=10, max_size=50))
def test_mean_and_deviation_agree_with_the_standard_library(values: list[float]) -> None:
    found = moments(values)
    if found is not None:
        assert found.mean == pytest.approx(statistics.fmean(values))
        assert found.deviation == pytest.approx(statistics.stdev(values))


def test_the_probability_of_a_sharpe_ratio_of_normal_returns() -> None:
    # s = 0.1, T = 101: 0.1 x 10 / sqrt(1 + 0.5 x 0.01).
    wanted = statistics.NormalDist().cdf(1 / math.sqrt(1.005))
    assert probabilistic_sharpe(0.1, returns=101, skewness=0.0, kurtosis=3.0) == pytest.approx(wanted)


def test_a_ratio_equal_to_its_benchmark_is_as_likely_above_as_below() -> None:
    found = probabilistic_sharpe(0.1, returns=50, skewness=-1, kurtosis=5, benchmark=0.1)
    assert found == pytest.approx(0.5)


@pytest.mark.parametrize(("trials", "wanted"), [(100, 0.9004), (46, 0.9505)])
def test_the_deflated_sharpe_ratio_of_the_paper(trials: int, wanted: float) -> None:
    found = deflated_sharpe(
        2.5 / math.sqrt(250),
        returns=1250,
        skewness=-3.0,
        kurtosis=10.0,
        trials=trials,
        variance_of_trials=0.5 / 250,
    )
    assert found == pytest.approx(wanted, abs=5e-5)


def test_a_single_trial_deflates_nothing() -> None:
    law = {"skewness": -1.0, "kurtosis": 6.0}
    deflated = deflated_sharpe(0.1, returns=300, trials=1, variance_of_trials=0.01, **law)
    assert deflated == probabilistic_sharpe(0.1, returns=300, **law)


def test_what_is_undefined_is_none() -> None:
    assert probabilistic_sharpe(0.1, returns=1, skewness=0, kurtosis=3) is None
    assert probabilistic_sharpe(2.0, returns=99, skewness=3, kurtosis=1) is None
    assert deflated_sharpe(0.1, returns=9, skewness=0, kurtosis=3, trials=0, variance_of_trials=1) is None

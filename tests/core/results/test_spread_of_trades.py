"""Quantiles, moments and bins of trades."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.results.spread_of_trades import (
    MOST_BINS,
    Bins,
    Quartiles,
    bins_for,
    deviation,
    places_of,
    quantile,
    quartiles,
    quartiles_of,
    round_up,
    skewness,
)

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


def test_quartiles_of_a_few_values_by_hand() -> None:
    assert quartiles_of([4.0, 1.0, 3.0, 2.0]) == Quartiles(1.75, 2.5, 3.25)
    assert quartiles_of([7.0]) == Quartiles(7.0, 7.0, 7.0)
    assert quartiles_of([]) is None


def test_a_quantile_needs_no_more_values_than_those_it_lies_between() -> None:
    assert places_of(5, (0.5,)) == [2]
    assert places_of(4, (0.25, 0.5)) == [0, 1, 2]
    assert places_of(0, (0.5,)) == []
    assert quantile({1: 10.0, 2: 20.0}, 4, 0.5) == 15.0
    assert quartiles({}, 0) is None


@given(values, st.floats(0.0, 1.0))
def test_quantiles_are_those_of_numpy(given_values: list[float], share: float) -> None:
    ranked = dict(enumerate(sorted(given_values)))
    expected = float(np.quantile(given_values, share))
    needed = {place: ranked[place] for place in places_of(len(ranked), (share,))}
    assert quantile(needed, len(ranked), share) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_moments_of_a_few_values_by_hand() -> None:
    # 1, 2, 3, 10: mean 4, distances -3, -2, -1, 6: squares 50, cubes 180.
    assert deviation(4, 50.0) == pytest.approx(math.sqrt(50 / 3))
    assert skewness(4, 4.0, 50.0, 180.0) == pytest.approx((180 / 4) / (50 / 4) ** 1.5)
    assert deviation(1, 0.0) is None
    assert skewness(2, 1.0, 2.0, 0.0) is None


def test_equal_values_have_no_skew() -> None:
    assert skewness(5, 1e9, 1e-9, 1e-9) is None


def test_bins_have_round_edges_with_zero_among_them() -> None:
    bins = bins_for(-38.0, 47.0)
    assert bins == Bins(5.0, -8, 18)
    assert bins.edges(0) == (None, -40.0)
    assert bins.edges(1) == (-40.0, -35.0)
    assert bins.edges(8) == (-5.0, 0.0)
    assert bins.edges(18) == (45.0, 50.0)
    assert bins.edges(19) == (50.0, None)


def test_equal_profits_have_a_bin() -> None:
    for value in (0.0, 12.5, -3.0):
        bins = bins_for(value, value)
        assert bins.count == 1
        begins, ends = bins.edges(1)
        assert begins is not None
        assert ends is not None
        assert begins <= value < ends


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_bins_cover_the_range_and_are_few(low: float, span: float) -> None:
    high = low + span
    bins = bins_for(low, high)
    assert 1 <= bins.count <= MOST_BINS
    assert bins.first * bins.step <= low + 1e-9 * max(abs(low), span)
    assert (bins.first + bins.count) * bins.step >= high - 1e-9 * abs(high)


@given(st.floats(-1e6, -1e-2), st.floats(1e-2, 1e6))
def test_zero_is_an_edge_of_bins_that_reach_around_it(low: float, high: float) -> None:
    bins = bins_for(low, high)
    assert 0.0 in {bins.edges(number)[0] for number in range(1, bins.count + 2)}


@given(st.floats(1e-6, 1e9))
def test_a_number_is_rounded_up_to_one_not_far_above(value: float) -> None:
    assume(value > 0)
    found = round_up(value)
    assert value * (1 - 1e-8) <= found <= value * 2.0 * (1 + 1e-8)

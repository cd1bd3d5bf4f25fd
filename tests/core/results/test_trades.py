"""What trades add up to, reckoned by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.results.trades import summarise, system_quality, z_score
from tests.core.results.samples import trades_of


def test_gross_profit_and_loss_are_summed_apart() -> None:
    found = summarise(trades_of([10.0, -4.0, 0.0, 6.0, -1.0]))
    assert (found.count, found.wins, found.losses) == (5, 2, 2)
    assert (found.gross_profit, found.gross_loss, found.net_profit) == (16.0, 5.0, 11.0)
    assert (found.best, found.worst) == (10.0, -4.0)


def test_a_trade_that_brought_nothing_ends_both_series() -> None:
    found = summarise(trades_of([1.0, 1.0, 0.0, 1.0, -1.0, -1.0, 0.0, -1.0, -1.0, -1.0]))
    assert (found.consecutive_wins, found.consecutive_losses) == (2, 3)


def test_the_best_five_are_the_largest_winners() -> None:
    assert summarise(trades_of([1.0, 7.0, 3.0, -50.0, 5.0, 2.0, 6.0, 4.0])).best_five == 25.0
    assert summarise(trades_of([1.0, -7.0])).best_five == 1.0


def test_parts_of_a_position_are_added_up() -> None:
    found = summarise(trades_of([3.0, -5.0, 1.0, 4.0], positions=[1, 1, 2, 3]))
    assert found.position_profits.tolist() == [-2.0, 1.0, 4.0]


def test_costs_and_excursions_are_summed() -> None:
    found = summarise(trades_of([1.0, 2.0], commission=[0.7, 0.3], mae=[-2.0, -4.0], mfe=[5.0, 1.0]))
    assert (found.commission, found.adverse, found.favourable) == (1.0, -6.0, 6.0)


def test_no_trades_add_up_to_nothing() -> None:
    found = summarise(trades_of([]))
    assert (found.count, found.net_profit, found.best_five, found.consecutive_wins) == (0, 0.0, 0.0, 0)
    assert found.position_profits.tolist() == []


@given(st.lists(st.integers(-50, 50).map(float), max_size=40))
def test_nothing_is_lost_between_trades_and_positions(profits: list[float]) -> None:
    found = summarise(trades_of(profits, positions=[1 + i // 3 for i in range(len(profits))]))
    assert found.net_profit == sum(profits) == found.position_profits.sum()
    assert found.best_five == sum(sorted((p for p in profits if p > 0), reverse=True)[:5])


def test_system_quality_is_mean_over_deviation_by_the_root_of_their_number() -> None:
    # Mean 2, deviation sqrt((1 + 1 + 9 + 9 ) / 3) of 1, 3, 5, -1.
    assert system_quality([1.0, 3.0, 5.0, -1.0]) == pytest.approx(2 * 2 / math.sqrt(20 / 3))


@pytest.mark.parametrize("profits", [[], [5.0], [0.1] * 7])
def test_system_quality_needs_profits_that_vary(profits: list[float]) -> None:
    assert system_quality(profits) is None


def test_alternating_results_have_a_high_z_score_and_series_a_low_one() -> None:
    # Six wins and six losses in r series: x = 72, root of 72 x 60 / 11; (12 (r - 0.5) - 72) / root.
    root = math.sqrt(72 * 60 / 11)
    assert z_score([1.0, -1.0] * 6) == pytest.approx((12 * 11.5 - 72) / root)
    assert z_score([1.0] * 6 + [-1.0] * 6) == pytest.approx((12 * 1.5 - 72) / root)


def test_positions_that_brought_nothing_are_left_out_of_the_z_score() -> None:
    assert z_score([1.0, 0.0, 1.0, -1.0, 0.0, -1.0]) == z_score([1.0, 1.0, -1.0, -1.0])


@pytest.mark.parametrize("profits", [[], [1.0], [1.0, 1.0, 1.0], [-1.0] * 5, [1.0, -1.0], [0.0, 0.0]])
def test_the_z_score_needs_wins_and_losses(profits: list[float]) -> None:
    assert z_score(np.array(profits)) is None

"""Commission, slippage, swap, and quote currency in account currency."""

import numpy as np
import pytest

from core.engine.conversion import conversion_pairs
from core.engine.rollover import nights_between
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.instruments import find_instrument
from tests.core.engine.market import FLAT_BAR, LEAVE, MONDAY, bars_of, buy, play, sell, told

HOUR = np.timedelta64(3600, "s")
WEEK = [(1.1, 1.1, 1.1, 1.1)] * 7 * 24


def test_commission_is_charged_for_the_lots_that_close() -> None:
    broker = play(
        {0: buy(targets=(0.01, 0.02))}, FLAT_BAR, (1.1, 1.115, 1.1, 1.1), FLAT_BAR, commission_per_lot=7.0
    )
    assert broker.trades["commission"].round(9).tolist() == [0.35, 0.35]
    assert broker.trades["profit"].round(9).tolist() == [49.65, -0.85]
    assert broker.trades["equity_after"].round(9).tolist() == [10_049.65, 10_048.8]


def test_slippage_worsens_market_entries_and_closings_by_signal() -> None:
    broker = play({0: buy(), 1: LEAVE}, FLAT_BAR, FLAT_BAR, FLAT_BAR, slippage_pips=2.0)
    assert told(broker) == [("signal", 1, 1, 2, 1.1003, 1.0998, 0.1)]


def test_slippage_worsens_stops_and_stop_orders() -> None:
    broker = play(
        {0: sell(at_stop=1.099, stop=0.01)},
        FLAT_BAR,
        (1.1, 1.1, 1.095, 1.1),
        (1.1, 1.12, 1.1, 1.1),
        slippage_pips=2.0,
    )
    assert told(broker) == [("sl", -1, 1, 2, 1.0988, 1.109, 0.1)]


def test_slippage_leaves_limits_targets_and_the_end_alone() -> None:
    fall_and_rise = [(1.1, 1.1, 1.09, 1.1), (1.1, 1.102, 1.1, 1.1)]
    entry = buy(at_limit=1.095, targets=(0.004, 0.1))
    broker = play({0: entry}, FLAT_BAR, *fall_and_rise, slippage_pips=2.0)
    assert [(row[0], row[4], row[5]) for row in told(broker)] == [
        ("tp_partial", 1.095, 1.1),
        ("end_of_data", 1.095, 1.1),
    ]


def test_a_week_has_seven_nights_and_wednesday_s_is_threefold() -> None:
    nights = nights_between(MONDAY + np.arange(7 * 24) * HOUR)
    # 17:00 in New York is 22:00 UTC in January.
    assert {int(bar): nights[bar] for bar in np.flatnonzero(nights)} == {22: 1, 46: 1, 70: 3, 94: 1, 118: 1}


def test_rollovers_follow_new_york_s_clock() -> None:
    summer = nights_between(np.datetime64("2024-07-08", "s") + np.arange(24) * HOUR)
    assert np.flatnonzero(summer).tolist() == [21]


def test_nights_that_pass_in_a_gap_accrue_at_the_first_bar_after_it() -> None:
    times = np.array(["2024-01-12T20:00", "2024-01-14T23:00", "2024-01-16T01:00"], dtype="datetime64[s]")
    assert nights_between(times).tolist() == [0.0, 1.0, 1.0]


def test_swap_accrues_before_anything_else_and_each_closing_takes_its_share() -> None:
    entry = buy(targets=(0.01, 0.02))
    bars = [*WEEK[:22], (1.1, 1.111, 1.1, 1.1), FLAT_BAR]
    broker = play({0: entry}, *bars, swap_long=-8.0, commission_per_lot=0.0)
    assert broker.trades["profit"].round(9).tolist() == [49.6, -0.9]
    assert broker.equity[21:].round(9).tolist() == [9_999.0, 10_048.7, 10_048.7]


def test_sells_have_a_swap_of_their_own_and_wednesday_s_is_threefold() -> None:
    broker = play({0: sell()}, *WEEK, swap_long=-8.0, swap_short=2.0)
    assert broker.trades["profit"].round(9).tolist() == [0.4]


def test_a_position_opened_at_a_rollover_does_not_pay_for_it() -> None:
    broker = play({21: buy()}, *WEEK[:30], swap_long=-8.0)
    assert broker.trades["profit"].round(9).tolist() == [-1.0]


def test_a_quote_in_account_currency_is_not_converted() -> None:
    assert conversion_pairs(find_instrument("EURUSD"), Terms()) == ()
    broker = play({0: buy()}, FLAT_BAR, (1.1, 1.1, 1.1, 1.1101), spread_pips=0.0)
    assert broker.trades["profit"].round(9).tolist() == [101.0]


def test_with_the_base_as_account_currency_profit_is_divided_by_the_exit_price() -> None:
    bar = (150.0, 150.0, 150.0, 150.0)
    broker = play({0: buy()}, bar, (150.0, 151.0, 150.0, 151.0), symbol="USDJPY", spread_pips=0.0)
    assert broker.trades["profit"][0] == pytest.approx(10_000 / 151.0)


@pytest.mark.parametrize("rates", [{"USDJPY": 160.0}, {"JPYUSD": 1 / 160.0}, {"usd/jpy": 160.0}])
def test_a_fixed_rate_converts_a_cross_whichever_way_it_is_written(rates: dict[str, float]) -> None:
    bar = (160.0, 160.0, 160.0, 160.0)
    broker = play(
        {0: buy()}, bar, (160.0, 161.0, 160.0, 161.0), symbol="EURJPY", spread_pips=0.0, fixed_rates=rates
    )
    assert broker.trades["profit"][0] == pytest.approx(10_000 / 160.0)
    assert conversion_pairs(find_instrument("EURJPY"), Terms(fixed_rates=rates)) == ()


def test_a_cross_without_a_rate_is_refused_with_the_pairs_that_would_do() -> None:
    assert conversion_pairs(find_instrument("EURJPY"), Terms()) == ("JPYUSD", "USDJPY")
    with pytest.raises(BacktapeError, match="JPYUSD or USDJPY"):
        play({}, FLAT_BAR, FLAT_BAR, symbol="EURJPY")


def usdjpy(*closes: float, start: np.datetime64 = MONDAY) -> Bars:
    return bars_of([(close,) * 4 for close in closes], symbol="USDJPY", start=start)


EURJPY = [(160.0, 160.0, 160.0, 160.0), (160.0, 162.0, 160.0, 161.0), (161.0, 161.0, 161.0, 161.0)]


def test_a_fill_at_the_open_converts_with_the_bar_that_has_closed_by_then() -> None:
    pair = usdjpy(150.0, 151.0, 152.0)
    broker = play(
        {0: buy(), 1: LEAVE}, *EURJPY, symbol="EURJPY", spread_pips=0.0, conversion=pair, initial_balance=1e5
    )
    assert broker.trades["profit"][0] == pytest.approx(10_000 / 151.0)


def test_a_fill_at_the_close_converts_with_the_bar_that_closes_then() -> None:
    pair = usdjpy(150.0, 151.0, 152.0)
    broker = play({0: buy()}, *EURJPY, symbol="EURJPY", spread_pips=0.0, conversion=pair)
    assert broker.trades["profit"][0] == pytest.approx(10_000 / 152.0)
    assert broker.equity[1] == pytest.approx(10_000 + 10_000 / 151.0)


def test_a_direct_pair_multiplies() -> None:
    pair = bars_of([(1.25,) * 4] * 3, symbol="GBPUSD")
    bars = [(0.85,) * 4, (0.85,) * 4, (0.86,) * 4]
    broker = play({0: buy()}, *bars, symbol="EURGBP", spread_pips=0.0, conversion=pair)
    assert broker.trades["profit"][0] == pytest.approx(100 * 1.25)


def test_a_rate_more_than_a_day_of_trading_old_is_refused_with_pair_and_bar() -> None:
    pair = usdjpy(150.0)
    with pytest.raises(BacktapeError, match=r"bar 25 \(2024-01-09 01:00:00 UTC\).*USDJPY"):
        play({1: buy()}, *[EURJPY[0]] * 30, symbol="EURJPY", conversion=pair)


def test_a_weekend_does_not_age_a_rate() -> None:
    friday, monday = np.datetime64("2024-01-12T23:00", "s"), np.datetime64("2024-01-15T00:00", "s")
    bars = [EURJPY[0]] * 20
    broker = play({1: buy()}, *bars, symbol="EURJPY", conversion=usdjpy(150.0, start=friday), start=monday)
    assert [row[0] for row in told(broker)] == ["end_of_data"]


def test_a_missing_rate_is_no_matter_while_nothing_is_open() -> None:
    broker = play({}, *[EURJPY[0]] * 30, symbol="EURJPY", conversion=usdjpy(150.0))
    assert broker.equity.tolist() == [10_000.0] * 30


def test_another_pair_cannot_convert() -> None:
    with pytest.raises(BacktapeError, match="EURUSD does not turn JPY into USD"):
        play({}, FLAT_BAR, FLAT_BAR, symbol="EURJPY", conversion=bars_of([FLAT_BAR]))


WRONG = (
    ("initial_balance", 0.0),
    ("volume", float("nan")),
    ("partial_ratio", 0.0),
    ("partial_ratio", 1.1),
    ("leverage", -1.0),
    ("risk_pct", 0.0),
    ("spread_pips", -0.1),
    ("swap_long", float("inf")),
    ("fixed_rates", {"USDJPY": 0.0}),
    ("mode", "tick"),
)


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_term_out_of_its_range_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(BacktapeError) as refused:
        Terms(**{field: value})  # type: ignore[arg-type]
    assert refused.value.field == field

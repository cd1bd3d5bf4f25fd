"""Trades added up by the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import trade_breakdowns, trades
from db.connection import StoreConnection
from db.times import utc_text
from tests.db.samples import add_run, trade_row

MONDAY = datetime(2020, 1, 27, tzinfo=UTC)


def row(number: int, profit: float, **changes: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """A trade of that number and profit, some columns other than usual."""
    named = dict(zip(trades.TRADE_COLUMNS, trade_row(number, profit), strict=True)) | changes
    return tuple(named.values())


def held(start: datetime, hours: float) -> dict[str, str]:
    return {"entry_time": utc_text(start), "exit_time": utc_text(start + timedelta(hours=hours))}


def test_trades_are_added_up_by_weekday_and_hour_of_entry(connection: StoreConnection) -> None:
    other, run_id = add_run(connection), add_run(connection)
    trades.insert_many(connection, other, [row(1, 99.0)])
    late = MONDAY + timedelta(hours=23, minutes=59)
    sunday = MONDAY - timedelta(hours=2)
    trades.insert_many(
        connection,
        run_id,
        [
            row(1, 10.0, **held(MONDAY, 1)),
            row(2, -4.0, **held(MONDAY + timedelta(minutes=59), 1)),
            row(3, 0.0, **held(late, 1)),
            row(4, 2.5, **held(sunday, 1)),
        ],
    )
    assert trade_breakdowns.by_entry(connection, run_id) == [
        (0, 22, 1, 1, 2.5),
        (1, 0, 2, 1, 6.0),
        (1, 23, 1, 0, 0.0),
    ]


def test_trades_are_added_up_by_direction(connection: StoreConnection) -> None:
    other, run_id = add_run(connection), add_run(connection)
    trades.insert_many(connection, other, [row(1, 99.0, direction="SELL")])
    by_hand = [("BUY", 10.0), ("SELL", -4.0), ("BUY", -1.0), ("SELL", 0.5)]
    trades.insert_many(
        connection, run_id, [row(n, profit, direction=side) for n, (side, profit) in enumerate(by_hand, 1)]
    )
    assert trade_breakdowns.by_direction(connection, run_id) == [("BUY", 2, 1, 9.0), ("SELL", 2, 1, -3.5)]


def test_trades_are_added_up_by_reason_the_most_frequent_first(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    reasons = [("tp", 5.0), ("sl", -5.0), ("sl", -7.0), ("signal", 1.0)]
    trades.insert_many(
        connection, run_id, [row(n, profit, exit_reason=why) for n, (why, profit) in enumerate(reasons, 1)]
    )
    assert trade_breakdowns.by_reason(connection, run_id) == [
        ("sl", 2, 0, -12.0),
        ("signal", 1, 1, 1.0),
        ("tp", 1, 1, 5.0),
    ]


def test_moments_and_ranks_of_profits(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [row(n, p) for n, p in enumerate([3.0, 10.0, 1.0, 2.0], 1)])
    assert trade_breakdowns.profits(connection, run_id) == (4, 16.0)
    assert trade_breakdowns.powers(connection, run_id, 4.0) == (50.0, 180.0)
    assert trade_breakdowns.profits_at(connection, run_id, [0, 2]) == {0: 1.0, 2: 3.0}


def test_a_run_without_trades_adds_up_to_nothing(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert trade_breakdowns.by_entry(connection, run_id) == []
    assert trade_breakdowns.by_reason(connection, run_id) == []
    assert trade_breakdowns.profits(connection, run_id) == (0, 0.0)
    assert trade_breakdowns.profits_at(connection, run_id, []) == {}
    assert trade_breakdowns.binned(connection, run_id, 1.0, 0, 1) == []
    assert trade_breakdowns.excursions(connection, run_id) == (0, 0.0, 0.0, 0.0, 0.0)
    assert trade_breakdowns.scattered(connection, run_id, 1.0, 1.0, (10, 10)) == []
    assert trade_breakdowns.spans(connection, run_id, 10) == []


def test_a_profit_at_an_edge_belongs_to_the_bin_above_it(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    profits = [-100.0, -10.0, -0.01, 0.0, 9.99, 10.0, 19.0, 20.0, 500.0]
    trades.insert_many(connection, run_id, [row(n, p) for n, p in enumerate(profits, 1)])
    found = trade_breakdowns.binned(connection, run_id, 10.0, -1, 3)
    assert [(number, count) for number, count, _ in found] == [(0, 1), (1, 2), (2, 2), (3, 2), (4, 2)]
    assert [round(profit, 2) for *_, profit in found] == [-100.0, -10.01, 9.99, 29.0, 520.0]


def test_equal_profits_share_a_bin_whatever_their_last_bits(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    profits = [-30.000000000001137, -29.999999999998916, 60.00000000000006, 59.99999999999997]
    trades.insert_many(connection, run_id, [row(n, p) for n, p in enumerate(profits, 1)])
    found = trade_breakdowns.binned(connection, run_id, 5.0, -7, 20)
    assert [count for _, count, _ in found] == [2, 2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(
    profits=st.lists(st.integers(-5000, 5000).map(lambda cents: cents / 100), min_size=1, max_size=40),
    step=st.sampled_from([0.5, 1.0, 2.0, 2.5, 5.0]),
    first=st.integers(-20, 5),
    count=st.integers(1, 20),
)
def test_bins_hold_every_trade_once_wins_above_zero_and_losses_below(
    connection: StoreConnection, profits: list[float], step: float, first: int, count: int
) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [row(n, p) for n, p in enumerate(profits, 1)])
    found = trade_breakdowns.binned(connection, run_id, step, first, count)
    assert sum(number for _, number, _ in found) == len(profits)
    assert sum(profit for *_, profit in found) == pytest.approx(sum(profits), abs=1e-6)
    if first <= 0 <= first + count:
        below = sum(number for place, number, _ in found if place <= -first)
        assert below == sum(profit < 0 for profit in profits)


def test_excursions_leave_out_trades_that_have_none(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    pairs = [(-10.0, 5.0), (-30.0, 15.0), (None, 5.0), (-5.0, None)]
    trades.insert_many(
        connection, run_id, [row(n, 1.0, mae=mae, mfe=mfe) for n, (mae, mfe) in enumerate(pairs, 1)]
    )
    assert trade_breakdowns.excursions(connection, run_id) == (2, -20.0, 10.0, -30.0, 15.0)


def test_the_scatter_counts_winners_and_losers_by_place_and_what_lies_beyond(
    connection: StoreConnection,
) -> None:
    run_id = add_run(connection)
    points = [
        (5.0, 0.0, 0.0),
        (1.0, -9.99, 19.99),
        (-1.0, -9.5, 19.5),
        (-2.0, -500.0, 3.0),
        (0.0, -5.0, 500.0),
        (3.0, 7.0, -7.0),
    ]
    trades.insert_many(
        connection, run_id, [row(n, p, mae=mae, mfe=mfe) for n, (p, mae, mfe) in enumerate(points, 1)]
    )
    assert sorted(trade_breakdowns.scattered(connection, run_id, 10.0, 20.0, (10, 4))) == [
        (0, 0, 2, 0, 0),
        (5, 3, 0, 0, 1),
        (9, 0, 0, 1, 1),
        (9, 3, 1, 1, 0),
    ]


def test_times_held_are_those_of_all_trades_or_of_evenly_chosen_ones(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = add_run(connection)
    rows = [row(n, 1.0, **held(MONDAY + timedelta(hours=n), n)) for n in range(1, 11)]
    trades.insert_many(connection, run_id, rows)
    start = int(MONDAY.timestamp())
    every = [(start + 3600 * n, start + 7200 * n) for n in range(1, 11)]
    assert trade_breakdowns.spans(connection, run_id, 10) == every
    assert trade_breakdowns.spans(connection, run_id, 5) == every[::2]
    assert trade_breakdowns.spans(connection, run_id, 4) == every[::3]


@pytest.mark.parametrize("column", ["profit", "entry_time", "exit_time", "exit_reason", "mae", "mfe"])
@pytest.mark.parametrize("value", ["[/]", b"\xff", 9e999, -9e999, 1e300], ids=str)
def test_what_somebody_wrote_by_hand_takes_no_sum_with_it(
    connection: StoreConnection, column: str, value: object
) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [row(1, 5.0), row(2, -1.0)])
    change = f"UPDATE backtest_trades SET {column} = ? WHERE position = 2"  # noqa: S608 - named above
    connection.execute(change, (value,))
    count, total = trade_breakdowns.profits(connection, run_id)
    assert 1 <= count <= 2
    assert abs(total) < 1e100
    assert all(
        isinstance(one, float) for one in trade_breakdowns.profits_at(connection, run_id, [0]).values()
    )
    assert all(abs(one) < 1e100 for one in trade_breakdowns.excursions(connection, run_id))
    assert trade_breakdowns.scattered(connection, run_id, 10.0, 20.0, (10, 4))
    assert trade_breakdowns.binned(connection, run_id, 1.0, 0, 5)
    assert all(isinstance(reason, str) for reason, *_ in trade_breakdowns.by_reason(connection, run_id))
    trade_breakdowns.by_entry(connection, run_id)
    trade_breakdowns.spans(connection, run_id, 5)

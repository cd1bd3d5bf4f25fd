from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from db import trades
from db.connection import StoreConnection
from db.trades import TRADE_COLUMNS, TradeRecord
from tests.db.samples import add_run, trade_row


def test_a_trade_is_read_back_as_it_was_given(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert trades.insert_many(connection, run_id, [trade_row()]) == 1
    (trade,) = trades.all_of(connection, run_id)
    assert trade == TradeRecord(
        id=trade.id, run_id=run_id, position=1, symbol="EURUSD", direction="BUY",
        entry_time=datetime(2020, 1, 27, 13, tzinfo=UTC), entry_price=1.1,
        exit_time=datetime(2020, 1, 27, 15, tzinfo=UTC), exit_price=1.2,
        stop_loss=1.05, take_profit=None, volume=0.1, profit=12.5, commission=0.7,
        exit_reason="tp", equity_after=10012.5, mae=-3.0, mfe=20.0,
    )  # fmt: skip


def test_no_trades_are_no_trades(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert trades.insert_many(connection, run_id, []) == 0
    assert trades.count(connection, run_id) == 0
    assert trades.all_of(connection, run_id) == []


def test_a_numpy_number_is_refused_before_anything_is_written(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    with pytest.raises(TypeError, match="int64"):
        trades.insert_many(connection, run_id, [trade_row(), (np.int64(2), *trade_row()[1:])])
    assert trades.count(connection, run_id) == 0


def test_pages_follow_each_other_in_closing_order(connection: StoreConnection) -> None:
    other, run_id = add_run(connection), add_run(connection)
    trades.insert_many(connection, other, [trade_row(99)])
    trades.insert_many(connection, run_id, [trade_row(n) for n in range(1, 6)])
    first = trades.page(connection, run_id, limit=3)
    rest = trades.page(connection, run_id, after=first[-1].id, limit=3)
    assert [trade.position for trade in (*first, *rest)] == [1, 2, 3, 4, 5]
    assert trades.page(connection, run_id, after=rest[-1].id) == []
    assert trades.count(connection, run_id) == 5


def test_trades_are_sorted_by_a_column_with_undefined_values_last(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    rows = [trade_row(1, 5.0), trade_row(2, -5.0), trade_row(3, 5.0), (*trade_row(4, 1.0)[:-1], None)]
    trades.insert_many(connection, run_id, rows)
    a, b, c, d = (trade.id for trade in trades.all_of(connection, run_id))
    assert list(trades.ids(connection, run_id)) == [a, b, c, d]
    assert list(trades.ids(connection, run_id, "profit")) == [b, d, a, c]
    assert list(trades.ids(connection, run_id, "profit", descending=True)) == [c, a, d, b]
    assert list(trades.ids(connection, run_id, "mfe")) == [a, b, c, d]
    assert list(trades.ids(connection, run_id, "mfe", descending=True)) == [c, b, a, d]
    assert [trade.position for trade in trades.by_ids(connection, [c, 999, a])] == [3, 1]
    with pytest.raises(ValueError, match="luck"):
        trades.ids(connection, run_id, "luck")


def test_every_column_can_be_sorted_by(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [trade_row(1), trade_row(2)])
    for column in TRADE_COLUMNS:
        assert len(trades.ids(connection, run_id, column)) == 2


def moved_row(
    position: int, exit_price: float, *, side: str = "BUY", stop: float | None = 1.05
) -> tuple[Any, ...]:
    """Return a trade that was entered at 1.1."""
    row = list(trade_row(position, direction=side))
    row[6:8] = [exit_price, stop]
    return tuple(row)


ROWS = [
    moved_row(1, 1.12),
    moved_row(2, 1.07, side="SELL", stop=1.11),
    moved_row(3, 1.13, stop=None),
    moved_row(4, 1.06),
    moved_row(5, 1.12, stop=1.1),
]


def test_trades_are_sorted_by_what_the_price_did_for_them_whichever_way_they_went(
    connection: StoreConnection,
) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, ROWS)
    found = {trade.id: trade for trade in trades.all_of(connection, run_id)}
    moved = [round(found[one].moved, 6) for one in trades.ids(connection, run_id, "pips")]
    assert moved == [-0.04, 0.02, 0.02, 0.03, 0.03]
    numbers = [found[one].position for one in trades.ids(connection, run_id, "pips", descending=True)]
    assert numbers == [3, 2, 5, 1, 4]


def test_trades_are_sorted_by_what_they_risked_and_those_without_a_stop_come_last(
    connection: StoreConnection,
) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, ROWS)
    found = {trade.id: trade for trade in trades.all_of(connection, run_id)}
    for descending in (False, True):
        ids = trades.ids(connection, run_id, "r", descending=descending)
        risks = [found[one].in_risks for one in ids]
        assert risks[3:] == [None, None]
        wanted = [-0.8, 0.4, 3.0]
        assert risks[:3] == [pytest.approx(one) for one in (wanted[::-1] if descending else wanted)]


def test_the_order_of_positions_is_that_of_their_ids(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [trade_row(1), trade_row(1), trade_row(2)])
    for descending in (False, True):
        by_position = trades.ids(connection, run_id, "position", descending=descending)
        assert list(by_position) == list(trades.ids(connection, run_id, descending=descending))


def test_whether_any_trade_of_a_run_has_a_stop(connection: StoreConnection) -> None:
    without, stopped = add_run(connection), add_run(connection)
    trades.insert_many(connection, without, [moved_row(1, 1.2, stop=None)])
    trades.insert_many(connection, stopped, ROWS)
    assert not trades.have_stops(connection, without)
    assert trades.have_stops(connection, stopped)

from datetime import UTC, datetime

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

"""When the trades of a run happened, as plain numbers."""

from db import trades
from db.connection import StoreConnection
from tests.db.samples import add_run, trade_row

# 2020-01-27 13:00 and 15:00, as in the sample rows.
ENTERED, LEFT = 1_580_130_000, 1_580_137_200


def test_times_are_seconds_in_closing_order_of_that_run_alone(connection: StoreConnection) -> None:
    other, run_id = add_run(connection), add_run(connection)
    trades.insert_many(connection, other, [trade_row()])
    trades.insert_many(connection, run_id, [trade_row(1), trade_row(2)])
    times = trades.times(connection, run_id)
    assert list(times.ids) == [trade.id for trade in trades.all_of(connection, run_id)]
    assert (list(times.entered), list(times.left)) == ([ENTERED] * 2, [LEFT] * 2)


def test_no_trades_have_no_times(connection: StoreConnection) -> None:
    assert len(trades.times(connection, add_run(connection)).ids) == 0


def test_a_time_that_another_program_has_spoiled_is_the_earliest(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [trade_row()])
    connection.execute("UPDATE backtest_trades SET entry_time = 'soon'")
    assert list(trades.times(connection, run_id).entered) == [0]

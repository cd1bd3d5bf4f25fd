"""The trades of a stored run taken apart."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import datasets
from core.home import Home
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.results.groups import Entered, Group, together
from core.results.spread_of_trades import Quartiles
from core.run_breakdowns import GRID, Distribution, Held, distribution_of, entries_of
from db import runs, trades
from db.connection import StoreConnection, connect
from db.times import seconds_texts, utc_text
from db.upgrade import open_store
from tests.db.samples import add_run, trade_row

MONDAY = datetime(2020, 1, 27, 13, tzinfo=UTC)


@pytest.fixture
def connection(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def row(number: int, profit: float, **changes: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """A trade of that number and profit, some columns other than usual."""
    named = dict(zip(trades.TRADE_COLUMNS, trade_row(number, profit), strict=True)) | changes
    return tuple(named.values())


def taken_apart(home: Home, connection: StoreConnection, run_id: int) -> Distribution | None:
    run = runs.get(connection, run_id)
    assert run is not None
    return distribution_of(home, connection, run)


def test_a_week_begins_on_monday(home: Home, connection: StoreConnection) -> None:
    run_id = add_run(connection)
    days = [MONDAY + timedelta(days=day) for day in (0, 4, 6)]
    trades.insert_many(
        connection, run_id, [row(n, 2.0 * n - 3.0, entry_time=utc_text(day)) for n, day in enumerate(days, 1)]
    )
    assert sorted(entries_of(connection, run_id), key=lambda one: one.weekday) == [
        Entered(0, 13, Group(1, 0, -1.0)),
        Entered(4, 13, Group(1, 1, 1.0)),
        Entered(6, 13, Group(1, 1, 3.0)),
    ]


def test_a_few_trades_by_hand(home: Home, connection: StoreConnection) -> None:
    run_id = add_run(connection)
    profits = [1.0, 2.0, 3.0, 10.0]
    excursions = [(-2.0, 4.0), (-6.0, 8.0), (None, None), (-4.0, 12.0)]
    trades.insert_many(
        connection,
        run_id,
        [
            row(n, profit, mae=mae, mfe=mfe, exit_reason="tp" if n > 1 else "sl")
            for n, (profit, (mae, mfe)) in enumerate(zip(profits, excursions, strict=True), 1)
        ],
    )
    found = taken_apart(home, connection, run_id)
    assert found is not None
    assert (found.profits.count, found.profits.mean) == (4, 4.0)
    assert found.profits.deviation == pytest.approx((50 / 3) ** 0.5)
    assert found.profits.skewness == pytest.approx(45 / 12.5**1.5)
    assert found.profits.quartiles == Quartiles(1.75, 2.5, 4.75)
    assert found.reasons == {"tp": Group(3, 3, 15.0), "sl": Group(1, 1, 1.0)}
    assert (found.excursions.count, found.excursions.undefined, found.excursions.beyond) == (3, 1, 0)
    assert (found.excursions.deepest, found.excursions.highest) == (6.0, 12.0)
    # The deepest stands in the last column, the highest in the last row.
    assert found.excursions.cells == {
        (GRID[0] // 3, GRID[1] // 3): (1, 0),
        (GRID[0] - 1, GRID[1] * 2 // 3): (1, 0),
        (GRID[0] * 2 // 3, GRID[1] - 1): (1, 0),
    }


def test_buys_and_sells_are_told_apart(home: Home, connection: StoreConnection) -> None:
    run_id = add_run(connection)
    by_hand = [("BUY", 10.0), ("SELL", -4.0), ("BUY", -1.0), ("BUY", 0.0), ("SELL", 6.5)]
    trades.insert_many(
        connection, run_id, [row(n, profit, direction=side) for n, (side, profit) in enumerate(by_hand, 1)]
    )
    found = taken_apart(home, connection, run_id)
    assert found is not None
    assert found.sides == {"buys": Group(3, 1, 9.0), "sells": Group(2, 1, 2.5)}
    buys, sells = found.sides.values()
    assert buys.win_rate == pytest.approx(1 / 3)
    assert (buys.mean, sells.win_rate, sells.mean) == (3.0, 0.5, 1.25)


def test_a_run_that_only_buys_has_no_sells(home: Home, connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [row(1, 2.0, direction="BUY")])
    found = taken_apart(home, connection, run_id)
    assert found is not None
    assert found.sides == {"buys": Group(1, 1, 2.0), "sells": Group(0, 0, 0.0)}


def test_the_parts_add_up_to_all_trades(home: Home, connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(
        connection,
        run_id,
        [
            row(n, (n * 37 % 101) / 3.0 - 16.1, exit_reason=("sl", "tp", "signal")[n % 3], mae=-n, mfe=n / 2)
            for n in range(1, 301)
        ],
    )
    found = taken_apart(home, connection, run_id)
    assert found is not None
    total = sum(trade.profit for trade in trades.all_of(connection, run_id))
    for whole in (
        together(found.reasons.values()),
        together(found.sides.values()),
        together(one.group for one in entries_of(connection, run_id)),
    ):
        assert whole.trades == 300
        assert whole.profit == pytest.approx(total)
    assert sum(count for count, _ in found.profits.in_bins.values()) == 300
    assert sum(profit for _, profit in found.profits.in_bins.values()) == pytest.approx(total)
    assert sum(sum(cell) for cell in found.excursions.cells.values()) == 300


def test_a_run_without_trades_has_no_distribution(home: Home, connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert taken_apart(home, connection, run_id) is None
    assert entries_of(connection, run_id) == []


def test_time_held_is_counted_in_hours_by_the_clock_and_in_bars_that_there_are(
    home: Home, connection: StoreConnection
) -> None:
    bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 3_000)
    record = datasets.import_bars(home, connection, bars, dialect="synthetic").record
    run_id = add_run(connection, symbol=bars.symbol, dataset_version=record.digest)
    seconds = bars.time.astype("int64")
    spans = [(10, 10), (20, 24), (100, 2_900)]
    assert (seconds[2_900] - seconds[100]) // 900 > 2_800, "weekends lie between"
    trades.insert_many(
        connection,
        run_id,
        [
            row(n, 1.0, **dict(zip(("entry_time", "exit_time"), _texts(seconds, span), strict=True)))
            for n, span in enumerate(spans, 1)
        ],
    )
    hours = float(seconds[2_900] - seconds[100]) / 3600.0
    found = taken_apart(home, connection, run_id)
    assert found is not None
    assert found.held == Held(3, False, Quartiles(0.5, 1.0, (1.0 + hours) / 2), Quartiles(2.0, 4.0, 1402.0))
    shutil.rmtree(home.library)
    without = taken_apart(home, connection, run_id)
    assert without is not None
    assert without.held == Held(3, False, found.held.hours, None)


def _texts(seconds: Any, span: tuple[int, int]) -> list[str]:  # noqa: ANN401 - an array
    return seconds_texts(int(seconds[at]) for at in span)

import asyncio
import gc
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from db import datasets, jobs, runner, runs, strategies, trades
from db.connection import Connection, connect, patience, transaction
from db.errors import (
    StoreBusyError,
    StoreChangedError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReplacedError,
)
from db.runs import Order, RunFilter
from db.store import Store
from tests.db.samples import add_run, claimed, finished_run, known_strategy, trade_row


@pytest.fixture
async def store(store_path: Path) -> AsyncIterator[Store]:
    """The fresh store, opened for asynchronous callers."""
    opened = await Store.open(store_path)
    yield opened
    await opened.close()


def pragmas(connection: Connection) -> list[int]:
    names = ("foreign_keys", "synchronous", "wal_autocheckpoint", "busy_timeout")
    return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]


async def test_its_connections_have_the_settings_of_the_plain_ones(store: Store) -> None:
    assert await store.read(pragmas) == [1, 1, 0, 5000]


async def test_it_reads_and_writes_with_the_very_functions_of_a_plain_connection(
    store: Store, store_path: Path
) -> None:
    run_id = await store.write(finished_run)
    record = await store.read(runs.get, run_id)
    assert record is not None
    with closing(connect(store_path)) as plain:
        assert runs.get(plain, run_id) == record
        assert trades.all_of(plain, run_id) == await store.read(trades.all_of, run_id)
        wanted = RunFilter.parse("symbol:EUR sharpe>0.5")
        order = Order("sharpe_ratio")
        assert runs.ids(plain, wanted, order) == await store.read(runs.ids, wanted, order)
        assert runs.summaries(plain, [run_id]) == await store.read(runs.summaries, [run_id])
        for function in (strategies.list_all, datasets.list_all, jobs.active, runner.read):
            assert function(plain) == await store.read(function)


async def test_a_write_is_kept_wholly_or_not_at_all(store: Store) -> None:
    def half(connection: Connection) -> None:
        run_id = add_run(connection)
        trades.insert_many(connection, run_id, [trade_row()])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(half)
    assert await store.read(runs.count) == 0
    assert await store.write(add_run) == 1


async def test_inserting_no_rows_is_nothing(store: Store) -> None:
    def nothing(connection: Connection) -> tuple[int, list[object]]:
        cursor = connection.executemany("DELETE FROM backtest_runs WHERE id = ?", [])
        return cursor.rowcount, cursor.fetchall()

    assert await store.write(nothing) == (0, [])


async def test_a_refused_row_is_the_same_error_as_on_a_plain_connection(store: Store) -> None:
    def impossible(connection: Connection) -> None:
        add_run(connection)
        connection.execute("UPDATE backtest_runs SET status = 'lost'")

    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        await store.write(impossible)
    assert await store.read(runs.count) == 0


async def test_a_busy_store_is_said_to_be_busy_and_works_afterwards(store: Store, store_path: Path) -> None:
    def impatient(connection: Connection) -> int:
        with patience(connection, 0.01), transaction(connection):
            return known_strategy(connection)

    with closing(connect(store_path)) as other, transaction(other):
        with pytest.raises(StoreBusyError, match="busy"):
            await store.read(impatient)
        assert await store.read(runs.count) == 0
    assert await store.write(known_strategy) == 1


async def test_a_full_disk_is_named(store: Store) -> None:
    def large(connection: Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        try:
            strategies.register(connection, "large", "v", "x" * 100_000)
        finally:
            connection.execute("PRAGMA max_page_count=1000000")

    with pytest.raises(StoreFullError, match="full"):
        await store.read(large)
    assert await store.read(strategies.list_all) == []


async def test_an_upgrade_by_somebody_else_stops_its_writes(store: Store, store_path: Path) -> None:
    with closing(sqlite3.connect(store_path)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = 'bt9999'")
    with pytest.raises(StoreChangedError):
        await store.write(known_strategy)
    assert await store.read(strategies.list_all) == []


async def test_a_replaced_file_stops_its_writes(store: Store, store_path: Path, made_store: Path) -> None:
    other = store_path.with_name("other.db")
    shutil.copy(made_store, other)
    other.replace(store_path)
    with pytest.raises(StoreReplacedError):
        await store.write(known_strategy)


async def test_writers_within_one_program_take_turns(store: Store) -> None:
    await asyncio.gather(*(store.write(add_run) for _ in range(20)))
    assert sorted(await store.read(runs.ids)) == list(range(1, 21))


async def test_what_waits_behind_a_write_that_finds_the_store_busy_is_refused_with_it(
    store: Store, store_path: Path
) -> None:
    def impatient(connection: Connection) -> None:
        # As one whose patience has ended.
        raise StoreBusyError("The store is busy")

    waiting = [store.write(impatient), store.write(add_run), store.write(add_run)]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [StoreBusyError] * 3
    assert await store.read(runs.count) == 0
    assert await store.write(add_run) == 1


async def test_a_write_that_was_begun_ends_though_its_caller_is_cancelled(
    store: Store, store_path: Path
) -> None:
    with closing(connect(store_path)) as other:
        with transaction(other):
            task = asyncio.create_task(store.write(add_run))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await store.close()
        assert runs.count(other) == 1


async def test_an_error_that_nobody_waits_for_is_not_reported_as_lost(store: Store, store_path: Path) -> None:
    lost: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
    with closing(connect(store_path)) as other:
        with transaction(other):
            task = asyncio.create_task(store.write(runs.write_note, "no number", "x" * 10))  # type: ignore[arg-type]
            failing = asyncio.create_task(store.write(runs.insert, None))  # type: ignore[arg-type]
            await asyncio.sleep(0.05)
            task.cancel()
            failing.cancel()
            await asyncio.gather(task, failing, return_exceptions=True)
        await store.close()
    gc.collect()
    await asyncio.sleep(0)
    assert lost == []


async def test_reading_goes_on_while_somebody_writes(store: Store, store_path: Path) -> None:
    with closing(connect(store_path)) as other:
        add_run(other)
        with transaction(other):
            add_run(other)
            assert await store.read(runs.count) == 1
        assert await store.read(runs.count) == 2


async def test_a_run_under_way_is_seen_to_move(store: Store, store_path: Path) -> None:
    with closing(connect(store_path)) as worker:
        run_id = add_run(worker)
        claimed(worker)
        jobs.beat(worker, "token", jobs.Beat(30, 100))
        (row,) = await store.read(runs.summaries, [run_id])
        assert row.bars_done == 30
        jobs.beat(worker, "token", jobs.Beat(60, 100))
        (row,) = await store.read(runs.summaries, [run_id])
        assert row.bars_done == 60


async def test_a_store_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"store\.db"):
        await Store.open(tmp_path / "store.db")
    (tmp_path / "text.db").write_text("time,open,high,low,close\n" * 100)
    with pytest.raises(StoreDamagedError, match=r"text\.db"):
        await Store.open(tmp_path / "text.db")
    assert [path.name for path in tmp_path.iterdir()] == ["text.db"]


async def test_a_path_with_odd_characters_is_taken_literally(made_store: Path, tmp_path: Path) -> None:
    odd = tmp_path / "50% off? #1 ü&x=y.db"
    shutil.copy(made_store, odd)
    opened = await Store.open(odd)
    assert await opened.write(known_strategy) == 1
    await opened.close()
    assert [path.name for path in tmp_path.iterdir()] == [odd.name]

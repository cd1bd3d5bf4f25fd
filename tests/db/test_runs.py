from datetime import UTC, datetime, timedelta, timezone

import pytest

from db import jobs, runs, strategies, trades
from db.columns import RUN_COLUMNS
from db.connection import StoreConnection
from db.errors import StoreError
from db.times import now
from tests.db.samples import NEW_RUN, add_run, claimed, finished_run, known_strategy, result


def status(connection: StoreConnection, run_id: int) -> str:
    record = runs.get(connection, run_id, deleted=True)
    assert record is not None
    return record.status


def test_a_new_run_is_read_back_with_its_whole_configuration(connection: StoreConnection) -> None:
    tokyo = timezone(timedelta(hours=9))
    run_id = add_run(
        connection,
        start_date=datetime(2020, 1, 1, 9, tzinfo=tokyo),
        context_tfs=("H1", "H4"),
        risk_pct=1.5,
        notes="first try",
        uses_model=True,
        max_llm_calls=7,
    )
    run = runs.get(connection, run_id)
    assert run is not None
    assert (run.strategy, run.symbol, run.timeframe, run.primary_tf) == ("sma_cross", "EURUSD", "M15", "M15")
    assert run.start_date == datetime(2020, 1, 1, tzinfo=UTC)
    assert run.end_date == NEW_RUN.end_date
    assert (run.status, run.progress_pct) == ("pending", 0)
    assert run.context_tfs == ["H1", "H4"]
    assert run.params == {"fast": 20, "slow": 50}
    assert run.settings == {"leverage": 100}
    assert (run.risk_pct, run.volume, run.notes, run.max_llm_calls) == (1.5, 0.1, "first try", 7)
    assert (run.strategy_version, run.dataset_version) == ("a" * 64, "d" * 64)
    assert now() - run.created_at < timedelta(minutes=5)
    assert run.statistics == {}
    assert run.job is not None
    assert run.job.uses_model
    assert list(run.columns()) == list(RUN_COLUMNS)


def test_a_run_of_a_strategy_that_is_not_known_is_refused(connection: StoreConnection) -> None:
    with pytest.raises(StoreError, match="sma_cross"):
        runs.insert(connection, NEW_RUN)


def test_a_runs_number_never_names_another_run(connection: StoreConnection) -> None:
    first, second = add_run(connection), add_run(connection)
    runs.delete(connection, [first, second])
    assert runs.purge(connection, now(), timedelta(0)) == [first, second]
    assert add_run(connection) == second + 1


def test_a_number_given_by_hand_is_not_given_again(connection: StoreConnection) -> None:
    first = add_run(connection)
    connection.execute("DELETE FROM run_jobs")
    connection.execute("UPDATE backtest_runs SET id = 41 WHERE id = ?", (first,))
    assert add_run(connection) == 42


def test_a_run_that_is_not_there_is_none(connection: StoreConnection) -> None:
    assert runs.get(connection, 1) is None


def test_a_note_is_replaced_and_taken_away(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert runs.write_note(connection, run_id, "good")
    assert (record := runs.get(connection, run_id)) is not None
    assert record.notes == "good"
    assert runs.write_note(connection, run_id, "")
    assert (record := runs.get(connection, run_id)) is not None
    assert record.notes is None
    assert not runs.write_note(connection, run_id + 1, "nobody")


def test_a_waiting_run_is_cancelled_at_once_and_one_under_way_is_asked(connection: StoreConnection) -> None:
    done = finished_run(connection)
    under_way = add_run(connection)
    claimed(connection)
    waiting = add_run(connection)
    assert runs.request_cancel(connection, [done, under_way, waiting, 999]) == [under_way, waiting]
    assert status(connection, waiting) == "cancelled"
    assert status(connection, under_way) == "running"
    assert status(connection, done) == "completed"
    assert runs.request_cancel(connection, [under_way, waiting]) == [under_way]


def test_the_first_moment_of_a_cancel_is_kept(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    claimed(connection)
    runs.request_cancel(connection, [run_id])
    first = jobs.get(connection, run_id)
    runs.request_cancel(connection, [run_id])
    assert jobs.get(connection, run_id) == first


def test_deleting_marks_a_run_and_undeleting_brings_it_back_whole(connection: StoreConnection) -> None:
    run_id = finished_run(connection)
    assert runs.delete(connection, [run_id]) == [run_id]
    assert runs.delete(connection, [run_id]) == []
    assert runs.get(connection, run_id) is None
    assert not runs.write_note(connection, run_id, "late")
    assert runs.last_deleted(connection) == [run_id]
    assert runs.undelete(connection, [run_id]) == [run_id]
    assert runs.undelete(connection, [run_id]) == []
    assert runs.last_deleted(connection) == []
    assert trades.count(connection, run_id) == 2


def test_the_last_deletion_is_the_one_that_is_undone(connection: StoreConnection) -> None:
    first, second, third = (finished_run(connection) for _ in range(3))
    runs.delete(connection, [first])
    runs.delete(connection, [second, third])
    assert runs.last_deleted(connection) == [second, third]


def test_deleting_an_active_run_cancels_it_first(connection: StoreConnection) -> None:
    under_way = add_run(connection)
    claimed(connection)
    waiting = add_run(connection)
    assert runs.delete(connection, [under_way, waiting]) == [under_way, waiting]
    assert status(connection, waiting) == "cancelled"
    assert runs.purge(connection, now(), timedelta(0)) == [waiting]
    assert jobs.end(connection, under_way, "token", "failed", "killed")
    assert status(connection, under_way) == "cancelled"
    assert runs.purge(connection, now(), timedelta(0)) == [under_way]


def test_more_runs_than_a_statement_has_parameters_are_deleted(connection: StoreConnection) -> None:
    many = [add_run(connection) for _ in range(1100)]
    assert runs.delete(connection, many) == many
    assert runs.undelete(connection, many) == many


def test_purging_takes_what_was_deleted_long_ago_and_all_that_belongs_to_it(
    connection: StoreConnection,
) -> None:
    old, recent, kept = (finished_run(connection) for _ in range(3))
    runs.delete(connection, [old, recent])
    month_ago = (now() - timedelta(days=31)).strftime("%Y-%m-%d %H:%M:%S.000000")
    connection.execute("UPDATE backtest_runs SET deleted_at = ? WHERE id = ?", (month_ago, old))
    assert runs.purge(connection, now()) == [old]
    for table in ("backtest_trades", "run_curves", "run_statistics", "run_jobs"):
        rows = connection.execute(f"SELECT DISTINCT run_id FROM {table} ORDER BY run_id").fetchall()  # noqa: S608
        assert rows == [(recent,), (kept,)]


def test_purging_at_once_takes_only_the_runs_named(connection: StoreConnection) -> None:
    one, other = finished_run(connection), finished_run(connection)
    runs.delete(connection, [one, other])
    assert runs.purge(connection, now(), timedelta(0), run_ids=[one]) == [one]
    assert runs.undelete(connection, [one, other]) == [other]


def test_a_strategy_takes_its_runs_with_it_and_brings_back_the_same(connection: StoreConnection) -> None:
    before, kept = finished_run(connection), finished_run(connection)
    runs.delete(connection, [before])
    under_way = add_run(connection)
    claimed(connection)
    (strategy,) = strategies.list_all(connection)
    assert strategy.runs == 2
    assert strategies.delete(connection, [strategy.id]) == [strategy.id]
    assert runs.count(connection) == 0
    assert jobs.active(connection)[0].cancel_requested
    assert runs.undelete(connection, [kept]) == []
    assert strategies.undelete(connection, [strategy.id]) == [strategy.id]
    assert sorted(runs.ids(connection)) == [kept, under_way]


def test_a_deleted_strategy_is_purged_when_no_run_of_it_is_left(connection: StoreConnection) -> None:
    add_run(connection)
    claimed(connection)
    (strategy,) = strategies.list_all(connection)
    strategies.delete(connection, [strategy.id])
    later = now() + timedelta(days=31)
    assert runs.purge(connection, later) == []
    assert connection.execute("SELECT count(*) FROM strategies").fetchone() == (1,)
    jobs.store_result(connection, "token", result())
    assert len(runs.purge(connection, later)) == 1
    assert connection.execute("SELECT count(*) FROM strategy_versions").fetchone() == (0,)


def test_a_name_used_again_keeps_the_deleted_strategy_away(connection: StoreConnection) -> None:
    first = known_strategy(connection)
    strategies.delete(connection, [first])
    second = known_strategy(connection)
    assert second != first
    assert strategies.undelete(connection, [first]) == []

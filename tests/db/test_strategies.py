from db import runs, strategies
from db.connection import StoreConnection
from tests.db.samples import add_run, known_strategy


def test_registering_the_same_again_changes_nothing(connection: StoreConnection) -> None:
    first = known_strategy(connection)
    before = strategies.list_all(connection), strategies.versions(connection, "sma_cross")
    assert known_strategy(connection) == first
    assert (strategies.list_all(connection), strategies.versions(connection, "sma_cross")) == before


def test_a_changed_source_becomes_the_newest_version_and_the_old_one_stays(
    connection: StoreConnection,
) -> None:
    known_strategy(connection, version="old")
    strategies.register(
        connection, "sma_cross", "new", "{}", '["p"]', description="Crosses", kind="on_bar", path="/s/x.py",
        builtin=True,
    )  # fmt: skip
    record = strategies.get(connection, "sma_cross")
    assert record is not None
    assert (record.current_version, record.description, record.kind) == ("new", "Crosses", "on_bar")
    assert (record.path, record.builtin, record.missing) == ("/s/x.py", True, False)
    assert [version.version for version in strategies.versions(connection, "sma_cross")] == ["new", "old"]
    old = strategies.source_of(connection, "old")
    assert old is not None
    assert (old.strategy, old.source) == ("sma_cross", '{"sma_cross.py": "class"}')
    assert strategies.source_of(connection, "never") is None


def test_one_source_under_two_names_is_found_by_either(connection: StoreConnection) -> None:
    known_strategy(connection, "one", "same")
    known_strategy(connection, "two", "same")
    for name in ("one", "two"):
        found = strategies.source_of(connection, "same", name)
        assert found is not None
        assert found.strategy == name
    assert strategies.source_of(connection, "same", "three") is None


def test_a_vanished_file_leaves_a_strategy_marked_missing_until_it_is_back(
    connection: StoreConnection,
) -> None:
    for name in ("a", "b"):
        known_strategy(connection, name)
    assert strategies.mark_missing(connection, ["b"]) == ["a"]
    assert strategies.mark_missing(connection, ["b"]) == []
    assert [(record.name, record.missing) for record in strategies.list_all(connection)] == [
        ("a", True),
        ("b", False),
    ]
    known_strategy(connection, "a")
    assert not any(record.missing for record in strategies.list_all(connection))


def test_a_strategy_counts_its_runs(connection: StoreConnection) -> None:
    add_run(connection)
    add_run(connection)
    known_strategy(connection, "other")
    assert {record.name: record.runs for record in strategies.list_all(connection)} == {
        "other": 0,
        "sma_cross": 2,
    }
    assert strategies.get(connection, "nobody") is None


def test_a_strategy_counts_the_runs_that_are_not_deleted(connection: StoreConnection) -> None:
    first, *_ = [add_run(connection) for _ in range(3)]
    add_run(connection, strategy="macd_trend")
    known_strategy(connection, "unused")
    runs.delete(connection, [first])
    assert {one.name: one.runs for one in strategies.list_all(connection)} == {
        "macd_trend": 1, "sma_cross": 2, "unused": 0,
    }  # fmt: skip
    found = strategies.get(connection, "sma_cross")
    assert found is not None
    assert found.runs == 2


def test_runs_are_counted_in_indexes_alone(connection: StoreConnection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    strategies.list_all(connection)
    connection.set_trace_callback(None)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statements[0]}").fetchall()]
    read = [step for step in plan if "backtest_runs" in step]
    assert sorted(read) == [
        "SCAN backtest_runs USING COVERING INDEX idx_backtest_strategy",
        "SEARCH backtest_runs USING INDEX ix_backtest_runs_deleted (deleted_at>?)",
    ]

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import METRICS, RUN_COLUMNS
from db.models import BacktestRun, BacktestTrade, OptimizationResult, RunCurve, RunJob, Strategy
from db.trades import TRADE_COLUMNS

# Column, type, nullable, default of the row that only an insert by hand gives.
RUN_TABLE = [
    ("id", "INTEGER", False, None),
    ("strategy_id", "INTEGER", False, None),
    ("symbol", "VARCHAR(20)", False, None),
    ("timeframe", "VARCHAR(10)", False, None),
    ("start_date", "DATETIME", False, None),
    ("end_date", "DATETIME", False, None),
    ("initial_balance", "FLOAT", False, 10000.0),
    ("spread_pips", "FLOAT", False, 1.5),
    ("execution_mode", "VARCHAR(20)", False, "close_price"),
    ("primary_tf", "VARCHAR(10)", False, "M15"),
    ("context_tfs", "TEXT", False, "[]"),
    ("max_llm_calls", "INTEGER", False, 100),
    ("status", "VARCHAR(20)", False, "pending"),
    ("progress_pct", "INTEGER", False, 0),
    ("error_message", "TEXT", True, None),
    ("total_trades", "INTEGER", True, None),
    ("win_rate", "FLOAT", True, None),
    ("profit_factor", "FLOAT", True, None),
    ("expectancy", "FLOAT", True, None),
    ("max_drawdown_pct", "FLOAT", True, None),
    ("recovery_factor", "FLOAT", True, None),
    ("sharpe_ratio", "FLOAT", True, None),
    ("sortino_ratio", "FLOAT", True, None),
    ("total_return_pct", "FLOAT", True, None),
    ("avg_win", "FLOAT", True, None),
    ("avg_loss", "FLOAT", True, None),
    ("max_consec_wins", "INTEGER", True, None),
    ("max_consec_losses", "INTEGER", True, None),
    ("avg_spread", "FLOAT", True, None),
    ("commission_per_lot", "FLOAT", False, 0.0),
    ("tp_partial_close_ratio", "FLOAT", False, 0.5),
    ("data_file_path", "TEXT", True, None),
    ("created_at", "DATETIME", False, "now"),
]
FURTHER_COLUMNS = [
    ("volume", "FLOAT", False, 0.1),
    ("risk_pct", "FLOAT", True, None),
    ("params", "TEXT", False, "{}"),
    ("settings", "TEXT", False, "{}"),
    ("strategy_version", "VARCHAR(64)", True, None),
    ("dataset_version", "VARCHAR(64)", True, None),
    ("code_version", "VARCHAR(64)", True, None),
    ("notes", "TEXT", True, None),
    ("started_at", "DATETIME", True, None),
    ("finished_at", "DATETIME", True, None),
    ("deleted_at", "DATETIME", True, None),
]


@pytest.fixture
def session(store_path: Path) -> Session:
    """An ORM session with foreign keys on."""
    engine = create_engine(f"sqlite:///{store_path}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON") and None)
    return Session(engine)


def a_run(strategy: Strategy, **changes: object) -> BacktestRun:
    values: dict[str, object] = {
        "symbol": "EURUSD",
        "timeframe": "M15",
        "start_date": datetime(2020, 1, 1, tzinfo=UTC),
        "end_date": datetime(2021, 1, 1, tzinfo=UTC),
    }
    return BacktestRun(strategy=strategy, **values | changes)


def a_trade() -> BacktestTrade:
    moment = datetime(2020, 1, 27, 13, tzinfo=UTC)
    return BacktestTrade(
        position=1, symbol="EURUSD", direction="BUY", entry_time=moment, entry_price=1.1, exit_time=moment,
        exit_price=1.2, volume=0.1, profit=10.0, commission=0.0, exit_reason="tp", equity_after=10010.0,
    )  # fmt: skip


def test_the_model_of_runs_has_the_named_columns_in_their_order() -> None:
    found = [(column.name, str(column.type), column.nullable) for column in BacktestRun.__table__.columns]
    assert len(RUN_TABLE) == 33
    assert found == [entry[:3] for entry in [*RUN_TABLE, *FURTHER_COLUMNS]]


def test_the_model_and_the_store_give_the_same_defaults() -> None:
    for name, _, _, expected in [*RUN_TABLE, *FURTHER_COLUMNS]:
        column = BacktestRun.__table__.columns[name]
        if expected is None:
            assert column.default is None, name
            assert column.server_default is None, name
        elif expected == "now":
            assert column.default is not None
            assert column.default.is_callable
        else:
            assert column.default is not None, name
            assert column.default.arg == expected, name
            server = str(column.server_default.arg)
            assert server == str(expected), name


def test_the_constraints_and_indexes_of_runs_have_their_names() -> None:
    table = BacktestRun.__table__
    assert table.primary_key.name == "pk_backtest_runs"  # type: ignore[attr-defined]
    (foreign_key,) = table.foreign_keys
    assert foreign_key.constraint is not None
    assert foreign_key.constraint.name == "fk_backtest_strategy"
    assert foreign_key.ondelete == "CASCADE"
    assert foreign_key.target_fullname == "strategies.id"
    indexes = {index.name: [c.name for c in index.columns] for index in table.indexes}  # type: ignore[attr-defined]
    assert indexes["idx_backtest_strategy"] == ["strategy_id"]
    assert indexes["idx_backtest_symbol"] == ["symbol"]
    assert indexes["idx_backtest_created"] == ["created_at"]


def test_the_names_used_in_queries_are_those_of_the_models() -> None:
    assert list(RUN_COLUMNS) == [column.name for column in BacktestRun.__table__.columns]
    assert ["id", "run_id", *TRADE_COLUMNS] == [column.name for column in BacktestTrade.__table__.columns]
    assert {column.name for column in OptimizationResult.__table__.columns} >= set(METRICS)


def test_every_check_has_a_name_that_a_migration_can_use() -> None:
    for table in BacktestRun.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                assert str(constraint.name).startswith(f"ck_{table.name}_")


def test_a_run_made_through_the_models_gets_its_defaults_and_aware_times(session: Session) -> None:
    tokyo = timezone(timedelta(hours=9))
    with session:
        run = a_run(
            Strategy(name="sma_cross"),
            start_date=datetime(2020, 1, 1, 9, tzinfo=tokyo),
            end_date=datetime(2021, 1, 1),  # noqa: DTZ001
        )
        session.add(run)
        session.commit()
        session.expire_all()
        assert run.status == "pending"
        assert (run.initial_balance, run.spread_pips, run.volume) == (10000.0, 1.5, 0.1)
        assert run.start_date == datetime(2020, 1, 1, tzinfo=UTC)
        assert run.start_date.utcoffset() == timedelta(0)
        assert run.end_date == datetime(2021, 1, 1, tzinfo=UTC)
        assert run.created_at.tzinfo is UTC


def test_trades_go_with_their_run_and_runs_with_their_strategy(session: Session) -> None:
    with session:
        strategy = Strategy(name="sma_cross")
        run = a_run(strategy)
        run.trades = [a_trade(), a_trade()]
        run.curve = RunCurve(points=1, preview=b"", curve=b"")
        run.job = RunJob()
        session.add(run)
        session.commit()
        run.trades.pop()
        session.commit()
        assert len(session.scalars(select(BacktestTrade)).all()) == 1
        session.delete(strategy)
        session.commit()
        for model in (BacktestRun, BacktestTrade, RunCurve, RunJob):
            assert session.scalars(select(model)).all() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "lost"},
        {"progress_pct": 101},
        {"progress_pct": -1},
        {"execution_mode": "hopeful"},
        {"end_date": datetime(2020, 1, 1, tzinfo=UTC)},
        {"max_llm_calls": -1},
    ],
)
def test_an_impossible_run_is_refused_by_the_store(session: Session, changes: dict[str, object]) -> None:
    with session:
        session.add(a_run(Strategy(name="sma_cross"), **changes))
        with pytest.raises(IntegrityError, match="CHECK constraint failed"):
            session.commit()


def test_a_name_can_be_given_again_once_its_strategy_is_deleted(session: Session) -> None:
    with session:
        session.add(Strategy(name="mine", deleted_at=datetime(2024, 1, 1, tzinfo=UTC)))
        session.add(Strategy(name="mine"))
        session.commit()
        session.add(Strategy(name="mine"))
        with pytest.raises(IntegrityError, match="UNIQUE"):
            session.commit()

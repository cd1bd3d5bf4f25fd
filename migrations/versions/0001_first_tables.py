"""The tables of the main job: strategies, datasets, runs with what they leave, the runner."""

import sqlalchemy as sa
from alembic import op

revision = "bt0001"
down_revision = None
branch_labels = None
depends_on = None

NOW_UTC = sa.text("(strftime('%Y-%m-%d %H:%M:%f000', 'now'))")


def upgrade() -> None:
    _strategies()
    _strategy_versions()
    _datasets()
    _dataset_versions()
    _backtest_runs()
    _backtest_trades()
    _run_curves()
    _run_statistics()
    _run_jobs()
    _runner()
    _numbers()


def downgrade() -> None:
    for table in (
        "numbers",
        "runner",
        "run_jobs",
        "run_statistics",
        "run_curves",
        "backtest_trades",
        "backtest_runs",
        "dataset_versions",
        "datasets",
        "strategy_versions",
        "strategies",
    ):
        op.drop_table(table)


def _strategies() -> None:
    op.create_table(
        "strategies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="signals", nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("builtin", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("missing", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("current_version", sa.String(length=64)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("name <> ''", name=op.f("ck_strategies_name")),
        sa.PrimaryKeyConstraint("id", name="pk_strategies"),
    )
    op.create_index(
        "uq_strategies_name", "strategies", ["name"], unique=True, sqlite_where=sa.text("deleted_at IS NULL")
    )


def _strategy_versions() -> None:
    op.create_table(
        "strategy_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("strategy_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["strategy_id"], ["strategies.id"], name="fk_strategy_versions_strategy_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_strategy_versions"),
        sa.UniqueConstraint("strategy_id", "version", name="uq_strategy_versions_strategy_id_version"),
    )
    op.create_index("ix_strategy_versions_version", "strategy_versions", ["version"], unique=False)


def _datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("timeframe", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=100), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
    )
    op.create_index(
        "uq_datasets_market",
        "datasets",
        ["symbol", "timeframe", "source"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )


def _dataset_versions() -> None:
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("current", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("csv_path", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dialect", sa.String(length=50), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("day_rule", sa.Text(), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("has_spread", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("dropped", sa.Text(), server_default="[]", nullable=False),
        sa.Column("warnings", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.CheckConstraint("first_time <= last_time", name=op.f("ck_dataset_versions_range")),
        sa.CheckConstraint("rows > 0", name=op.f("ck_dataset_versions_rows")),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_dataset_versions_dataset_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_versions"),
        sa.UniqueConstraint("dataset_id", "digest", name="uq_dataset_versions_dataset_id_digest"),
    )
    op.create_index("ix_dataset_versions_digest", "dataset_versions", ["digest"], unique=False)
    op.create_index(
        "uq_dataset_versions_current",
        "dataset_versions",
        ["dataset_id"],
        unique=True,
        sqlite_where=sa.text("current = 1"),
    )


def _backtest_runs() -> None:
    op.create_table(
        "backtest_runs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("strategy_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("timeframe", sa.String(length=10), nullable=False),
        sa.Column("start_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("initial_balance", sa.Float(), server_default=sa.text("10000.0"), nullable=False),
        sa.Column("spread_pips", sa.Float(), server_default=sa.text("1.5"), nullable=False),
        sa.Column("execution_mode", sa.String(length=20), server_default="close_price", nullable=False),
        sa.Column("primary_tf", sa.String(length=10), server_default="M15", nullable=False),
        sa.Column("context_tfs", sa.Text(), server_default="[]", nullable=False),
        sa.Column("max_llm_calls", sa.Integer(), server_default=sa.text("100"), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="pending", nullable=False),
        sa.Column("progress_pct", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("total_trades", sa.Integer()),
        sa.Column("win_rate", sa.Float()),
        sa.Column("profit_factor", sa.Float()),
        sa.Column("expectancy", sa.Float()),
        sa.Column("max_drawdown_pct", sa.Float()),
        sa.Column("recovery_factor", sa.Float()),
        sa.Column("sharpe_ratio", sa.Float()),
        sa.Column("sortino_ratio", sa.Float()),
        sa.Column("total_return_pct", sa.Float()),
        sa.Column("avg_win", sa.Float()),
        sa.Column("avg_loss", sa.Float()),
        sa.Column("max_consec_wins", sa.Integer()),
        sa.Column("max_consec_losses", sa.Integer()),
        sa.Column("avg_spread", sa.Float()),
        sa.Column("commission_per_lot", sa.Float(), server_default=sa.text("0.0"), nullable=False),
        sa.Column("tp_partial_close_ratio", sa.Float(), server_default=sa.text("0.5"), nullable=False),
        sa.Column("data_file_path", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.Column("volume", sa.Float(), server_default=sa.text("0.1"), nullable=False),
        sa.Column("risk_pct", sa.Float()),
        sa.Column("params", sa.Text(), server_default="{}", nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("strategy_version", sa.String(length=64)),
        sa.Column("dataset_version", sa.String(length=64)),
        sa.Column("code_version", sa.String(length=64)),
        sa.Column("notes", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "execution_mode IN ('close_price', 'intra_candle')", name=op.f("ck_backtest_runs_execution_mode")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_backtest_runs_status"),
        ),
        sa.CheckConstraint("max_llm_calls >= 0", name=op.f("ck_backtest_runs_max_llm_calls")),
        sa.CheckConstraint("progress_pct BETWEEN 0 AND 100", name=op.f("ck_backtest_runs_progress_pct")),
        sa.CheckConstraint("start_date < end_date", name=op.f("ck_backtest_runs_period")),
        sa.ForeignKeyConstraint(
            ["strategy_id"], ["strategies.id"], name="fk_backtest_strategy", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_backtest_runs"),
    )
    op.create_index("idx_backtest_created", "backtest_runs", ["created_at"], unique=False)
    op.create_index("idx_backtest_strategy", "backtest_runs", ["strategy_id"], unique=False)
    op.create_index("idx_backtest_symbol", "backtest_runs", ["symbol"], unique=False)
    op.create_index(
        "ix_backtest_runs_active",
        "backtest_runs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index("ix_backtest_runs_dataset_version", "backtest_runs", ["dataset_version"], unique=False)
    op.create_index(
        "ix_backtest_runs_deleted",
        "backtest_runs",
        ["deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_backtest_runs_id",
        "backtest_runs",
        ["id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_backtest_runs_max_drawdown_pct",
        "backtest_runs",
        ["max_drawdown_pct", "id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_backtest_runs_profit_factor",
        "backtest_runs",
        ["profit_factor", "id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_backtest_runs_sharpe_ratio",
        "backtest_runs",
        ["sharpe_ratio", "id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_backtest_runs_status",
        "backtest_runs",
        ["status", "id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_backtest_runs_total_return_pct",
        "backtest_runs",
        ["total_return_pct", "id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )


def _backtest_trades() -> None:
    op.create_table(
        "backtest_trades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("entry_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_price", sa.Float(), nullable=False),
        sa.Column("exit_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exit_price", sa.Float(), nullable=False),
        sa.Column("stop_loss", sa.Float()),
        sa.Column("take_profit", sa.Float()),
        sa.Column("volume", sa.Float(), nullable=False),
        sa.Column("profit", sa.Float(), nullable=False),
        sa.Column("commission", sa.Float(), nullable=False),
        sa.Column("exit_reason", sa.String(length=20), nullable=False),
        sa.Column("equity_after", sa.Float(), nullable=False),
        sa.Column("mae", sa.Float()),
        sa.Column("mfe", sa.Float()),
        sa.CheckConstraint("direction IN ('BUY', 'SELL')", name=op.f("ck_backtest_trades_direction")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_backtest_trades_position")),
        sa.CheckConstraint("volume > 0", name=op.f("ck_backtest_trades_volume")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["backtest_runs.id"], name="fk_backtest_trades_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_backtest_trades"),
    )
    op.create_index("ix_backtest_trades_run_id", "backtest_trades", ["run_id"], unique=False)


def _run_curves() -> None:
    op.create_table(
        "run_curves",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=False),
        sa.Column("curve", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_run_curves_points")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["backtest_runs.id"], name="fk_run_curves_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_curves"),
    )


def _run_statistics() -> None:
    op.create_table(
        "run_statistics",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("statistics", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["backtest_runs.id"], name="fk_run_statistics_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_statistics"),
    )


def _run_jobs() -> None:
    op.create_table(
        "run_jobs",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.String(length=64)),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pid", sa.Integer()),
        sa.Column("process_start", sa.Float()),
        sa.Column("boot", sa.String(length=64)),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("heartbeat", sa.DateTime(timezone=True)),
        sa.Column("cancel_requested", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True)),
        sa.Column("uses_model", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("phase", sa.String(length=200)),
        sa.Column("bars_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("bars_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("trades", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("equity", sa.Float()),
        sa.Column("curve", sa.LargeBinary()),
        sa.CheckConstraint("attempt IS NOT NULL OR pid IS NULL", name=op.f("ck_run_jobs_owner")),
        sa.CheckConstraint("bars_done >= 0 AND bars_total >= 0", name=op.f("ck_run_jobs_bars")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["backtest_runs.id"], name="fk_run_jobs_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_jobs"),
    )
    op.create_index("uq_run_jobs_attempt", "run_jobs", ["attempt"], unique=True)


def _runner() -> None:
    op.create_table(
        "runner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_start", sa.Float(), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("schema_revision", sa.String(length=32), nullable=False),
        sa.Column("environment_digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("handover_requested", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_runner_single")),
        sa.PrimaryKeyConstraint("id", name="pk_runner"),
    )


def _numbers() -> None:
    op.create_table(
        "numbers",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_numbers"),
    )

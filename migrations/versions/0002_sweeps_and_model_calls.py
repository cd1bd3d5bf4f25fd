"""The tables of sweeps and of questions to language models."""

import sqlalchemy as sa
from alembic import op

revision = "bt0002"
down_revision = "bt0001"
branch_labels = None
depends_on = None

NOW_UTC = sa.text("(strftime('%Y-%m-%d %H:%M:%f000', 'now'))")


def upgrade() -> None:
    _optimization_runs()
    _optimization_results()
    _llm_calls()


def downgrade() -> None:
    for table in (
        "llm_calls",
        "optimization_results",
        "optimization_runs",
    ):
        op.drop_table(table)


def _optimization_runs() -> None:
    op.create_table(
        "optimization_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("strategy_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("timeframe", sa.String(length=10), nullable=False),
        sa.Column("start_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("searcher", sa.String(length=20), server_default="grid", nullable=False),
        sa.Column("metric", sa.String(length=50), server_default="sharpe_ratio", nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), server_default="{}", nullable=False),
        sa.Column("walk_forward", sa.Text()),
        sa.Column("seed", sa.Integer()),
        sa.Column("total_combinations", sa.Integer(), nullable=False),
        sa.Column("completed_trials", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed_trials", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("best_trial", sa.Integer()),
        sa.Column("best_params", sa.Text()),
        sa.Column("best_value", sa.Float()),
        sa.Column("status", sa.String(length=20), server_default="pending", nullable=False),
        sa.Column("progress_pct", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("strategy_version", sa.String(length=64)),
        sa.Column("dataset_version", sa.String(length=64)),
        sa.Column("code_version", sa.String(length=64)),
        sa.Column("notes", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_optimization_runs_status"),
        ),
        sa.CheckConstraint("progress_pct BETWEEN 0 AND 100", name=op.f("ck_optimization_runs_progress_pct")),
        sa.CheckConstraint("start_date < end_date", name=op.f("ck_optimization_runs_period")),
        sa.ForeignKeyConstraint(
            ["strategy_id"], ["strategies.id"], name="fk_optimization_runs_strategy_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_optimization_runs"),
    )
    op.create_index(
        "ix_optimization_runs_dataset_version", "optimization_runs", ["dataset_version"], unique=False
    )
    op.create_index(
        "ix_optimization_runs_status",
        "optimization_runs",
        ["status"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_optimization_runs_strategy_id", "optimization_runs", ["strategy_id"], unique=False)


def _optimization_results() -> None:
    op.create_table(
        "optimization_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("optimization_id", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sample", sa.String(length=3), server_default="in", nullable=False),
        sa.Column("trial", sa.Integer(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="completed", nullable=False),
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
        sa.Column("statistics", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.CheckConstraint("sample IN ('in', 'out')", name=op.f("ck_optimization_results_sample")),
        sa.CheckConstraint("status IN ('completed', 'failed')", name=op.f("ck_optimization_results_status")),
        sa.ForeignKeyConstraint(
            ["optimization_id"],
            ["optimization_runs.id"],
            name="fk_optimization_results_optimization_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_optimization_results"),
        sa.UniqueConstraint(
            "optimization_id",
            "window",
            "sample",
            "trial",
            name="uq_optimization_results_optimization_id_window_sample_trial",
        ),
    )


def _llm_calls() -> None:
    op.create_table(
        "llm_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer()),
        sa.Column("bar_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="reserved", nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("prompt_digest", sa.String(length=64), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("answer_schema", sa.Text()),
        sa.Column("answer", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("prompt_tokens", sa.Integer()),
        sa.Column("completion_tokens", sa.Integer()),
        sa.Column("seconds", sa.Float()),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=NOW_UTC, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('reserved', 'answered', 'failed')", name=op.f("ck_llm_calls_state")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_llm_calls_sequence")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["backtest_runs.id"], name="fk_llm_calls_run_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_llm_calls"),
        sa.UniqueConstraint(
            "ledger", "generation", "sequence", name="uq_llm_calls_ledger_generation_sequence"
        ),
    )
    op.create_index("ix_llm_calls_run_id", "llm_calls", ["run_id"], unique=False)

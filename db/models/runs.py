"""A run, what it left, and its live side."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import NOW_UTC, RUN_STATUSES, Base, UtcDateTime
from db.models.strategies import Strategy
from db.times import now

if TYPE_CHECKING:
    from db.models.trades import BacktestTrade

LISTED = text("deleted_at IS NULL")
ACTIVE = text("status IN ('pending', 'running')")

LIST_COLUMNS = ("status", "sharpe_ratio", "total_return_pct", "profit_factor", "max_drawdown_pct")


class BacktestRun(Base):
    """One backtest: its whole configuration, its state and its main metrics."""

    __tablename__ = "backtest_runs"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_backtest_runs"),
        ForeignKeyConstraint(
            ["strategy_id"], ["strategies.id"], name="fk_backtest_strategy", ondelete="CASCADE"
        ),
        CheckConstraint(f"status IN ({RUN_STATUSES})", name="status"),
        CheckConstraint("progress_pct BETWEEN 0 AND 100", name="progress_pct"),
        CheckConstraint("execution_mode IN ('close_price', 'intra_candle')", name="execution_mode"),
        CheckConstraint("start_date < end_date", name="period"),
        CheckConstraint("max_llm_calls >= 0", name="max_llm_calls"),
        Index("idx_backtest_strategy", "strategy_id"),
        Index("idx_backtest_symbol", "symbol"),
        Index("idx_backtest_created", "created_at"),
        # `deleted_at` is in these so that a list is read from its index alone; it comes last, or
        # the planner would take it for a choice of few rows.
        Index("ix_backtest_runs_id", "id", "deleted_at", sqlite_where=LISTED),
        *(
            Index(f"ix_backtest_runs_{column}", column, "id", "deleted_at", sqlite_where=LISTED)
            for column in LIST_COLUMNS
        ),
        Index("ix_backtest_runs_deleted", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL")),
        Index("ix_backtest_runs_active", "id", sqlite_where=ACTIVE),
        Index("ix_backtest_runs_dataset_version", "dataset_version"),
    )

    id: Mapped[int] = mapped_column(Integer, autoincrement=True)
    strategy_id: Mapped[int] = mapped_column(Integer, nullable=False)
    symbol: Mapped[str] = mapped_column(String(20), nullable=False)
    timeframe: Mapped[str] = mapped_column(String(10), nullable=False)
    start_date: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    end_date: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    initial_balance: Mapped[float] = mapped_column(
        nullable=False, default=10000.0, server_default=text("10000.0")
    )
    spread_pips: Mapped[float] = mapped_column(nullable=False, default=1.5, server_default=text("1.5"))
    execution_mode: Mapped[str] = mapped_column(
        String(20), nullable=False, default="close_price", server_default="close_price"
    )
    primary_tf: Mapped[str] = mapped_column(String(10), nullable=False, default="M15", server_default="M15")
    context_tfs: Mapped[str] = mapped_column(Text, nullable=False, default="[]", server_default="[]")
    max_llm_calls: Mapped[int] = mapped_column(nullable=False, default=100, server_default=text("100"))
    status: Mapped[str] = mapped_column(
        String(20), nullable=False, default="pending", server_default="pending"
    )
    progress_pct: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    error_message: Mapped[str | None] = mapped_column(Text)
    total_trades: Mapped[int | None]
    win_rate: Mapped[float | None]
    profit_factor: Mapped[float | None]
    expectancy: Mapped[float | None]
    max_drawdown_pct: Mapped[float | None]
    recovery_factor: Mapped[float | None]
    sharpe_ratio: Mapped[float | None]
    sortino_ratio: Mapped[float | None]
    total_return_pct: Mapped[float | None]
    avg_win: Mapped[float | None]
    avg_loss: Mapped[float | None]
    max_consec_wins: Mapped[int | None]
    max_consec_losses: Mapped[int | None]
    avg_spread: Mapped[float | None]
    commission_per_lot: Mapped[float] = mapped_column(nullable=False, default=0.0, server_default=text("0.0"))
    tp_partial_close_ratio: Mapped[float] = mapped_column(
        nullable=False, default=0.5, server_default=text("0.5")
    )
    data_file_path: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, default=now, server_default=NOW_UTC
    )

    volume: Mapped[float] = mapped_column(nullable=False, default=0.1, server_default=text("0.1"))
    risk_pct: Mapped[float | None]
    params: Mapped[str] = mapped_column(Text, nullable=False, default="{}", server_default="{}")
    settings: Mapped[str] = mapped_column(Text, nullable=False, default="{}", server_default="{}")
    strategy_version: Mapped[str | None] = mapped_column(String(64))
    dataset_version: Mapped[str | None] = mapped_column(String(64))
    code_version: Mapped[str | None] = mapped_column(String(64))
    notes: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    strategy: Mapped[Strategy] = relationship(back_populates="runs")
    trades: Mapped[list["BacktestTrade"]] = relationship(
        back_populates="run",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="BacktestTrade.id",
    )
    curve: Mapped["RunCurve | None"] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    statistics: Mapped["RunStatistics | None"] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    job: Mapped["RunJob | None"] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class RunCurve(Base):
    """The equity curve of a run; apart, so that lists never read past it."""

    __tablename__ = "run_curves"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("backtest_runs.id", ondelete="CASCADE"), primary_key=True)
    points: Mapped[int] = mapped_column(nullable=False)
    # Before the curve: a row is read from its left, and a preview then needs no overflow page.
    preview: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
    curve: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)


class RunStatistics(Base):
    """Every figure that has no column of its own, as one JSON object."""

    __tablename__ = "run_statistics"

    run_id: Mapped[int] = mapped_column(ForeignKey("backtest_runs.id", ondelete="CASCADE"), primary_key=True)
    statistics: Mapped[str] = mapped_column(Text, nullable=False, default="{}", server_default="{}")


class RunJob(Base):
    """The live side of a run: who works on it, how far it is, whether it is to stop."""

    __tablename__ = "run_jobs"
    __table_args__ = (
        CheckConstraint("attempt IS NOT NULL OR pid IS NULL", name="owner"),
        CheckConstraint("bars_done >= 0 AND bars_total >= 0", name="bars"),
        Index("uq_run_jobs_attempt", "attempt", unique=True),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("backtest_runs.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    pid: Mapped[int | None]
    process_start: Mapped[float | None]
    boot: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uses_model: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    phase: Mapped[str | None] = mapped_column(String(200))
    bars_done: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    bars_total: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    trades: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    equity: Mapped[float | None]
    curve: Mapped[bytes | None] = mapped_column(LargeBinary)
    time_limit: Mapped[int | None]  # seconds from `claimed_at` on

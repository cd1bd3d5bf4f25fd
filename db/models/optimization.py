"""Sweeps and their trials."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import RUN_STATUSES, Base, Created, UtcDateTime


class OptimizationRun(Created, Base):
    """One sweep: what is searched, over which data, judged by which metric."""

    __tablename__ = "optimization_runs"
    __table_args__ = (
        CheckConstraint(f"status IN ({RUN_STATUSES})", name="status"),
        CheckConstraint("progress_pct BETWEEN 0 AND 100", name="progress_pct"),
        CheckConstraint("start_date < end_date", name="period"),
        Index("ix_optimization_runs_status", "status", sqlite_where=text("deleted_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    strategy_id: Mapped[int] = mapped_column(
        ForeignKey("strategies.id", ondelete="CASCADE"), nullable=False, index=True
    )
    symbol: Mapped[str] = mapped_column(String(20), nullable=False)
    timeframe: Mapped[str] = mapped_column(String(10), nullable=False)
    start_date: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    end_date: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    searcher: Mapped[str] = mapped_column(String(20), nullable=False, default="grid", server_default="grid")
    metric: Mapped[str] = mapped_column(
        String(50), nullable=False, default="sharpe_ratio", server_default="sharpe_ratio"
    )
    space: Mapped[str] = mapped_column(Text, nullable=False)
    configuration: Mapped[str] = mapped_column(Text, nullable=False, default="{}", server_default="{}")
    walk_forward: Mapped[str | None] = mapped_column(Text)
    seed: Mapped[int | None]
    total_combinations: Mapped[int] = mapped_column(nullable=False)
    completed_trials: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    failed_trials: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    best_trial: Mapped[int | None]
    best_params: Mapped[str | None] = mapped_column(Text)
    best_value: Mapped[float | None]
    status: Mapped[str] = mapped_column(
        String(20), nullable=False, default="pending", server_default="pending"
    )
    progress_pct: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    error_message: Mapped[str | None] = mapped_column(Text)
    strategy_version: Mapped[str | None] = mapped_column(String(64))
    dataset_version: Mapped[str | None] = mapped_column(String(64), index=True)
    code_version: Mapped[str | None] = mapped_column(String(64))
    notes: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=901)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=902)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=903)

    results: Mapped[list["OptimizationResult"]] = relationship(
        back_populates="optimization", cascade="all, delete-orphan", passive_deletes=True
    )


class OptimizationResult(Created, Base):
    """One trial, stored once however often the sweep was cut; window 0 is the whole period."""

    __tablename__ = "optimization_results"
    __table_args__ = (
        UniqueConstraint("optimization_id", "window", "sample", "trial"),
        CheckConstraint("status IN ('completed', 'failed')", name="status"),
        CheckConstraint("sample IN ('in', 'out')", name="sample"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    optimization_id: Mapped[int] = mapped_column(
        ForeignKey("optimization_runs.id", ondelete="CASCADE"), nullable=False
    )
    window: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    sample: Mapped[str] = mapped_column(String(3), nullable=False, default="in", server_default="in")
    trial: Mapped[int] = mapped_column(nullable=False)
    params: Mapped[str] = mapped_column(Text, nullable=False)
    status: Mapped[str] = mapped_column(
        String(20), nullable=False, default="completed", server_default="completed"
    )
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
    statistics: Mapped[str | None] = mapped_column(Text)

    optimization: Mapped[OptimizationRun] = relationship(back_populates="results")

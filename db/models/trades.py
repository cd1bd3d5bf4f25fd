"""The closings of positions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, UtcDateTime
from db.models.runs import BacktestRun


class BacktestTrade(Base):
    """One closing of a position or of a part of it."""

    __tablename__ = "backtest_trades"
    __table_args__ = (
        CheckConstraint("direction IN ('BUY', 'SELL')", name="direction"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("volume > 0", name="volume"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    run_id: Mapped[int] = mapped_column(
        ForeignKey("backtest_runs.id", ondelete="CASCADE"), nullable=False, index=True
    )
    position: Mapped[int] = mapped_column(nullable=False)
    symbol: Mapped[str] = mapped_column(String(20), nullable=False)
    direction: Mapped[str] = mapped_column(String(4), nullable=False)
    entry_time: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    entry_price: Mapped[float] = mapped_column(nullable=False)
    exit_time: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    exit_price: Mapped[float] = mapped_column(nullable=False)
    stop_loss: Mapped[float | None]
    take_profit: Mapped[float | None]
    volume: Mapped[float] = mapped_column(nullable=False)
    profit: Mapped[float] = mapped_column(nullable=False)
    commission: Mapped[float] = mapped_column(nullable=False)
    exit_reason: Mapped[str] = mapped_column(String(20), nullable=False)
    equity_after: Mapped[float] = mapped_column(nullable=False)
    mae: Mapped[float | None]
    mfe: Mapped[float | None]

    run: Mapped[BacktestRun] = relationship(back_populates="trades")

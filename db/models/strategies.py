"""Strategies and the sources they had."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base, Created, UtcDateTime

if TYPE_CHECKING:
    from db.models.runs import BacktestRun


class Strategy(Created, Base):
    """A strategy by name; never deleted by a rescan, only marked missing."""

    __tablename__ = "strategies"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        Index("uq_strategies_name", "name", unique=True, sqlite_where=text("deleted_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default=text("''"))
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="signals", server_default="signals")
    path: Mapped[str | None] = mapped_column(Text)
    builtin: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    missing: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    current_version: Mapped[str | None] = mapped_column(String(64))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=901)

    versions: Mapped[list["StrategyVersion"]] = relationship(
        back_populates="strategy", cascade="all, delete-orphan", passive_deletes=True
    )
    runs: Mapped[list["BacktestRun"]] = relationship(
        back_populates="strategy", cascade="all, delete-orphan", passive_deletes=True
    )


class StrategyVersion(Created, Base):
    """A source by its hash, with the modules beside it; shared by every run that used it."""

    __tablename__ = "strategy_versions"
    __table_args__ = (UniqueConstraint("strategy_id", "version"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    strategy_id: Mapped[int] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"), nullable=False)
    version: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    source: Mapped[str] = mapped_column(Text, nullable=False)
    parameters: Mapped[str] = mapped_column(Text, nullable=False, default="[]", server_default="[]")

    strategy: Mapped[Strategy] = relationship(back_populates="versions")

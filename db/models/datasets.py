"""Imported price history."""

from datetime import datetime

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


class Dataset(Created, Base):
    """A symbol, a timeframe and a source; one of its versions is the current one."""

    __tablename__ = "datasets"
    __table_args__ = (
        Index(
            "uq_datasets_market",
            "symbol",
            "timeframe",
            "source",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    symbol: Mapped[str] = mapped_column(String(20), nullable=False)
    timeframe: Mapped[str] = mapped_column(String(10), nullable=False)
    source: Mapped[str] = mapped_column(String(100), nullable=False, default="", server_default=text("''"))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=901)

    versions: Mapped[list["DatasetVersion"]] = relationship(
        back_populates="dataset", cascade="all, delete-orphan", passive_deletes=True
    )


class DatasetVersion(Created, Base):
    """An immutable state of a dataset: files in the library, known by their digest."""

    __tablename__ = "dataset_versions"
    __table_args__ = (
        UniqueConstraint("dataset_id", "digest"),
        CheckConstraint("rows > 0", name="rows"),
        CheckConstraint("first_time <= last_time", name="range"),
        Index("uq_dataset_versions_current", "dataset_id", unique=True, sqlite_where=text("current = 1")),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    current: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    folder: Mapped[str] = mapped_column(Text, nullable=False)
    csv_path: Mapped[str] = mapped_column(Text, nullable=False)
    rows: Mapped[int] = mapped_column(nullable=False)
    first_time: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    last_time: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    dialect: Mapped[str] = mapped_column(String(50), nullable=False)
    timezone: Mapped[str] = mapped_column(String(64), nullable=False)
    day_rule: Mapped[str] = mapped_column(Text, nullable=False)
    digits: Mapped[int] = mapped_column(nullable=False)
    has_spread: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    synthetic: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    dropped: Mapped[str] = mapped_column(Text, nullable=False, default="[]", server_default="[]")
    warnings: Mapped[str] = mapped_column(Text, nullable=False, default="[]", server_default="[]")
    files: Mapped[str] = mapped_column(Text, nullable=False, default="[]", server_default="[]")

    dataset: Mapped[Dataset] = relationship(back_populates="versions")

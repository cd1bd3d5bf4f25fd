"""The one runner of a store, its queue, and the numbers that are never given twice."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NOW_UTC, Base, UtcDateTime
from db.times import now


class Runner(Base):
    """What the runner says of itself; a single row."""

    __tablename__ = "runner"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    pid: Mapped[int] = mapped_column(nullable=False)
    process_start: Mapped[float] = mapped_column(nullable=False)
    boot: Mapped[str] = mapped_column(String(64), nullable=False)
    code_version: Mapped[str] = mapped_column(String(64), nullable=False)
    schema_revision: Mapped[str] = mapped_column(String(32), nullable=False)
    environment_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    salt: Mapped[str] = mapped_column(String(64), nullable=False)
    state: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default=text("''"))
    handover_requested: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, default=now, server_default=NOW_UTC
    )


class Queue(Base):
    """What a person has said of the queue; a single row, or none as long as nobody said anything."""

    __tablename__ = "queue"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("workers >= 1", name="workers"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    paused: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    workers: Mapped[int | None]


class Number(Base):
    """The last number given to rows of a table.

    SQLite gives the highest row id again once its row is gone; a run's number
    must never come to name another run.
    """

    __tablename__ = "numbers"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    last: Mapped[int] = mapped_column(nullable=False)

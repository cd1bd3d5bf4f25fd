"""What all models share: names of constraints, times in UTC, the marks of a life cycle."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Float, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from db.times import now

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# The moment of an insert in the very format that SQLAlchemy writes.
NOW_UTC = text("(strftime('%Y-%m-%d %H:%M:%f000', 'now'))")

RUN_STATUSES = "'pending', 'running', 'completed', 'failed', 'cancelled'"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored as UTC, aware on the Python side; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC; a naive one is taken to be UTC already."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment with the zone it was stored in."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The common base; its metadata names every constraint, so that a migration can."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {float: Float}  # noqa: RUF012


class Created:
    """A row that knows when it was made."""

    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, default=now, server_default=NOW_UTC, sort_order=900
    )

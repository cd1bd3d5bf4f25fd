"""The part of an upgrade that needs Alembic and SQLAlchemy; imported only when there is one to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from db.errors import StoreDamagedError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@contextmanager
def exclusive(path: Path) -> Iterator[Connection]:
    """Yield a connection in one write transaction with foreign keys off; commit if they hold as before.

    A batch ALTER copies and drops a table: with foreign keys on, the drop would
    delete every child row by cascade.

    Rows that pointed nowhere already, put in by hand, are no reason to refuse.

    Raises:
        StoreDamagedError: the block has left rows that point nowhere; nothing is committed.
    """
    raw = sqlite3.connect(path, isolation_level=None, timeout=30)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            before = _orphans(connection)
            yield connection
            _refuse_orphans(_orphans(connection) - before, path)
            connection.commit()
    finally:
        engine.dispose()
        raw.close()


def migrate(path: Path) -> None:
    """Bring the store at `path` to the newest revision, wholly or not at all."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with exclusive(path) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _orphans(connection: Connection) -> set[tuple[str, int, str]]:
    """Return table, row id and missing parent of every row that points nowhere."""
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return {(row[0], row[1], row[2]) for row in rows}


def _refuse_orphans(made: set[tuple[str, int, str]], path: Path) -> None:
    if made:
        table, _, parent = next(iter(made))
        raise StoreDamagedError(
            f"The store {path} was not upgraded: rows of {table} point at missing rows of {parent}; "
            "it is left as it was."
        )

"""The Alembic environment: run by the store itself, or by `alembic` at a developer's hand.

By hand, `alembic -x store=PATH upgrade head` names the store; without it the one in
`BACKTAPE_HOME` is meant.
"""

import os
from pathlib import Path
from typing import Literal

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from db.migrating import exclusive
from db.models import Base, UtcDateTime


def _render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    # A revision must not change its meaning when the models' own types do.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render_item,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _named_store() -> Path:
    named = context.get_x_argument(as_dictionary=True).get("store")
    if named:
        return Path(named)
    home = os.environ.get("BACKTAPE_HOME")
    if not home:
        raise CommandError("Name the store: -x store=PATH, or set BACKTAPE_HOME.")
    return Path(home) / "store.db"


def _run() -> None:
    if context.is_offline_mode():
        raise CommandError("A store is migrated in place, not by a script of SQL.")
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    with exclusive(_named_store()) as connection:
        _migrate(connection)


_run()

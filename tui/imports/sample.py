"""The built-in sample market: `python -m tui.imports.sample` imports it and prints what it did as JSON."""

import sys
from typing import TYPE_CHECKING

from core.home import Home
from db.connection import Connection

if TYPE_CHECKING:
    from core.incoming import Imported


def import_sample(home: Home, connection: Connection) -> "Imported":
    """Put three years of the made-up market into the library; once more changes nothing."""
    from core.datasets import import_bars
    from core.market.synthetic import synthetic_bars

    return import_bars(home, connection, synthetic_bars(), dialect="synthetic")


def main() -> int:
    """Import the sample; return 1 with a sentence on stderr when it is refused."""
    from tui.commands.endings import guarded

    return guarded(_import)


def _import() -> int:
    from tui.commands.opening import opened_store
    from tui.commands.output import write_json
    from tui.imports.documents import outcome_document

    with opened_store() as (home, connection):
        write_json([outcome_document(import_sample(home, connection))])
    return 0


if __name__ == "__main__":
    sys.exit(main())

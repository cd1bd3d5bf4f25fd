"""Copy the store, list the copies, or put one back; the runner makes one a day by itself."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.home import Home
from core.text import clean
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store, usable_home
from tui.commands.output import remark, table, write, write_json
from tui.formats import compact, count, minute, plural

if TYPE_CHECKING:
    from core.backups import Backup
    from db.restore import Restored

_LATEST = Path("latest")
_HEADER = ("made (UTC)", "kind", "size", "runs", "state", "file")
_RIGHT = (2, 3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the copies, newest first")
    what.add_argument(
        "--restore",
        nargs="?",
        const=_LATEST,
        type=parsing.copy,
        metavar="FILE",
        help="put a copy, the newest whole one unless named, in the place of the store; "
        "what is there now is set aside, not deleted",
    )
    parsing.add_json(parser)


def execute(options: argparse.Namespace) -> int:
    """Make a copy, which is kept until it is removed by hand; or list them; or put one back."""
    if options.list:
        _list(usable_home(), as_json=options.json)
    elif options.restore is not None:
        named = None if options.restore == _LATEST else options.restore.expanduser().absolute()
        _restore(usable_home(), named, as_json=options.json)
    else:
        _make(as_json=options.json)
    return DONE


def _make(*, as_json: bool) -> None:
    from core.backups import make_backup

    with opened_store() as (home, _):
        made = make_backup(home)
    if as_json:
        write_json(_document(made))
    else:
        write(f"{made.file} holds {plural(made.runs or 0, 'run')} in {compact(made.bytes)}B.")


def _list(home: Home, *, as_json: bool) -> None:
    from core.backups import list_backups

    found = list(list_backups(home))
    if as_json:
        write_json([_document(backup) for backup in found])
    elif found:
        write(table(_HEADER, [_row(backup) for backup in found], _RIGHT))
    else:
        remark("No backups yet; 'backtape backup' makes one, and the runner makes one a day.")


def _restore(home: Home, named: Path | None, *, as_json: bool) -> None:
    from core.backups import put_back

    restored = put_back(home, named)
    if as_json:
        write_json(_restored_document(restored))
    else:
        write(f"{restored.copy} is the store now: {plural(restored.content.runs or 0, 'run')} in it.")
        if restored.set_aside is not None:
            write(f"What was there is kept as it was in {restored.set_aside}.")


def _document(backup: "Backup") -> dict[str, Any]:
    return {
        "file": str(backup.file),
        "kind": backup.kind,
        "made_at": backup.made_at,
        "bytes": backup.bytes,
        "schema": backup.schema,
        "runs": backup.runs,
        "whole": backup.whole,
        "fault": None if backup.fault is None else clean(backup.fault, limit=200),
    }


def _restored_document(restored: "Restored") -> dict[str, Any]:
    return {
        "file": str(restored.copy),
        "runs": restored.content.runs,
        "schema": restored.content.revision,
        "set_aside": None if restored.set_aside is None else str(restored.set_aside),
    }


def _row(backup: "Backup") -> tuple[str, ...]:
    state = "whole" if backup.fault is None else clean(backup.fault, limit=60)
    return (
        minute(backup.made_at),
        backup.kind,
        f"{compact(backup.bytes)}B",
        count(backup.runs),
        state,
        clean(str(backup.file), limit=200),
    )

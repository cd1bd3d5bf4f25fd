"""Read price files (MetaTrader, HistData, Dukascopy and others) into the data library."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.text import clean
from tui.commands import parsing
from tui.commands.asking import can_ask, describe
from tui.commands.endings import DONE, REFUSED
from tui.commands.opening import opened_store, usable_home
from tui.commands.output import complain, write, write_json
from tui.commands.progress import ProgressLine
from tui.formats import plural

if TYPE_CHECKING:
    from core.datasets import Imported


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "files", nargs="+", type=parsing.path, metavar="FILE", help="plain or in a zip or gzip archive"
    )
    parser.add_argument("--symbol", help="e.g. EURUSD; by default what the file's name says")
    parser.add_argument("--timeframe", help="e.g. M15; by default what the file's name and its bars say")
    parser.add_argument("--timezone", help="clock of the file, e.g. UTC, Europe/Athens, America/New_York")
    parser.add_argument("--source", metavar="NAME", help="keep several of one symbol and timeframe apart")
    parser.add_argument(
        "--replace", action="store_true", help="put these bars in place of others that differ"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def execute(options: argparse.Namespace) -> int:
    """Import the files one by one; one that is refused does not keep the others out."""
    usable_home()
    imported: list[Imported] = []
    line = ProgressLine()
    for path in options.files:
        line.show(f"reading {clean(path.name, limit=60)} ...")
        try:
            imported.append(_import_one(path, options, line))
        except BacktapeError as error:
            line.clear()
            complain(str(error))
        else:
            line.clear()
            if not options.json:
                write(_text(imported[-1]))
    if options.json:
        write_json([document(one) for one in imported])
    return DONE if len(imported) == len(options.files) else REFUSED


def _import_one(path: Path, options: argparse.Namespace, line: ProgressLine) -> "Imported":
    """Import a file; a symbol that is not known is asked about where somebody can answer."""
    from core.market.instruments import UnknownSymbolError

    try:
        return _import(path, options, options.symbol)
    except UnknownSymbolError as error:
        if options.json or not can_ask():
            raise
        line.clear()
        symbol = describe(usable_home(), path, error)
        return _import(path, options, symbol)


def _import(path: Path, options: argparse.Namespace, symbol: str | None) -> "Imported":
    from core.datasets import import_file

    with opened_store() as (home, connection):
        return import_file(
            home,
            connection,
            path,
            symbol=symbol,
            timeframe=options.timeframe,
            timezone=options.timezone,
            source=options.source,
            replace=options.replace,
        )


def document(imported: "Imported") -> dict[str, object]:
    """Return an import as a JSON object."""
    return {
        "symbol": imported.symbol,
        "timeframe": imported.timeframe,
        "rows": imported.rows,
        "first": imported.first,
        "last": imported.last,
        "dialect": imported.dialect,
        "timezone": imported.timezone,
        "dropped": [{"line": drop.line, "reason": drop.reason} for drop in imported.dropped],
        "warnings": list(imported.warnings),
    }


def _text(imported: "Imported") -> str:
    span = f"{imported.first:%Y-%m-%d %H:%M} to {imported.last:%Y-%m-%d %H:%M} UTC"
    understood = f"read as {imported.dialect}, clock {imported.timezone}"
    lines = [f"{imported.symbol} {imported.timeframe}: {plural(imported.rows, 'bar')}, {span} ({understood})"]
    if imported.dropped:
        # The notes say why and where the first is, once for all lines of one reason.
        lines.append(f"  {plural(len(imported.dropped), 'line')} dropped (each with its reason: --json)")
    lines += [f"  note: {clean(warning, limit=300)}" for warning in imported.warnings]
    return "\n".join(lines)

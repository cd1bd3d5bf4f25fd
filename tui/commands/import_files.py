"""Read price files (MetaTrader, HistData, Dukascopy and others) into the data library."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import BacktapeError
from core.text import clean
from tui.commands import parsing
from tui.commands.asking import can_ask, describe
from tui.commands.endings import DONE, REFUSED
from tui.commands.opening import opened_store, usable_home
from tui.commands.output import complain, remark, terminal_width, write, write_json
from tui.commands.progress import ProgressLine
from tui.folding import folded
from tui.formats import plural, with_times
from tui.imports.documents import imported_document, preview_document
from tui.imports.files import files_meant, is_pattern

if TYPE_CHECKING:
    from core.incoming import Imported
    from db.datasets import DatasetRecord

Document = dict[str, Any]

_WIDTH = 100
_APART = "--source NAME keeps these apart"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "files",
        nargs="+",
        type=parsing.path,
        metavar="FILE",
        help="plain or in a zip or gzip archive; or a folder of such files",
    )
    parser.add_argument("--symbol", help="such as EURUSD (default: what the file's name says)")
    parser.add_argument("--timeframe", help="such as M15 (default: what the file's name and its bars say)")
    parser.add_argument(
        "--timezone",
        metavar="ZONE",
        help="clock of the file, such as UTC or Europe/Athens (default: what its kind and its weeks say)",
    )
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="a name that keeps several imports of one symbol and timeframe apart (default: none)",
    )
    parser.add_argument(
        "--replace", action="store_true", help="put these bars in place of others that differ"
    )
    parser.add_argument(
        "--preview", action="store_true", help="say what is understood and what would happen; store nothing"
    )
    parsing.add_json(parser)


def execute(options: argparse.Namespace) -> int:
    """Import or preview the files one by one; one that is refused does not keep the others out."""
    usable_home()
    _refuse_wrong_options(options)
    files, refused = _files_meant(options.files)
    done: list[Document] = []
    line = ProgressLine()
    for path in files:
        line.show(f"reading {clean(path.name, limit=60)} ...")
        try:
            document, text = (_preview_one if options.preview else _import_one)(path, options, line)
        except BacktapeError as error:
            line.clear()
            complain(_of_file(path, error))
            continue
        line.clear()
        if not options.json:
            write(text)
        done.append(document)
    refused += len(files) - len(done)
    if options.json:
        write_json(done)
    elif done and refused:
        what = "understood, none imported" if options.preview else "imported"
        remark(f"{plural(len(done), 'file')} {what}, {refused:,} refused.")
    return REFUSED if refused else DONE


def _refuse_wrong_options(options: argparse.Namespace) -> None:
    """Look at what is asked of all files before any is read, so that it is told once and of none of them.

    Raises:
        BacktapeError: there is no such timeframe or time zone.
        UsageError: the symbol is empty.
    """
    from core.market.timeframes import parse_timeframe
    from core.market.zones import find_clock

    if options.symbol is not None and not options.symbol.strip():
        raise parsing.UsageError("--symbol names none; leave it out to take what the file's name says.")
    if options.timeframe is not None:
        parse_timeframe(options.timeframe)
    if options.timezone is not None:
        find_clock(options.timezone)


def _of_file(path: Path, error: BacktapeError) -> str:
    """Return a refusal that names the file: of many it would not be known which."""
    said, name = str(error), clean(path.name, limit=120)
    return said if not name or name in said else f"{name}: {said}"


def _files_meant(paths: Iterable[Path]) -> tuple[list[Path], int]:
    """Return the files that are meant and how many paths mean none, which is told.

    In place of a folder, or of a pattern that the shell left alone, come its files.
    """
    files: list[Path] = []
    refused = 0
    for path in paths:
        try:
            files += files_meant(str(path)) if _means_several(path) else [path]
        except BacktapeError as error:
            said = str(error)
            complain(f"{clean(str(path), limit=200)}: {said[:1].lower()}{said[1:]}")
            refused += 1
    return files, refused


def _means_several(path: Path) -> bool:
    try:
        return path.is_dir() or (is_pattern(str(path)) and not path.exists())
    except OSError:  # reading it says why
        return False


def _import_one(path: Path, options: argparse.Namespace, line: ProgressLine) -> tuple[Document, str]:
    """Import a file; a symbol that is not known is asked about where somebody can answer."""
    from core.market.instruments import UnknownSymbolError

    try:
        imported = _import(path, options, options.symbol)
    except UnknownSymbolError as error:
        if options.json or not can_ask():
            raise
        line.clear()
        symbol = describe(usable_home(), path, error)
        imported = _import(path, options, symbol)
    return imported_document(imported), folded(_text(imported), terminal_width(), "    ")


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


def _preview_one(path: Path, options: argparse.Namespace, _: ProgressLine) -> tuple[Document, str]:
    """Say what is understood of a file; nothing is stored."""
    from core.config import own_instruments
    from core.datasets import outlook
    from core.market.preview import Reading

    reading = Reading(path, options.symbol, options.timeframe, options.timezone)
    with opened_store() as (home, connection):
        found = reading.read(own_instruments(home))
        then = outlook(home, connection, found, source=options.source, replace=options.replace)
    document = preview_document(reading.preview(found), then)
    return document, _preview_text(document)


def _preview_text(document: Document) -> str:
    from tui.imports.outlook import state_of
    from tui.imports.preview import preview_lines

    state, _ = state_of(document["library"])
    name = clean(document["file"], limit=120)
    title = f"{document['symbol']} {document['timeframe']}: {name}, {state}"
    lines = preview_lines(document, (terminal_width() or _WIDTH) - 2, _APART)
    texts = ("".join(part.text for part in parts).rstrip() for parts in lines)
    return "\n".join([title, *(f"  {text}".rstrip() for text in texts), ""])


def _text(imported: "Imported") -> str:
    span = f"{imported.first:%Y-%m-%d %H:%M} to {imported.last:%Y-%m-%d %H:%M} UTC"
    understood = f"read as {imported.dialect}, clock {imported.timezone}"
    lines = [f"{imported.symbol} {imported.timeframe}: {plural(imported.rows, 'bar')}, {span} ({understood})"]
    if imported.dropped:
        # The warnings say why and where the first is, once for all lines of one reason.
        lines.append(f"  {plural(len(imported.dropped), 'line')} dropped (each with its reason: --json)")
    lines += [f"  {told}" for told in _joined(imported)]
    is_whole = imported.rows == imported.record.rows
    whose = "warning" if is_whole else "warning of the dataset"
    lines += [f"  {whose}: {with_times(clean(warning, limit=300))}" for warning in imported.warnings]
    return "\n".join(lines)


def _joined(imported: "Imported") -> list[str]:
    """Return what became of bars that came to others; nothing where they are the dataset."""
    if not imported.added:
        return ["All of them were there already; the dataset stays as it is."]
    if imported.before is None:
        return []
    now = f"the dataset has {plural(imported.record.rows, 'bar')} now"
    if imported.added < imported.rows:
        return [f"{imported.added:,} of them were new; {now}."]
    return [f"They were added to the {_told_of(imported.before)}; {now}.", f"No bar was in both: {_APART}."]


def _told_of(before: "DatasetRecord") -> str:
    from tui.imports.outlook import files_told

    span = f"{before.first_time:%Y-%m-%d} to {before.last_time:%Y-%m-%d}"
    files = f", imported from {files_told(before.files)}" if before.files else ""
    return f"{plural(before.rows, 'bar')} there, {span}{files}"

"""List the data library, or delete a dataset from it."""

import argparse
from dataclasses import asdict
from typing import Any

from core.errors import BacktapeError
from core.home import Home
from core.text import clean
from db import datasets
from db.connection import Connection
from db.datasets import DatasetRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store, usable_home
from tui.commands.output import remark, table, terminal_width, write, write_json
from tui.commands.parsing import UsageError
from tui.formats import count, minute, plural

# Which columns go first where the terminal is narrow; sources only where there are none.
_FOLDING = (7, 6, 4, 8, 5)
_SOURCE = 2
_HEADER = ("symbol", "tf", "source", "bars", "first", "last", "read as", "clock", "remarks")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "--delete",
        nargs=2,
        metavar=("SYMBOL", "TIMEFRAME"),
        help="delete this dataset; runs keep their trades and figures",
    )
    parser.add_argument(
        "--source", metavar="NAME", help="which of several imports --delete means, as named at import"
    )
    parsing.add_json(parser)


def execute(options: argparse.Namespace) -> int:
    """List the datasets, or delete one."""
    if options.source is not None and not options.delete:
        raise UsageError("--source says which dataset --delete means; name both.")
    with opened_store() as (home, connection):
        if options.delete:
            gone = _delete(home, connection, *options.delete, source=options.source)
            if not options.json:
                write(f"{_named(gone)} is deleted; runs that used it keep their trades and figures.")
                return DONE
        found = datasets.list_all(connection)
    if options.json:
        write_json([_object(dataset) | {"holes": _holes(dataset)} for dataset in found])
    elif found:
        unnamed = () if any(dataset.source for dataset in found) else (_SOURCE,)
        rows = [_row(dataset) for dataset in found]
        write(table(_HEADER, rows, (3,), folding=(*unnamed, *_FOLDING), width=terminal_width()))
    else:
        remark("The library is empty; 'backtape import FILE' reads price files, 'backtape demo' the sample.")
    return DONE


def _delete(
    home: Home, connection: Connection, symbol: str, timeframe: str, *, source: str | None
) -> DatasetRecord:
    from core.datasets import delete_dataset, sources_told

    wanted = (symbol.upper(), timeframe.upper())
    there = [
        dataset
        for dataset in datasets.list_all(connection)
        if (dataset.symbol.upper(), dataset.timeframe.upper()) == wanted
    ]
    if not there:
        named = clean(f"{symbol} {timeframe}", limit=60)
        raise BacktapeError(f"There is no dataset {named}; 'backtape data' lists the library.")
    found = [dataset for dataset in there if source in {None, dataset.source}]
    if not found:
        raise BacktapeError(
            f"{_named(there[0])} was not imported from a source '{clean(source or '', limit=40)}'; "
            f"{sources_told(there)}."
        )
    if len(found) > 1:
        raise BacktapeError(
            f"{_named(found[0])} comes from several sources; {sources_told(found)}; say which with --source."
        )
    delete_dataset(home, connection, found[0])
    return found[0]


def _named(dataset: DatasetRecord) -> str:
    return f"{dataset.symbol} {dataset.timeframe}"


def _object(dataset: DatasetRecord) -> dict[str, Any]:
    return {
        "symbol": dataset.symbol,
        "timeframe": dataset.timeframe,
        "source": dataset.source,
        "rows": dataset.rows,
        "first": dataset.first_time,
        "last": dataset.last_time,
        "dialect": dataset.dialect,
        "timezone": dataset.timezone,
        "synthetic": dataset.synthetic,
        "has_spread": dataset.has_spread,
        "digits": dataset.digits,
        "digest": dataset.digest,
        "csv_path": dataset.csv_path,
        "files": [clean(str(name), limit=120) for name in dataset.files],
        "imported_at": dataset.created_at,
        "dropped": [{"line": drop["line"], "reason": drop["reason"]} for drop in dataset.dropped],
        "dropped_count": dataset.dropped_count,
        "warnings": list(dataset.warnings),
    }


def _holes(dataset: DatasetRecord) -> list[dict[str, Any]] | None:
    """Return the longest stretches of weeks without any bar; None where the files cannot be read."""
    from core.datasets import holes_of

    try:
        return [asdict(hole) for hole in holes_of(usable_home(), dataset).longest]
    except BacktapeError:
        return None


def _row(dataset: DatasetRecord) -> tuple[str, ...]:
    return (
        clean(dataset.symbol, limit=20),
        dataset.timeframe,
        clean(dataset.source, limit=20),
        count(dataset.rows),
        minute(dataset.first_time),
        minute(dataset.last_time),
        clean(dataset.dialect, limit=20),
        clean(dataset.timezone, limit=24),
        "; ".join(_remarks(dataset)),
    )


def _remarks(dataset: DatasetRecord) -> list[str]:
    """Return in short what is to be known; the texts are in the JSON."""
    remarks = ["SYNTHETIC"] if dataset.synthetic else []
    if dataset.dropped:
        remarks.append(f"{plural(dataset.dropped_count, 'line')} dropped")
    if dataset.warnings:
        remarks.append(plural(len(dataset.warnings), "warning"))
    return remarks

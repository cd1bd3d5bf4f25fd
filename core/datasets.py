"""The data library as the program uses it: files and the store's rows about them, together.

What only an import needs is imported there: submitting a run passes through here.
"""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import read_config
from core.errors import BacktapeError
from core.home import Home
from core.incoming import Imported, Incoming, Outlook, together
from core.market import library
from core.market.bars import Bars, moment
from core.market.instruments import Instrument, find_instrument
from core.market.resample import resample
from core.market.timeframes import parse_timeframe
from core.text import clean
from db import datasets
from db.connection import Connection, transaction
from db.datasets import DatasetRecord, NewVersion

if TYPE_CHECKING:
    from core.market.holes import Holes
    from core.market.quality import Gaps
    from core.market.reading import MarketFile

_TRIES = 5
_LISTED_GAPS = 20
_SOURCE = re.compile(r"[A-Za-z0-9._-]{1,30}")


def import_file(
    home: Home,
    connection: Connection,
    path: Path,
    *,
    symbol: str | None = None,
    timeframe: str | None = None,
    timezone: str | None = None,
    source: str | None = None,
    replace: bool = False,
    own: Mapping[str, Instrument] | None = None,
) -> Imported:
    """Read a market file into the library.

    It is added to the dataset of its symbol, timeframe and `source` where the
    two are apart or equal. With `replace` it takes the dataset's place instead;
    runs keep the version they used. `own` are the user's own instruments, those
    of `config.toml` unless given; what the symbol means at this moment is kept
    with the bars.

    Raises:
        BacktapeError: the file cannot be read as bars, or differs from the dataset.
    """
    own = read_config(home).instruments if own is None else own
    from core.market.reading import read_market_file

    found = read_market_file(path, symbol=symbol, timeframe=timeframe, timezone=timezone, own=own)
    return store_file(home, connection, found, source=source, replace=replace)


def store_file(
    home: Home,
    connection: Connection,
    found: "MarketFile",
    *,
    source: str | None = None,
    replace: bool = False,
) -> Imported:
    """Put the bars of a file that has been read into the library, as `import_file` does.

    Raises:
        BacktapeError: they differ from the dataset.
    """
    return _import(home, connection, Incoming.of(found), source=_source(source), replacing=replace)


def outlook(
    home: Home,
    connection: Connection,
    found: "MarketFile",
    *,
    source: str | None = None,
    replace: bool = False,
) -> Outlook:
    """Return what `store_file` would do to the library; nothing is stored.

    Raises:
        BacktapeError: nothing can be called as `source` is.
    """
    bars = found.bars
    there = datasets.get(connection, bars.symbol, bars.timeframe, _source(source))
    if there is None or replace:
        return Outlook(there, len(bars), len(bars), found.warnings, replaces=there is not None)
    try:
        old = open_bars(home, there, there.timeframe)
        whole, kept = together(old, there, Incoming.of(found))
    except BacktapeError as error:
        return Outlook(there, there.rows, 0, found.warnings, refusal=str(error))
    added = len(whole.bars) - kept
    # A version that is there already stays as it is.
    if not added:
        return Outlook(there, len(whole.bars), added, there.warnings)
    return Outlook(there, len(whole.bars), added, whole.warnings, doubts=whole.doubts)


def import_bars(
    home: Home,
    connection: Connection,
    bars: Bars,
    *,
    dialect: str,
    timezone: str = "UTC",
    source: str | None = None,
    replace: bool = False,
) -> Imported:
    """Put bars that are there already, such as the sample's, into the library.

    Raises:
        BacktapeError: they differ from the dataset.
    """
    return _import(
        home,
        connection,
        Incoming(bars, dialect, timezone, [], []),
        source=_source(source),
        replacing=replace,
    )


def _source(source: str | None) -> str:
    """Return the name that keeps datasets apart, "" for the one without a name.

    Raises:
        BacktapeError: nothing can be called so.
    """
    name = (source or "").strip()
    if name and not _SOURCE.fullmatch(name):
        raise BacktapeError(
            f"A source cannot be called '{clean(name, limit=40)}'; use at most 30 letters, digits and - _ .",
            field="source",
        )
    return name


def _import(
    home: Home, connection: Connection, incoming: Incoming, *, source: str, replacing: bool
) -> Imported:
    """Write a new version and make it current, unless another import was faster; then begin anew."""
    home.create()
    bars = incoming.bars
    for _ in range(_TRIES):
        before = datasets.get(connection, bars.symbol, bars.timeframe, source)
        whole, kept = incoming, 0
        if before is not None and not replacing:
            whole, kept = together(open_bars(home, before, before.timeframe), before, incoming)
        stored = library.write_version(home.library, whole.bars, source)
        with transaction(connection):
            now = datasets.get(connection, bars.symbol, bars.timeframe, source)
            changed = (now and now.digest) != (before and before.digest)
            if not changed and stored.folder.is_dir():
                new = _new_version(whole, stored)
                record = datasets.register_version(
                    connection, bars.symbol, bars.timeframe, new, source=source
                )
                joined = None if replacing else before
                return Imported.of(incoming, record, added=len(whole.bars) - kept, before=joined)
    raise BacktapeError(
        f"{bars.symbol} {bars.timeframe} is being imported elsewhere; try again when that is done."
    )


def _new_version(whole: Incoming, stored: library.StoredVersion) -> NewVersion:
    from core.market.synthetic import SYMBOL as SYNTHETIC

    bars = whole.bars
    return NewVersion(
        digest=stored.digest,
        folder=str(stored.folder.absolute()),
        csv_path=str(stored.csv.absolute()),
        rows=stored.rows,
        first_time=moment(stored.first),
        last_time=moment(stored.last),
        dialect=whole.dialect,
        timezone=whole.timezone,
        day_rule=json.dumps(bars.days.as_json()),
        digits=bars.instrument.digits,
        has_spread=bars.spread is not None,
        synthetic=bars.symbol == SYNTHETIC,
        dropped=whole.kept_lines(),
        warnings=list(whole.warnings),
        files=list(whole.files),
    )


def find_dataset(
    connection: Connection,
    symbol: str,
    timeframe: str,
    source: str | None = None,
    *,
    own: Mapping[str, Instrument] | None = None,
) -> DatasetRecord:
    """Return the dataset that gives bars of `timeframe`: its own, or the coarsest finer one that divides it.

    Without `source` the dataset without a source comes first; another is taken
    only if there is no choice to make. `own` are the user's own instruments.

    Raises:
        BacktapeError: there is none (the sentence names what there is), or
            several sources have one.
    """
    wanted = parse_timeframe(timeframe)
    name = _symbol(connection, symbol, own)
    there = datasets.list_all(connection, name)
    if not there:
        raise BacktapeError(_nothing_of(connection, name), field="symbol")
    fitting = [record for record in there if parse_timeframe(record.timeframe).divides(wanted)]
    if source is not None and fitting:
        fitting = _of_source(fitting, f"{name} {wanted}", source)
    if not fitting:
        names = ", ".join(dict.fromkeys(record.timeframe for record in there))
        raise BacktapeError(
            f"{name} is in the library as {names}, from which {wanted} cannot be made; "
            f"import {name} {wanted} or a timeframe that divides it.",
            field="timeframe",
        )
    unnamed = [record for record in fitting if not record.source]
    if not unnamed and len({record.source for record in fitting}) > 1:
        raise BacktapeError(
            f"{name} comes from several sources; {sources_told(fitting)}; say which with --source.",
            field="source",
        )
    return max(unnamed or fitting, key=lambda record: parse_timeframe(record.timeframe).seconds)


def _symbol(connection: Connection, symbol: str, own: Mapping[str, Instrument] | None) -> str:
    """Return the name under which the library would keep `symbol`."""
    if datasets.list_all(connection, symbol.strip().upper()):
        return symbol.strip().upper()
    return find_instrument(symbol, own).symbol


def _nothing_of(connection: Connection, name: str) -> str:
    known = list(dict.fromkeys(record.symbol for record in datasets.list_all(connection)))
    there = f"there are {', '.join(known[:8])}{' ...' if len(known) > 8 else ''}" if known else "it is empty"
    return f"The library has no {name} ({there}); import a file of it with 'backtape import'."


def _of_source(there: list[DatasetRecord], name: str, source: str) -> list[DatasetRecord]:
    found = [record for record in there if record.source == source]
    if not found:
        raise BacktapeError(
            f"{name} was not imported from a source '{clean(source, limit=40)}'; {sources_told(there)}.",
            field="source",
        )
    return found


def sources_told(there: Sequence[DatasetRecord]) -> str:
    """Return which sources some datasets come from, as the end of a sentence."""
    names = sorted({record.source for record in there})
    told = ", ".join(f"'{clean(name, limit=40)}'" if name else "'' (without a name)" for name in names)
    return f"its only source is {told}" if len(names) == 1 else f"its sources are {told}"


def open_bars(home: Home, record: DatasetRecord, timeframe: str) -> Bars:
    """Return the bars of a dataset version, memory-mapped, gathered into `timeframe` if that is coarser.

    Files that look as they were written are trusted; others are compared with
    their digest to the last bit first.

    Raises:
        BacktapeError: the files are gone, or are not those that were imported.
    """
    folder = _folder(home, record)
    if not library.is_untouched(folder, record.digest):
        library.read_bars(folder)  # tells what is gone or damaged, where that is the fault
        if not library.verify(folder, record.digest):
            raise BacktapeError(
                f"The price history in {folder} is not the one that was imported; import the file again."
            )
    return resample(library.read_bars(folder), parse_timeframe(timeframe))


def gaps_of(home: Home, record: DatasetRecord) -> "Gaps | None":
    """Return what is missing in a dataset version inside weeks, None for days and longer bars.

    Of its files only the times are read.

    Raises:
        BacktapeError: the files are gone or damaged.
    """
    from core.market.quality import find_gaps

    bars = library.read_bars(_folder(home, record))
    return find_gaps(bars, longest=_LISTED_GAPS) if bars.timeframe.is_intraday else None


def holes_of(home: Home, record: DatasetRecord) -> "Holes":
    """Return the weeks in which a dataset version has no bar at all; of its files only the times are read.

    Raises:
        BacktapeError: the files are gone or damaged.
    """
    from core.market.holes import find_holes

    return find_holes(library.read_bars(_folder(home, record)), longest=_LISTED_GAPS)


def bars_stamp(home: Home, record: DatasetRecord) -> tuple[tuple[int, ...], ...]:
    """Return what the files of a dataset version look like now, to tell later whether they were touched."""
    return library.stamp(_folder(home, record))


def run_csv(home: Home, record: DatasetRecord, timeframe: str) -> Path:
    """Return where the CSV of a dataset version at `timeframe` is, or will be once a run has used it."""
    folder = _folder(home, record)
    if timeframe == record.timeframe:
        return folder / library.CSV
    return library.resampled_csv(folder, parse_timeframe(timeframe))


def ensure_run_csv(home: Home, record: DatasetRecord, timeframe: str) -> Path:
    """Write that CSV if it is not there; return it.

    Raises:
        BacktapeError: the bars are gone, or the disk does not take the file.
    """
    path = run_csv(home, record, timeframe)
    if not path.is_file():
        library.write_csv(open_bars(home, record, timeframe), path)
    return path


def delete_dataset(home: Home, connection: Connection, record: DatasetRecord) -> None:
    """Delete a dataset; the files of versions that no run used go with it."""
    datasets.delete(connection, record.id)
    sweep_unused(home, connection)


def sweep_unused(home: Home, connection: Connection) -> list[DatasetRecord]:
    """Delete the versions, rows and files, that neither a dataset nor a run points at; return them."""
    return datasets.sweep(connection, lambda record: unlink_version(home, record))


def unlink_version(home: Home, record: DatasetRecord) -> None:
    """Delete the files of a dataset version; nothing outside the library is touched.

    Raises:
        BacktapeError: the files cannot be deleted.
    """
    folder = _folder(home, record)
    if home.library.resolve() not in folder.resolve().parents or not folder.exists():
        return
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise BacktapeError(
            f"The price history in {folder} cannot be deleted ({error.strerror or error}); make it writable."
        ) from error
    for empty in (folder.parent, folder.parent.parent):
        if not any(empty.iterdir()):
            empty.rmdir()


def _folder(home: Home, record: DatasetRecord) -> Path:
    """Return where a version lies now: a data folder may have been moved or copied as a whole."""
    here = library.version_folder(home.library, record.symbol, record.timeframe, record.digest)
    return here.absolute() if here.is_dir() else Path(record.folder)

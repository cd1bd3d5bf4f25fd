"""The files of the data library: one folder for each version of a dataset, never changed.

`<symbol>/<timeframe>/<first 12 digits of the digest>/` holds each column as a
`.npy` file that can be memory-mapped, `about.json` with everything else, and
`bars.csv` for people and other programs. A CSV has its own digest beside it.
"""

import hashlib
import json
import os
import shutil
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.errors import BacktapeError, is_full
from core.market.bars import COLUMNS, Bars
from core.market.days import DayRule
from core.market.instruments import Instrument
from core.market.timeframes import Timeframe

ABOUT, CSV = "about.json", "bars.csv"
_FORMAT = 1
_PIECE = 1 << 22
_CSV_PART = 250_000
_FORGOTTEN = 3_600.0  # seconds after which a draft has no import any more


@dataclass(frozen=True)
class StoredVersion:
    """Where a version lies and what it holds; `first` and `last` are opening times in UTC."""

    digest: str
    folder: Path
    csv: Path
    rows: int
    first: np.datetime64
    last: np.datetime64


def write_version(library: Path, bars: Bars, source: str = "") -> StoredVersion:
    """Write `bars` as a version of their dataset, wholly or not at all.

    Bars that are there already are not written again. `source` is kept for the
    reader of the files; the digest is of the bars alone.

    Raises:
        BacktapeError: there are no bars, or the disk does not take them.
    """
    if not len(bars):
        raise BacktapeError(f"There is no {bars.symbol} {bars.timeframe} bar to store.")
    digest = digest_of(bars)
    folder = version_folder(library, bars.symbol, bars.timeframe, digest)
    stored = StoredVersion(digest, folder, folder / CSV, len(bars), bars.time[0], bars.time[-1])
    if verify(folder, digest) and csv_is_intact(stored.csv):
        return stored
    temporary = library / f".new-{uuid.uuid4().hex}"
    try:
        _make_folder(library)
        _clear_drafts(library)
        temporary.mkdir(mode=0o700)
        _write_files(temporary, bars, digest, source)
        _make_folder(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)  # a damaged one; whoever has mapped it keeps it
        os.rename(temporary, folder)  # noqa: PTH104 - the name must not be there yet
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if verify(folder, digest):
            return stored  # another import has just written the same bars
        raise _not_written(library, error) from error
    return stored


def version_folder(library: Path, symbol: str, timeframe: str, digest: str) -> Path:
    """Return where the version of this digest lies."""
    return library / symbol / timeframe / digest[:12]


def read_bars(folder: Path) -> Bars:
    """Return the bars of a version, their columns memory-mapped.

    Raises:
        BacktapeError: the version is gone, or its files do not fit together.
    """
    about = _about(folder)
    try:
        columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in about["columns"]}
        bars = Bars(
            instrument=Instrument(**about["instrument"]),
            timeframe=Timeframe(about["timeframe"]),
            days=DayRule.from_json(about["days"]),
            decimals=about["decimals"],
            **columns,
        )
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise _damaged(folder) from error
    if len(bars) != about["rows"]:
        raise _damaged(folder)
    return bars


def is_untouched(folder: Path, digest: str) -> bool:
    """Return whether a version looks as it was written: digest, sizes and times of its files."""
    try:
        about = _about(folder)
        return bool(about["digest"] == digest) and all(
            [status.st_size, status.st_mtime_ns] == about["files"][name]
            for name in about["files"]
            for status in [(folder / name).stat()]
        )
    except (BacktapeError, OSError, KeyError, TypeError):
        return False


def stamp(folder: Path) -> tuple[tuple[int, ...], ...]:
    """Return what the files of a version look like now: the same as long as nobody touches them.

    Size, time and file of each column and of what is said about them; nothing where they are going.
    """
    try:
        seen = [
            path.stat() for path in sorted(folder.iterdir()) if path.name == ABOUT or path.suffix == ".npy"
        ]
    except OSError:
        return ()
    return tuple((one.st_size, one.st_mtime_ns, one.st_ino) for one in seen)


def verify(folder: Path, digest: str) -> bool:
    """Return whether the columns of a version are those that were written, to the last bit."""
    try:
        return digest_of(read_bars(folder)) == digest
    except BacktapeError:
        return False


def digest_of(bars: Bars) -> str:
    """Return the SHA-256 of the bars and of what they are bars of."""
    identity = json.dumps({"format": _FORMAT, **_identity(bars)}, sort_keys=True)
    digest = hashlib.sha256(identity.encode())
    for name in _columns(bars):
        digest.update(name.encode())
        digest.update(memoryview(getattr(bars, name).view(np.uint8)))
    return digest.hexdigest()


def write_csv(bars: Bars, path: Path) -> None:
    """Write `time,open,high,low,close,volume[,spread]` with times in ISO 8601 (UTC), wholly or not at all.

    Numbers are printed as the shortest text that reads back as the same float.
    A file beside it, with `.sha256` behind its name, holds its digest.

    Raises:
        BacktapeError: the disk does not take it.
    """
    try:
        _make_folder(path.parent)
        _put_csv(bars, path)
    except OSError as error:
        raise _not_written(path.parent, error) from error


def _put_csv(bars: Bars, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with _create(temporary) as file:
            digest = _csv_into(bars, file)
        with _create(temporary.with_suffix(".sum")) as file:
            file.write(digest.encode())
        temporary.with_suffix(".sum").replace(_sum_of(path))
        temporary.replace(path)
    except OSError:
        for left in (temporary, temporary.with_suffix(".sum")):
            left.unlink(missing_ok=True)
        raise


def csv_is_intact(path: Path) -> bool:
    """Return whether a CSV of the library is there and is the file that was written."""
    try:
        return _digest_of_file(path) == _sum_of(path).read_text()
    except (OSError, ValueError):
        return False


def resampled_csv(folder: Path, timeframe: Timeframe) -> Path:
    """Return where a version keeps its bars gathered into a coarser timeframe."""
    return folder / f"bars-{timeframe}.csv"


def _columns(bars: Bars) -> list[str]:
    return [name for name in COLUMNS if getattr(bars, name) is not None]


def _identity(bars: Bars) -> dict[str, Any]:
    return {
        "instrument": asdict(bars.instrument),
        "timeframe": bars.timeframe.value,
        "days": bars.days.as_json(),
        "decimals": bars.decimals,
        "columns": _columns(bars),
    }


def _write_files(folder: Path, bars: Bars, digest: str, source: str) -> None:
    for name in _columns(bars):
        with _create(folder / f"{name}.npy") as file:
            np.save(file, getattr(bars, name))
    _put_csv(bars, folder / CSV)
    files = {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in folder.glob("*.npy")}
    about = {
        "format": _FORMAT,
        "digest": digest,
        "source": source,
        "rows": len(bars),
        "first": f"{bars.time[0]}Z",
        "last": f"{bars.time[-1]}Z",
        **_identity(bars),
        "files": files,
    }
    with _create(folder / ABOUT) as file:
        file.write(json.dumps(about, indent=1).encode())


def _about(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads((folder / ABOUT).read_bytes())
    except FileNotFoundError:
        raise BacktapeError(f"The price history in {folder} is gone; import the file again.") from None
    except (OSError, ValueError) as error:
        raise _damaged(folder) from error
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise _damaged(folder)
    return about


def _csv_into(bars: Bars, file: IO[bytes]) -> str:
    """Write the CSV and return its digest; two parts at a time are put into text side by side."""
    from concurrent.futures import ThreadPoolExecutor

    digest = hashlib.sha256()
    with ThreadPoolExecutor(2) as pool:
        for first in range(0, len(bars), 2 * _CSV_PART):
            both = [bars.slice(start, start + _CSV_PART) for start in (first, first + _CSV_PART)]
            for text in pool.map(_csv_text, both, (not first, False)):
                file.write(text)
                digest.update(text)
    return digest.hexdigest()


def _csv_text(bars: Bars, header: bool) -> memoryview:
    if not len(bars):
        return memoryview(b"")
    import pyarrow as pa
    from pyarrow import csv

    columns = {"time": _iso_texts(bars.time.view(np.int64))}
    columns |= {name: pa.array(getattr(bars, name)) for name in _columns(bars)[1:]}
    text = pa.BufferOutputStream()
    options = csv.WriteOptions(
        include_header=header, quoting_style="none", quoting_header="none", batch_size=65_536
    )
    csv.write_csv(pa.table(columns), text, options)
    return memoryview(text.getvalue())


def _iso_texts(seconds: np.ndarray[Any, np.dtype[np.int64]]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the times as `2020-01-31T23:45:00Z`, put together from one text a day and one a second."""
    import pyarrow as pa

    days, second = np.divmod(seconds, 86_400)
    first = int(days[0])
    dates = np.arange(first, int(days[-1]) + 1).astype("datetime64[D]").astype("S10")
    clocks = np.arange(86_400).astype("datetime64[s]").astype("S19")
    matrix = np.empty((len(seconds), 20), dtype=np.uint8)
    matrix[:, :10] = dates.view(np.uint8).reshape(-1, 10)[days - first]
    matrix[:, 10:19] = clocks.view(np.uint8).reshape(-1, 19)[:, 10:][second]
    matrix[:, 19] = ord("Z")
    offsets = np.arange(len(seconds) + 1, dtype=np.int64) * 20
    return pa.LargeStringArray.from_buffers(len(seconds), pa.py_buffer(offsets), pa.py_buffer(matrix))


def _digest_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _sum_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _clear_drafts(library: Path) -> None:
    """Delete what imports that were cut off have left behind."""
    for draft in library.glob(".new-*"):
        if time.time() - draft.stat().st_mtime > _FORGOTTEN:
            shutil.rmtree(draft, ignore_errors=True)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, private to the user."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _create(path: Path) -> IO[bytes]:
    """Open a new file for writing, private to the user whatever the umask."""
    return open(path, "wb", opener=_private)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _not_written(folder: Path, error: OSError) -> BacktapeError:
    if is_full(error):
        return BacktapeError(
            f"The disk is full: the price history could not be written to {folder}; "
            "make room, and import again."
        )
    return BacktapeError(
        f"The price history could not be written to {folder} ({error.strerror or error}); "
        "make room or make it writable, and import again."
    )


def _damaged(folder: Path) -> BacktapeError:
    return BacktapeError(f"The price history in {folder} is damaged; import the file again.")

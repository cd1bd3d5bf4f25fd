"""Runs written as files for other programs, from the store into a folder: all of them, or none.

Tables (CSV) are for people and spreadsheets: money is rounded to eight decimals, prices and other
figures to eight decimals or twelve digits, whichever is more, so that every number reads as what was
computed to within 1e-8. Documents (JSON) hold it to the last bit. What a run was set up with is exact
in both.

What is told of a run and its trades is what the store holds, with two differences. The lots of a run
that is sized by risk are undefined, for its trades have lots of their own; so is the spread where that
recorded with the bars was paid, and so are the calls of a run that asks no language model. And a trade
has pips, bars held and R beside its columns, as the list of trades shows them: to a tenth of the last
digit of prices, and to four decimals.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from core.errors import BacktapeError, is_full
from core.formats import status_said
from core.home import Home
from core.html_report.document import write_report
from core.jobs.holding import holding_if_there
from core.jobs.settings import RunSettings
from core.results import exports
from core.results.rounding import figure, figures, money, to_places
from core.run_breakdowns import sides_of
from core.run_documents import (
    CALL_FIELDS,
    TRADE_FIELDS,
    call_document,
    call_row,
    calls_of,
    equity_of,
    equity_points,
    row_document,
    trade_document,
    trade_row,
)
from core.text import clean, plural
from core.trade_terms import TradeTerms, read_terms
from db import runs, trades
from db.connection import Connection
from db.disk import sync
from db.runs import RunRecord
from db.trades import TradeRecord

Tell = Callable[[RunRecord, int], None]
Write = Callable[["Source", RunRecord, TextIO, Tell], None]
Cells = Sequence[object]

_PAGE = 2_000
_DRAFT, _UNNAMED = ".backtape-", ".part"
_FORGOTTEN = 3600.0  # seconds after which a draft has nobody any more who writes it
_MONEY = {"profit", "commission", "equity_after", "mae", "mfe"}
_ROUNDED = [money if name in _MONEY else figure for name in TRADE_FIELDS]
# What is told of a trade beside its columns.
_TOLD = ("pips", "bars", "r")
# A thousandth of a risk is beyond what any stop is set to.
_RISK_PLACES = 4
# What a run was set up with, under names of its own.
_EXACT = ("params", "settings")
_AMOUNTS = {"profit", "net_profit", "gross_profit", "gross_loss", "final_equity", "max_drawdown"}
_AMOUNTS |= {"commission", "best_trade", "worst_trade"}
# What only a run that asks a language model is made with, in the row and in its settings.
_OF_MODEL = {"max_llm_calls"}
_SETTINGS_OF_MODEL = {"model", "endpoint", "generation", "cutoff"}


@dataclass(frozen=True)
class Source:
    """Where runs are read from: the store, and the data folder with the bars they were tested on."""

    home: Home
    connection: Connection


@dataclass(frozen=True)
class Form:
    """What the files of a run are called and what they hold; those `of_model` only where it asks one."""

    files: Mapping[str, Write]
    of_model: Mapping[str, Write] = field(default_factory=dict)

    def of(self, run: RunRecord) -> dict[str, Write]:
        """Return the files of a run by their names."""
        named = {**self.files, **(self.of_model if _asks_model(run) else {})}
        return {name.format(run.id): write for name, write in named.items()}


@dataclass(frozen=True)
class Exported:
    """The files that a run was written to."""

    run: int
    files: list[Path]


class TakenError(BacktapeError):
    """Files that are there would be written over."""

    def __init__(self, taken: Sequence[Path]) -> None:
        self.names = f"{_shown(taken[0])}{_further(len(taken) - 1)}"
        super().__init__(
            f"{self.names} would be written over, so nothing was exported; "
            "export with --replace, or into another folder."
        )


def _write_figures(_source: Source, run: RunRecord, file: TextIO, _tell: Tell) -> None:
    found = _row(run) if _asks_model(run) else _without_model(_row(run))
    exports.write_pairs(file, figures(found, exact=_EXACT, amounts=_AMOUNTS))


def _row(run: RunRecord) -> dict[str, Any]:
    """Return a run by its columns, without the lots, the spread or the calls that it was not made with."""
    unused = {"volume": run.risk_pct is not None, "spread_pips": _has_recorded_spread(run)}
    unused |= dict.fromkeys(_OF_MODEL, not _asks_model(run))
    return row_document(run) | {name: None for name, is_unused in unused.items() if is_unused}


def _without_model(row: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in row["settings"].items() if name not in _SETTINGS_OF_MODEL}
    return {name: value for name, value in row.items() if name not in _OF_MODEL} | {"settings": settings}


def _has_recorded_spread(run: RunRecord) -> bool:
    return RunSettings.of_run(run).spread_source == "data"


def _write_trades(source: Source, run: RunRecord, file: TextIO, tell: Tell) -> None:
    terms = read_terms(source.connection, source.home, run)
    cells = ([*_trade_cells(trade), *_told(trade, terms)] for trade in _trades(source, run, tell))
    exports.write_table(file, (*TRADE_FIELDS, *_TOLD), cells)


def _write_equity(source: Source, run: RunRecord, file: TextIO, _tell: Tell) -> None:
    points = equity_points(equity_of(source.connection, run))
    exports.write_table(file, ("time", "equity"), ((time, money(value)) for time, value in points))


def _write_calls(source: Source, run: RunRecord, file: TextIO, _tell: Tell) -> None:
    calls = map(call_row, calls_of(source.connection, run.id))
    exports.write_table(file, CALL_FIELDS, (list(map(figure, cells)) for cells in calls))


def _trade_cells(trade: TradeRecord) -> Cells:
    return [rounded(value) for rounded, value in zip(_ROUNDED, trade_row(trade), strict=True)]


def _told(trade: TradeRecord, terms: TradeTerms) -> Cells:
    """Return what is under the names of `_TOLD`, rounded in documents too: no such figure is exact."""
    pips = to_places(terms.pips(trade), terms.pip_places)
    return pips, terms.bars(trade), to_places(terms.risks(trade), _RISK_PLACES)


def _trade_object(trade: TradeRecord, terms: TradeTerms) -> dict[str, Any]:
    return trade_document(trade) | dict(zip(_TOLD, _told(trade, terms), strict=True))


def _write_document(source: Source, run: RunRecord, file: TextIO, tell: Tell) -> None:
    found = calls_of(source.connection, run.id)
    calls = {"calls": map(call_document, found)} if _asks_model(run) else {}
    terms = read_terms(source.connection, source.home, run)
    exports.write_document(
        file,
        _row(run),
        trades=(_trade_object(trade, terms) for trade in _trades(source, run, tell)),
        equity=equity_points(equity_of(source.connection, run)),
        **calls,
    )


def _write_html(source: Source, run: RunRecord, file: TextIO, tell: Tell) -> None:
    curve = equity_of(source.connection, run)
    held = holding_if_there(source.connection, source.home, run)
    sides = sides_of(source.connection, run.id)
    write_report(file, run, curve, _trades(source, run, tell), held=held, sides=sides)


def _asks_model(run: RunRecord) -> bool:
    return run.job is not None and run.job.uses_model


CSV = Form(
    {
        "run-{}.csv": _write_figures,
        "run-{}-trades.csv": _write_trades,
        "run-{}-equity.csv": _write_equity,
    },
    of_model={"run-{}-calls.csv": _write_calls},
)
JSON = Form({"run-{}.json": _write_document})
HTML = Form({"run-{}.html": _write_html})


def export(
    source: Source,
    found: Sequence[RunRecord],
    folder: Path,
    form: Form = CSV,
    *,
    replacing: bool = False,
    tell: Tell = lambda _run, _written: None,
) -> list[Exported]:
    """Write completed runs as files into `folder`, which is made if it is missing.

    `~` at its beginning is the user's home. Files are private to the user. All of them
    get their names when all are whole and on the disk; until then none is there. `tell`
    hears after every page how many trades of a run have been written.

    Raises:
        TakenError: a file is there already, unless `replacing`.
        BacktapeError: a run has no result or is removed meanwhile, or the folder does not take them.
    """
    folder = _whole(folder)
    planned = [Exported(run.id, [folder / name for name in form.of(run)]) for run in found]
    _require_results(found)
    with _refusals_of(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_room_for_names(planned, replacing=replacing)
        with _Drafts(folder) as drafts:
            for run in found:
                for name, write in form.of(run).items():
                    with drafts.opened(folder / name) as file:
                        write(source, run, file, tell)
                _require_run(source.connection, run)
            _require_room_for_names(planned, replacing=replacing)
            drafts.name_all()
    return planned


def _whole(folder: Path) -> Path:
    try:
        return folder.expanduser().absolute()
    except RuntimeError as error:
        raise BacktapeError(
            f"Nothing was exported to {_shown(folder)}, for there is no such user; name another folder."
        ) from error


def _trades(source: Source, run: RunRecord, tell: Tell) -> Iterator[TradeRecord]:
    """Yield the trades of a run, read page by page: a run may have a million."""
    after, written = 0, 0
    while page := trades.page(source.connection, run.id, after, _PAGE):
        yield from page
        after, written = page[-1].id, written + len(page)
        tell(run, written)


def _require_results(found: Sequence[RunRecord]) -> None:
    without = [f"run {run.id} {status_said(run.status)}" for run in found if run.status != "completed"]
    if without:
        raise BacktapeError(
            f"Nothing was exported, for only a run that is done has a result: {', '.join(without)}; "
            "leave out what is not done."
        )


def _require_run(connection: Connection, run: RunRecord) -> None:
    """Make sure that the trades just read were all of them: they go with their run."""
    if runs.get(connection, run.id, deleted=True) is None:
        raise BacktapeError(
            f"Run {run.id} was removed for good meanwhile, so nothing was exported; leave it out."
        )


def _require_room_for_names(planned: Sequence[Exported], *, replacing: bool) -> None:
    """Refuse names that are taken, even by links that lead nowhere."""
    taken = [path for one in planned for path in one.files if os.path.lexists(path)]
    if not replacing and taken:
        raise TakenError(taken)
    for path in taken:
        if path.is_dir() and not path.is_symlink():
            raise BacktapeError(
                f"{_shown(path)} is a folder, so nothing was exported; move it or name another folder."
            )


class _Drafts:
    """Files on their way into a folder: they get their names together or, if the block fails, never."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: dict[Path, Path] = {}  # the name wanted, by draft

    def __enter__(self) -> "_Drafts":
        self._clear_forgotten()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for draft in self._drafts:
            draft.unlink(missing_ok=True)

    @contextmanager
    def opened(self, path: Path) -> Iterator[TextIO]:
        """Open the draft of `path`, private to the user; when the block ends it is on the disk."""
        descriptor, name = tempfile.mkstemp(prefix=_DRAFT, suffix=_UNNAMED, dir=self._folder)
        self._drafts[Path(name)] = path
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def name_all(self) -> None:
        """Give all drafts their names."""
        for draft in list(self._drafts):
            draft.rename(self._drafts[draft])
            del self._drafts[draft]
        sync(self._folder)

    def _clear_forgotten(self) -> None:
        """Delete what exports that were killed have left behind."""
        for draft in self._folder.glob(f"{_DRAFT}*{_UNNAMED}"):
            with suppress(OSError):  # another export's that has its name by now, or another user's
                if time.time() - draft.lstat().st_mtime > _FORGOTTEN:
                    draft.unlink()


@contextmanager
def _refusals_of(folder: Path) -> Iterator[None]:
    """Tell in a sentence why a folder does not take files."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise BacktapeError(
                f"The disk of {_shown(folder)} is full, so nothing was exported; "
                "make room or name another folder."
            ) from error
        raise BacktapeError(
            f"Nothing was exported to {_shown(folder)} ({_reason(folder, error)}); name another folder."
        ) from error


def _reason(folder: Path, error: OSError) -> str:
    if not isinstance(error, FileExistsError):
        return error.strerror or str(error)
    there = os.path.exists(folder)  # noqa: PTH110 - pathlib's raises where it may not look
    return "it is not a folder" if there else "it is a link that leads nowhere"


def _further(files: int) -> str:
    return f" and {plural(files, 'more file')}" if files else ""


def _shown(path: Path) -> str:
    return clean(str(path), limit=200)

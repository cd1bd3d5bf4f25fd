"""Whether what a stored run was computed from is still what it was: its data, its strategy, the code.

Nothing here changes anything, and a run keeps its figures and trades whatever is
found. Files are compared to the last bit where they do not look as they were
written, which takes a moment: not for the thread that draws.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.datasets import open_bars, run_csv
from core.errors import BacktapeError
from core.home import Home
from core.jobs.settings import RunSettings
from core.market import library
from core.strategies import registry
from core.strategies import source as texts
from core.strategies.errors import StrategyError
from core.strategies.registry import Description
from core.text import clean, plural
from core.version import code_version
from db import datasets, strategies
from db.connection import Connection
from db.datasets import DatasetRecord
from db.runs import RunRecord

_NAME = 60
_SHORT = 12
# Beyond so many lines a comparison takes longer than anybody waits for it.
_MOST_COMPARED = 5_000


class State(StrEnum):
    """What became of something that a run was computed from."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DataState:
    """One version of a dataset that a run stands on, and what it was used for.

    `bars` is about the columns that runs are computed from, `file` about the CSV
    of the bars tested, None where the run has none.
    """

    use: str
    market: str
    bars: State
    file: State | None
    path: Path | None
    sentence: str

    @property
    def is_same(self) -> bool:
        """Whether nothing was changed or taken away."""
        return self.bars is State.SAME and self.file in {State.SAME, None}


@dataclass(frozen=True)
class StrategyState:
    """The strategy of a run: its source as it was, and how today's differs.

    `files` are the texts by their names, none where the source was not kept;
    `difference` is a unified one, from the run's source to today's.
    """

    name: str
    builtin: bool
    version: str | None
    today: str | None
    state: State
    sentence: str
    files: Mapping[str, str]
    difference: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeState:
    """The version of Backtape that a run was submitted with, and the one that looks at it."""

    version: str | None
    today: str
    state: State
    sentence: str


@dataclass(frozen=True)
class Provenance:
    """All that a run was computed from, as it is now; the bars tested come first."""

    data: tuple[DataState, ...]
    strategy: StrategyState
    code: CodeState

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not as it was, of data and strategy."""
        changed = [one.sentence for one in self.data if not one.is_same]
        strategy = [] if self.strategy.state is State.SAME else [self.strategy.sentence]
        return (*changed, *strategy)


def provenance(connection: Connection, home: Home, run: RunRecord) -> Provenance:
    """Return what a run was computed from and whether it still is that; reads files whole where it must."""
    return Provenance(
        tuple(data_states(connection, home, run)), strategy_state(connection, home, run), code_state(run)
    )


# Data


def data_states(connection: Connection, home: Home, run: RunRecord) -> Iterator[DataState]:
    """Yield the state of every dataset version that a run stands on, that of the bars tested first."""
    yield _tested(connection, home, run)
    settings = RunSettings.of_run(run)
    uses = {f"context {timeframe}": digest for timeframe, digest in settings.contexts.items()}
    if settings.finer is not None:
        uses["finer bars"] = settings.finer_version or ""
    if settings.conversion is not None:
        uses["conversion"] = settings.conversion
    for use, digest in uses.items():
        yield _beside(connection, home, clean(use, limit=_NAME), digest)


def _tested(connection: Connection, home: Home, run: RunRecord) -> DataState:
    market = clean(f"{run.symbol} {run.timeframe}", limit=_NAME)
    record = datasets.by_digest(connection, run.dataset_version or "")
    path = _file(home, run, record)
    if record is None:
        said = f"The library no longer has the bars of {market} that the run was tested on; its figures stay."
        return DataState("bars tested", market, State.MISSING, _file_state(path), path, said)
    bars, trouble = _bars_state(home, record)
    file: State | None = _file_state(path)
    if file is State.MISSING and run.status != "completed" and bars is State.SAME:
        file = None  # it is written behind the first result on these bars
    said = _said_of_file(path, file, _kept(connection, record))
    if trouble:
        said = f"{trouble} The figures and trades of the run stay."
    return DataState("bars tested", market, bars, file, path, said)


def _beside(connection: Connection, home: Home, use: str, digest: str) -> DataState:
    record = datasets.by_digest(connection, digest)
    if record is None:
        said = f"The library no longer has the bars that the run used ({use}); its figures stay."
        return DataState(use, "", State.MISSING, None, None, said)
    bars, trouble = _bars_state(home, record)
    path = run_csv(home, record, record.timeframe)
    market = clean(f"{record.symbol} {record.timeframe}", limit=_NAME)
    return DataState(use, market, bars, None, path, trouble or f"{market} {_kept(connection, record)}")


def _bars_state(home: Home, record: DatasetRecord) -> tuple[State, str]:
    """Return the state of the columns, and what is wrong with them as a sentence."""
    try:
        open_bars(home, record, record.timeframe)
    except BacktapeError as error:
        is_there = _is_there(run_csv(home, record, record.timeframe).parent / library.ABOUT)
        return State.CHANGED if is_there else State.MISSING, str(error)
    return State.SAME, ""


def _file(home: Home, run: RunRecord, record: DatasetRecord | None) -> Path | None:
    """Return where the CSV of the bars tested is now: the data folder may have been moved."""
    named = None if not run.data_file_path else Path(run.data_file_path)
    if record is None or (named is not None and _is_there(named)):
        return named
    here = run_csv(home, record, run.timeframe)
    return here if _is_there(here) or named is None else named


def _is_there(path: Path) -> bool:
    """Return whether there is something to read; what cannot be reached is not there for us."""
    try:
        return path.exists()
    except OSError:
        return False


def _file_state(path: Path | None) -> State:
    if path is None or not _is_there(path):
        return State.MISSING
    return State.SAME if library.csv_is_intact(path) else State.CHANGED


def _kept(connection: Connection, record: DatasetRecord) -> str:
    """Return where unchanged bars are: what the library lists, or only kept for the runs on them."""
    listed = datasets.get(connection, record.symbol, record.timeframe, record.source)
    if listed is None:
        return "kept for its runs, unchanged; deleted from the library"
    if listed.digest != record.digest:
        return "kept for its runs, unchanged; the library has others by now"
    return "in the library, unchanged"


def _said_of_file(path: Path | None, file: State | None, kept: str) -> str:
    name = clean(str(path), limit=400)
    if file is State.MISSING:
        return f"The data file {name} is missing; the library still has the bars tested."
    if file is State.CHANGED:
        return f"The data file {name} is not the file tested; the library still has the bars tested."
    return kept


# Strategy


def strategy_state(connection: Connection, home: Home, run: RunRecord) -> StrategyState:
    """Return the source that a run used, beside what the strategy of that name is today."""
    name = clean(run.strategy, limit=_NAME)
    kept = strategies.source_of(connection, run.strategy_version or "", run.strategy)
    files = {} if kept is None else _texts_of(kept.source)
    today = _today(home, run.strategy, files)
    builtin = today is not None and today.builtin
    version = None if today is None or today.error else today.version
    state, sentence = _judged(name, run.strategy_version, today, has_source=bool(files))
    difference: tuple[str, ...] = ()
    if files and today is not None and state is State.CHANGED:
        difference = tuple(_difference(files, _texts_today(today, files)))
    return StrategyState(name, builtin, run.strategy_version, version, state, sentence, files, difference)


def _judged(
    name: str, version: str | None, today: Description | None, *, has_source: bool
) -> tuple[State, str]:
    kept = "its source is kept with the run" if has_source else "its source was not kept either"
    if today is None:
        return State.MISSING, f"There is no strategy {name} any more; {kept}."
    if today.error is not None:
        said = clean(today.error, limit=300).rstrip(".")
        return State.CHANGED, f"{name} cannot be used as it is now ({said}); {kept}."
    if today.version == version:
        return State.SAME, f"{name} is the same today."
    if not version or not has_source:
        return State.UNKNOWN, f"Which source of {name} the run used is not known."
    how = "is built in and is another in this version" if today.builtin else "has been edited since"
    return State.CHANGED, (
        f"{name} {how}: the run used version {version[:_SHORT]}, today's is {today.version[:_SHORT]}."
    )


def _today(home: Home, name: str, files: Mapping[str, str]) -> Description | None:
    """Return the strategy of that name, else the file that held it, though it cannot be used now."""
    known = registry.describe_all(home.strategies)
    usable = [one for one in known if one.error is None and one.name == name]
    broken = [one for one in known if one.error is not None and (one.path.name in files or one.name == name)]
    return next(iter([*usable, *broken]), None)


def _texts_of(source: str) -> dict[str, str]:
    """Return the files of a stored source by name; none where it is damaged."""
    try:
        files = json.loads(source)
    except ValueError:
        return {}
    if not isinstance(files, dict):
        return {}
    return {name: text for name, text in files.items() if isinstance(text, str)}


def _texts_today(today: Description, files: Mapping[str, str]) -> dict[str, str]:
    if today.error is None:
        return _texts_of(today.source)
    found = {}
    for name in {today.path.name, *(name for name in files if Path(name).name == name)}:
        try:
            found[name] = texts.read_text(today.path.with_name(name))
        except StrategyError:
            continue  # gone, or no text by now: it is shown as taken away
    return found


def _difference(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for file in sorted({*then, *now}):
        before, after = (one.get(file, "").splitlines() for one in (then, now))
        if before == after:
            continue
        if len(before) + len(after) > _MOST_COMPARED:
            lines = plural(len(after), "line")
            yield f"{file} is another today, {lines} long; too long to be compared here."
            continue
        yield from difflib.unified_diff(before, after, f"{file} of the run", f"{file} today", lineterm="")


# Code


def code_state(run: RunRecord) -> CodeState:
    """Return whether this version of Backtape is the one that a run was submitted with."""
    today, version = code_version(), run.code_version and clean(run.code_version, limit=_NAME)
    if not version:
        return CodeState(None, today, State.UNKNOWN, "a version of Backtape that is not known")
    if version == today:
        return CodeState(version, today, State.SAME, f"Backtape {version}, as today")
    return CodeState(version, today, State.CHANGED, f"Backtape {version}; this is {today}")

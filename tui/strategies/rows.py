"""The strategies as rows of a table, and what is to be known about one."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.text import clean
from tui import formats
from tui.drawing.wrapping import bounded, code_lines, labelled, prose_lines
from tui.form.fields import number_text
from tui.widgets.columns import Cell, Column
from tui.widgets.lines import Line, line

if TYPE_CHECKING:
    from core.strategies.parameters import Parameter
    from core.strategies.registry import Description
    from db.strategies import StrategyRecord

_LABEL = 24
_LONGEST_DOC = 20_000
_VERSION = 12
_KINDS = {
    "signals": "all bars at once (signals)",
    "on_bar": "bar by bar (on_bar)",
    None: "not known",
}
_PARAMETERS = "parameters: default · what is allowed · what each does"
_NEAR = 2  # lines shown before and after the one at fault
_PLACE = re.compile(r"([^/]+?\.py), line (\d+): ")
_GONE = "There is no file of this strategy any more; its runs keep the source that they used."


class Place(NamedTuple):
    """A line of one of a strategy's files."""

    file: str
    line: int


@dataclass(frozen=True)
class Fault:
    """What is wrong with a strategy, and the lines of the file around the place that this is about."""

    sentence: str
    near: Sequence[Line] = ()

    @property
    def place(self) -> Place | None:
        """The place that the sentence names, if it does."""
        return _place_in(self.sentence)


@dataclass(frozen=True)
class StrategyRow:
    """A strategy and how many runs it has; `is_gone` when only its runs are left.

    `fault` is what keeps it from being used, or what its runs would fail at.
    """

    description: "Description"
    runs: int = 0
    is_gone: bool = False
    fault: Fault | None = None

    @property
    def name(self) -> str:
        """The strategy's name, or its file's if it cannot be used."""
        return self.description.name

    @property
    def key(self) -> str:
        """What tells it from all others: a file of one's own may have the name of what is built in."""
        return self.name if self.description.builtin else self.description.path.name

    @property
    def origin(self) -> Cell:
        """Where it comes from, or that it cannot be used."""
        if self.is_gone:
            return Cell("gone", "warn")
        if self.description.error is not None:
            return Cell("error", "bad")
        if self.fault is not None:
            return Cell("fails", "bad")
        return Cell("built in" if self.description.builtin else "own")

    @property
    def why_unusable(self) -> str | None:
        """Why no run can be made with it."""
        if self.is_gone:
            return _GONE
        return self.description.error


def rows_of(
    found: "Sequence[Description]",
    stored: "Sequence[StrategyRecord]",
    faults: Mapping[Path, Fault],
) -> list[StrategyRow]:
    """Return what there is, then what the store knows and is gone, each with its count of runs.

    `faults` are what is wrong with them, by file.
    """
    from core.strategies.registry import Description

    counts = {record.name: record.runs for record in stored}
    known = {one.name for one in found}
    rows = [StrategyRow(one, counts.get(one.name, 0), fault=_fault(one, faults)) for one in found]
    for record in stored:
        if record.name not in known and record.runs:
            path = Path(record.path or record.name)
            rows.append(
                StrategyRow(Description(record.name, False, path, record.description), record.runs, True)
            )
    return rows


def _fault(description: "Description", faults: Mapping[Path, Fault]) -> Fault | None:
    told = None if description.error is None else Fault(description.error)
    return faults.get(description.path, told)


def strategy_columns() -> list[Column[StrategyRow]]:
    """Return the columns of the table."""
    return [
        Column("name", "strategy", 24, lambda row: Cell(row.name), grows=32),
        Column("where", "where", 8, lambda row: row.origin),
        Column("kind", "kind", 7, lambda row: Cell(row.description.kind or formats.UNDEFINED), priority=2),
        Column("parameters", "params", 6, _parameter_count, right=True, priority=1),
        Column("runs", "runs", 7, lambda row: Cell(formats.count(row.runs)), right=True),
        Column("model", "model", 5, _asks, priority=1),
        Column(
            "summary",
            "what it does",
            30,
            lambda row: Cell(row.description.summary, "dim"),
            priority=3,
            grows=200,
        ),
    ]


def _parameter_count(row: StrategyRow) -> Cell:
    if row.why_unusable is not None:
        return Cell(formats.UNDEFINED)
    return Cell(f"{len(row.description.parameters)}{'+' if row.description.unread else ''}")


def _asks(row: StrategyRow) -> Cell:
    return Cell("asks" if row.description.uses_model else "")


def strategy_lines(row: StrategyRow, width: int) -> list[Line]:
    """Return what is to be known about a strategy."""
    description = row.description
    lines = [_title(row)]
    if row.is_gone:
        lines += prose_lines(_GONE, width, "warn")
    if row.fault is not None:
        lines += prose_lines(row.fault.sentence, width, "bad")
        lines += [line(""), *row.fault.near, line("")] if row.fault.near else []
    lines += prose_lines(clean(description.doc, limit=_LONGEST_DOC, keep_lines=True), width)
    if row.why_unusable is None:
        lines += [line(""), *_parameter_lines(row, width), line("")]
        lines += _options(row, width)
    lines += labelled("file", _place(row), width, room=_LABEL)
    if description.version:
        lines += labelled("version", description.version[:_VERSION], width, room=_LABEL)
    return bounded(lines)


def _place(row: StrategyRow) -> str:
    """Return where the file lies; its whole path stands above its source."""
    path = row.description.path
    if row.is_gone:
        return clean(str(path))
    if row.description.builtin:
        return f"{path.name}, which comes with Backtape"
    return clean(f"{path.parent.name}/{path.name} in the data folder")


def _title(row: StrategyRow) -> Line:
    runs = formats.plural(row.runs, "run") if row.runs else "no runs yet"
    return (Cell(row.name, "title"), Cell(f" · {row.origin.text} · ", "dim"), Cell(runs, "dim"))


def _parameter_lines(row: StrategyRow, width: int) -> list[Line]:
    lines = [part for spec in row.description.parameters for part in _parameter(spec, width)]
    if row.description.unread:
        names = ", ".join(row.description.unread)
        lines += labelled(names, "known only by running the file ...", width, room=_LABEL)
    return [line(_PARAMETERS, "dim"), *lines] if lines else [line("It has no parameters.", "dim")]


def _parameter(spec: "Parameter", width: int) -> list[Line]:
    text = f"{_value(spec.default)} · {spec.wanted()}"
    return labelled(spec.name, f"{text} · {spec.help}" if spec.help else text, width, room=_LABEL)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(value) if isinstance(value, float) else clean(str(value)) or "an empty text"


def _options(row: StrategyRow, width: int) -> list[Line]:
    description = row.description
    options = description.options
    pairs = [
        ("decides", _KINDS[description.kind]),
        ("warm-up", formats.plural(options.warmup, "bar") if options.warmup else ""),
        ("context", " ".join(options.context_timeframes)),
        ("break-even", "after the first target" if options.breakeven_after_target else ""),
        ("trailing stop", f"{options.trailing_pips:g} pips" if options.trailing_pips else ""),
        ("held at most", formats.plural(options.max_bars, "bar") if options.max_bars else ""),
        ("model", "asks one, within the budget of each run" if description.uses_model else ""),
    ]
    return [part for name, text in pairs if text for part in labelled(name, text, width, room=_LABEL)]


def faults_of(found: "Sequence[Description]") -> dict[Path, Fault]:
    """Return, by file, why strategies cannot be used, or what their runs would fail at."""
    from core.strategies.missing import missing_module

    sentences = {one.path: one.error or missing_module(one) for one in found}
    return {path: Fault(said, _near(path, said)) for path, said in sentences.items() if said is not None}


def _place_in(sentence: str) -> Place | None:
    found = _PLACE.match(sentence)
    return None if found is None else Place(found[1], int(found[2]))


def _near(path: Path, sentence: str) -> list[Line]:
    """Return the lines around the one that a sentence names; of an unreadable file none."""
    place = _place_in(sentence)
    if place is None:
        return []
    try:
        texts = path.with_name(place.file).read_text(errors="replace").splitlines()
    except (OSError, ValueError):
        return []
    first = max(1, place.line - _NEAR)
    return [
        (
            Cell(f"{'>' if at == place.line else ' '}{at:>5}  ", "bad" if at == place.line else "dim"),
            Cell(clean(text)),
        )
        for at, text in enumerate(texts[first - 1 : place.line + _NEAR], first)
    ]


def read_files(row: StrategyRow) -> dict[str, str]:
    """Return the texts that a strategy is made of by file name, its own file first.

    Raises:
        StrategyError: the file cannot be read.
    """
    from core.strategies.source import read_text

    description = row.description
    own = description.path.name
    if description.source:
        files: dict[str, str] = json.loads(description.source)
        return {own: files[own], **files}
    place = None if row.fault is None else row.fault.place
    beside = description.path.with_name(own if place is None else place.file)
    at_fault = {beside.name: read_text(beside)} if beside.is_file() else {}
    return {own: read_text(description.path), **at_fault}


def source_lines(files: Mapping[str, str], width: int, marked: Place | None = None) -> list[Line]:
    """Return sources as they were read, one place marked; of several each has its name above it."""
    lines: list[Line] = []
    for name, text in files.items():
        if len(files) > 1:
            lines.append(line(clean(name), "title"))
        number = marked.line if marked is not None and marked.file == name else None
        lines += [*code_lines(text, width, number), line("")]
    return bounded(lines)


def row_of_mark(lines: Sequence[Line]) -> int | None:
    """Return which of the lines of sources is the one that is marked, None if none is."""
    return next((at for at, (gutter, *_) in enumerate(lines) if gutter.style == "bad"), None)

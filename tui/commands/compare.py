"""Lay runs side by side: their equity curves, the settings that differ, their figures."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from core.comparing import (
    ComparedFigure,
    compared_figures,
    differing_settings,
    in_percent,
    telling_first,
    unlike,
)
from core.errors import BacktapeError
from core.run_documents import Curve, equity_of, row_document
from core.text import clean
from db.connection import Connection
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import ascii_only, complain, presentable, table, terminal_width, write_json
from tui.commands.results import known
from tui.folding import folded
from tui.run_curve import curve_of, packed_curve

if TYPE_CHECKING:
    from tui.drawing.plots import Overlay

_CHART_HEIGHT = 14
_WIDEST = 110
_DIFFERING = "settings that differ"
_LABEL, _GAP = len(_DIFFERING), 2
_LONGEST = 28
_BEST, _NOT_BEST = " *", "  "
# The colours of the terminal for the curves, in the order of the screen's.
_COLOURS = ("34", "33", "35", "32", "31", "36", "1", "2")

Row = tuple[str, Sequence[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)
    parsing.add_json(parser)
    parser.epilog = parsing.examples("compare 7 8 9")


def execute(options: argparse.Namespace) -> int:
    """Compare at least two runs, whatever their status."""
    ids = list(dict.fromkeys(options.ids))
    if len(ids) < 2:
        raise parsing.UsageError("One run is nothing to compare; name at least two, such as 12 and 13.")
    with opened_store() as (_, connection):
        found = [known(connection, run_id) for run_id in ids]
        if options.json:
            write_json(_document(found))
        else:
            print("\n\n".join(_parts(connection, found)))
    return DONE


def _document(found: Sequence[RunRecord]) -> dict[str, object]:
    return {
        "runs": [row_document(run) for run in found],
        "settings": [{"name": name, "values": texts} for name, texts in differing_settings(found)],
        "figures": [
            {
                "key": one.figure.key,
                "name": one.label,
                "values": one.values,
                "best": None if one.best is None else found[one.best].id,
            }
            for one in compared_figures(found)
        ],
    }


def _parts(connection: Connection, found: Sequence[RunRecord]) -> Iterator[str]:
    width = shutil.get_terminal_size((100, 40)).columns - 1
    curves = [_curve(connection, run) for run in found]
    chart = _overlaid(curves, min(width, _WIDEST))
    letters = [*chart.markers, *[" "] * (len(found) - len(chart.markers))]
    yield "\n".join(_legend(found, letters))
    if any(times for times, _ in curves):
        yield "\n".join(["equity, % of the initial balance", *(_chart_line(*row) for row in chart.rows)])
    if unlike(found):
        yield presentable(folded(unlike(found), width), sys.stdout)
    for block in _blocks(found, letters, width):
        yield _with_colours(presentable(block, sys.stdout), letters)
    if not differing_settings(found):
        yield "All settings are the same."
    if any(one.best is not None for one in compared_figures(found)):
        yield "* the best of its row"


def _curve(connection: Connection, run: RunRecord) -> Curve:
    try:
        is_done = run.status == "completed"
        curve = equity_of(connection, run) if is_done else curve_of(run, packed_curve(connection, run))
        return in_percent(curve, run.initial_balance)
    except BacktapeError as error:
        complain(str(error))
        return [], []


def _overlaid(curves: Sequence[Curve], width: int) -> "Overlay":
    from tui.drawing.plots import overlay_chart

    letters_only = "NO_COLOR" in os.environ
    return overlay_chart(
        curves, width=width, height=_CHART_HEIGHT, ascii_only=ascii_only(), letters_only=letters_only
    )


def _legend(found: Sequence[RunRecord], letters: Sequence[str]) -> Iterator[str]:
    """Yield the letter and the result of each run, in characters that can be shown."""
    from tui.report import one_line

    for index, (letter, run) in enumerate(zip(letters, found, strict=True)):
        told = folded(f"{letter} {one_line(run)}", terminal_width(), "  ")
        yield _painted(letter, str(index)) + presentable(told.removeprefix(letter), sys.stdout)
    if " " in letters:
        yield f"  The first {letters.index(' ')} are drawn."


def _chart_line(axis: str, canvas: str, owners: str) -> str:
    cells = zip(canvas.rstrip(), owners, strict=False)
    stretches = groupby(cells, key=lambda cell: cell[1])
    return (
        axis + "".join(_painted("".join(mark for mark, _ in some), whose) for whose, some in stretches)
    ).rstrip()


def _painted(text: str, owner: str) -> str:
    """Return a stretch of a curve in its colour, where a terminal that shows colours reads it."""
    shown = presentable(text, sys.stdout)
    is_coloured = owner.isdigit() and int(owner) < len(_COLOURS) and _has_colours()
    return f"\x1b[{_COLOURS[int(owner)]}m{shown}\x1b[0m" if is_coloured else shown


def _has_colours() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _marked(one: ComparedFigure) -> list[str]:
    return [text + (_BEST if index == one.best else _NOT_BEST) for index, text in enumerate(one.texts)]


def _blocks(found: Sequence[RunRecord], letters: Sequence[str], width: int) -> list[str]:
    """Return settings and figures of as many runs beside each other as fit, block by block.

    Settings stand first where all runs are of one strategy: of others they say less.
    """
    settings = [
        (name, [clean(text, limit=_LONGEST) for text in texts])
        for name, texts in telling_first(differing_settings(found))
    ]
    figures = [(one.label, _marked(one)) for one in compared_figures(found)]
    apart: Row = ("", [""] * len(found))
    rows: list[Row] = [*settings, apart, *figures] if settings and figures else [*settings, *figures]
    about = _DIFFERING if settings else ""
    if settings and figures and len({run.strategy for run in found}) > 1:
        rows, about = [*figures, apart, (_DIFFERING, apart[1]), *settings], ""
    longest = max((len(text) for _, texts in rows for text in texts), default=0)
    fitting = max(1, (width - _LABEL) // (longest + _GAP))
    heads = [f"{letter} #{run.id}".strip() for letter, run in zip(letters, found, strict=True)]
    slices = [slice(first, first + fitting) for first in range(0, len(heads), fitting)]
    return [
        _block(about, heads[some], [(name, texts[some]) for name, texts in rows]) for some in slices if rows
    ]


def _block(about: str, heads: Sequence[str], rows: Sequence[Row]) -> str:
    names = [f"{head}{_NOT_BEST}" for head in heads]
    told = [(f"{name:<{_LABEL}}", *(f"{text:<2}" for text in texts)) for name, texts in rows]
    return table((about, *names), told, range(1, len(names) + 1))


def _with_colours(block: str, letters: Sequence[str]) -> str:
    """Return a table with the letters in its head in the colours of their curves."""
    head, *rows = block.split("\n")
    for index, letter in enumerate(letters):
        head = head.replace(f" {letter} #", f" {_painted(letter, str(index))} #") if letter != " " else head
    return "\n".join([head, *rows])

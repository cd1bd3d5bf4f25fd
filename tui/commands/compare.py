"""Lay runs side by side: their equity curves, the settings that differ, their figures."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from core.comparing import ComparedFigure, compared_figures, differing_settings, in_percent, unlike
from core.errors import BacktapeError
from core.run_documents import Curve, equity_of, row_document
from core.text import clean
from db.connection import Connection
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import ascii_only, complain, presentable, table, write_json
from tui.commands.results import known
from tui.run_curve import curve_of, packed_curve

_CHART_HEIGHT = 14
_WIDEST = 110
_LABEL, _GAP = 18, 2
_LONGEST = 28
_BEST, _NOT_BEST = " *", "  "
# The colours of the terminal for the curves, in the order of the screen's.
_COLOURS = ("34", "33", "35", "32", "31", "36", "1", "2")

Row = tuple[str, Sequence[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
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
    yield "\n".join(_drawn(found, curves, width))
    yield from (presentable(part, sys.stdout) for part in _told(found, width))


def _told(found: Sequence[RunRecord], width: int) -> Iterator[str]:
    if unlike(found):
        yield unlike(found)
    settings = [(name, [clean(text, limit=_LONGEST) for text in texts]) for name, texts in _settings(found)]
    figures = [(one.label, _marked(one)) for one in compared_figures(found)]
    yield from _tables([f"#{run.id}" for run in found], settings, figures, width)
    if any(one.best is not None for one in compared_figures(found)):
        yield "* the best of its row"


def _settings(found: Sequence[RunRecord]) -> list[tuple[str, list[str]]]:
    return differing_settings(found) or [("settings", ["the same" for _ in found])]


def _curve(connection: Connection, run: RunRecord) -> Curve:
    try:
        is_done = run.status == "completed"
        curve = equity_of(connection, run) if is_done else curve_of(run, packed_curve(connection, run))
        return in_percent(curve, run.initial_balance)
    except BacktapeError as error:
        complain(str(error))
        return [], []


def _drawn(found: Sequence[RunRecord], curves: Sequence[Curve], width: int) -> Iterator[str]:
    """Yield a legend of the runs, then their curves over each other, in characters that can be shown."""
    from tui.drawing.plots import overlay_chart
    from tui.report import one_line

    chart = overlay_chart(
        curves,
        width=min(width, _WIDEST),
        height=_CHART_HEIGHT,
        ascii_only=ascii_only(),
        letters_only="NO_COLOR" in os.environ,
    )
    unmarked = [" "] * (len(found) - len(chart.markers))
    for index, (marker, run) in enumerate(zip([*chart.markers, *unmarked], found, strict=True)):
        yield _painted(marker, str(index)) + presentable(f" {one_line(run)}", sys.stdout)
    if unmarked:
        yield f"  The first {len(chart.markers)} are drawn."
    if any(times for times, _ in curves):
        yield from ("", "equity, % of the initial balance")
        yield from (_chart_line(*row) for row in chart.rows)


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


def _tables(heads: Sequence[str], settings: Sequence[Row], figures: Sequence[Row], width: int) -> list[str]:
    """Return settings and figures of as many runs beside each other as fit, block by block."""
    longest = max(len(text) for _, texts in (*settings, *figures) for text in texts)
    fitting = max(1, (width - _LABEL) // (longest + _GAP))
    blocks = [slice(first, first + fitting) for first in range(0, len(heads), fitting)]
    apart: Row = ("", [""] * len(heads))
    return [_block(heads, [*settings, apart, *figures], block) for block in blocks]


def _block(heads: Sequence[str], rows: Sequence[Row], block: slice) -> str:
    names = [f"{head}{_NOT_BEST}" for head in heads[block]]
    told = [(f"{name:<{_LABEL}}", *(f"{text:<2}" for text in texts[block])) for name, texts in rows]
    return table(("", *names), told, range(1, len(names) + 1))

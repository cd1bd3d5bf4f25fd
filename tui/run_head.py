"""The two lines at the top of a run: what it is and how it goes, and the names of its tabs."""

from collections.abc import Sequence
from datetime import datetime

from db.runs import RunRecord
from tui import formats
from tui.pages.overview import status_line
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, length, line, spread

# How the period is told, if at all, and whether the speed is: what there is room for is taken.
_TITLES = (
    (formats.day, True),
    (formats.day, False),
    (formats.month, False),
    (None, True),
    (None, False),
)
_LONGEST_STATUS = ("▶ 99 %  59:59 left", "▶ 99 %  1.23 M bars/s  59:59 left")
_DELETED = line("deleted", "warn")
_BETWEEN_TABS, _MORE_TABS = " │ ", "… "


def title_line(run: RunRecord, moment: datetime, width: int, *, is_gone: bool = False) -> Line:
    """Return what a run is and how it goes, or that it is gone.

    Where there is little room the speed goes first, then the days of the period, then all of
    it; a run under way is left room for the longest that it usually says, so that nothing
    comes and goes with it.
    """
    first, last = run.start_date, formats.last_moment(run.start_date, run.end_date)
    named = Cell(f"Run {run.id}", "title"), Cell(f" · {run.strategy} · {run.symbol} {run.timeframe}")
    for form, has_speed in _TITLES:
        title = named if form is None else (*named, Cell(f" · {form(first)} to {form(last)}", "dim"))
        status = _DELETED if is_gone else status_line(run, moment, has_speed=has_speed)
        usual = len(_LONGEST_STATUS[has_speed]) if run.status == "running" and not is_gone else 0
        if length(title) + 1 + max(length(status), usual) <= width:
            break
    return spread(title, status, width)


def nameless_title_line(run_id: int, width: int) -> Line:
    """Return what there is to be said of a run that was deleted before anything of it was read."""
    return spread(line(f"Run {run_id}", "title"), _DELETED, width)


def tab_line(titles: Sequence[str], at: int, width: int) -> Line:
    """Return the names of the tabs; where not all fit, those on the left give way to the one in front."""
    for first in range(at + 1):
        told = _BETWEEN_TABS.join(titles[first : at + 1])
        left, right = len(_MORE_TABS) if first else 0, 1 if at < len(titles) - 1 else 0
        if left + len(told) + right <= width:
            break
    cells = [Cell(_MORE_TABS, "dim")] if first else []
    for index in range(first, len(titles)):
        cells.append(Cell(_BETWEEN_TABS if index > first else "", "dim"))
        cells.append(Cell(titles[index], "mark" if index == at else "dim"))
    return tuple(cells)

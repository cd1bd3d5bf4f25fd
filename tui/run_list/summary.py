"""The line above the run list: what it was filtered by, and how many runs that leaves."""

from tui import formats
from tui.run_list.choice import Choice
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

_WORDS = "such as symbol:EURUSD status:done sharpe>1 -strategy:macd lookback:20"


def filter_cells(choice: Choice, *, is_asked: bool) -> Line:
    """Return the filter as it was typed; while it is asked for and nothing is typed, what it may be."""
    if choice.text:
        return (Cell("/ ", "accent"), Cell(choice.text))
    return line(_WORDS, "dim") if is_asked else ()


def count_cells(choice: Choice, shown: int, total: int, order: str) -> Line:
    """Return how many runs are shown of how many there are; none need no count.

    `order` is the title of what the list is sorted by, "" where the header says it.
    """
    count = formats.plural(total, "run") if total else ""
    if choice.text:
        count = f"{shown:,} of {formats.plural(total, 'run')}"
    arrow = "▼" if choice.order.descending else "▲"
    return line(f"by {order} {arrow}  {count}" if order else count, "dim")

"""What the strategy of a run printed, as lines."""

from db.columns import ACTIVE
from db.runs import RunRecord
from tui.drawing.wrapping import chopped
from tui.widgets.lines import Line, line

SHOWN_LINES = 1_000

_NOTHING = "Nothing was printed."
_NOTHING_YET = "Nothing has been printed yet."


def log_lines(run: RunRecord, printed: list[str], width: int) -> list[Line]:
    """Return what was printed, long lines going on below; only the end where it is much."""
    if not printed:
        return [line(_NOTHING_YET if run.status in ACTIVE else _NOTHING, "dim")]
    found = [line(part) for text in printed[-SHOWN_LINES:] for part in chopped(text, width)]
    if len(printed) <= SHOWN_LINES:
        return found
    said = f"The last {SHOWN_LINES:,} lines; 'backtape log {run.id} --lines N' prints more."
    return [line(said, "dim"), *found]

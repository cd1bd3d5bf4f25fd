"""A terminal that is too small to show anything: what stands there, and which keys still act."""

from textual.geometry import Size

from tui.folding import wrapped
from tui.keys.registry import Actions
from tui.widgets.lines import Line, line

LEAST_WIDTH, LEAST_HEIGHT = 60, 16

_TOO_SMALL = f"Backtape needs {LEAST_WIDTH} columns and {LEAST_HEIGHT} lines; make the terminal larger."
_LEADS_OUT = frozenset({"leave", "suspend"})


def is_too_small(size: Size) -> bool:
    """Return whether nothing can be shown in so many cells."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


def notice(size: Size, leave: str) -> list[Line]:
    """Return what stands there, and where there is room that the key `leave` quits."""
    width = max(1, size.width)
    told = wrapped(f"{_TOO_SMALL} {leave} quits, runs go on.", width)
    return [line(part) for part in (told if len(told) <= size.height else wrapped(_TOO_SMALL, width))]


def leads_out(key: str, actions: Actions, *, quits: bool) -> bool:
    """Return whether a key leads out of the program, which needs nothing to be seen.

    With `quits` the one that goes back does, as it does at the top.
    """
    names = {action.name for action in actions if key in action.keys}
    return not names.isdisjoint(_LEADS_OUT | {"quit"} if quits else _LEADS_OUT)

"""What the terminal program has still to import once the first rows stand on the screen.

It is imported then, beside the keys, and not when it is first opened: an update of the
program in place would have put other files there by that time, which do not fit the rest.
"""

import sys
import time
from contextlib import suppress
from importlib import import_module

# So long after the first page, which is often acted on at once; and between two modules, for the keys.
LATE_SECONDS = 1.0
_BREATH_SECONDS = 0.01
# How long the keys wait for this thread at a time: a key has to get past it several times.
_TURN_SECONDS, _USUAL_TURN_SECONDS = 0.0005, sys.getswitchinterval()

LATE = (
    *("tui.screens.detail", "tui.screens.palette", "tui.screens.help", "tui.screens.text"),
    *("tui.screens.new_run", "tui.screens.data", "tui.screens.strategies", "tui.screens.source"),
    *("tui.screens.compare", "tui.screens.columns", "tui.screens.check", "tui.screens.import_preview"),
    *("tui.acting.repeating", "tui.acting.exporting", "tui.acting.export_forms"),
    *("tui.acting.copying", "tui.acting.noting", "tui.strategies.editing"),
)


def import_late() -> None:
    """Import what is not there yet, without anything heavy, to be called in a thread."""
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        for name in LATE:
            with suppress(ImportError):  # told by whoever opens it
                import_module(name)
            time.sleep(_BREATH_SECONDS)
    finally:
        sys.setswitchinterval(_USUAL_TURN_SECONDS)

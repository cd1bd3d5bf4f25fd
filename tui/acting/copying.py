"""What the key for copying does: plain text goes to the clipboard of whoever sits at the terminal.

It is sent as OSC 52, which says nothing back: nobody can tell whether the terminal took it.
"""

from collections.abc import Sequence

from core.errors import BacktapeError
from core.home import Home
from db import runs
from db.connection import Connection
from tui.formats import plural
from tui.report import whole_report
from tui.screens.base import WorkScreen

# Many terminals take a sequence of a hundred thousand bytes, and base64 makes four of three.
MOST_BYTES = 74_000

_WIDTH = 80


def copy_reports(screen: WorkScreen, ids: Sequence[int]) -> None:
    """Send the reports of runs to the terminal, one below the other."""

    async def copy() -> None:
        text = await screen.bench.link.read(_reports, screen.bench.home, ids)
        what = f"the report of run {ids[0]}" if len(ids) == 1 else f"the reports of {len(ids):,} runs"
        copy_text(screen, text, what)

    screen.start(copy, group="copy", alone=True)


def copy_text(screen: WorkScreen, text: str, what: str) -> None:
    """Send a text to the terminal and say so; `what` names it in that sentence.

    Raises:
        BacktapeError: it is too long for terminals.
    """
    size = len(text.encode())
    if size > MOST_BYTES:
        raise BacktapeError(
            f"{what[:1].upper()}{what[1:]} would be {size // 1000:,} kB, and terminals take "
            f"{MOST_BYTES // 1000} kB; mark fewer, or write them to files with {screen.key('export')}."
        )
    screen.app.copy_to_clipboard(text)
    taker = "browser" if screen.app.is_web else "terminal"
    screen.say(f"Sent to the {taker}, for its clipboard: {what}, {plural(text.count(chr(10)) + 1, 'line')}.")


def _reports(connection: Connection, home: Home, ids: Sequence[int]) -> str:
    found = [runs.get(connection, run_id) for run_id in ids]
    texts = [whole_report(home, connection, run, width=_WIDTH) for run in found if run is not None]
    if not texts:
        raise BacktapeError("What was to be copied has been deleted.")
    return "\n\n\n".join(texts)

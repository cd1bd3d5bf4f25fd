"""What the key for notes does: a run's note is edited in the bottom line."""

from collections.abc import Callable

from core.errors import BacktapeError
from core.notes import write_note
from db.errors import StoreError
from tui.screens.base import WorkScreen


def ask_note(
    screen: WorkScreen, run_id: int, text_before: str | None, *, then: Callable[[], object] | None = None
) -> None:
    """Ask for the note of a run, beginning with the one it has; nothing typed takes it away.

    `then` is called when it is written. What could not be is what the next question begins with.
    """
    unwritten = screen.bench.unwritten_notes

    def taken(text: str) -> None:
        async def write() -> None:
            unwritten[run_id] = text
            try:
                note = await screen.bench.link.write(write_note, run_id, text)
            except (BacktapeError, StoreError) as error:
                screen.say(f"{error} What was typed is kept: {screen.key('note')} shows it.", "bad")
                return
            if unwritten.get(run_id) == text:  # else another one is on its way
                del unwritten[run_id]
            screen.say(f"Run {run_id} is noted." if note else f"Run {run_id} has no note.")
            if then is not None:
                then()

        screen.start(write, group="note")

    text = unwritten.get(run_id, text_before or "")
    screen.bottom.prompt(f"note on run {run_id}: ", text, taken, enter="saves")

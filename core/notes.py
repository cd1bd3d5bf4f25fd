"""Notes that people write on runs."""

from core.errors import BacktapeError
from core.text import clean
from db import runs
from db.connection import Connection

LONGEST_NOTE = 1_000


def write_note(connection: Connection, run_id: int, text: str) -> str:
    """Replace the note of a run, made harmless and a line; an empty text takes it away. Return what is kept.

    Raises:
        BacktapeError: it is too long, or there is no such run.
    """
    note = clean(text.strip(), limit=len(text) + 1)
    if len(note) > LONGEST_NOTE:
        raise BacktapeError(
            f"A note has at most {LONGEST_NOTE:,} characters, and this one has {len(note):,}; shorten it."
        )
    if not runs.write_note(connection, run_id, note):
        raise BacktapeError(f"There is no run {run_id} to write a note on; it may have been deleted.")
    return note

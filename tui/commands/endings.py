"""How a command ends: its exit code, and one sentence instead of a traceback."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from core.errors import BacktapeError, is_full
from core.text import clean
from db.errors import StoreError
from tui.commands.output import complain
from tui.commands.parsing import UsageError

DONE, REFUSED, USAGE, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141


def guarded(command: Callable[[], int]) -> int:
    """Run `command` and return its exit code; whatever goes wrong becomes one sentence on stderr."""
    try:
        try:
            code = command()
        finally:
            # An output that cannot be written is told here, not by Python at its exit.
            sys.stdout.flush()
    except UsageError as error:
        complain(str(error))
        return USAGE
    except (BacktapeError, StoreError) as error:
        complain(str(error))
        return REFUSED
    except KeyboardInterrupt as error:
        complain(str(error) or "Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback ever reaches the terminal
        complain(_unexpected(error))
        _let_go_of_output()
        return REFUSED
    return code


@contextmanager
def going_on(ids: Sequence[int]) -> Iterator[None]:
    """Let an interruption of the block say that the runs go on, and how to come back to them."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(_goes_on(ids)) from error


def _goes_on(ids: Sequence[int]) -> str:
    named = " ".join(str(number) for number in ids)
    if len(ids) == 1:
        return (
            f"Run {named} goes on; 'backtape watch {named}' follows it, 'backtape cancel {named}' stops it."
        )
    return f"Runs {named} go on; 'backtape watch {named}' follows them, 'backtape cancel {named}' stops them."


def _pipe_closed() -> int:
    _send_output_nowhere()
    return PIPE_CLOSED


def _let_go_of_output() -> None:
    """Let what stdout cannot be rid of go nowhere, rather than be told by Python at its exit."""
    try:
        sys.stdout.flush()
    except OSError:
        _send_output_nowhere()


def _send_output_nowhere() -> None:
    """Let Python's own flush at exit go nowhere, since nobody takes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unexpected(error: Exception) -> str:
    import sqlite3

    from tui.mistakes import keep_traceback, without_secrets

    what = clean(without_secrets(f"{type(error).__name__}: {error}"), limit=200).rstrip(".")
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return "The store is busy: another program holds its write lock; try again in a moment."
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        return "The disk of the data folder is full; make room and try again."
    if isinstance(error, OSError) and is_full(error):
        return "The disk of the output, or that of the data folder, is full; make room and try again."
    log = keep_traceback(error)
    place = f"the details are in {log}" if log else "the details could not be kept"
    return f"Something went wrong inside Backtape ({what}); {place}."

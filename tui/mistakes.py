"""The log of mistakes of our own: private, bounded, and without keys."""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from core.errors import BacktapeError
from core.home import Home
from core.text import clean

LOG_LIMIT = 1_000_000  # bytes; the log before it is kept as well
_ENTRY_LIMIT = 100_000  # characters

_SECRET = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
_SHORTEST_SECRET = 6  # a shorter one would be found in harmless words


def keep_traceback(error: BaseException, home: Home | None = None) -> Path | None:
    """Append the traceback to the log of the data folder and return its path; None if that fails too.

    The values of variables are not in it.
    """
    return _keep(_entry(error), home)


def keep_sentence(sentence: str, home: Home) -> Path | None:
    """Append what is worth knowing and no mistake of ours to the log and return its path, or None.

    A data folder that was removed is not made again for it.
    """
    if not home.path.is_dir():
        return None
    return _keep(f"{_moment()} {clean(without_secrets(sentence))}\n", home)


def _keep(entry: str, home: Home | None) -> Path | None:
    try:
        path = (home or Home.locate()).create().logs / "backtape.log"
        _make_room(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            os.write(descriptor, entry.encode("utf-8", "replace"))
        finally:
            os.close(descriptor)
    except (OSError, BacktapeError):
        return None
    return path


def without_secrets(text: str) -> str:
    """Return the text with the name of the variable in place of every key of the environment."""
    for name, value in os.environ.items():
        if name.upper().endswith(_SECRET) and len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, f"[{name}]")
    return text


def _make_room(path: Path) -> None:
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_name(f"{path.name}.1"))


def _entry(error: BaseException) -> str:
    told = without_secrets("".join(traceback.format_exception(error)))
    what = without_secrets(" ".join(sys.argv))
    return f"{_moment()} {clean(what)}\n{clean(told, limit=_ENTRY_LIMIT, keep_lines=True)}\n"


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

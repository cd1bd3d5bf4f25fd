"""The runner's one rotating log, and the bounded log of each run."""

import logging
import logging.handlers
import os
import time
from pathlib import Path

from core.home import Home
from core.text import clean

LOGGER = logging.getLogger("backtape")

_ROTATE_AT = 1_000_000
_KEPT = 3
_SHOWN = 100_000
_LINE = 2_000


def runner_log(home: Home) -> Path:
    """Return where the runner writes what it does."""
    return home.logs / "runner.log"


def run_log(home: Home, run_id: int) -> Path:
    """Return where the output of a run's strategy goes."""
    return home.logs / f"run-{run_id}.log"


def open_runner_log(home: Home) -> None:
    """Let `LOGGER` write to the runner's log, each line with its time in UTC."""
    handler = logging.handlers.RotatingFileHandler(
        runner_log(home), maxBytes=_ROTATE_AT, backupCount=_KEPT, encoding="utf-8"
    )
    form = logging.Formatter("%(asctime)sZ %(process)d %(levelname)s %(message)s")
    form.converter = _utc
    handler.setFormatter(form)
    LOGGER.handlers[:] = [handler]
    LOGGER.propagate = False
    LOGGER.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not end the runner for the sake of its log


def forget_empty(log: Path) -> None:
    """Remove a log that nothing was written to: most runs print nothing."""
    try:
        if log.stat().st_size == 0:
            log.unlink()
    except FileNotFoundError:
        return


def read_run_log(home: Home, run_id: int) -> str:
    """Return the end of what a run's strategy printed, harmless to a terminal; empty if nothing."""
    try:
        with run_log(home, run_id).open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - _SHOWN))
            text = log.read(_SHOWN).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(clean(line, limit=_LINE) for line in text.splitlines())


def _utc(seconds: float | None) -> time.struct_time:
    return time.gmtime(seconds)

"""The runner's log, and the log of each run: where they are, what they hold at most, how they are read.

The runner writes what it does into a rotating log. What it says by other ways, such
as a traceback before the log is open or the last words of a crash, goes to a file
of its own, since a rotated file would grow on under its new name.
"""

import logging
import logging.handlers
import os
import stat
import time
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from core.errors import BacktapeError
from core.home import Home
from core.text import clean

LOGGER = logging.getLogger("backtape")

LOG_LIMIT = 1_000_000  # bytes kept of what one run prints

_GAP = b"\n[output is missing here: there was more than is kept]\n"
_ROTATE_AT = 1_000_000
_KEPT = 3
_READ = 2_000  # lines
_MOST_READ = 4_000_000
_LINE = 2_000
_TRACEBACK = 20_000
_TRACEBACK_BEGINS = "Traceback (most recent call last):"


def runner_log(home: Home) -> Path:
    """Return where the runner writes what it does."""
    return home.logs / "runner.log"


def runner_output(home: Home) -> Path:
    """Return where a runner's output goes that is not part of its log."""
    return home.logs / "runner.err"


def run_log(home: Home, run_id: int) -> Path:
    """Return where the output of a run's strategy goes."""
    return home.logs / f"run-{run_id}.log"


def open_runner_log(home: Home) -> None:
    """Let `LOGGER` write to the runner's log, each line with its time in UTC."""
    handler = _PrivateLog(home)
    handler.setFormatter(_Line("%(asctime)sZ %(process)d %(levelname)s %(message)s"))
    LOGGER.handlers[:] = [handler]
    LOGGER.propagate = False
    LOGGER.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not end the runner for the sake of its log


def open_runner_output(home: Home) -> int:
    """Return a descriptor for the output of a runner that is about to be started.

    What the runner before it left is kept as `runner.err.1`, and nothing older.

    Raises:
        BacktapeError: the file cannot be written.
    """
    path = runner_output(home)
    try:
        if path.exists() and path.stat().st_size:
            path.replace(path.with_name(f"{path.name}.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise BacktapeError(
            f"{path} cannot be written ({error.strerror or error}); make room or make it writable."
        ) from error


def cut_log(log: Path, limit: int = 2 * LOG_LIMIT) -> None:
    """Shorten a log that was written past its bound by other ways than `print`, and say so in it.

    Whoever still writes to it goes on behind that.
    """
    try:
        status = log.lstat()
        if status.st_size <= limit or not stat.S_ISREG(status.st_mode):
            return
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
        try:
            os.ftruncate(descriptor, LOG_LIMIT)
            os.write(descriptor, _GAP)
        finally:
            os.close(descriptor)
    except OSError:
        return  # gone meanwhile, or no room: no log is worth a runner


def forget_empty(log: Path) -> None:
    """Remove a log that nothing was written to: most runs print nothing."""
    try:
        if log.stat().st_size == 0:
            log.unlink()
    except FileNotFoundError:
        return


def read_run_log(home: Home, run_id: int, lines: int = _READ) -> list[str]:
    """Return the last lines of what a run's strategy printed, harmless to a terminal; none if nothing.

    Raises:
        BacktapeError: the log cannot be read.
    """
    return _last_lines(run_log(home, run_id), lines)


def told_in_run_log(home: Home, run_id: int, reason: str) -> str | None:
    """Return what the log of a run that failed holds, as the beginning of a sentence.

    None if it holds nothing, or cannot be read. Below what the strategy has printed, if anything,
    stands `reason` with the lines that led there.
    """
    try:
        lines = read_run_log(home, run_id)
    except BacktapeError:
        return None
    if not lines:
        return None
    begins = (clean(reason, limit=_LINE), _TRACEBACK_BEGINS)
    at = next((at for at, line in enumerate(lines) if line in begins), None)
    if at is None:
        return "what it printed is"
    return "what it printed and the lines that led there are" if at else "the lines that led there are"


def read_runner_log(home: Home, lines: int) -> list[str]:
    """Return the last lines of the runner's log, and below them whatever it said outside of it.

    Raises:
        BacktapeError: a log cannot be read.
    """
    path = runner_log(home)
    found = _last_lines(path, lines)
    if len(found) < lines:  # it was rotated a moment ago
        found = [*_last_lines(path.with_name(f"{path.name}.1"), lines - len(found)), *found]
    output = runner_output(home)
    said = _last_lines(output, lines)
    return [*found, f"Outside its log, in {output.name}:", *said] if said else found


def _last_lines(path: Path, lines: int) -> list[str]:
    """Return the end of a log without reading more of it than is wanted."""
    try:
        with path.open("rb") as log:
            wanted = min(lines * _LINE, _MOST_READ)
            log.seek(max(0, os.fstat(log.fileno()).st_size - wanted))
            found = log.read(wanted).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BacktapeError(
            f"{path} cannot be read ({error.strerror or error}); make it readable."
        ) from error
    return [clean(line, limit=_LINE) for line in found[-lines:]]


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """A rotating log that nobody else may read, whatever the umask; bounds the other output as well."""

    def __init__(self, home: Home) -> None:
        self._output = runner_output(home)
        super().__init__(runner_log(home), maxBytes=_ROTATE_AT, backupCount=_KEPT, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write an entry; whatever could fill the other file, such as a fork, makes one."""
        super().emit(record)
        cut_log(self._output)

    def _open(self) -> TextIOWrapper:
        file = open(self.baseFilename, "ab", opener=_private)  # noqa: SIM115 - the handler closes it
        return TextIOWrapper(file, encoding=self.encoding, errors=self.errors)


class _Line(logging.Formatter):
    """One entry a line, in UTC; nothing that a run brought along can forge a line or move a terminal."""

    def __init__(self, form: str) -> None:
        super().__init__(form)
        self.converter = _utc

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of logging
        """Return the entry itself, in one line."""
        return clean(super().formatMessage(record), limit=_LINE)

    def formatException(self, *given: Any) -> str:  # noqa: ANN401, N802 - as in logging
        """Return the traceback below it."""
        return clean(super().formatException(*given), limit=_TRACEBACK, keep_lines=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _utc(seconds: float | None) -> time.struct_time:
    return time.gmtime(seconds)

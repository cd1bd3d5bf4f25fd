"""How many runs are worked on at once.

What was last said of the queue of this store counts, else `BACKTAPE_WORKERS`, else
`config.toml`, else the cores. A run that asks a language model mostly waits for it
and needs no core meanwhile, so those have places of their own.
"""

import os
import re
from dataclasses import dataclass
from typing import Literal

from core.config import MOST_WORKERS, read_config
from core.errors import BacktapeError
from core.home import Home
from core.jobs.logs import LOGGER
from db.jobs import JobRecord
from db.queue import Queue

MODEL_PLACES = 4

Origin = Literal["BACKTAPE_WORKERS", "config.toml", "cores"]


@dataclass(frozen=True)
class Places:
    """Places for runs that compute and for runs that ask a model."""

    computing: int
    asking: int = MODEL_PLACES

    def under(self, queue: Queue) -> "Places":
        """Return the places that are left to be filled under what was said of the queue."""
        if queue.paused:
            return Places(0, 0)
        return Places(queue.workers or self.computing, self.asking)

    def without(self, under_way: list[JobRecord]) -> "Places":
        """Return how many are free, none below zero."""
        asking = sum(job.uses_model for job in under_way)
        return Places(
            max(0, self.computing - (len(under_way) - asking)),
            max(0, self.asking - asking),
        )


class ConfiguredPlaces:
    """The places as they are configured now: `config.toml` is read again when it has been written to."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._stamp = self._look()
        self._places = configured_places(home)

    def now(self) -> Places:
        """Return the places; the cost of a `stat` when nothing has changed."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp, self._places = stamp, configured_places(self._home)
        return self._places

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._home.config.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino


def configured_places(home: Home) -> Places:
    """Return the places as environment, `config.toml` and machine give them; a broken file gives none."""
    return Places(_configured(home)[0])


def origin_of_places(home: Home) -> Origin:
    """Return which of them gives the places."""
    return _configured(home)[1]


def _configured(home: Home) -> tuple[int, Origin]:
    if (of_environment := _workers_of_environment()) is not None:
        return of_environment, "BACKTAPE_WORKERS"
    try:
        of_file = read_config(home).workers
    except BacktapeError as error:
        LOGGER.warning("%s", error)  # whoever submits a run is told
        of_file = None
    return (cores(), "cores") if of_file is None else (of_file, "config.toml")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _workers_of_environment() -> int | None:
    named = os.environ.get("BACKTAPE_WORKERS", "")
    if not named:
        return None
    if not re.fullmatch("[0-9]{1,9}", named) or int(named) == 0:
        LOGGER.warning("BACKTAPE_WORKERS is no number from 1 to %d and counts for nothing", MOST_WORKERS)
        return None
    return min(int(named), MOST_WORKERS)

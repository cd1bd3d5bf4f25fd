"""A worker's signs of life: about four a second, the first at once, and the way a cancel reaches it."""

import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from db import jobs
from db.connection import Connection
from db.errors import StoreError
from db.jobs import Beat

if TYPE_CHECKING:
    from core.engine.simulation import Progress
    from core.market.bars import Times

EVERY = 0.25


class Cancelled(Exception):  # noqa: N818 (it is no error)
    """The run is to stop."""


class TimeUp(Exception):  # noqa: N818 (it is the strategy's doing)
    """The run has had the time it was given."""


class AttemptLost(Exception):  # noqa: N818 (it is no error)
    """The run belongs to somebody else by now; whatever this worker does is for nothing."""


def leave_if_forked(owner: int) -> None:
    """End a process that a strategy forked and let run on: the run is its parent's alone."""
    if os.getpid() != owner:
        os._exit(0)


class Beats:
    """Writes how far the run is; raises `Cancelled`, `AttemptLost` or `TimeUp` where the run must stop.

    `time_limit` is in seconds from now on. Once the result is computed it counts no more.
    """

    def __init__(
        self,
        connection: Connection,
        attempt: str,
        time_limit: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._attempt = attempt
        self._owner = os.getpid()
        self._last = Beat(0, 0)
        self._due = 0.0
        self._untold: Progress | None = None
        self._now = now
        self._end = now() + (math.inf if time_limit is None else time_limit)

    def phase(self, name: str) -> None:
        """Say at once what the worker does now."""
        self._write(replace(self._last, phase=name, curve=None))

    def begin(self, name: str, times: "Times") -> None:
        """Say that the bars of the period, which open at `times`, are to be decided on now."""
        self._write(Beat(0, len(times), phase=name))
        self._due = 0.0  # the first figures at once

    def progress(self, progress: "Progress") -> None:
        """Say how far the run is, if it is time; the engine calls this after every chunk."""
        now = self._now()
        self._untold = progress
        if now >= self._end:
            raise TimeUp
        if now >= self._due:
            self._tell(progress)

    def broken_off(self, progress: "Progress") -> None:
        """Keep how far a run had come that ends without a result, to be said once it is known why."""
        self._untold = progress

    def catch_up(self) -> None:
        """Say what it was too soon to say: a run that ends without a result leaves nothing else."""
        if self._untold is not None:
            with suppress(Cancelled, AttemptLost):
                self._tell(self._untold)

    def _tell(self, progress: "Progress") -> None:
        self._untold = None
        self._write(
            Beat(
                bars_done=progress.done,
                bars_total=progress.total,
                trades=progress.trades,
                equity=progress.equity,
                curve=progress.curve.tobytes(),
                phase="simulating",
            )
        )

    def waiting(self, name: str) -> None:
        """Say, if it is time, what the worker waits for; called over and over while it does."""
        now = self._now()
        if now >= self._end:
            raise TimeUp
        if now >= self._due:
            self.phase(name)

    def _write(self, sign: Beat) -> None:
        leave_if_forked(self._owner)
        self._last = sign
        try:
            cancelled = jobs.beat(self._connection, self._attempt, sign)
        except StoreError:
            # Busy, full, replaced, upgraded: a sign of life is not worth a run.
            cancelled = False
        self._due = self._now() + EVERY
        if cancelled is None:
            raise AttemptLost
        if cancelled:
            raise Cancelled

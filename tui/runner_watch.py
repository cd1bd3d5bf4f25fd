"""Watching the store for the screens, and keeping a runner alive while there is work."""

import asyncio
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from db.errors import StoreError
from tui.background import in_background
from tui.messages import RunnerChanged, RunsChanged

if TYPE_CHECKING:
    from core.jobs.launch import RunnerStatus
    from db.watch import Watch
    from tui.app import BacktapeApp

_LOOK_SECONDS = 0.1
_KEEP_SECONDS = 2.0
# A runner or a worker that has work writes more often than this; with less room it cannot.
_SILENT_SECONDS = 3.0
_LEAST_ROOM = 256_000  # bytes
_FULL = "the disk is full: nothing can be stored"
_NOTHING = "nothing under way"


class RunnerWatch:
    """Looks ten times a second whether the store has changed; costs nothing else when idle.

    While anything waits or runs it makes sure every two seconds that a runner
    lives, so that a runner that was killed is replaced.
    """

    def __init__(self, app: "BacktapeApp") -> None:
        self._app = app
        self._watch: Watch | None = None
        self._status: RunnerStatus | None = None
        self._kept_at = 0.0
        self._looked_at = 0.0
        self._changed_at = 0.0
        self._is_full = False
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why nothing can be read or stored, "" if nothing is known of."""
        return self._trouble or (_FULL if self._is_full else "")

    @property
    def paused(self) -> bool:
        """Whether waiting runs are held back."""
        return self._status is not None and self._status.paused

    @property
    def has_work(self) -> bool:
        """Whether any run waits or is under way."""
        return self._status is not None and bool(self._status.running or self._status.waiting)

    @property
    def _needs_runner(self) -> bool:
        return self._status is not None and self._status.needs_runner

    @property
    def text(self) -> str:
        """What the runner does, in words; a trouble in its place.

        Where there is nothing to do it matters little whether a runner is there already.
        """
        if self.trouble:
            return self.trouble
        if self._status is None:
            return ""
        if self._status.paused:
            return f"queue: {self._status.text()}"
        if not self._status.living:
            return self._status.text() if self._status.needs_runner else _NOTHING
        if self._status.is_idle:
            return f"{_NOTHING}, runner ready"
        return f"runner: {self._status.text()}"

    async def run(self) -> None:
        """Look until the program ends."""
        from db.watch import Watch

        watch = self._watch = Watch(self._app.home.store)
        await self._look_at_runner()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._watch is None:
                return
            try:
                changed = watch.changed()
                if self._app.link.is_busy and watch.is_free():
                    self._app.link.wait_is_over()
            except StoreError as error:
                self._set_trouble(str(error))
                continue
            if changed:
                self._changed_at = time.monotonic()
                self._app.tell(RunsChanged())
            if changed or self._is_due:
                await self._look_at_runner()

    @property
    def _is_due(self) -> bool:
        """Whether to look though nothing was written: while there is work, or a trouble that may be over."""
        must_look = self._needs_runner or self.trouble
        return bool(must_look) and time.monotonic() - self._looked_at >= _KEEP_SECONDS

    async def submitted(self) -> None:
        """A run was submitted: make sure of a runner of this version and environment now."""
        await self._keep(hand_over=True)

    async def expect_run(self) -> None:
        """A run is being set up: have a runner ready for it, so that it begins as soon as it is submitted.

        One that does not come is nothing to be told of yet.
        """
        if time.monotonic() - self._kept_at < _KEEP_SECONDS:
            return
        self._kept_at = time.monotonic()
        with suppress(BacktapeError, StoreError):
            await self._ensure(hand_over=False)

    def close(self) -> None:
        """Let go of the store."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    async def _look_at_runner(self) -> None:
        from core.jobs.launch import runner_status

        before = self.text
        self._looked_at = time.monotonic()
        try:
            self._status = await self._app.link.read(runner_status)
            self._trouble = ""
        except StoreError as error:
            self._set_trouble(str(error))
            return
        if self._needs_runner and time.monotonic() - self._kept_at >= _KEEP_SECONDS:
            await self._keep(hand_over=False)
        is_silent = self._needs_runner and time.monotonic() - self._changed_at >= _SILENT_SECONDS
        self._is_full = is_silent and await in_background(self._has_no_room)
        if self.text != before:
            self._app.tell(RunnerChanged())

    def _has_no_room(self) -> bool:
        """Whether the disk is so full that a runner or a worker that is silent cannot write."""
        try:
            disk = os.statvfs(self._app.home.path)
        except OSError:
            return False  # that the folder is gone is told otherwise
        return disk.f_bavail * disk.f_frsize < _LEAST_ROOM

    async def _keep(self, *, hand_over: bool) -> None:
        self._kept_at = time.monotonic()
        try:
            await self._ensure(hand_over=hand_over)
        except (BacktapeError, StoreError) as error:
            self._set_trouble(str(error))

    async def _ensure(self, *, hand_over: bool) -> None:
        from core.jobs.launch import ensure_runner

        await in_background(ensure_runner, self._app.home, hand_over=hand_over)

    def _set_trouble(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self._app.link.wait_is_over()
            self._app.tell(RunnerChanged())

"""Watching the store for the screens, and keeping a runner alive while there is work."""

import asyncio
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
        self._trouble = ""

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
        """What the runner does, in words; a trouble in its place."""
        if self._trouble:
            return self._trouble
        if self._status is None:
            return ""
        if self._status.paused:
            return f"queue: {self._status.text()}"
        if not self._status.living:
            return self._status.text() if self._status.waiting else "nothing under way"
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
            except StoreError as error:
                self._set_trouble(str(error))
                continue
            if changed:
                self._app.tell(RunsChanged())
            due = self._needs_runner and time.monotonic() - self._kept_at >= _KEEP_SECONDS
            if changed or due:
                await self._look_at_runner()

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
        try:
            self._status = await self._app.link.read(runner_status)
            self._trouble = ""
        except StoreError as error:
            self._set_trouble(str(error))
            return
        if self._needs_runner and time.monotonic() - self._kept_at >= _KEEP_SECONDS:
            await self._keep(hand_over=False)
        if self.text != before:
            self._app.tell(RunnerChanged())

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
            self._app.tell(RunnerChanged())

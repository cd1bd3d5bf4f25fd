"""What has just been opened is sent when it is whole: it is laid out, read and laid out again in a moment."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app import BacktapeApp

# As long as nothing is sent at most; what takes longer to read is seen coming.
_MOST_SECONDS = 0.12
_LOOK_SECONDS = 0.015


class Cover:
    """Holds back what is drawn until nothing is read for the screen any more, for a moment at most."""

    def __init__(self, app: "BacktapeApp") -> None:
        self._app = app
        self._since: float | None = None
        self._was_busy = True

    @property
    def is_on(self) -> bool:
        """Whether nothing is to be sent."""
        return self._since is not None

    def begin(self) -> None:
        """Hold back what comes now; the whole screen is sent afterwards."""
        is_new = self._since is None
        self._since, self._was_busy = time.monotonic(), True
        if is_new:
            self._app.set_timer(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Lift it when nothing was read at two looks one after the other: what was read has been laid out."""
        was_busy, self._was_busy = self._was_busy, self._is_busy()
        waited = time.monotonic() - (self._since or 0.0)
        if (was_busy or self._was_busy) and waited < _MOST_SECONDS:
            self._app.set_timer(_LOOK_SECONDS, self._look)
            return
        self._since = None
        if self._app.screen_stack:
            self._app.screen.refresh()

    def _is_busy(self) -> bool:
        """Whether something is read for a screen; what the program does for itself is not waited for."""
        return any(worker.is_running and worker.node is not self._app for worker in self._app.workers)

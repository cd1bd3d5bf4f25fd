"""Plays a replay: a timer that hands out the bars that are due."""

import time
from collections.abc import Callable

from textual.timer import Timer

from tui.chart.replay import Clock, other_speed


class Player:
    """Calls `played` with the bars that are due, as long as `is_seen` says that somebody looks."""

    def __init__(
        self,
        set_interval: Callable[[float, Callable[[], object]], Timer],
        is_seen: Callable[[], bool],
        played: Callable[[int], None],
        speed: int,
    ) -> None:
        self._set_interval, self._is_seen, self._played = set_interval, is_seen, played
        self._timer: Timer | None = None
        self._clock = Clock(speed, 0.0)

    @property
    def speed(self) -> int:
        """Bars a second."""
        return self._clock.speed

    @property
    def is_playing(self) -> bool:
        """Whether bars come by themselves."""
        return self._timer is not None

    def play(self) -> None:
        """Begin, the first bar after a bar's time."""
        self.pause()
        self._clock = Clock(self.speed, time.monotonic())
        self._timer = self._set_interval(self._clock.pause, self._tick)

    def pause(self) -> None:
        """Stop; nothing is left running."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def change_speed(self, by: int) -> None:
        """Take the speed so many places further; what plays goes on with it."""
        self._clock = Clock(other_speed(self.speed, by), time.monotonic())
        if self.is_playing:
            self.play()

    def _tick(self) -> None:
        if not self._is_seen():
            self.pause()
        elif bars := self._clock.due(time.monotonic()):
            self._played(bars)

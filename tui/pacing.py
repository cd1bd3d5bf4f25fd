"""How often a screen reads: never twice at a time, and what only counts up no more than twice a second."""

import asyncio
from collections.abc import Callable

from tui.screens.base import Work, WorkScreen

# As often as a figure that moves may be another one.
FIGURES_SECONDS = 0.5


class AtMost:
    """Lets something be done once in so many seconds; `again` is called after them if it was asked for since.

    So nothing is done too often, and the last that happened is not missed.
    """

    def __init__(self, seconds: float, screen: WorkScreen, again: Callable[[], object]) -> None:
        self._seconds = seconds
        self._screen = screen
        self._again = again
        self._is_resting = False
        self._is_asked = False

    def begin(self) -> bool:
        """Return whether it may be done now, which counts as done; else `again` is called in time."""
        if self._is_resting:
            self._is_asked = True
            return False
        self._is_resting = True
        self._screen.set_timer(self._seconds, self._rested)
        return True

    def ask(self) -> None:
        """Call `again` now, or as soon as it may be."""
        if self.begin():
            self._again()

    def _rested(self) -> None:
        self._is_resting = False
        if self._is_asked:
            self._is_asked = False
            self._again()


class OnceMore:
    """Work of a screen beside the keys, once at a time; asked for meanwhile, it is done once more after it.

    What it finds is then never overtaken by what it found before.
    """

    def __init__(self, screen: WorkScreen, work: Work, group: str) -> None:
        self._screen = screen
        self._work = work
        self._group = group
        self._is_asked = False
        self._is_under_way = False
        self._one_at_a_time = asyncio.Lock()

    def ask(self) -> None:
        """Do it soon, on the state that there is then."""
        self._is_asked = True
        if not (self._is_under_way or self._screen.is_left):
            self._is_under_way = True
            self._screen.start(self._do_asked, group=self._group)

    async def do(self) -> None:
        """Do it, and return when it is done."""
        async with self._one_at_a_time:
            await self._work()

    async def _do_asked(self) -> None:
        try:
            while self._is_asked:
                self._is_asked = False
                await self.do()
        finally:
            self._is_under_way = False

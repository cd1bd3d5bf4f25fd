"""Keys in the order they were typed: the next goes out when the one before has done what it does.

A key travels from the widget in focus up to the program, where bindings act, and what
another key does on its way may overtake it: typed quickly, the `9` after a Backspace would
be taken before something is deleted, and the letters after `/` would act on the list.

What is typed ahead waits for a screen that is still being read, for a while: it was meant
for what will stand there. So does what is pasted, which keeps its place among the keys.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events

# A key whose widget was taken away while it was under way never arrives.
PATIENCE_SECONDS = 0.5
# As long as anybody types ahead of a screen, and how often that is looked at.
AHEAD_SECONDS = 3.0
LOOK_SECONDS = 0.02


Typed = events.Key | events.Paste


class Key(events.Key):
    """A key that says when nobody else will look at it; handled by `on_key` as Textual's own."""

    def __init__(self, typed: events.Key, settled: "Callable[[Key], None]") -> None:
        super().__init__(typed.key, typed.character)
        self.time = typed.time
        # Textual stops a message on its way back to the sender, which would be the program.
        self._sender = None
        self._settled = settled

    def stop(self, stop: bool = True) -> "Key":
        """Go no further up; this was the last that looked at it."""
        super().stop(stop)
        if stop:
            self._settled(self)
        return self


class TypedKeys:
    """Keys that wait for the one under way.

    `hand_out` starts one on its way; `later` calls something when what is going on now is
    over, `after` when so many seconds have passed; `may_act` says whether a key has what it acts on.
    """

    def __init__(
        self,
        hand_out: Callable[[Typed], Awaitable[None]],
        later: Callable[[Callable[[], Awaitable[None]]], object],
        after: Callable[[float, Callable[[], Awaitable[None]]], object],
        may_act: Callable[[Typed], bool] = lambda _: True,
    ) -> None:
        self._hand_out = hand_out
        self._later = later
        self._after = after
        self._may_act = may_act
        self._waiting: deque[Typed] = deque()
        self._under_way: Key | None = None
        self._ahead_since: float | None = None
        self._is_looking = False

    async def take(self, typed: Typed) -> None:
        """Take a key that was typed, or what was pasted."""
        self._waiting.append(typed)
        waits_for = self._under_way
        if waits_for is None:
            await self._go_on()
            return

        async def give_up() -> None:
            self.settled(waits_for)

        self._after(PATIENCE_SECONDS, give_up)

    def settled(self, key: events.Key) -> None:
        """Hear that a key has done what it does, or that nobody took it."""
        if key is self._under_way:
            self._under_way = None
            if self._waiting:
                self._later(self._go_on)

    async def _go_on(self) -> None:
        while self._waiting and self._under_way is None and not self._is_ahead():
            typed = self._waiting.popleft()
            if isinstance(typed, events.Paste):
                await self._hand_out(typed)
                continue
            key = Key(typed, self.settled)
            self._under_way = key
            await self._hand_out(key)
            if not key.is_forwarded:
                self._under_way = None

    def _is_ahead(self) -> bool:
        """Whether the next key has to wait for what it acts on; that is looked at again soon."""
        if self._may_act(self._waiting[0]):
            self._ahead_since = None
            return False
        now = time.monotonic()
        self._ahead_since = self._ahead_since or now
        if now - self._ahead_since >= AHEAD_SECONDS:
            return False
        if not self._is_looking:
            self._is_looking = True
            self._after(LOOK_SECONDS, self._look_again)
        return True

    async def _look_again(self) -> None:
        self._is_looking = False
        await self._go_on()

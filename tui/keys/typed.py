"""Keys in the order they were typed: the next goes out when the one before has done what it does.

A key travels from the widget in focus up to the program, where bindings act, and what
another key does on its way may overtake it: typed quickly, the `9` after a Backspace would
be taken before something is deleted, and the letters after `/` would act on the list.
"""

from collections import deque
from collections.abc import Awaitable, Callable

from textual import events

# A key whose widget was taken away while it was under way never arrives.
PATIENCE_SECONDS = 0.5


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
    over, `after` when so many seconds have passed.
    """

    def __init__(
        self,
        hand_out: Callable[[Key], Awaitable[None]],
        later: Callable[[Callable[[], Awaitable[None]]], object],
        after: Callable[[float, Callable[[], Awaitable[None]]], object],
    ) -> None:
        self._hand_out = hand_out
        self._later = later
        self._after = after
        self._waiting: deque[events.Key] = deque()
        self._under_way: Key | None = None

    async def take(self, typed: events.Key) -> None:
        """Take a key that was typed."""
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
        while self._waiting and self._under_way is None:
            key = Key(self._waiting.popleft(), self.settled)
            self._under_way = key
            await self._hand_out(key)
            if not key.is_forwarded:
                self._under_way = None

"""How long a worker has been at it, by a clock that nobody sets.

The time of day jumps when somebody corrects it, and goes on while the machine
sleeps; the monotonic clock does neither. A runner counts from when it first saw a
worker, which for its own is when they began. One that another runner forked is
older, and the system tells when it started, in seconds since the boot with those of
the machine's sleep. Seen from the monotonic clock, which leaves them out, a process
may look younger than it is by that sleep, never older: none is ended too early.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.jobs.process import Identity, boot


def age(who: Identity, now: float) -> float:
    """Return for how many seconds a process has been there, at the least; 0 where that cannot be told.

    `now` is that of the monotonic clock.
    """
    if not sys.platform.startswith("linux") or who.boot != boot():
        return 0.0
    return max(0.0, now - who.start / os.sysconf("SC_CLK_TCK"))


@dataclass
class Stopwatch:
    """How long the attempts at runs have lasted, at the least, as far as one runner can tell."""

    now: Callable[[], float] = time.monotonic
    _seen: dict[str, float] = field(default_factory=dict)

    def lasted(self, attempt: str, who: Identity) -> float:
        """Return the seconds that an attempt has lasted; the first look at it starts the watch."""
        now = self.now()
        return max(now - self._seen.setdefault(attempt, now), age(who, now))

    def forget_all_but(self, attempts: set[str]) -> None:
        """Stop the watches of all other attempts."""
        for attempt in self._seen.keys() - attempts:
            del self._seen[attempt]

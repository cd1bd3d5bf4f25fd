"""Waiting for real processes: until something is so, with a deadline, never for a fixed while."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def wait_until(look: Callable[[], Seen], what: str, seconds: float = 30.0) -> Seen:
    """Return the first true value of `look`; fail with `what` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)

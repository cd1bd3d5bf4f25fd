"""The memory and the time that a run is given: within which bounds, and how it is said."""

import math

# A run on a million bars takes 30 MB, 40 where the strategy compiles code of its own; less is no run's.
LEAST_MEMORY_MB = 50
MOST_MEMORY_MB = 1_000_000
MOST_MINUTES = 100_000


def is_memory(value: object) -> bool:
    """Return whether this can be the memory of a run, in megabytes of a million bytes."""
    return _is_number(value) and isinstance(value, int) and LEAST_MEMORY_MB <= value <= MOST_MEMORY_MB


def is_time(value: object) -> bool:
    """Return whether this can be the time of a run, in minutes."""
    return _is_number(value) and isinstance(value, int | float) and 0 < value <= MOST_MINUTES


def seconds_of(minutes: float | None) -> int | None:
    """Return the whole seconds that minutes are, a part of one counting as one; None for None."""
    return None if minutes is None else max(1, math.ceil(round(minutes * 60, 6)))


def time_in_words(seconds: int) -> str:
    """Return `30 seconds`, `1 minute`, `7.5 minutes`."""
    amount, unit = (seconds, "second") if seconds < 60 else (seconds / 60, "minute")
    return f"{round(amount, 2):.10g} {unit}" + ("" if amount == 1 else "s")


def too_long(seconds: int) -> str:
    """Return why a run failed that was not done in time."""
    return (
        f"It took longer than the {time_in_words(seconds)} it was given; "
        "give it more with --time or shorten the period."
    )


def too_much(megabytes: int) -> str:
    """Return why a run failed that asked for more memory."""
    return (
        f"The run needed more than the {megabytes} MB it was given; "
        "give it more with --memory or shorten the period."
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

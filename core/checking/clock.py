"""A clock that stands still, or is wrong and in a hurry: what a strategy takes from it shows in its place.

Standing still, it makes no difference between one pass and the next; put ahead,
in another process, it makes one.
"""

import datetime
import time
from datetime import date as _date
from datetime import datetime as _datetime
from typing import Any

# Every look at the clock finds it so much later: a strategy that looks at every bar soon sees all hours.
_STEP = 37 * 60 + 11
_CREEP = 1e-6

_time, _time_ns = time.time, time.time_ns
_localtime, _gmtime = time.localtime, time.gmtime


class _Clock:
    def __init__(self, now: float, step: float) -> None:
        self._now, self._step = now, step

    def now(self) -> float:
        self._now += self._step
        return self._now


class _AsReal(type):
    """Lets an object of the real class pass for one of the class in its place."""

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])


def put_ahead(seconds: float) -> None:
    """Make the clock of this process wrong by so many seconds, and faster with every look at it.

    For modules that are imported later; those that run already keep the true one.
    """
    _replace(_Clock(_time() + seconds, _STEP))


def stand_still() -> None:
    """Stop the clock of this process at the full hour; it creeps, so that who waits for it is let go."""
    _replace(_Clock(_time() // 3_600 * 3_600, _CREEP))


def put_right() -> None:
    """Undo `put_ahead`."""
    time.time, time.time_ns, time.localtime, time.gmtime = _time, _time_ns, _localtime, _gmtime
    datetime.datetime, datetime.date = _datetime, _date  # type: ignore[misc]


def _replace(clock: _Clock) -> None:
    replaced: dict[str, Any] = {
        "time": clock.now,
        "time_ns": lambda: int(clock.now() * 1e9),
        "localtime": lambda seconds=None: _localtime(clock.now() if seconds is None else seconds),
        "gmtime": lambda seconds=None: _gmtime(clock.now() if seconds is None else seconds),
    }
    for name, function in replaced.items():
        setattr(time, name, function)
    _put_into_datetime(clock)


def _put_into_datetime(clock: _Clock) -> None:
    class Moment(_datetime, metaclass=_AsReal):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:  # noqa: ANN401 - a real one, as everywhere
            return _datetime.fromtimestamp(clock.now(), tz)

        @classmethod
        def utcnow(cls) -> Any:  # noqa: ANN401
            return _datetime.fromtimestamp(clock.now(), datetime.UTC).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:  # noqa: ANN401
            return cls.now()

    class Day(_date, metaclass=_AsReal):
        @classmethod
        def today(cls) -> Any:  # noqa: ANN401
            return _date.fromtimestamp(clock.now())  # noqa: DTZ012 - local, as the real one

    datetime.datetime, datetime.date = Moment, Day  # type: ignore[misc]

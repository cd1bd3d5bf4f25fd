"""The timeframes, named as MetaTrader names them."""

import enum

from core.errors import BacktapeError

_MINUTE = 60
_HOUR = 3_600
_DAY = 86_400


class Timeframe(enum.StrEnum):
    """One bar length; compares and prints as its name."""

    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6"
    M10 = "M10"
    M12 = "M12"
    M15 = "M15"
    M20 = "M20"
    M30 = "M30"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    H4 = "H4"
    H6 = "H6"
    H8 = "H8"
    H12 = "H12"
    D1 = "D1"
    W1 = "W1"
    MN1 = "MN1"

    @property
    def seconds(self) -> int:
        """Nominal length; a real D1 has 23 to 25 hours and a real MN1 28 to 31 days."""
        return _SECONDS[self]

    @property
    def is_intraday(self) -> bool:
        """Whether bars are shorter than a day, so that they close after a fixed time."""
        return self.seconds < _DAY

    def divides(self, coarser: "Timeframe") -> bool:
        """Return whether bars of `coarser` can be made of whole bars of this one.

        Weeks do not make months: a week may lie in two of them.
        """
        if coarser == self:
            return True
        if coarser.is_intraday:
            return coarser.seconds % self.seconds == 0
        return self.seconds <= _DAY and self.seconds < coarser.seconds


_NOMINAL = {Timeframe.D1: _DAY, Timeframe.W1: 7 * _DAY, Timeframe.MN1: 30 * _DAY}
_UNITS = {"M": _MINUTE, "H": _HOUR}
_SECONDS = {
    timeframe: _NOMINAL.get(timeframe) or _UNITS[timeframe.value[0]] * int(timeframe.value[1:])
    for timeframe in Timeframe
}


def parse_timeframe(text: str) -> Timeframe:
    """Return the timeframe that `text` names, in capitals or not.

    Raises:
        BacktapeError: it names none; the sentence lists those there are.
    """
    try:
        return Timeframe(text.strip().upper())
    except ValueError:
        from core.text import clean

        names = " ".join(Timeframe)
        raise BacktapeError(
            f"There is no timeframe {clean(text, limit=20)!r}; use one of {names}.", field="timeframe"
        ) from None

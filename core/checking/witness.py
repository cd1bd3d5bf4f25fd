"""Randomness across processes: the same history once more, where nothing but the history is the same.

For a process of its own with another hash seed and another time zone; here the
clock is put ahead as well, and the module is loaded anew each time.
"""

from core.checking.clock import put_ahead, put_right
from core.checking.decided import Decided
from core.checking.deciding import BarsChangedError, Decider, Span
from core.checking.examination import repeated
from core.checking.findings import Finding
from core.checking.subject import Subject
from core.market.bars import Bars
from core.strategies.errors import StrategyError

_HOUR = 3_600
# Other minutes, weekdays and months each time.
_AHEAD = (6 * _HOUR + 423, (40 * 24 + 12) * _HOUR + 1_511, (200 * 24 + 18) * _HOUR + 2_617)
_HOW = "in another process, with another hash seed, time zone and clock"


def witness(subject: Subject, bars: Bars, usual: Decided) -> Finding | None:
    """Return the first difference to what was decided in another process, None for none."""
    subject.load_pandas()
    decider = Decider(subject, bars)
    try:
        for ahead in _AHEAD:
            put_ahead(ahead)
            found = repeated(bars, usual, decider.decide(Span(usual.first, len(bars))), _HOW)
            if found is not None:
                return found
    except (StrategyError, BarsChangedError) as error:
        return Finding("randomness", f"It decides at first, but {_HOW} it fails: {error}")
    finally:
        put_right()
    return None

"""The lines that the strategy of a run offers, computed once in a process of their own."""

from collections.abc import Callable

from core.errors import BacktapeError
from core.home import Home
from core.text import clean
from db.runs import RunRecord
from tui.background import in_background
from tui.chart.chart import LineValues

_UNDER_WAY = "The strategy's lines are being computed."
_NO_SOURCE = "The source of the run's strategy was not kept, so there are no lines."


class StrategyLines:
    """`values` by their names, none until they are there; `why_none` says why, None before `begin`."""

    def __init__(self, home: Home, run: RunRecord) -> None:
        self._home, self._run = home, run
        self.values: LineValues = {}
        self.why_none: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether they are being computed."""
        return self.why_none == _UNDER_WAY

    def begin(self) -> bool:
        """Return whether they are to be computed: at the first call, if there is a source."""
        if self.why_none is not None:
            return False
        has_source = bool(self._run.strategy_version)
        self.why_none = _UNDER_WAY if has_source else _NO_SOURCE
        return has_source

    async def compute(self, rows: int, is_given_up: Callable[[], bool]) -> str | None:
        """Compute them for so many bars; return what went wrong, None if nothing did."""
        from core.jobs.describing import GivenUp
        from core.jobs.lines import lines_of_run

        try:
            self.values = await in_background(
                lines_of_run, self._home, self._run, rows, is_given_up=is_given_up
            )
        except BacktapeError as error:
            self.why_none = str(error)
            return self.why_none
        except GivenUp:
            return None
        name = clean(self._run.strategy, limit=60)
        self.why_none = f"{name} offers no lines; 'backtape guide' says how a strategy does."
        return None

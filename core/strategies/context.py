"""What `on_bar` sees of the market and of its own position."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.decision import BUY, SELL, Account, Decision, Position
from core.errors import BacktapeError
from core.strategies.decision import with_entry, with_exit
from core.strategies.errors import StrategyError
from core.strategies.signals import bar_named

if TYPE_CHECKING:
    from core.market.bars import Bars
    from core.strategies.higher import HigherBars, SeenBars
    from core.strategies.model import Model

Floats: TypeAlias = npt.NDArray[np.float64]


class Context:
    """One bar at its close, and the bars before it; nothing of what comes after.

    One object serves a whole run: the engine sets `index`, calls `on_bar`, takes
    `decision` and puts None there again. Prices are read from the columns when they are asked for,
    so that a bar costs nothing but the call. Calling `buy`, `sell` or `exit` is what
    decides; returning what they return reads well and changes nothing. Returning
    anything else is an error: it would decide nothing, and look as if it did.
    """

    __slots__ = (
        "_account",
        "_bars",
        "_close",
        "_columns",
        "_decided_at",
        "_high",
        "_higher",
        "_highest",
        "_llm",
        "_low",
        "_lowest",
        "_open",
        "_pip",
        "_time",
        "_volume",
        "decision",
        "index",
    )

    def __init__(self, bars: "Bars", account: Account, llm: "Model | None" = None) -> None:
        self.index: int = 0
        self.decision: Decision | None = None
        self._decided_at = -1
        self._bars = bars
        self._account = account
        self._llm = llm
        self._pip = float(bars.pip)
        self._columns = {
            name: _read_only(getattr(bars, name))
            for name in ("time", "open", "high", "low", "close", "volume")
        }
        # A memoryview gives a Python float in a third of the time of a numpy scalar.
        self._time = self._columns["time"].view(np.int64).data
        self._open = self._columns["open"].data
        self._high = self._columns["high"].data
        self._low = self._columns["low"].data
        self._close = self._columns["close"].data
        self._volume = self._columns["volume"].data
        self._highest: dict[int, memoryview[Any]] = {}
        self._lowest: dict[int, memoryview[Any]] = {}
        self._higher: dict[str, SeenBars] = {}

    @property
    def time(self) -> datetime:
        """The opening time of the bar, aware, in UTC."""
        return datetime.fromtimestamp(self._time[self.index], UTC)

    @property
    def open(self) -> float:
        """The price the bar opened at (bid)."""
        return self._open[self.index]

    @property
    def high(self) -> float:
        """The highest price of the bar (bid)."""
        return self._high[self.index]

    @property
    def low(self) -> float:
        """The lowest price of the bar (bid)."""
        return self._low[self.index]

    @property
    def close(self) -> float:
        """The price the bar closed at (bid)."""
        return self._close[self.index]

    @property
    def volume(self) -> float:
        """The volume of the bar, as the data have it (mostly ticks)."""
        return self._volume[self.index]

    @property
    def times(self) -> npt.NDArray[np.datetime64]:
        """The opening times up to and including this bar, datetime64[s] in UTC."""
        times: npt.NDArray[np.datetime64] = self._columns["time"][: self.index + 1]
        return times

    @property
    def opens(self) -> Floats:
        """The opening prices up to and including this bar's."""
        return self._past("open")

    @property
    def highs(self) -> Floats:
        """The highs up to and including this bar's."""
        return self._past("high")

    @property
    def lows(self) -> Floats:
        """The lows up to and including this bar's."""
        return self._past("low")

    @property
    def closes(self) -> Floats:
        """The closes up to and including this bar's: `closes[-1]` is `close`."""
        return self._past("close")

    @property
    def volumes(self) -> Floats:
        """The volumes up to and including this bar's."""
        return self._past("volume")

    def high_of(self, bars: int) -> float:
        """Return the highest high of the `bars` bars before this one, NaN if there are fewer."""
        return self._extreme(bars, self._highest, "high")

    def low_of(self, bars: int) -> float:
        """Return the lowest low of the `bars` bars before this one, NaN if there are fewer."""
        return self._extreme(bars, self._lowest, "low")

    def higher(self, timeframe: str) -> "HigherBars | None":
        """Return the bars of a coarser timeframe that have closed by now, None before the first.

        The same object comes until the next one closes. Name the timeframe in
        `context_timeframes` too, so that its history before the run is there.
        """
        seen = self._higher.get(timeframe)
        if seen is None:
            seen = self._higher[timeframe] = self._seen(timeframe)
        return seen.at(self.index)

    @property
    def llm(self) -> "Model":
        """The language model of the run: `ask(prompt, schema)`, metered; StrategyError without one."""
        if self._llm is None:
            with self._naming_the_bar():
                raise StrategyError(
                    "this run has no model: set BACKTAPE_LLM_BASE_URL and BACKTAPE_LLM_MODEL, and ask it as "
                    "context.llm, so that the run is known to need one"
                )
        return self._llm.at(self.index)

    @property
    def symbol(self) -> str:
        """The symbol of the run."""
        return self._bars.symbol

    @property
    def timeframe(self) -> str:
        """The primary timeframe of the run, such as M15."""
        return str(self._bars.timeframe)

    def pips(self, count: float) -> float:
        """Return the distance in price of so many pips."""
        return count * self._pip

    @property
    def position(self) -> Position | None:
        """The open position, None when flat."""
        return self._account.position(self.index)

    @property
    def equity(self) -> float:
        """The equity in account currency, marked at this bar's close."""
        return self._account.equity(self.index)

    def buy(
        self,
        *,
        stop: float | None = None,
        targets: Sequence[float] | float | None = None,
        at_stop: float | None = None,
        at_limit: float | None = None,
        expiry: int | None = None,
    ) -> Decision:
        """Decide to buy: `stop` and `targets` are distances in price from the entry.

        With `at_stop` or `at_limit` the entry waits at that price, `expiry` bars at
        most. A short position is closed first; while long the decision is ignored.
        """
        with self._naming_the_bar():
            return self._decide(
                with_entry(
                    self._taken(),
                    BUY,
                    stop=stop,
                    targets=targets,
                    at_stop=at_stop,
                    at_limit=at_limit,
                    expiry=expiry,
                )
            )

    def sell(
        self,
        *,
        stop: float | None = None,
        targets: Sequence[float] | float | None = None,
        at_stop: float | None = None,
        at_limit: float | None = None,
        expiry: int | None = None,
    ) -> Decision:
        """Decide to sell; everything as for `buy`, mirrored."""
        with self._naming_the_bar():
            return self._decide(
                with_entry(
                    self._taken(),
                    SELL,
                    stop=stop,
                    targets=targets,
                    at_stop=at_stop,
                    at_limit=at_limit,
                    expiry=expiry,
                )
            )

    def exit(self) -> Decision:
        """Decide to close the position and to cancel a waiting order; an entry may come with it."""
        return self._decide(with_exit(self._taken()))

    def _taken(self) -> Decision | None:
        """Return what was decided at this very bar."""
        return self.decision if self._decided_at == self.index else None

    def _decide(self, decision: Decision) -> Decision:
        self.decision = decision
        self._decided_at = self.index
        return decision

    @contextmanager
    def _naming_the_bar(self) -> Iterator[None]:
        try:
            yield
        except BacktapeError as error:
            sentence = str(error).removesuffix(".")
            raise StrategyError(f"At {bar_named(self._bars, self.index)}: {sentence}.") from None

    def _seen(self, timeframe: str) -> "SeenBars":
        from core.strategies.higher import SeenBars

        if not isinstance(timeframe, str):
            with self._naming_the_bar():
                raise StrategyError('higher needs the name of a timeframe, such as "H1"')
        with self._naming_the_bar():
            return SeenBars(self._bars, timeframe)

    def _past(self, name: str) -> Floats:
        past: Floats = self._columns[name][: self.index + 1]
        return past

    def _extreme(self, bars: int, known: "dict[int, memoryview[Any]]", name: str) -> float:
        extremes = known.get(bars)
        if extremes is None:
            extremes = known[bars] = self._moving_extreme(bars, name)
        extreme: float = extremes[self.index]
        return extreme

    def _moving_extreme(self, bars: int, name: str) -> "memoryview[Any]":
        """Return the extreme of each full window of the whole run; only past rows are given out."""
        from core.strategies.indicators import highest, lowest

        moving = highest if name == "high" else lowest
        with self._naming_the_bar():
            return moving(self._columns[name], bars, ago=1).data


def _read_only(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a view that a strategy cannot change its bars through."""
    view = np.ascontiguousarray(column).view()
    view.flags.writeable = False
    return view

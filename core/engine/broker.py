"""The broker of one run: the record and the columns that the compiled code works on."""

import math
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from core.engine.advance import FAULT, NO_ROOM, ready_to_advance
from core.engine.board import Board
from core.engine.conversion import Conversion, prepare_conversion
from core.engine.plan import Plan
from core.engine.records import MISSING_RATE, TRADE
from core.engine.rollover import nights_between
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.market.bars import Bars

Floats = npt.NDArray[np.float64]
Column = npt.NDArray[Any]

# Room for so many trades at first: memory that is not written to costs nothing.
_FIRST_ROOM = 4_096


class Broker:
    """Carries out the decisions of a plan on bars, in as many pieces as it is asked to.

    Columns are handed over by address, so this object keeps them alive.
    """

    def __init__(
        self,
        bars: Bars,
        terms: Terms,
        plan: Plan,
        *,
        first: int = 0,
        trailing_pips: float = 0.0,
        breakeven: bool = False,
        max_bars: int = 0,
        conversion: Bars | None = None,
        finer: Bars | None = None,
    ) -> None:
        """Prepare a run over the bars from `first` on; those before it are warm-up.

        Raises:
            BacktapeError: a spread or a conversion rate that is needed is not there.
        """
        self._bars = bars
        self._kept: list[Column] = []
        self.advance = ready_to_advance()
        self.board = Board()
        self._set = self.board.put
        self.count = self.board.count
        self.equity: Floats = np.empty(len(bars) - first)
        self._trades = np.empty(_FIRST_ROOM, TRADE)
        self._conversion = prepare_conversion(bars, terms, conversion)
        self._set_rules(terms)
        self._set(trailing=trailing_pips * bars.pip, breakeven=int(breakeven), max_bars=max_bars)
        self._set_tape(first)
        self._set_costs(terms, first)
        self._set_conversion(self._conversion)
        if finer is not None:
            self._set_finer(finer)
        self.take(plan)
        balance = terms.initial_balance
        self._set(
            bar=first, balance=balance, marked=balance, stopped_at=-1, ambiguous_bar=-1, order_filled=-1
        )

    def take(self, plan: Plan) -> None:
        """Use the columns of this plan from now on."""
        self._plan = plan
        self._set(**plan.fields())

    def run(self, upto: int, *, half: bool = False) -> None:
        """Take the bars before `upto`; with `half` also `upto`, as far as a strategy decides on it.

        Raises:
            BacktapeError: the run cannot go on; names the bar.
        """
        while (status := self.advance(self.board.address, upto, half)) == NO_ROOM:
            self._grow()
        if status == FAULT:
            raise self._fault()

    @property
    def trades(self) -> "npt.NDArray[np.void]":
        """The trades so far, in closing order; see `records.Trade`."""
        return self._trades[: self.count("trade_count")]

    def _set_rules(self, terms: Terms) -> None:
        instrument = self._bars.instrument
        step = _exactly(instrument.lot_step)
        self._set(
            intra=int(terms.mode == "intra_candle"),
            point=instrument.point,
            scale=instrument.price_scale,
            slippage=terms.slippage_pips * instrument.pip,
            commission=terms.commission_per_lot,
            contract=instrument.contract_size,
            leverage=terms.leverage,
            lots_per_step=step.numerator,
            steps_per_lot=step.denominator,
            minimum_steps=max(1, math.ceil(instrument.minimum_lot / float(step) - 1e-9)),
            fixed_steps=math.floor(min(terms.volume / float(step) + 1e-9, 1e15)),
            risk=(terms.risk_pct or 0.0) / 100.0,
            partial_ratio=terms.partial_ratio,
        )

    def _set_tape(self, first: int) -> None:
        bars = self._bars
        self._set(
            first=first,
            last=len(bars),
            open=self._keep(bars.open),
            high=self._keep(bars.high),
            low=self._keep(bars.low),
            close=self._keep(bars.close),
            equity=self._keep(self.equity),
            trades=self._trades.ctypes.data,
            room=len(self._trades),
        )

    def _set_costs(self, terms: Terms, first: int) -> None:
        bars = self._bars
        if terms.spread_pips is not None:
            self._set(spread=terms.spread_pips * bars.pip)
            self.spread_mean = terms.spread_pips
        else:
            recorded = _recorded_spread(bars)
            self._set(spreads=self._keep(recorded))
            self.spread_mean = float(recorded[first:].mean()) * bars.instrument.point / bars.pip
        if terms.swap_long or terms.swap_short:
            self._set(swap_long=terms.swap_long, swap_short=terms.swap_short)
            self._set(nights=self._keep(nights_between(bars.time)))

    def _set_conversion(self, conversion: Conversion) -> None:
        self._set(conversion=conversion.kind, fixed_rate=conversion.rate)
        if conversion.at_open is not None and conversion.at_close is not None:
            self._set(rates_at_open=self._keep(conversion.at_open))
            self._set(rates_at_close=self._keep(conversion.at_close))

    def _set_finer(self, finer: Bars) -> None:
        """Let finer bars of the same symbol decide what is ambiguous in the primary ones."""
        bars = self._bars
        if finer.symbol != bars.symbol or finer.timeframe.seconds >= bars.timeframe.seconds:
            raise BacktapeError(
                f"{finer.symbol} {finer.timeframe} cannot decide inside the bars of "
                f"{bars.symbol} {bars.timeframe}; use a finer timeframe of the same symbol."
            )
        # What opens after a bar has closed, in a gap of the primary ones, says nothing of that bar.
        around = np.searchsorted(bars.time, finer.time, side="right") - 1
        inside = (around >= 0) & (finer.time < bars.close_time[around])
        edges = np.append(bars.time, bars.close_time[-1:])
        self._set(
            finer_first=self._keep(np.searchsorted(finer.time[inside], edges).astype(np.int64)),
            finer_open=self._keep(finer.open[inside]),
            finer_high=self._keep(finer.high[inside]),
            finer_low=self._keep(finer.low[inside]),
        )

    def _keep(self, column: Column) -> int:
        """Keep a contiguous column alive and return its address."""
        plain = np.ascontiguousarray(column)
        self._kept.append(plain)
        return int(plain.ctypes.data)

    def _grow(self) -> None:
        larger = np.empty(4 * len(self._trades), TRADE)
        larger[: len(self._trades)] = self._trades
        self._trades = larger
        self._set(trades=larger.ctypes.data, room=len(larger))

    def _fault(self) -> BacktapeError:
        bar = self.count("fault_bar")
        time = str(self._bars.time[bar]).replace("T", " ")
        where = f"bar {bar} ({time} UTC)"
        if self.count("fault") == MISSING_RATE:
            return BacktapeError(
                f"At {where} no price of {self._conversion.pair} that is at most a day of trading old is "
                "there to convert with; import more of that pair or give a fixed rate.",
                field="fixed_rates",
            )
        return BacktapeError(
            f"At {where} the size cannot be taken from the risk, because the decision has no stop; "
            "give the strategy a stop or the run a fixed volume.",
            field="risk_pct",
        )


@cache
def _exactly(lot_step: float) -> Fraction:
    return Fraction(str(lot_step))


def _recorded_spread(bars: Bars) -> Floats:
    if bars.spread is None:
        raise BacktapeError(
            f"The data of {bars.symbol} {bars.timeframe} have no recorded spread; give one in pips.",
            field="spread_pips",
        )
    return bars.spread

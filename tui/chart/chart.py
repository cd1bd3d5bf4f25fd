"""The chart of one run: where somebody looks, and what has to be read for the picture of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from db import trades
from tui import formats
from tui.background import in_background
from tui.chart.columns import (
    Bar,
    Columns,
    bar_at,
    close_of,
    nearest_bar,
    read_bar,
    read_columns,
    second_of,
    values_at,
)
from tui.chart.dates import Typed
from tui.chart.levels import Levels, levels_at
from tui.chart.loading import Loaded
from tui.chart.marks import Marking, Shown, marking_of
from tui.chart.run_trades import RunTrades
from tui.chart.standing import needed_for
from tui.chart.view import View
from tui.store_link import StoreLink

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LineValues = Mapping[str, "npt.NDArray[np.float64]"]


@dataclass(frozen=True)
class Reading:
    """What one picture is drawn from: columns, the cursor's bar, the trades in view, those to be drawn.

    `values` are those of the strategy's lines at the cursor's bar, `levels` those of the
    chosen trade, or of what is open in a replay.

    In a replay nothing of it is later than the cursor's bar. Of the trades in view none but
    the chosen one are `shown` where so many are that their marks would be all there is to see.
    """

    columns: Columns
    bar: Bar
    values: Mapping[str, float | None]
    is_replay: bool
    in_view: range = range(0)
    shown: tuple[Shown, ...] = ()
    marking: Marking = "all"
    chosen: Shown | None = None
    levels: Levels | None = None

    def knows_all_of(self, before: "Reading | None") -> bool:
        """Whether the scale drawn before tells nothing of what a replay does not know yet."""
        if before is None or before.is_replay != self.is_replay:
            return False
        return not self.is_replay or before.bar.index <= self.bar.index


class Chart:
    """Bars and trades of a run, the view of them, and the trade that stands out.

    `trades` is None for a run that keeps none. Single bars are looked up at once; what a
    picture needs is read beside the keys.
    """

    def __init__(self, loaded: Loaded, run_trades: RunTrades | None, width: int) -> None:
        self.loaded = loaded
        self.trades = run_trades
        self.view = View(len(loaded.bars), width)
        if len(loaded.bars) <= width:
            self.view.fit()
        self.chosen: int | None = None

    # Going somewhere

    def go_to(self, typed: Typed) -> None:
        """Go to the first bar of a date, or the next there is; chosen is the trade that was open there."""
        self.view.go_to(bar_at(self.loaded.bars, typed.begin))
        here = range(0) if self.trades is None else self.trades.open_at(self._second)
        self.chosen = here.start if here else None

    def why_not_at(self, typed: Typed) -> str | None:
        """Return that there are no bars of a date, and which is shown instead; None if there are."""
        bars = self.loaded.bars
        index = bar_at(bars, typed.begin)
        opens, closes = second_of(bars, index), close_of(bars, index)
        if opens <= typed.begin < closes or typed.begin <= opens < typed.end:
            return None
        shown = formats.minute(datetime.fromtimestamp(opens, UTC))
        if opens < typed.begin:
            return f"The bars end at {shown}: shown up to there."
        if index == 0:
            return f"The bars begin at {shown}: shown from there."
        return f"No bars {typed.said}: shown from {shown}."

    def neighbour(self, way: int) -> int | None:
        """Return the trade after (1) or before (-1) the chosen one, or the cursor if that has moved on."""
        if self.trades is None:
            return None
        second = self._second
        if not self.view.is_replay and self.chosen is not None and self.trades.entered(self.chosen) == second:
            index = self.chosen + way
            return index if 0 <= index < len(self.trades) else None
        return self.trades.after(second) if way > 0 else self.trades.before(second)

    @property
    def _second(self) -> int:
        """When the cursor's bar opens."""
        return second_of(self.loaded.bars, self.view.cursor)

    @property
    def trade_id(self) -> int | None:
        """The trade that was chosen last, or that a replay has reached."""
        reached = self._reached
        return None if self.trades is None or reached is None else self.trades.id_of(reached)

    @property
    def _reached(self) -> int | None:
        """The chosen trade; in a replay the one entered last, or the chosen one of those entered with it."""
        if not self.view.is_replay or self.trades is None:
            return self.chosen
        open_then = self.trades.open_at(self._second)
        last = open_then.start if open_then else self.trades.begun_by(self._second) - 1
        if last < 0:
            return self.chosen
        is_chosen = self.chosen is not None and self.trades.entered(self.chosen) == self.trades.entered(last)
        return self.chosen if is_chosen else last

    def leave_replay(self) -> None:
        """Show again what comes after the cursor; chosen is the trade that was reached."""
        self.chosen = self._reached
        self.view.leave_replay()

    def choose(self, index: int) -> None:
        """Look at a trade; a replay only goes to its entry, and tells no more of it."""
        if self.trades is None or not 0 <= index < len(self.trades):
            return
        self.chosen = index
        entry = nearest_bar(self.loaded.bars, self.trades.entered(index))
        if self.view.is_replay:
            self.view.go_to(entry)
        else:
            self.view.show_stretch(entry, nearest_bar(self.loaded.bars, self.trades.left(index)))

    # Reading

    async def read(self, link: StoreLink, lines: LineValues) -> Reading:
        """Return what a picture needs of the view as it is now."""
        view, chosen = self.view, None if self.view.is_replay else self.chosen
        window, cursor, known, is_replay = view.window, view.cursor, view.known, view.is_replay

        def read_bars() -> tuple[Columns, Bar, Mapping[str, float | None]]:
            bars = self.loaded.bars
            columns = read_columns(bars, window, known, lines)
            return columns, read_bar(bars, cursor), values_at(cursor, lines)

        columns, bar, values = await in_background(read_bars)
        if self.trades is None or not columns.times:
            return Reading(columns, bar, values, is_replay)
        in_view = self.trades.between(columns.times[0], columns.last)
        marking = marking_of(len(in_view), window.width)
        marked = range(0) if marking == "chosen" else in_view
        needed = [*marked, *(needed_for(self.trades, bar.second) if is_replay else ())]
        if chosen is not None and chosen in in_view:
            needed.append(chosen)
        if missing := self.trades.missing(needed):
            self.trades.add(await link.read(trades.by_ids, missing))
        until = bar.second if is_replay else None
        shown = tuple(one for index in marked if (one := self._shown(index, until)) is not None)
        outstanding = self._shown(chosen, until) if chosen is not None and chosen in in_view else None
        if marking == "chosen" and outstanding is not None:
            shown = (outstanding,)
        levels = self._levels(until, outstanding)
        return Reading(columns, bar, values, is_replay, in_view, shown, marking, outstanding, levels)

    def _levels(self, until: int | None, chosen: Shown | None) -> Levels | None:
        """Return the levels of the chosen trade, or those that were known at a bar of a replay."""
        rule = self.loaded.stop_rule
        if until is not None and self.trades is not None:
            return levels_at(self.trades, until, rule)
        if chosen is None or chosen.left is None:
            return None
        return Levels(chosen.entered, chosen.left, chosen.trade.stop_loss, chosen.trade.take_profit, rule)

    def _shown(self, index: int, until: int | None) -> Shown | None:
        """Return a trade to be drawn, its end left out if that comes after `until`."""
        record = None if self.trades is None else self.trades.record(index)
        if record is None or self.trades is None:
            return None
        entered, left = self.trades.entered(index), self.trades.left(index)
        return Shown(record, entered, left if until is None or left <= until else None)

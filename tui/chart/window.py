"""Which bars stand in which columns of a chart: whole numbers only."""

from dataclasses import dataclass, replace
from typing import Self

# How many columns a bar takes, from far to near: from four on a body is wider than its wick.
BAR_WIDTHS = (1, 2, 4, 6)


@dataclass(frozen=True)
class Window:
    """A window of `width` columns over `total` bars, beginning with the bar `first`.

    A column holds `bars` bars: 1, or an even number, so that its halves hold whole bars
    too; `first` is then a multiple of it, so that columns stay the same while the window
    moves. Where it is 1, a bar takes `columns` columns and stands in the middle of them.
    """

    total: int
    width: int
    first: int = 0
    bars: int = 1
    columns: int = 1

    @property
    def room(self) -> int:
        """How many bars there is room for."""
        return self.width * self.bars if self.bars > 1 else max(1, self.width // self.columns)

    @property
    def end(self) -> int:
        """The bar after the last in the window."""
        return min(self.total, self.first + self.room)

    def holds(self, bar: int) -> bool:
        """Whether a bar stands in the window."""
        return self.first <= bar < self.end

    def slot_of(self, bar: int) -> int:
        """Return in which group of bars, counted from the left, a bar of the window is."""
        return (bar - self.first) // self.bars

    def column_of_slot(self, slot: int) -> int:
        """Return the column in which a group of bars stands."""
        return slot if self.bars > 1 else slot * self.columns + self.columns // 2

    @property
    def reach(self) -> int:
        """How many columns a body takes to either side of its middle, so that one is left between two."""
        return max(0, self.columns - 2) // 2 if self.bars == 1 else 0

    # Moving: the bars in view stay as many

    def beginning_with(self, first: int) -> Self:
        """Return the window that begins with this bar, or as near as the bars allow."""
        latest = -(-max(0, self.total - self.room) // self.bars) * self.bars
        return replace(self, first=min(max(0, first) // self.bars * self.bars, latest))

    def moved(self, quarters: int) -> Self:
        """Return the window so many quarters of itself later, or earlier."""
        return self.beginning_with(self.first + quarters * max(self.bars, self.room // 4))

    def centred(self, bar: int) -> Self:
        """Return the window with this bar in its middle."""
        return self._holding(bar, bar - self.room // 2)

    def showing(self, bar: int) -> Self:
        """Return the window, moved by most of itself if this bar is not in it."""
        if self.holds(bar):
            return self
        return self._holding(bar, bar - self.room * (2 if bar >= self.end else 1) // 3)

    # Zooming: a bar stays where it is

    def zoomed_in(self, around: int) -> Self:
        """Return the window over half as many bars, or over as few as are drawn apart."""
        if self.bars > 1:
            return self._scaled(around, bars=_even(self.bars // 2), columns=1)
        wider = (width for width in BAR_WIDTHS if width > self.columns)
        return self._scaled(around, bars=1, columns=next(wider, self.columns))

    def zoomed_out(self, around: int) -> Self:
        """Return the window over twice as many bars, or over all."""
        if self.columns > 1:
            narrower = max(width for width in BAR_WIDTHS if width < self.columns)
            return self._scaled(around, bars=1, columns=narrower)
        most = max(self.bars, self._bars_for(self.total))
        return self._scaled(around, bars=min(2 * self.bars, most), columns=1)

    def fitted(self, known: int) -> Self:
        """Return the window over so many of the first bars."""
        if (bars := self._bars_for(known)) > 1:
            return replace(self, first=0, bars=bars, columns=1)
        room = max(1, self.width // max(1, known))
        return replace(self, first=0, bars=1, columns=max(width for width in BAR_WIDTHS if width <= room))

    def resized(self, width: int) -> Self:
        """Return the window with another number of columns; its first bar stays."""
        return replace(self, width=width).beginning_with(self.first)

    def resized_around(self, bar: int, width: int) -> Self:
        """Return the window with another number of columns, a bar as far across it as it is now."""
        return self._scaled(bar, width=width)

    def _bars_for(self, count: int) -> int:
        """Return how many bars a column must hold for so many to be in view."""
        return _even(-(-count // self.width)) if count > self.width else 1

    def _scaled(self, around: int, **changes: int) -> Self:
        share = (around - self.first) / self.room if self.holds(around) else 0.5
        scaled = replace(self, **changes)
        return scaled._holding(around, around - int(share * scaled.room))

    def _holding(self, bar: int, first: int) -> Self:
        """Return the window that begins near `first`, or at the bar if that would not be in it."""
        there = self.beginning_with(first)
        return there if there.holds(bar) else self.beginning_with(bar)


def _even(bars: int) -> int:
    """Return the next even number, and 1 for less than two."""
    return bars + bars % 2 if bars > 1 else 1

"""The curves of a run as lines: equity with buy and hold behind it, and below it how far it fell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.results.plain_curve import drawdowns, reduce_columns
from tui.drawing.blocks import overlay_line
from tui.drawing.curves import Curve, until
from tui.drawing.room import Room
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, cut, line

# Two for each dot of the widest chart, so that none is out of its place by one.
_COLUMNS = 600
_WIDEST = 160
_AXIS = 10
_LOWEST, _HIGHEST = 11, 26

Made = TypeVar("Made")


@dataclass(frozen=True)
class Held:
    """Buy and hold over the period, or a few words on why it is not drawn."""

    curve: Curve = ([], [])
    remark: str = ""


@dataclass(frozen=True)
class Account:
    """What the curve of a run counts in, the balance that it began with, and where it ends before the end.

    `period` is that of a run without a result: its curve is drawn as the part of it that is known.
    """

    currency: str
    initial: float
    until: str = ""
    period: tuple[float, float] | None = None


class Latest(Generic[Made]):
    """A function that makes nothing anew when it is asked the same as the time before."""

    def __init__(self, make: Callable[..., Made]) -> None:
        self._make = make
        self._last: tuple[tuple[object, ...], Made] | None = None

    def __call__(self, *asked: object) -> Made:
        """Return what is made of that."""
        if self._last is None or self._last[0] != asked:
            self._last = asked, self._make(*asked)
        return self._last[1]


class RunCharts:
    """Draws equity and falls over one axis of time; each anew only when what it is drawn from is another."""

    def __init__(self) -> None:
        self._curve = Latest(_reduced)
        self._falls = Latest(_reduced_falls)
        self._equity_lines = Latest(_equity_lines)
        self._fall_lines = Latest(_fall_lines)

    def lines(self, account: Account, curve: Curve, held: Held, room: Room) -> list[Line]:
        """Return both charts in about the height there is; none without a curve."""
        if not curve[0]:
            return []
        height = min(max(room.height, _LOWEST), _HIGHEST)
        low = max(3, (height - 2) // 3)
        width = min(room.width, _WIDEST)
        upper, lower = (Room(width, rows, room.ascii_only) for rows in (height - 2 - low, low))
        falls = self._falls(curve)
        least = max(_AXIS, _label_cells(falls, lower, account.period))
        axis, equity = self._equity_lines(account, self._curve(curve), held, upper, least)
        fall = self._fall_lines(falls, lower, account.period, axis)
        return [*equity, line("drawdown %", "dim"), *fall, line("")]


def _reduced(curve: Curve) -> Curve:
    from tui.drawing.plots import finite_points

    return reduce_columns(*finite_points(*curve), _COLUMNS)


def _reduced_falls(curve: Curve) -> Curve:
    return _reduced((curve[0], drawdowns(curve[1])))


def _label_cells(falls: Curve, room: Room, period: tuple[float, float] | None) -> int:
    from tui.drawing.plots import label_cells

    return label_cells(falls[1], room.height, period=period)


def _equity_lines(
    account: Account, curve: Curve, held: Held, room: Room, axis: int
) -> tuple[int, Sequence[Line]]:
    """Draw equity as far as it is known, and buy and hold behind it as far; their dates are the falls'.

    The labels take `axis` cells at least; how many they took is returned too.
    """
    from tui.drawing.held import held_legend
    from tui.drawing.plots import EQUITY, HELD, equity_chart

    beside = until(held.curve, curve[0][-1]) if curve[0] else ([], [])
    chart = equity_chart(
        curve,
        beside,
        width=room.width,
        height=room.height,
        ascii_only=room.ascii_only,
        axis_width=axis,
        period=account.period,
    )
    told = held_legend(chart, beside[1], account.initial) or held.remark
    title = cut(line(f"equity, {account.currency}{account.until}   {told}".rstrip(), "dim"), room.width)
    styles = {HELD: "dim", EQUITY: "accent"}
    return chart.axis_width, [title, *(overlay_line(row, styles) for row in chart.rows[:-1])]


def _fall_lines(falls: Curve, room: Room, period: tuple[float, float] | None, axis: int) -> Sequence[Line]:
    from tui.drawing.plots import line_chart

    chart = line_chart(
        *falls,
        width=room.width,
        height=room.height,
        ascii_only=room.ascii_only,
        axis_width=axis,
        hanging=True,
        period=period,
    )
    return [(Cell(side, "dim"), Cell(canvas, "bad")) for side, canvas in chart.rows]

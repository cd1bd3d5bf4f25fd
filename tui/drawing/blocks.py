"""Pieces that pages of lines are made of: bars, tables of groups, blocks side by side."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby, zip_longest

from core.results.groups import Group, together
from tui import formats
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, cut, length, line

# Cells between two blocks.
GAP = 4

_TRADES, _SHARE, _WIN, _MONEY, _EACH = 9, 8, 8, 14, 11
_NET, _NET_LOSS, _NET_PROFIT = "net", "net loss", "net profit"
_HEADS = (("trades", _TRADES), ("share %", _SHARE), ("win %", _WIN), (_NET, _MONEY), ("a trade", _EACH))
_LEAST_BAR, _MOST_BAR = 9, 61


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Return two blocks side by side, the left one in `width` cells."""
    rows = zip_longest(left, right, fillvalue=())
    return [(*_filled(one, width), *other) if other else one for one, other in rows]


def _filled(parts: Line, width: int) -> Line:
    kept = cut(parts, width)
    return (*kept, Cell(" " * (width + GAP - length(kept))))


def overlay_line(row: tuple[str, str, str], styles: Mapping[str, str]) -> Line:
    """Return a line of an overlay: its axis, then each stretch in the style of the curve whose it is.

    `styles` are by what the overlay says of each cell: the index of the curve as a digit.
    """
    axis, canvas, owners = row
    cells = [Cell(axis, "dim")]
    first = 0
    for owner, places in groupby(owners):
        last = first + len(list(places))
        cells.append(Cell(canvas[first:last], styles.get(owner, "dim")))
        first = last
    return tuple(cells)


def stacked(*blocks: Sequence[Line]) -> list[Line]:
    """Return blocks under each other, with an empty line between them; empty ones are left out."""
    lines: list[Line] = []
    for block in filter(None, blocks):
        lines += [*([line("")] if lines else []), *block]
    return lines


def bar(value: float, largest: float, width: int, *, ascii_only: bool) -> str:
    """Return a bar from the left whose length says how large a value is; whatever is not nothing shows."""
    halves = _halves(value, largest, width)
    return "#" * math.ceil(halves / 2) if ascii_only else "█" * (halves // 2) + "▌" * (halves % 2)


def stroke(value: float, largest: float, width: int, *, ascii_only: bool) -> Line:
    """Return a bar that goes to the right of an axis for a profit, to the left for a loss."""
    half = (width - 1) // 2
    drawn = bar(value, largest, half, ascii_only=ascii_only)
    left, right = (drawn[::-1].replace("▌", "▐"), "") if value < 0 else ("", drawn)
    style = gain_style(value)
    return Cell(left.rjust(half), style), Cell("|" if ascii_only else "│", "dim"), Cell(right, style)


def _halves(value: float, largest: float, width: int) -> int:
    if not value or not largest:
        return 0
    return max(1, min(width * 2, round(abs(value) / largest * width * 2)))


def group_table(
    groups: Mapping[str, Group], width: int, *, label: int, ascii_only: bool, shares: bool = False
) -> list[Line]:
    """Return a line a group: trades, wins, profit, and a bar of it; `shares` adds the share of all trades.

    The last columns are left out where there is no room for them.
    """
    whole = together(groups.values()).trades
    largest = max((abs(group.profit) for group in groups.values()), default=0.0)
    heads = [(name, wide) for name, wide in _HEADS if shares or name != "share %"]
    while label + sum(wide for _, wide in heads) > width:
        del heads[-1]
    room = min(_MOST_BAR, width - label - sum(wide for _, wide in heads) - 2)
    named = " " * label + "".join(name.rjust(wide) for name, wide in heads)
    lines = [line(f"{named}  {_stroke_head(room)}" if room >= _LEAST_BAR else named, "dim")]
    for name, group in groups.items():
        figures = _figures(group, whole)
        shown: Line = (Cell(name.ljust(label)), *(figures[head] for head, _ in heads))
        if room >= _LEAST_BAR:
            shown = (*shown, Cell("  "), *stroke(group.profit, largest, room, ascii_only=ascii_only))
        lines.append(shown)
    return lines


def _stroke_head(width: int) -> str:
    """Return what strokes in so many cells measure, at both sides of their axis where there is room."""
    half = (width - 1) // 2
    if half < len(_NET_PROFIT):
        return _NET.rjust(half + 2)
    return f"{_NET_LOSS.rjust(half)} {_NET_PROFIT}"


def _figures(group: Group, whole: int) -> dict[str, Cell]:
    return {
        "trades": Cell(formats.count(group.trades).rjust(_TRADES)),
        "share %": Cell(formats.percent_of_one(group.trades / whole).rjust(_SHARE)),
        "win %": Cell(formats.percent_of_one(group.win_rate).rjust(_WIN)),
        _NET: money(group.profit, _MONEY),
        "a trade": money(group.mean, _EACH),
    }


def money(value: float | None, width: int) -> Cell:
    """Return a profit or a loss with its sign, to the right of `width` cells; a long one without decimals."""
    text = formats.number(value, signed=True)
    if len(text) >= width:
        text = formats.number(value, 0, signed=True)
    return Cell(text.rjust(width), gain_style(value))

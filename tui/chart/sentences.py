"""What the lines at the top of a chart say: the bar, the trade in view, the replay."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.stop_rules import StopRule
from db.trades import TradeRecord
from tui import formats
from tui.chart.columns import Bar
from tui.chart.levels import Levels
from tui.chart.standing import Position, Standing
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, length

# A part of a line, after how soon it goes where there is no room: the highest first, 0 never.
Part = tuple[int, Line]


def bar_line(bar: Bar, digits: int, spread: float | None, width: int) -> Line:
    """Return when a bar opened, its prices with `digits` decimals, volume, and the spread in pips."""
    prices = (("O", bar.open), ("H", bar.high), ("L", bar.low), ("C", bar.close))
    cells = [Cell(formats.minute(datetime.fromtimestamp(bar.second, UTC)), "title")]
    for name, price in prices:
        cells += [Cell(f" {name} ", "dim"), Cell(f"{price:.{digits}f}")]
    volume = Cell(" vol ", "dim"), Cell(f"{bar.volume:g}" if bar.volume else formats.UNDEFINED)
    pips = Cell(" spread ", "dim"), Cell(formats.UNDEFINED if spread is None else f"{spread:.4g}")
    return fitting([(0, tuple(cells)), (2, volume), (1, pips)], width)


def trade_line(
    trade: TradeRecord, number: int, count: int, digits: int, width: int, *, stop_rule: StopRule = "stays"
) -> Line:
    """Return a trade: side, prices, why, profit, times, levels; a stop that moves is the one at its end.

    The number of its position, as in the list of trades, is told where several trades close one.

    What there is no room for goes first where the chart shows it: times, then prices.
    """
    is_last = trade.stop_loss is not None and stop_rule != "stays"
    levels = _named((("stop", trade.stop_loss), ("target", trade.take_profit)), digits)
    prices = f"{trade.entry_price:.{digits}f} to {trade.exit_price:.{digits}f}"
    profit = Cell(formats.number(trade.profit, signed=True), gain_style(trade.profit))
    parts: list[Part] = [
        (0, (Cell(f"{number:,}", "title"),)),
        (3, (Cell(f" of {count:,}", "title"),)),
        (5, (Cell(f"  #{trade.position:,}" if trade.position != number else "", "dim"),)),
        (1, (Cell(f"  {trade.direction.lower()} {trade.volume:g}"),)),
        (6, (Cell(f"  {prices}"),)),
        (2, (Cell(f"  {trade.exit_reason}", "dim"),)),
        (0, (Cell("  "), profit)),
        (7, (Cell(f"  {_from_to(trade)}", "dim"),)),
        (0, (Cell("  " if levels else ""),)),
        (4, (Cell("last " if is_last else "", "dim"),)),
        (0, (Cell(" ".join(levels), "dim"),)),
    ]
    return fitting(parts, width)


def _named(levels: Sequence[tuple[str, float | None]], digits: int) -> list[str]:
    return [f"{name} {price:.{digits}f}" for name, price in levels if price is not None]


def _from_to(trade: TradeRecord) -> str:
    entered, left = trade.entry_time, trade.exit_time
    until = f"{left:%H:%M}" if entered.date() == left.date() else formats.short_moment(left)
    return f"{formats.short_moment(entered)} to {until}"


def trades_line(count: int, in_view: int, *, is_marked: bool, chosen: int | None = None) -> Line:
    """Return how many trades there are and are in view, and the number of the chosen one if that is not."""
    marked = "" if is_marked or not in_view else ", too many to mark"
    which = "" if chosen is None else f"; trade {chosen:,} is chosen"
    return (Cell(f"{formats.plural(count, 'trade')}, {in_view:,} in view{marked}{which}", "dim"),)


def merged_line(bars: int, width: int, *, has_lines: bool) -> Line:
    """Return what stands in a column that holds several bars: their range, and the lines at the last."""
    parts: list[Part] = [(0, (Cell(f"{bars:,} bars a column, ", "dim"),))]
    parts += [(2, (Cell("drawn ", "dim"),)), (0, (Cell("from low to high", "dim"),))]
    if has_lines:
        parts.append((0, (Cell("; lines at its last bar", "dim"),)))
    return fitting(parts, width)


def replay_line(
    standing: Standing | None,
    levels: Levels | None,
    digits: int,
    width: int,
    *,
    speed: int,
    is_playing: bool,
    is_at_end: bool = False,
) -> Line:
    """Return how the replay goes, and how the run stood then; None for a run that keeps no trades.

    Where there is little room words become shorter first, then stop and target go: the chart shows them.
    """
    style = "live" if is_playing else "dim"
    parts: list[Part] = [
        (4, (Cell("replay ", "title"),)),
        (0, (Cell("playing" if is_playing else "ended" if is_at_end else "paused", style),)),
        *(() if is_at_end else _speed(speed, style)),
        (0, (Cell("  "),)),
    ]
    if standing is None:
        parts.append((0, (Cell("no position is known", "dim"),)))
        parts.append((5, (Cell(": only a run that is done keeps its trades", "dim"),)))
        return fitting(parts, width)
    about = "" if standing.is_exact else "about "
    equity = Cell("  equity ", "dim"), Cell(f"{about}{formats.number(standing.equity)}")
    closed = (Cell(f"  {standing.closed:,} closed", "dim"),)
    parts += _position(standing.position, standing.profit, about, digits)
    told = _levels(levels, digits) if levels is not None else []
    return fitting([*parts, (0, equity), *told, (6, closed)], width)


def _speed(speed: int, style: str) -> list[Part]:
    """Return `, 10 bars/s`, of which ` 10/s` stays longer."""
    count, bars = formats.plural(speed, "bar").split()
    return [
        (4, (Cell(",", style),)),
        (1, (Cell(f" {count}", style),)),
        (4, (Cell(f" {bars}", style),)),
        (1, (Cell("/s", style),)),
    ]


def _levels(levels: Levels, digits: int) -> list[Part]:
    """Return stop and target, of whose names the letters stay longer that the chart has at their lines."""
    rule = [] if levels.stop_rule == "stays" else [f"stop {levels.stop_rule}"]
    named = [*rule, *_named((("stop", levels.stop), ("target", levels.target)), digits)]
    parts: list[Part] = []
    for number, told in enumerate(named):
        name, value = told.split(" ")
        parts.append((2, (Cell(f"{' ' if number else '  '}{name[0]}", "dim"),)))
        parts += [(3, (Cell(name[1:], "dim"),)), (2, (Cell(f" {value}", "dim"),))]
    return parts


def _position(position: Position | None, profit: float | None, about: str, digits: int) -> list[Part]:
    if position is None:
        return [(0, (Cell("flat"),))]
    brought = Cell(f"  {about}", "dim"), Cell(formats.number(profit, signed=True), gain_style(profit))
    return [
        (0, (Cell(f"{position.side} {position.lots:g}"),)),
        (5, (Cell(f" at {position.price:.{digits}f}"),)),
        (0, brought),
    ]


def lines_line(glyphs: Mapping[str, str], values: Mapping[str, float | None], digits: int) -> Line:
    """Return the names of a strategy's lines, each with its glyph and its value."""
    cells: list[Cell] = []
    for name, glyph in glyphs.items():
        value = values[name]
        shown = formats.UNDEFINED if value is None else f"{value:.{digits}f}"
        cells += [Cell(glyph, STYLES[len(cells) // 2 % len(STYLES)]), Cell(f" {name} {shown}   ", "dim")]
    return tuple(cells)


STYLES = ("warn", "live", "mark")


def fitting(parts: Sequence[Part], width: int) -> Line:
    """Return the parts side by side, without those that must go for it to fit, if any may."""
    kept = list(parts)
    while sum(length(part) for _, part in kept) > width and (first := max(rank for rank, _ in kept)):
        kept = [one for one in kept if one[0] != first]
    return tuple(cell for _, part in kept for cell in part)

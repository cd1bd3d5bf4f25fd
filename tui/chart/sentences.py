"""What the lines at the top of a chart say: the bar, the trade in view, the replay."""

from collections.abc import Mapping
from datetime import UTC, datetime

from db.trades import TradeRecord
from tui import formats
from tui.chart.columns import Bar
from tui.chart.standing import Position, Standing
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell
from tui.widgets.lines import Line


def bar_line(bar: Bar, digits: int, spread: float | None) -> Line:
    """Return when a bar opened, its prices with `digits` decimals, volume, and the spread in pips."""
    prices = (("O", bar.open), ("H", bar.high), ("L", bar.low), ("C", bar.close))
    cells = [Cell(formats.minute(datetime.fromtimestamp(bar.second, UTC)), "title")]
    for name, price in prices:
        cells += [Cell(f" {name} ", "dim"), Cell(f"{price:.{digits}f}")]
    cells += [Cell(" vol ", "dim"), Cell(f"{bar.volume:g}" if bar.volume else formats.UNDEFINED)]
    return (*cells, Cell(" spread ", "dim"), Cell(formats.UNDEFINED if spread is None else f"{spread:.4g}"))


def trade_line(trade: TradeRecord, number: int, count: int, digits: int) -> Line:
    """Return a trade in the order in which it is asked about: side, prices, why, profit, then the rest."""
    entered, left = trade.entry_time, trade.exit_time
    same_day = entered.date() == left.date()
    until = f"{left:%H:%M}" if same_day else formats.short_moment(left)
    levels = [
        f"{name} {price:.{digits}f}"
        for name, price in (("stop", trade.stop_loss), ("target", trade.take_profit))
        if price is not None
    ]
    side = f"{trade.direction.lower()} {trade.volume:g}"
    return (
        Cell(f"{number:,} of {count:,}", "title"),
        Cell(f"  {side}  {trade.entry_price:.{digits}f} to {trade.exit_price:.{digits}f}"),
        Cell(f"  {trade.exit_reason}  ", "dim"),
        Cell(formats.number(trade.profit, signed=True), gain_style(trade.profit)),
        Cell(f"  {formats.short_moment(entered)} to {until}", "dim"),
        Cell(f"  {' '.join(levels)}" if levels else "", "dim"),
    )


def trades_line(count: int, in_view: int, *, is_marked: bool) -> Line:
    """Return how many trades there are and are in view, and how to get to them."""
    marked = "" if is_marked or not in_view else ", too many to mark"
    return (Cell(f"{formats.plural(count, 'trade')}, {in_view:,} in view{marked}", "dim"),)


def replay_line(standing: Standing | None, digits: int, *, speed: int, is_playing: bool) -> Line:
    """Return how the replay goes, and how the run stood then; None for a run that keeps no trades."""
    state = f"{'playing' if is_playing else 'paused'}, {formats.plural(speed, 'bar')}/s"
    head = (Cell("replay ", "title"), Cell(f"{state}  ", "live" if is_playing else "dim"))
    if standing is None:
        return (*head, Cell("no position is known: only a run that is done keeps its trades", "dim"))
    about = "" if standing.is_exact else "about "
    return (
        *head,
        *_position(standing.position, standing.profit, about, digits),
        Cell("  equity ", "dim"),
        Cell(f"{about}{formats.number(standing.equity)}"),
        Cell(f"  {standing.closed:,} closed", "dim"),
    )


def _position(position: Position | None, profit: float | None, about: str, digits: int) -> Line:
    if position is None:
        return (Cell("flat"),)
    return (
        Cell(f"{position.side} {position.lots:g} at {position.price:.{digits}f}  "),
        Cell(about, "dim"),
        Cell(formats.number(profit, signed=True), gain_style(profit)),
    )


def lines_line(glyphs: Mapping[str, str], values: Mapping[str, float | None], digits: int) -> Line:
    """Return the names of a strategy's lines, each with its glyph and its value."""
    cells: list[Cell] = []
    for name, glyph in glyphs.items():
        value = values[name]
        shown = formats.UNDEFINED if value is None else f"{value:.{digits}f}"
        cells += [Cell(glyph, STYLES[len(cells) // 2 % len(STYLES)]), Cell(f" {name} {shown}   ", "dim")]
    return tuple(cells)


STYLES = ("warn", "live", "mark")

"""What the lines at the top of a chart say: the bar, the trade in view, the replay."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time

from core.stop_rules import StopRule
from db.trades import TradeRecord
from tui import formats
from tui.chart.columns import Bar
from tui.chart.levels import Levels
from tui.chart.marks import Marking
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
    trade: TradeRecord,
    number: int,
    count: int,
    digits: int,
    width: int,
    *,
    above: datetime,
    stop_rule: StopRule = "stays",
) -> Line:
    """Return a trade: side, prices, why, profit, times, levels; a stop that moves is the one at its end.

    The number of its position, as in the list of trades, is told where several trades close one.

    What there is no room for goes first where it is least missed: the entry's time stands in the
    line `above`, which tells of that moment, as long as nobody moves on; letters beside the levels
    say on the chart what they are.
    """
    is_last = trade.stop_loss is not None and stop_rule != "stays"
    prices = f"{trade.entry_price:.{digits}f} to {trade.exit_price:.{digits}f}"
    profit = Cell(formats.number(trade.profit, signed=True), gain_style(trade.profit))
    parts: list[Part] = [
        (0, (Cell(f"{number:,}", "title"),)),
        (6, (Cell(f" of {count:,}", "title"),)),
        (7, (Cell(f"  #{trade.position:,}" if trade.position != number else "", "dim"),)),
        (1, (Cell(f"  {trade.direction.lower()} {trade.volume:g}"),)),
        (5, (Cell(f"  {prices}"),)),
        (2, (Cell(f"  {formats.exit_word(trade.exit_reason)}", "dim"),)),
        (0, (Cell("  "), profit)),
        *_from_to(trade, above),
        (0, (Cell("  "),)),
        (4, (Cell("last " if is_last else "", "dim"),)),
        *_trade_levels(trade, digits),
    ]
    return fitting(parts, width, come_back=range(1, 10))


def _trade_levels(trade: TradeRecord, digits: int) -> Iterator[Part]:
    """Yield stop and target, of whose names the letters stay longest that the chart has at their lines."""
    after = ""
    for name, price in (("stop", trade.stop_loss), ("target", trade.take_profit)):
        if price is not None:
            yield 0, (Cell(f"{after}{name[0]}", "dim"),)
            yield 8, (Cell(name[1:], "dim"),)
            yield 0, (Cell(f" {price:.{digits}f}", "dim"),)
            after = " "


def _from_to(trade: TradeRecord, above: datetime) -> Iterator[Part]:
    """Yield when a trade was entered and left; a year where it is no other than one just told goes first."""
    entered, left = (moment.astimezone(UTC) for moment in (trade.entry_time, trade.exit_time))
    clock = "" if entered.time() == left.time() == time.min else " %H:%M"
    is_far = left.year != entered.year
    yield 3, (Cell("  ", "dim"),)
    yield 9 if is_far or entered.year != above.year else 10, (Cell(f"{entered:%Y-}", "dim"),)
    yield 9, (Cell(f"{entered.strftime(f'%m-%d{clock}')} ", "dim"),)
    day = "%Y-%m-%d" if is_far or left.year != above.year else "%m-%d"
    is_same_day = clock and entered.date() == left.date() == above.date()
    yield 3, (Cell(f"to {left.strftime(clock.strip() if is_same_day else f'{day}{clock}')}", "dim"),)


def _named(levels: Sequence[tuple[str, float | None]], digits: int) -> list[str]:
    return [f"{name} {price:.{digits}f}" for name, price in levels if price is not None]


def trades_line(count: int, in_view: int, *, chosen: int | None = None) -> Line:
    """Return how many trades there are and are in view, and the number of the chosen one if that is not."""
    which = "" if chosen is None else f"; trade {chosen:,} is chosen"
    return (Cell(f"{formats.plural(count, 'trade')}, {in_view:,} in view{which}", "dim"),)


def columns_line(
    bars: int, width: int, *, is_line: bool = False, lines: str = "", unmarked: Sequence[str] = ()
) -> Line:
    """Return what a column that holds several bars shows, and what is not marked; nothing where all is usual.

    `lines` says where the strategy's stand, `unmarked` which trades are marked and what marks more.
    """
    told = f"{bars:,} bars a {'column, from low to high' if is_line else 'candle'}" if bars > 1 else ""
    parts: list[Part] = [(0, (Cell(told, "dim"),))] if told else []
    if told and lines:
        parts.append((1, (Cell(f"; {lines}", "dim"),)))
    after = "; " if told else ""
    for text in unmarked:
        parts.append((0, (Cell(f"{after}{text}", "dim"),)))
        after = "; "
    return fitting(parts, width)


def unmarked_said(marking: Marking, marked: int, key: str) -> Sequence[str]:
    """Return which trades are marked, and the key that shows fewer bars, with room for more marks."""
    if marking == "all":
        return ()
    told = "only entries are marked" if marking == "entries" else "only this trade is marked"
    return (told if marked else "too many trades to mark", f"{key} zooms in")


def style_said(bars: str, marks: str, in_view: int, marked: int) -> str:
    """Return how a chart is drawn now, and that marks cannot be seen where none is drawn."""
    if marked:
        return f"Drawn with {bars}, {marks}."
    why = "here are too many trades" if in_view else "no trade is in view"
    return f"Drawn with {bars}; {why} to mark with {marks}."


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
    named = _named((("stop", levels.stop), ("target", levels.target)), digits)
    if levels.stop_rule != "stays":
        named.insert(0, f"stop {levels.stop_rule}{',' if named else ''}")
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
    for number, (name, glyph) in enumerate(glyphs.items()):
        value = values[name]
        shown = formats.UNDEFINED if value is None else f"{value:.{digits}f}"
        cells += [Cell("   " if number else ""), Cell(glyph, STYLES[number % len(STYLES)])]
        cells.append(Cell(f"{' ' if glyph else ''}{name} {shown}", "dim"))
    return tuple(cells)


STYLES = ("warn", "live", "mark")


def fitting(parts: Sequence[Part], width: int, *, come_back: Container[int] = ()) -> Line:
    """Return the parts side by side, without those that must go for it to fit, if any may.

    Of what went in vain some may `come_back`: a longer part may have had to go after it.
    """
    gone: list[int] = []
    while _room(parts, gone) > width and (first := max(rank for rank, _ in parts if rank not in gone)):
        gone.append(first)
    for rank in [one for one in reversed(gone) if one in come_back]:
        others = [one for one in gone if one != rank]
        gone = others if _room(parts, others) <= width else gone
    return tuple(cell for rank, part in parts if rank not in gone for cell in part)


def _room(parts: Sequence[Part], gone: Sequence[int]) -> int:
    return sum(length(part) for rank, part in parts if rank not in gone)

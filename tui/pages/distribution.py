"""How the trades of a run are distributed, as lines: profits, buys and sells, reasons of exit, times held."""

from core.results.spread_of_trades import Bins, Quartiles
from core.run_breakdowns import Distribution, Held, Profits
from core.text import clean
from db.runs import RunRecord
from tui import formats
from tui.drawing.blocks import GAP, bar, beside, group_table, stacked
from tui.drawing.room import Room
from tui.pages.scatter import scatter_lines
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

_TWO_BLOCKS, _WITH_SCATTER = 108, 180
_COUNT, _SHARE, _MOST_BAR = 10, 8, 60
_LABEL, _VALUE = 18, 14
_REASON = 15
_SCATTER_HEIGHT = (16, 26)


def distribution_lines(run: RunRecord, found: Distribution, room: Room) -> list[Line]:
    """Return the whole page; it may be longer than the room is high."""
    currency = clean(str(run.settings.get("account_currency", "USD")), limit=3)
    half = (room.width - GAP) // 2
    width = half if room.width >= _TWO_BLOCKS else room.width
    profits = [line(f"profit of a trade, {currency}", "title"), *_histogram(found.profits, width, room)]
    figures = _figures(run, found.profits)
    held = _held(found.held)
    scatter = scatter_lines(found.excursions, currency, *_scatter_size(room, half))
    if room.width >= _WITH_SCATTER:
        return beside(stacked(profits, figures, held), stacked(scatter, _groups(found, width, room)), half)
    if room.width >= _TWO_BLOCKS:
        return stacked(
            beside(profits, stacked(figures, held), half),
            _groups(found, room.width, room),
            scatter,
        )
    return stacked(profits, figures, _groups(found, width, room), held, scatter)


def _scatter_size(room: Room, half: int) -> tuple[int, int]:
    low, high = _SCATTER_HEIGHT
    return (half, high) if room.width >= _WITH_SCATTER else (room.width, max(low, min(high, room.height - 8)))


# Profits


def _histogram(profits: Profits, width: int, room: Room) -> list[Line]:
    shown = [number for number in range(profits.bins.count + 2) if _is_shown(number, profits)]
    labels = {number: _edges(profits.bins, number) for number in shown}
    wide = max(map(len, labels.values()))
    most = max(count for count, _ in profits.in_bins.values())
    space = min(_MOST_BAR, max(0, width - wide - _COUNT - _SHARE - 2))
    heads = " " * wide + "trades".rjust(_COUNT) + "share %".rjust(_SHARE)
    lines = [line(f"{heads}  trades" if space >= len("trades") else heads, "dim")]
    for number in shown:
        count, _ = profits.in_bins.get(number, (0, 0.0))
        figures = formats.count(count).rjust(_COUNT)
        share = formats.percent_of_one(count / profits.count).rjust(_SHARE)
        drawn = bar(count, most, space, ascii_only=room.ascii_only)
        style = "bad" if number <= -profits.bins.first else "good"
        lines.append((Cell(labels[number].rjust(wide) + figures + share + "  "), Cell(drawn, style)))
    return lines


def _is_shown(number: int, profits: Profits) -> bool:
    """Return whether a bin has a line: those without an edge on both sides only if they hold a trade."""
    return 0 < number <= profits.bins.count or number in profits.in_bins


def _edges(bins: Bins, number: int) -> str:
    begins, ends = bins.edges(number)
    if begins is None:
        return f"below {_edge(ends, bins.step)}"
    if ends is None:
        return f"{_edge(begins, bins.step)} and above"
    return f"{_edge(begins, bins.step)} to {_edge(ends, bins.step)}"


def _edge(value: float | None, step: float) -> str:
    digits = 0
    while digits < 8 and abs(step * 10**digits - round(step * 10**digits)) > 1e-6 * step * 10**digits:
        digits += 1
    return formats.number(value, digits, signed=True)


def _figures(run: RunRecord, profits: Profits) -> list[Line]:
    quarters = profits.quartiles
    middle = f"{formats.number(quarters.lower, signed=True)} to {formats.number(quarters.upper, signed=True)}"
    figures = (
        ("mean", formats.number(profits.mean, signed=True), gain_style(profits.mean)),
        ("median", formats.number(quarters.median, signed=True), gain_style(quarters.median)),
        ("middle half", middle, ""),
        ("deviation", formats.number(profits.deviation), ""),
        ("skew", formats.number(profits.skewness, signed=True), ""),
        ("wins in a row", formats.count(run.max_consec_wins), ""),
        ("losses in a row", formats.count(run.max_consec_losses), ""),
    )
    return [
        (Cell(name.ljust(_LABEL), "dim"), Cell(value.rjust(_VALUE), style)) for name, value, style in figures
    ]


# Sides and ends


def _groups(found: Distribution, width: int, room: Room) -> list[Line]:
    return stacked(_sides(found, width, room), _reasons(found, width, room))


def _sides(found: Distribution, width: int, room: Room) -> list[Line]:
    table = group_table(found.sides, width, label=_REASON, ascii_only=room.ascii_only, shares=True)
    return [line("buys and sells", "title"), *table]


def _reasons(found: Distribution, width: int, room: Room) -> list[Line]:
    named = {
        clean(formats.exit_word(reason), limit=_REASON): group for reason, group in found.reasons.items()
    }
    table = group_table(named, width, label=_REASON, ascii_only=room.ascii_only, shares=True)
    return [line("why trades ended", "title"), *table]


def _held(held: Held) -> list[Line]:
    of = f", of {formats.count(held.of)} trades" if held.is_sample else ""
    heads = "".join(name.rjust(_VALUE - 2) for name in ("a quarter", "half", "3 quarters"))
    lines = [
        line(f"time held, at most{of}", "title"),
        line(" " * 6 + heads, "dim"),
        _quarters("hours", held.hours, 1),
        _quarters("bars", held.bars, 0),
    ]
    return lines if held.bars else [*lines, line("The bars of this run are no longer in the library.", "dim")]


def _quarters(name: str, of: Quartiles | None, digits: int) -> Line:
    values = (None, None, None) if of is None else (of.lower, of.median, of.upper)
    return (
        Cell(f"{name:<6}"),
        Cell("".join(formats.number(one, digits).rjust(_VALUE - 2) for one in values)),
    )

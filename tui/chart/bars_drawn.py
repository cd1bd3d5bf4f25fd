"""Bars drawn into cells: candles, or ranges where a column holds several."""

from itertools import pairwise

from tui.chart.canvas import Canvas
from tui.chart.columns import Columns, Range
from tui.chart.scale import Scale

# The halves of a cell hold nothing, the wick or the body. Bodies of falling bars are one
# heavy line, those of rising bars are two with nothing between: hollow.
_NOTHING, _WICK, _BODY = range(3)
_FALLING = {
    (_NOTHING, _WICK): "╷",
    (_WICK, _NOTHING): "╵",
    (_WICK, _WICK): "│",
    (_NOTHING, _BODY): "╻",
    (_BODY, _NOTHING): "╹",
    (_WICK, _BODY): "╽",
    (_BODY, _WICK): "╿",
    (_BODY, _BODY): "┃",
}
_RISING = _FALLING | {
    (_NOTHING, _BODY): "╥",
    (_BODY, _NOTHING): "╨",
    (_WICK, _BODY): "╥",
    (_BODY, _WICK): "╨",
    (_BODY, _BODY): "║",
}
# A bar that closes where it opened: a stroke across, and the wicks that leave it.
_LEVEL = {(False, False): "─", (True, False): "┴", (False, True): "┬", (True, True): "┼"}
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BRAILLE = 0x2800


def draw_candles(canvas: Canvas, columns: Columns, scale: Scale, *, ascii_only: bool) -> None:
    """Draw a candle for each bar: rising ones hollow and in the colour of profit."""
    for slot in range(len(columns)):
        candle = tuple(getattr(columns, name)[slot] for name in ("open", "high", "low", "close"))
        column = columns.window.column_of_slot(slot)
        glyphs = _plain_candle(scale, *candle) if ascii_only else _candle(scale, *candle)
        style = "good" if candle[3] > candle[0] else "bad" if candle[3] < candle[0] else ""
        for row, glyph in glyphs.items():
            canvas.put(row, column, glyph, style)


def _candle(scale: Scale, opening: float, high: float, low: float, close: float) -> dict[int, str]:
    top, bottom = scale.place(high, 2), scale.place(low, 2)
    upper, lower = scale.place(max(opening, close), 2), scale.place(min(opening, close), 2)
    glyphs = _RISING if close > opening else _FALLING

    def half(place: int) -> int:
        if upper <= place <= lower:
            return _BODY
        return _WICK if top <= place <= bottom else _NOTHING

    drawn = {row: glyphs[half(2 * row), half(2 * row + 1)] for row in range(top // 2, bottom // 2 + 1)}
    if opening == close:
        drawn[upper // 2] = _LEVEL[top < upper, bottom > upper]
    return drawn


def _plain_candle(scale: Scale, opening: float, high: float, low: float, close: float) -> dict[int, str]:
    drawn = dict.fromkeys(range(scale.place(high), scale.place(low) + 1), "|")
    body = "O" if close > opening else "#" if close < opening else "-"
    upper, lower = scale.place(max(opening, close)), scale.place(min(opening, close))
    return drawn | dict.fromkeys(range(upper, lower + 1), body)


def draw_ranges(canvas: Canvas, columns: Columns, scale: Scale, *, ascii_only: bool) -> None:
    """Draw for each half of a column a stroke from its lowest to its highest price."""
    halves = [*columns.halves, *columns.halves[-1:]] if len(columns.halves) % 2 else columns.halves
    for column in range(len(halves) // 2):
        pair = halves[2 * column], halves[2 * column + 1]
        glyphs = _plain_range(scale, *pair) if ascii_only else _dots(scale, *pair)
        for row, glyph in glyphs.items():
            canvas.put(row, column, glyph, "accent")


def _dots(scale: Scale, left: Range, right: Range) -> dict[int, str]:
    cells: dict[int, int] = {}
    for dots, (low, high) in zip(_DOTS, (left, right), strict=True):
        for place in range(scale.place(high, 4), scale.place(low, 4) + 1):
            cells[place // 4] = cells.get(place // 4, 0) | dots[place % 4]
    return {row: chr(_BRAILLE + bits) for row, bits in cells.items()}


def _plain_range(scale: Scale, left: Range, right: Range) -> dict[int, str]:
    top, bottom = scale.place(max(left[1], right[1])), scale.place(min(left[0], right[0]))
    return dict.fromkeys(range(top, bottom + 1), "|" if bottom > top else "-")


def draw_line(canvas: Canvas, start: tuple[int, int], end: tuple[int, int], glyph: str, style: str) -> None:
    """Draw a line between two cells, given as column and row, where nothing else stands."""
    (from_column, from_row), (to_column, to_row) = start, end
    span = max(1, to_column - from_column)
    rows = [
        round(from_row + (to_row - from_row) * (column - from_column) / span)
        for column in range(from_column, to_column + 1)
    ]
    for column, (before, row) in enumerate(pairwise(rows), from_column + 1):
        for between in range(min(before, row), max(before, row) + 1):
            if between != before or before == row:
                canvas.put(between, column, glyph, style)

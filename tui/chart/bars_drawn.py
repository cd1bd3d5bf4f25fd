"""Bars drawn into cells: candles, or a line, which is as high as the prices of its columns."""

from itertools import pairwise

from tui.chart.canvas import Canvas
from tui.chart.columns import Columns, Range
from tui.chart.scale import Scale
from tui.drawing.braille import BLANK, DOTS, in_ascii

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
# Bodies that are wider than their wick are filled blocks where bars fall, and boxes where they rise.
_FILLED = {
    (_NOTHING, _BODY): "▄",
    (_BODY, _NOTHING): "▀",
    (_WICK, _BODY): "▄",
    (_BODY, _WICK): "▀",
    (_BODY, _BODY): "█",
}
_JOINED = _FILLED | {(_WICK, _BODY): "█", (_BODY, _WICK): "█"}
# The top of a box and its bottom, each without and with a wick; then one that is no higher than its row.
_TOP, _BOTTOM = ("┌─┐", "┌┴┐"), ("└─┘", "└┬┘")
_FLAT = {(False, False): "╞═╡", (True, False): "╞╧╡", (False, True): "╞╤╡", (True, True): "╞╪╡"}
# The same in ASCII: falling bodies are filled, and wicks as long as they are, to half a cell.
_PLAIN = str.maketrans("╷╵│╻╹╽╿┃╥╨║─┴┬┼▄▀█┌┐└┘╞╡═╧╤╪", ",'|#####===----###++++[]====")


def bar_signs(*, ascii_only: bool) -> tuple[str, str, str, str]:
    """Return what narrow bars look like that rose, that fell and that stood still, and wicks."""
    bodies = (_BODY, _BODY), (_NOTHING, _BODY), (_BODY, _NOTHING)
    rising, falling = ([glyphs[body] for body in bodies] for glyphs in (_RISING, _FALLING))
    signs = rising, falling, [_LEVEL[False, False], _LEVEL[True, True]], [_FALLING[_WICK, _WICK]]
    drawn = ([glyph.translate(_PLAIN) if ascii_only else glyph for glyph in kind] for kind in signs)
    up, down, level, wick = (" ".join(dict.fromkeys(kind)) for kind in drawn)
    return up, down, level, wick


def draw_candles(canvas: Canvas, columns: Columns, scale: Scale, *, ascii_only: bool) -> None:
    """Draw a candle for each bar: rising ones hollow and in the colour of profit."""
    reach = columns.window.reach
    for slot in range(len(columns)):
        prices = tuple(getattr(columns, name)[slot] for name in ("open", "high", "low", "close"))
        candle = _Candle(scale, *prices)
        first = columns.window.column_of_slot(slot) - reach
        style = "good" if prices[3] > prices[0] else "bad" if prices[3] < prices[0] else ""
        for row in candle.rows:
            glyphs = candle.wide(row, reach) if reach else candle.narrow(row)
            for column, glyph in enumerate(glyphs.translate(_PLAIN) if ascii_only else glyphs, first):
                canvas.put(row, column, glyph, style)


class _Candle:
    """Where the wick and the body of a bar begin and end, in halves of a row from the top."""

    def __init__(self, scale: Scale, opening: float, high: float, low: float, close: float) -> None:
        self._is_rising, self._is_level = close > opening, close == opening
        self._top, self._bottom = scale.place(high, 2), scale.place(low, 2)
        self._upper, self._lower = (
            scale.place(price, 2) for price in (max(opening, close), min(opening, close))
        )

    @property
    def rows(self) -> range:
        """The rows in which anything of it stands."""
        return range(self._top // 2, self._bottom // 2 + 1)

    def narrow(self, row: int) -> str:
        """Return what is drawn in a row with a body as narrow as the wick."""
        if self._is_level and row == self._upper // 2:
            return _LEVEL[self._wicks]
        return (_RISING if self._is_rising else _FALLING)[self._halves(row)]

    def wide(self, row: int, reach: int) -> str:
        """Return what is drawn in a row with a body that goes beyond the wick on both sides, so far."""
        if not self._upper // 2 <= row <= self._lower // 2:
            return _FALLING[self._halves(row)].center(2 * reach + 1)
        if self._is_level:
            return "─" * reach + _LEVEL[self._wicks] + "─" * reach
        if self._is_rising:
            return self._box(row, reach)
        halves = self._halves(row)
        return _FILLED[halves] * reach + _JOINED[halves] + _FILLED[halves] * reach

    def _box(self, row: int, reach: int) -> str:
        is_top, is_bottom = row == self._upper // 2, row == self._lower // 2
        if not is_top and not is_bottom:
            return "│" + " " * (2 * reach - 1) + "│"
        above, below = self._wicks
        edge = _FLAT[above, below] if is_top and is_bottom else _TOP[above] if is_top else _BOTTOM[below]
        side = ("═" if is_top and is_bottom else "─") * (reach - 1)
        return side.join(edge)

    @property
    def _wicks(self) -> tuple[bool, bool]:
        """Whether a wick leaves the body upwards, and downwards."""
        return self._top < self._upper, self._bottom > self._lower

    def _halves(self, row: int) -> tuple[int, int]:
        return self._half(2 * row), self._half(2 * row + 1)

    def _half(self, place: int) -> int:
        if self._upper <= place <= self._lower:
            return _BODY
        return _WICK if self._top <= place <= self._bottom else _NOTHING


def draw_ranges(canvas: Canvas, columns: Columns, scale: Scale, *, ascii_only: bool) -> None:
    """Draw for each half of a column a stroke from its lowest to its highest price."""
    halves = [*columns.halves, *columns.halves[-1:]] if len(columns.halves) % 2 else columns.halves
    for column in range(len(halves) // 2):
        pair = halves[2 * column], halves[2 * column + 1]
        for row, glyph in _dots(scale, *pair).items():
            canvas.put(row, column, in_ascii(glyph) if ascii_only else glyph, "accent")


def _dots(scale: Scale, left: Range, right: Range) -> dict[int, str]:
    cells: dict[int, int] = {}
    for dots, (low, high) in zip(DOTS, (left, right), strict=True):
        for place in range(scale.place(high, 4), scale.place(low, 4) + 1):
            cells[place // 4] = cells.get(place // 4, 0) | dots[place % 4]
    return {row: chr(BLANK + bits) for row, bits in cells.items()}


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

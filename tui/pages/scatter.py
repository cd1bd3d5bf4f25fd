"""The worst against the best that trades stood at, as a scatter in text."""

from itertools import groupby

from core.axes import nice_ticks, tick_labels
from core.run_breakdowns import GRID, Excursions
from core.text import plural
from tui import formats
from tui.folding import wrapped
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

_AXIS = 9
_WINNER, _LOSER, _BOTH, _NEITHER, _NONE = "+", "x", "*", "o", " "
_STYLES = {_WINNER: "good", _LOSER: "bad", _NONE: ""}
# One kind stands for all in a place where there are more than so many times as many of it.
_MOSTLY = 2
_SIGNS = "+ mostly winners, x mostly losers, * both"
_NEITHER_SIGN = f", {_NEITHER} neither won nor lost"
_MEANING = "A loser high up gave a profit back; a winner far to the right stood deep in loss first."


def scatter_lines(found: Excursions, currency: str, width: int, height: int) -> list[Line]:
    """Return the scatter with axes and what it tells; at most `width` cells, its canvas `height` lines."""
    title = line(f"MFE upwards, MAE to the right, {currency}", "title")
    if not found.count:
        return [title, line("No trade of this run has MAE and MFE.", "dim")]
    columns, rows = min(width - _AXIS - 2, GRID[0]), min(height, GRID[1])
    canvas = _canvas(found, columns, rows)
    labels = _places(found.highest, rows)
    return [
        title,
        *(
            (Cell(f"{labels.get(row, ''):>{_AXIS}} │", "dim"), *_inked(canvas[rows - 1 - row]))
            for row in range(rows)
        ),
        line(" " * (_AXIS + 1) + "└" + "─" * columns, "dim"),
        line(" " * (_AXIS + 2) + _axis_below(found.deepest, columns), "dim"),
        *(line(text, "dim") for text in wrapped(_remarks(found, canvas), width)),
    ]


def _canvas(found: Excursions, columns: int, rows: int) -> list[str]:
    """Return the lines of the canvas from the bottom to the top."""
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for (x, y), (winners, losers) in found.cells.items():
        place = x * columns // GRID[0], y * rows // GRID[1]
        won, lost = places.get(place, (0, 0))
        places[place] = won + winners, lost + losers
    glyphs = {place: _glyph(*counts) for place, counts in places.items()}
    return ["".join(glyphs.get((column, row), _NONE) for column in range(columns)) for row in range(rows)]


def _glyph(winners: int, losers: int) -> str:
    """Return what stands for so many trades in one place."""
    if winners > _MOSTLY * losers:
        return _WINNER
    if losers > _MOSTLY * winners:
        return _LOSER
    return _BOTH if winners else _NEITHER


def _inked(text: str) -> list[Cell]:
    return [Cell("".join(same), _STYLES.get(glyph, "")) for glyph, same in groupby(text)]


def _places(highest: float, rows: int) -> dict[int, str]:
    """Say in which line from the top each label of the upward axis stands."""
    ticks = nice_ticks(0.0, highest, count=max(2, rows // 4))
    places = [rows - 1 - min(rows - 1, int(tick / highest * rows)) for tick in ticks]
    return dict(zip(places, tick_labels(ticks), strict=True))


def _axis_below(deepest: float, columns: int) -> str:
    """Return the labels of the axis to the right; a loss has its sign."""
    ticks = nice_ticks(0.0, deepest, count=max(2, columns // 14))
    cells, free = [" "] * columns, 0
    for tick, label in zip(ticks, tick_labels(ticks), strict=True):
        text = f"-{label}" if tick else label
        at = min(int(tick / deepest * columns), columns - len(text))
        if at >= free:
            cells[at : at + len(text)] = text
            free = at + len(text) + 1
    return "".join(cells)


def _remarks(found: Excursions, canvas: list[str]) -> str:
    """Return what the signs mean that are there, what to see, and which trades stand elsewhere."""
    has_neither = any(_NEITHER in row for row in canvas)
    remarks = [f"{_SIGNS}{_NEITHER_SIGN if has_neither else ''}.", _MEANING]
    if found.undefined:
        remarks.append(f"{plural(found.undefined, 'trade')} without MAE or MFE left out.")
    if found.beyond:
        remarks.append(f"{formats.count(found.beyond)} beyond the edges, drawn at them.")
    return " ".join(remarks)

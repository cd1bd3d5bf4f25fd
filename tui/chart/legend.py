"""What stands on a chart: its signs, each with what it means."""

from collections.abc import Iterator

from tui.chart.bars_drawn import bar_signs
from tui.chart.marks import LETTERS
from tui.chart.picture import CHART_STYLES, LINE_GLYPHS, PLAIN_LINE_GLYPHS, PLAIN_POINTER, POINTER
from tui.chart.strips import BLOCKS, CURSOR, PLAIN_BLOCKS, PLAIN_CURSOR
from tui.drawing.wrapping import labelled
from tui.widgets.lines import Line

LEGEND_TITLE = "What the chart shows"

_SIGNS_WIDTH = 18


def legend_lines(width: int, *, ascii_only: bool) -> list[Line]:
    """Return each sign with its meaning, as it is drawn in this terminal."""
    return [
        row
        for signs, meaning in _meanings(ascii_only=ascii_only)
        for row in labelled(f"  {signs}", meaning, width, room=_SIGNS_WIDTH)
    ]


def _meanings(*, ascii_only: bool) -> Iterator[tuple[str, str]]:
    up, down, level, wick = bar_signs(ascii_only=ascii_only)
    marks = CHART_STYLES[0].glyphs(ascii_only=ascii_only)
    lines = PLAIN_LINE_GLYPHS if ascii_only else LINE_GLYPHS
    blocks = PLAIN_BLOCKS.strip() if ascii_only else BLOCKS[2::3]
    yield up, "a bar that went up: hollow, a box where there is room"
    yield down, "a bar that went down: solid"
    yield wick, "how high and how low it went beyond open and close"
    yield level, "a bar that closed where it opened"
    yield (
        f"{marks.buy} {marks.sell}  {LETTERS.buy} {LETTERS.sell}",
        "bought below a bar, sold above it; letters in another style",
    )
    yield "+ - =", "left with a profit, with a loss, with neither"
    yield f"{marks.way}  s t", "the chosen trade: its way, its stop and its target"
    yield " ".join(lines[:3]), "lines of the strategy, named above the chart"
    yield " ".join(blocks), "the strip below: volume, the largest in view fills it"
    yield PLAIN_POINTER if ascii_only else POINTER, "beside the prices: where the bar under the cursor closed"
    yield PLAIN_CURSOR if ascii_only else CURSOR, "on the axis of the times: the bar under the cursor"

"""Drawn lines: with no more style codes than they need, and how much of one differs from another."""

from functools import lru_cache
from itertools import takewhile

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


def lean(strip: Strip) -> Strip:
    """Return a line without the colours that the terminal has anyway: naming them costs bytes."""
    segments = [Segment(text, None if style is None else _lean(style)) for text, style, _ in strip]
    return Strip(segments, strip.cell_length)


@lru_cache(256)
def _lean(style: Style) -> Style | None:
    named = style.without_color + Style.from_color(_named(style.color), _named(style.bgcolor))
    return None if named == Style() else named


def _named(color: Color | None) -> Color | None:
    return None if color is None or color.is_default else color


def changed_width(before: Strip, after: Strip) -> int:
    """Return how many cells of a line, from its beginning, differ from what it was before; 0 for none."""
    if before.cell_length != after.cell_length:
        return after.cell_length
    old, new = list(before), list(after)
    while old and new and old[-1] == new[-1]:
        old.pop()
        new.pop()
    width = sum(segment.cell_length for segment in new)
    if old and new and old[-1].style == new[-1].style:
        width -= cell_len(_common_end(old[-1].text, new[-1].text))
    return width


def changed_cells(before: Strip, after: Strip) -> range:
    """Return the cells of a line from the first that is another now to the last.

    All of them where the line is longer or shorter now, or a letter takes not just one cell.
    """
    old, new = _cells(before), _cells(after)
    if old is None or new is None or len(old) != len(new):
        return range(after.cell_length)
    changed = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return range(changed[0], changed[-1] + 1) if changed else range(0)


def _cells(strip: Strip) -> list[tuple[str, Style | None]] | None:
    """Return the letter and the style of each cell; None where a letter takes more than one, or none."""
    cells = [(letter, style) for text, style, _ in strip for letter in text]
    return cells if all(cell_len(letter) == 1 for letter, _ in cells) else None


def _common_end(one: str, other: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(reversed(one), reversed(other), strict=False))
    return "".join(letter for letter, _ in pairs)

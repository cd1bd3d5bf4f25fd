"""What is sent of a drawn line."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.strips import changed_cells, changed_width, lean

PLAIN = Style.parse("default on default")
GREEN = Style.parse("green on default")


def strip(*parts: tuple[str, Style | None]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts])


@pytest.mark.parametrize(
    ("before", "after", "width"),
    [
        ([("abc   ", None)], [("abc   ", None)], 0),
        ([("abc   ", None)], [("abd   ", None)], 3),
        ([("abc   ", None)], [("xbc   ", None)], 1),
        ([("abc", GREEN), ("   ", None)], [("abc", None), ("   ", None)], 3),
        ([("ab", GREEN), ("   ", None)], [("ab ", GREEN), ("  ", None)], 3),
        ([("日本  ", None)], [("本日  ", None)], 4),
        ([("ab", None)], [("ab  ", None)], 4),
    ],
)
def test_a_line_is_drawn_up_to_where_it_changed(
    before: list[tuple[str, Style | None]], after: list[tuple[str, Style | None]], width: int
) -> None:
    assert changed_width(strip(*before), strip(*after)) == width


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([("abcdef", None)], [("abcdef", None)], range(0)),
        ([("abcdef", None)], [("abxdyf", None)], range(2, 5)),
        ([("abcdef", None)], [("ab", None), ("cd", GREEN), ("ef", None)], range(2, 4)),
        ([("abcdef", None)], [("abc", None), ("def", None)], range(0)),
        ([("日本  ", None)], [("日木  ", None)], range(6)),
        ([("ab", None)], [("ab  ", None)], range(4)),
    ],
)
def test_of_what_is_typed_only_the_cells_that_changed_are_drawn(
    before: list[tuple[str, Style | None]], after: list[tuple[str, Style | None]], changed: range
) -> None:
    assert changed_cells(strip(*before), strip(*after)) == changed


def test_colours_that_the_terminal_has_anyway_are_not_named() -> None:
    loud = Style.parse("bold #ffffff on #000000")
    drawn = lean(strip(("a", PLAIN), ("b", GREEN), ("c", loud), ("d", Style.parse("reverse"))))
    assert [segment.style for segment in drawn] == [
        None,
        Style.parse("green"),
        loud,
        Style.parse("reverse"),
    ]
    assert drawn.text == "abcd"

"""What cells of braille look like in ASCII."""

import pytest

from tui.drawing.braille import BLANK, PATTERNS, in_ascii


@pytest.mark.parametrize(
    ("cells", "strokes"),
    [
        ("⠉⠒⠤⣀", "'--_"),
        ("⠡⠌⢁⡈", "\\/\\/"),
        ("⣿⡇⢸", "|||"),
        ("⠁⢀⠂", "',-"),
        ("10,000 ┤⠉⠁", "10,000 ┤''"),
    ],
)
def test_a_cell_is_a_stroke_by_its_slope_and_height(cells: str, strokes: str) -> None:
    assert in_ascii(cells) == strokes


def test_every_cell_has_a_stroke_and_only_the_empty_one_is_blank() -> None:
    drawn = in_ascii("".join(map(chr, range(BLANK, BLANK + PATTERNS))))
    assert drawn.isascii()
    assert drawn.count(" ") == 1
    assert drawn[0] == " "

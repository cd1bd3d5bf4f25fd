"""Canvases over each other."""

import pytest

from tui.drawing.overlays import laid_over, put_letters


@pytest.mark.parametrize(
    ("below", "above", "seen"),
    [("⠁", "⠈", "⠉"), ("⠉", "⠁", "⠉"), ("·", "⠁", "⠁"), ("⠁", "b", "b"), (" ", "⠁", "⠁")],
)
def test_a_shared_cell_is_the_later_curves_and_keeps_the_dots_of_both(
    below: str, above: str, seen: str
) -> None:
    assert laid_over([[below], [above]]).rows == [(seen, "1")]


@pytest.mark.parametrize("blank", [" ", "\N{BRAILLE PATTERN BLANK}"])
def test_where_the_later_is_not_the_earlier_is_seen(blank: str) -> None:
    assert laid_over([["⠁"], [blank]]).rows == [("⠁", "0")]
    assert laid_over([[blank], [blank]]).rows == [(" ", " ")]


def test_a_letter_keeps_out_of_the_way_of_the_other_curve() -> None:
    canvases = [["⠉⠉⠉", "  ⠉", "  ⠉"], ["   ", "   ", "⠉⠉⠉"]]
    laid = laid_over(canvases)
    put_letters(laid, canvases, "ab")
    assert laid.rows == [("⠉⠉⠉", "000"), ("  a", "  0"), ("⠉⠉b", "111")]


def test_a_curve_of_one_point_is_its_letter_and_one_without_has_none() -> None:
    canvases = [["⠁   "], ["    "]]
    laid = laid_over(canvases)
    put_letters(laid, canvases, "ab")
    assert laid.rows == [("a   ", "0   ")]

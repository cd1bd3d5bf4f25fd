"""Canvases over each other."""

import pytest

from tui.drawing.overlays import dotted, in_turns, laid_over, put_letters


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


def test_letters_that_meet_are_seen_in_turns() -> None:
    laid = in_turns([["aaaa", "    "], ["b bb", "    "], ["  c ", "   c"]])
    assert laid.rows == [("baaa", "1000"), ("   c", "   2")]
    assert in_turns([["aaaa"], ["bbbb"]]).rows == [("baba", "1010")]


def test_a_curve_of_letters_leaves_no_gap_where_it_leaps() -> None:
    curve = [0.0, 1.0, 2.0, 3.0], [3.0, 0.0, 0.0, 2.0]
    drawn = dotted(curve, "a", (4, 4), (0.0, 3.0), (0.0, 3.0))
    assert drawn == ["a   ", " a a", " a a", " aa "]

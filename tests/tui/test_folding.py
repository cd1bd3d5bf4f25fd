import pytest

from tui.folding import folded

SENTENCE = "Run 12 goes on; 'backtape watch 12' follows it, 'backtape cancel 12' stops it."
TERMS = "10,000.00 USD · 0.1 lots · spread 1.5 · commission 0"


def test_a_line_that_fits_and_one_for_no_terminal_stay_as_they_are() -> None:
    text = f"a  b\n{SENTENCE}"
    assert folded(text, None) == text
    assert folded(text, len(SENTENCE)) == text


@pytest.mark.parametrize("width", range(20, 90))
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(width: int) -> None:
    for text in (SENTENCE, TERMS):
        shown = folded(text, width, "  ")
        assert max(map(len, shown.split("\n"))) <= width
        assert shown.split() == text.split()


def test_a_command_in_quotes_stays_on_one_line() -> None:
    assert folded(SENTENCE, 60).split("\n") == [
        "Run 12 goes on; 'backtape watch 12' follows it,",
        "'backtape cancel 12' stops it.",
    ]


def test_an_apostrophe_begins_no_quotation() -> None:
    assert folded("the strategy's file and the user's own folder", 30).split("\n") == [
        "the strategy's file and the",
        "user's own folder",
    ]


def test_items_on_a_line_stay_whole() -> None:
    assert folded(TERMS, 40).split("\n") == ["10,000.00 USD · 0.1 lots · spread 1.5 ·", "commission 0"]
    assert folded("#6 sma_cross  427 trades  sharpe -0.55", 30, "  ").split("\n") == [
        "#6 sma_cross  427 trades",
        "  sharpe -0.55",
    ]


def test_a_path_is_not_broken_however_long_it_is() -> None:
    path = "/home/somebody/a-folder-with-hyphens/" + "x" * 30
    assert path in folded(f"The details are in {path}.", 30)

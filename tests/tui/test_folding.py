import pytest
from rich.cells import cell_len

from tui.folding import folded, without_middle, wrapped

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


def test_a_command_line_of_wide_characters_is_as_wide_as_the_terminal() -> None:
    note = "note: " + "日本語の長いメモです。" * 5
    shown = folded(note, 40).split("\n")
    assert max(map(cell_len, shown)) <= 40
    assert "".join(shown).replace(" ", "") == note.replace(" ", "")


# What every text is broken with

GERMAN = "Der Ausbruch wurde überschätzt, weil die Schwankungsbreite zu hoch lag."
RUSSIAN = "Стратегия работает хорошо, но просадка велика."
JAPANESE = "移動平均の交差「日足」を用いた順張り戦略です。終値が高値を上回ると買います。"


@pytest.mark.parametrize("width", [24, 33, 40, 60, 79])
@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, f"{GERMAN} {JAPANESE} {RUSSIAN}"])
def test_words_stay_whole_beside_wide_characters(text: str, width: int) -> None:
    rows = wrapped(text, width)
    assert max(map(cell_len, rows)) <= width
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    words = " ".join(rows).split()
    assert all(word in words for word in text.split() if not set(word) & set(JAPANESE))


@pytest.mark.parametrize("width", range(6, 60))
def test_wide_text_fills_its_lines_and_punctuation_stays_where_it_belongs(width: int) -> None:
    rows = wrapped(JAPANESE, width)
    assert "".join(rows) == JAPANESE
    assert all(width - 5 <= cell_len(row) <= width for row in rows[:-1])
    assert not any(row[0] in "。」" or row[-1] == "「" for row in rows)


def test_a_long_name_is_broken_behind_its_joints_and_elsewhere_only_if_it_has_none() -> None:
    assert wrapped("a_parameter_with_a_rather_long_name_0", 23) == [
        "a_parameter_with_a_",
        "rather_long_name_0",
    ]
    assert wrapped("see /home/somebody/a-folder/file.csv", 20) == ["see /home/somebody/", "a-folder/file.csv"]
    assert wrapped("fits_in_a_line not", 14) == ["fits_in_a_line", "not"]
    assert wrapped("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_a_letter_keeps_its_marks() -> None:
    accented = "e\N{COMBINING ACUTE ACCENT}"
    assert wrapped(accented * 7, 3) == [accented * 3, accented * 3, accented]


def test_lines_after_the_first_are_indented_and_a_space_that_holds_is_kept() -> None:
    assert wrapped("  one two three", 9, indent="    ") == ["  one two", "    three"]
    assert wrapped("press\u00a0n now", 8) == ["press\u00a0n", "now"]
    assert wrapped("one\n\ttwo", 20) == ["one  two"]
    assert wrapped("", 20) == wrapped("   ", 20) == []


@pytest.mark.parametrize("text", [GERMAN, JAPANESE])
def test_of_too_many_lines_the_last_says_that_there_are_more(text: str) -> None:
    rows = wrapped(text, 20, most=2)
    assert len(rows) == 2
    assert rows[0] == wrapped(text, 20)[0]
    assert rows[1].endswith(" …")
    assert cell_len(rows[1]) <= 20
    assert wrapped(text, 200, most=2) == [text]


@pytest.mark.parametrize("room", range(3, 40))
def test_a_text_without_its_middle_keeps_both_ends(room: int) -> None:
    name = "a_parameter_with_a_rather_long_name_7"
    short = without_middle(name, room)
    first, mark, last = short.partition("…")
    assert len(short) == min(room, len(name))
    assert short == name or (mark and name.startswith(first) and name.endswith(last) and last)
    assert cell_len(without_middle(JAPANESE, room)) <= room

"""What the log of a run says of the error that ended it."""

import pytest

from core.errors import BacktapeError
from core.jobs.account import account
from core.strategies.errors import StrategyError
from core.strategies.loader import fault, instance, load
from core.strategies.source import canonical

TEXT = """
from core.strategies import Strategy
from core.strategies.indicators import sma


class Mine(Strategy):
    def __init__(self):
        self.prepare(3)

    def prepare(self, depth):
        {line}

    def on_bar(self, context):
        return None
"""


def told(line: str) -> list[str]:
    """Return what the log says of a strategy that fails so when it is made."""
    source = canonical({"mine.py": TEXT.replace("{line}", line)})
    with pytest.raises(StrategyError) as raised:
        instance(load("mine", source), {})
    return account(raised.value, str(raised.value)).splitlines()


def test_the_sentence_comes_first_and_then_the_lines_of_the_author_alone() -> None:
    assert told("return self.values[depth]") == [
        "mine.py, line 11: AttributeError: 'Mine' object has no attribute 'values'.",
        "  mine.py, line 8, in __init__",
        "    self.prepare(3)",
        "  mine.py, line 11, in prepare",
        "    return self.values[depth]",
    ]


def test_what_fails_inside_of_a_library_is_told_by_the_line_that_called_it() -> None:
    lines = told("sma(None, depth)")
    assert lines[-1] == "    sma(None, depth)"
    assert not [text for text in lines if "averages" in text or "numba" in text]


def test_an_error_of_the_author_that_came_of_another_one_is_told_with_it() -> None:
    lines = told(
        "\n        ".join(
            ["try: {}[depth]", "except KeyError as error:", "    raise ValueError('no depth') from error"]
        )
    )
    assert lines[0] == "mine.py, line 13: ValueError: no depth."
    assert lines[lines.index("It came of this: KeyError: 3.") :] == [
        "It came of this: KeyError: 3.",
        "  mine.py, line 11, in prepare",
        "    try: {}[depth]",
    ]
    assert not [
        text
        for text in told("try: {}[depth]\n        except KeyError: raise ValueError() from None")
        if "KeyError:" in text and "came" in text
    ]


def test_a_recursion_without_end_is_told_by_its_beginning_and_its_end() -> None:
    lines = told("self.prepare(depth)")
    assert lines[0].endswith("A function calls itself without an end.")
    assert len(lines) < 30
    assert [text for text in lines if text.endswith(" more calls ...")]


def test_an_error_without_a_line_that_was_under_way_shows_the_line_it_names() -> None:
    source = canonical({"mine.py": TEXT.replace("{line}", "pass")})
    instance(load("mine", source), {})
    error = StrategyError("It says nothing.", file="mine.py", line=13)
    assert account(error, str(error)).splitlines() == [
        "mine.py, line 13: It says nothing.",
        "  mine.py, line 13",
        "    def on_bar(self, context):",
    ]


def test_what_is_no_mistake_of_anybodys_is_a_sentence_alone() -> None:
    assert account(BacktapeError("The price history is gone."), "The price history is gone.") == (
        "The price history is gone."
    )


def test_a_mistake_of_backtape_itself_is_told_with_its_frames() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        fault(1 / 0)  # type: ignore[arg-type]
    lines = account(raised.value, "Backtape itself failed.").splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert any("test_account.py" in text for text in lines)

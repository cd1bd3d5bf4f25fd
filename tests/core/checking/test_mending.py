"""What a check advises: it fits what was found."""

import pytest

from core.checking.findings import MENDING, Finding
from core.market.bars import Bars
from tests.core.checking.examined import examine, sample, subject_of
from tests.core.checking.writing import HEAD, on_bar, signals

TOO_FEW = "Decide nothing while there are too few bars"
LOOKS_BACK = "Where it looks back at more bars than there are yet"
# Sums from the first bar on, with a warm-up or without.
SUMMING = "    {}\n    def signals(self, bars):\n        sums = np.cumsum(bars.close - bars.open)\n"
SUMMING += "        return Signals(buy=sums > 0, sell=sums < 0)\n"


@pytest.fixture(scope="module")
def bars() -> Bars:
    return sample(400)


def _errors(source: str, bars: Bars) -> list[Finding]:
    return [one for one in examine(subject_of(source), bars).findings if one.kind == "error"]


def test_of_a_module_that_is_not_here_it_is_told_where_it_belongs() -> None:
    finding = Finding("error", "mine.py, line 1: It needs the module nowhere, which is not installed here.")
    assert finding.mending == (
        "Begin with this; until then every run fails and nothing can be checked. "
        "Install the module where Backtape is installed, or put its file beside the strategy's."
    )


def test_an_error_on_the_whole_history_is_none_of_too_few_bars(bars: Bars) -> None:
    (finding,) = _errors(signals("raise ValueError('no')"), bars)
    assert finding.mending == "Begin with this; until then nothing else can be checked."


def test_what_looks_back_beyond_the_first_bar_is_told_to_wait(bars: Bars) -> None:
    (finding,) = _errors(on_bar("context.closes[: context.index + 1 - 50][0]"), bars)
    assert "IndexError" in finding.sentence
    assert LOOKS_BACK in finding.mending


def test_an_error_on_a_history_cut_short_is_one_of_too_few_bars(bars: Bars) -> None:
    (finding,) = _errors(signals("return Signals(buy=bars.close > bars.close[100])"), bars)
    assert finding.mending == MENDING["error"]
    assert TOO_FEW in finding.mending


@pytest.mark.parametrize(
    ("declared", "told"),
    [("", "history that begins with bar "), ("warmup = 1", "history that begins 1 bar before bar ")],
)
def test_a_history_that_begins_later_is_named_in_plain_words(declared: str, told: str, bars: Bars) -> None:
    report = examine(subject_of(HEAD + SUMMING.format(declared)), bars)
    (shown_by,) = [str(one.shown_by) for one in report.findings if one.kind == "warm-up"]
    assert shown_by.startswith(told)

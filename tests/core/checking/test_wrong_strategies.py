import re

import pytest

from core.checking.decided import both_words, first_difference
from core.checking.deciding import Decider, Span
from core.checking.findings import Finding
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from tests.core.checking.examined import examine, sample, subject_of, with_contexts
from tests.core.checking.writing import Wrong
from tests.core.checking.wrong import ALL


@pytest.fixture(scope="module")
def bars() -> Bars:
    return sample()


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ALL, ids=lambda wrong: wrong.name)
def test_a_wrong_strategy_is_caught_as_what_it_is_at_a_bar_where_it_shows(wrong: Wrong, bars: Bars) -> None:
    subject = subject_of(wrong.source)
    report = examine(subject, bars)
    assert [finding.kind for finding in report.findings] == [wrong.kind, *wrong.also], report.findings
    finding = report.findings[0]
    assert wrong.other in (finding.other or "")
    assert finding.bar is not None or wrong.kind in {"error", "changed bars"}
    if finding.bar is not None:
        assert f"bar {finding.bar} ({str(finding.time)[:10]} " in finding.sentence
        assert finding.time == f"{bars.time[finding.bar]}+00:00" or "H1" in finding.sentence
    if wrong.kind == "look-ahead":
        assert_shown(finding, wrong, Decider(subject, with_contexts(subject, bars)))


def assert_shown(finding: Finding, wrong: Wrong, decider: Decider) -> None:
    """Decide on the two histories that a finding names, and find there what it says."""
    last = re.search(r"ends with bar (\d+)", finding.shown_by or "")
    assert last is not None
    assert finding.bar is not None
    cut = int(last[1]) + 1
    assert wrong.ahead in {None, cut - finding.bar}
    usual, other = decider.decide(Span(0, len(decider.bars))), decider.decide(Span(0, cut))
    assert both_words(usual, other, finding.bar) == (finding.usual, finding.other)
    differing = first_difference(usual, other)
    assert differing is not None
    assert differing <= finding.bar < cut


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ALL, ids=lambda wrong: wrong.name)
def test_a_wrong_strategy_is_caught_on_the_history_and_with_the_cuts_of_the_program(wrong: Wrong) -> None:
    long = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 10_000)
    report = examine(subject_of(wrong.source), long, cuts=240)
    assert report.findings, report
    assert report.findings[0].kind == wrong.kind

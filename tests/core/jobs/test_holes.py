"""A run over weeks without any bar: its figures are told with them."""

import pytest

from core.datasets import import_bars
from core.market.bars import Bars
from core.run_remarks import remarks
from tests.core.jobs.bench import Bench

TOLD = "The period has no bars at all from 2020-01-17 to 2020-02-09 (3 weeks)."


@pytest.mark.parametrize(
    ("period", "is_told"),
    [
        (("2020-01-06", "2020-02-20"), True),
        pytest.param(("2020-01-06", "2020-01-17"), False, marks=pytest.mark.slow),
        (("2020-02-10", "2020-02-20"), False),
    ],
)
def test_weeks_without_a_bar_are_told_of_a_run_that_passes_over_them(
    bench: Bench, sample: Bars, period: tuple[str, str], *, is_told: bool
) -> None:
    days = sample.time.astype("datetime64[D]").astype(str)
    before, after = (int((days < day).sum()) for day in ("2020-01-18", "2020-02-09"))
    for part, is_first in ((sample.slice(0, before), True), (sample.slice(after, len(sample)), False)):
        import_bars(bench.home, bench.connection, part, dialect="synthetic", replace=is_first)
    start, end = period
    number = bench.submit(start=start, end=end)
    bench.start()
    assert (TOLD in remarks(bench.finish(number))) == is_told

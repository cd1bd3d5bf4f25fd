"""A data folder under fire: real runners and workers, and the look at what is left when all is over."""

from collections.abc import Iterator

import pytest

from core.home import Home
from core.market.bars import Bars
from tests.core.jobs.bench import Bench, open_bench
from tests.core.jobs.conftest import sample
from tests.faults.aftermath import unharmed

__all__ = ["sample"]


@pytest.fixture
def bench(home: Home, sample: Bars, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A store with a completed run in it, which every fault must leave as it is."""
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
    monkeypatch.setenv("BACKTAPE_WORKERS", "2")
    with open_bench(home, sample) as opened:
        first = opened.submit()
        opened.start()
        opened.finish(first)
        with unharmed(opened):
            yield opened

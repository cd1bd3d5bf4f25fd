import datetime as dt
from collections.abc import Iterator

import pytest

from core.home import Home
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from tests.core.jobs.bench import Bench, open_bench


@pytest.fixture(scope="session")
def sample() -> Bars:
    """Three months of a made-up market."""
    bars = synthetic_bars(seed=7, start=dt.date(2020, 1, 1), years=1)
    return bars.slice(0, 18_000)


@pytest.fixture
def bench(home: Home, sample: Bars, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A store with a sample market whose runner leaves soon when idle."""
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
    monkeypatch.setenv("BACKTAPE_WORKERS", "2")
    with open_bench(home, sample) as opened:
        yield opened

"""Buy and hold over the period of a run that was made, from the bars in the library."""

from pathlib import Path
from unittest.mock import patch

import pytest

from core.errors import BacktapeError
from core.jobs import holding
from core.jobs.bars_of_run import bars_of_run
from core.jobs.holding import holding_if_there, holding_of_run
from core.jobs.request import parse_request
from core.jobs.submit import submit
from core.results.plain_curve import stored_curve
from db import curves, datasets
from db.runs import RunRecord
from tests.core.jobs.bench import Bench


def stored(bench: Bench, **values: object) -> RunRecord:
    """Submit a run; nobody executes it."""
    asked = {"strategy": "sma_cross", "symbol": "SYNTHETIC", "timeframe": "M30", "start": "2020-02-03"}
    return bench.run(submit(bench.connection, bench.home, parse_request(asked | values)))


def test_it_ends_where_the_figure_of_the_run_says_and_begins_with_its_equity(bench: Bench) -> None:
    run_id = bench.submit(timeframe="M15", start="2020-01-13", end="2020-02-01", initial_balance=5_000)
    bench.start()
    run = bench.finish(run_id)
    times, values = holding_of_run(bench.connection, bench.home, run)
    kept = curves.get(bench.connection, run.id)
    assert kept is not None
    equity_times, _ = stored_curve(kept.curve)
    assert (times[0], times[-1]) == (equity_times[0], equity_times[-1])
    found = run.statistics["buy_and_hold_pct"]
    assert (values[-1] / run.initial_balance - 1) * 100 == pytest.approx(found)
    assert found != 0


def test_runs_over_the_same_bars_have_them_read_once_each_with_its_own_balance(bench: Bench) -> None:
    small, large = (stored(bench, initial_balance=balance) for balance in (1_000, 20_000))
    with patch.object(holding, "bars_of_run", side_effect=bars_of_run) as read:
        one, other = (holding_of_run(bench.connection, bench.home, run) for run in (small, large))
    assert read.call_count == 1
    assert other[1] == pytest.approx([value * 20 for value in one[1]])
    shorter = holding_of_run(bench.connection, bench.home, stored(bench, end="2020-02-05"))
    assert shorter[0][-1] < one[0][-1]


def test_bars_that_are_gone_are_told_or_do_without(bench: Bench) -> None:
    run = stored(bench)
    (record,) = datasets.list_all(bench.connection)
    for file in Path(record.folder).iterdir():
        file.unlink()
    with pytest.raises(BacktapeError, match="is gone; import the file again"):
        holding_of_run(bench.connection, bench.home, run)
    assert holding_if_there(bench.connection, bench.home, run) is None

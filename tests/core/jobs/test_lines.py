"""The lines that a run's strategy offers, computed in a process of their own."""

import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from core.errors import BacktapeError
from core.home import Home
from core.jobs import lines
from core.jobs.bars_of_run import bars_of_run
from core.jobs.describing import GivenUp
from core.jobs.lines import lines_of_run
from core.jobs.request import parse_request
from core.jobs.submit import submit
from core.strategies.indicators import sma
from db import datasets, runs
from db.runs import RunRecord
from tests.core.jobs.bench import Bench
from tests.processes import wait_until

HEAD = '''
import os, sys, time
import numpy as np
from core.strategies import Signals, Strategy, parameter


class Mine(Strategy):
    """Draws."""

    warmup = 30
    shift: float = parameter(0.5)

    def signals(self, bars):
        return Signals()
'''


def never() -> bool:
    return False


def stored(bench: Bench, strategy: str, **request: object) -> RunRecord:
    """Submit a run and return it; nobody executes it."""
    asked = {"strategy": strategy, "symbol": "SYNTHETIC", "timeframe": "H1", "start": "2020-02-03", **request}
    run_id = submit(bench.connection, bench.home, parse_request(asked))
    run = runs.get(bench.connection, run_id)
    assert run is not None
    return run


def of_mine(bench: Bench, body: str) -> RunRecord:
    """Submit a run of a strategy with this method."""
    bench.write_strategy(f"{HEAD}\n{body}")
    return stored(bench, "mine")


def rows(bench: Bench, run: RunRecord) -> int:
    return len(bars_of_run(bench.connection, bench.home, run))


def test_lines_have_a_row_for_each_bar_of_the_period_and_know_the_warm_up(bench: Bench) -> None:
    run = of_mine(
        bench,
        "    def lines(self, bars):\n"
        "        index = np.arange(len(bars))\n"
        "        return {'where': index + self.shift, 'gone': np.where(index % 2, np.nan, bars.close)}\n",
    )
    count = rows(bench, run)
    found = lines_of_run(bench.home, run, count, is_given_up=never)
    assert list(found) == ["where", "gone"]
    assert found["where"].tolist() == (np.arange(count) + 30.5).tolist()
    close = bars_of_run(bench.connection, bench.home, run).close
    assert np.array_equal(found["gone"][::2], close[::2])
    assert np.isnan(found["gone"][1::2]).all()


def test_the_lines_are_those_of_the_run_s_own_source_and_parameters(bench: Bench) -> None:
    run = of_mine(bench, "    def lines(self, bars):\n        return {'a': bars.close + self.shift}\n")
    bench.write_strategy(HEAD.replace("0.5", "9.0"))
    found = lines_of_run(bench.home, run, rows(bench, run), is_given_up=never)
    assert np.array_equal(found["a"], bars_of_run(bench.connection, bench.home, run).close + 0.5)


def test_a_built_in_strategy_shows_what_it_decides_with(bench: Bench) -> None:
    run = stored(bench, "sma_cross", params={"fast": 5, "slow": 30})
    found = lines_of_run(bench.home, run, rows(bench, run), is_given_up=never)
    close = bars_of_run(bench.connection, bench.home, run).close
    assert list(found) == ["fast", "slow"]
    assert np.array_equal(found["slow"], sma(close, 30), equal_nan=True)


def test_a_strategy_that_offers_nothing_has_no_lines(bench: Bench) -> None:
    run = of_mine(bench, "")
    assert dict(lines_of_run(bench.home, run, rows(bench, run), is_given_up=never)) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("        return {'a': bars.nothing}", "mine shows no lines: mine.py, line "),
        (
            "        return {'a': bars.close[1:]}",
            "The line a must be an array of numbers with a row for each",
        ),
        ("        return {'a': ['x'] * len(bars)}", "The line a must be an array of numbers"),
        ("        return [bars.close]", "lines() must return a dict of names and arrays."),
        ("        return {str(i): bars.close for i in range(7)}", "7 lines; at most 6 are drawn."),
        ("        return {1: bars.close}", "lines() must name each line with a text."),
        ("        sys.exit(3)", "mine shows no lines: "),
        ("        os._exit(3)", "mine ended the process that computes its lines; there are none."),
        ("        os.kill(os.getpid(), 9)", "mine ended the process that computes its lines"),
        ("        print('hello' * 9999); return {'\\x1b[31m': bars.nothing}", "mine shows no lines: "),
    ],
)
def test_what_goes_wrong_is_one_sentence(bench: Bench, body: str, sentence: str) -> None:
    run = of_mine(bench, f"    def lines(self, bars):\n{body}\n")
    with pytest.raises(BacktapeError) as refused:
        lines_of_run(bench.home, run, 1, is_given_up=never)
    assert sentence in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_names_are_harmless(bench: Bench) -> None:
    run = of_mine(bench, "    def lines(self, bars):\n        return {'\\x1b[31m' + 'x' * 99: bars.close}\n")
    (name,) = lines_of_run(bench.home, run, rows(bench, run), is_given_up=never)
    assert len(name) <= 24
    assert "\x1b" not in name


def test_lines_that_take_too_long_are_given_up_with_all_they_started(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    body = f"        open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    run = of_mine(bench, f"    def lines(self, bars):\n{body}\n")
    clock = SimpleNamespace(monotonic=lambda: 31.0 if is_written(mark) else 0.0)
    monkeypatch.setattr(lines, "time", clock)
    with pytest.raises(BacktapeError, match="mine took more than 30 s over its lines; there are none"):
        lines_of_run(bench.home, run, 1, is_given_up=never)
    assert_gone(int(mark.read_text()))


def test_lines_that_nobody_waits_for_are_given_up(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    body = f"        open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    run = of_mine(bench, f"    def lines(self, bars):\n{body}\n")
    began = time.monotonic()
    with pytest.raises(GivenUp):
        lines_of_run(bench.home, run, 1, is_given_up=lambda: is_written(mark))
    assert time.monotonic() - began < 25
    assert_gone(int(mark.read_text()))


def is_written(mark: Path) -> bool:
    return mark.exists() and bool(mark.read_text())


def assert_gone(pid: int) -> None:
    wait_until(lambda: not psutil.pid_exists(pid), "the process is gone")


def test_lines_that_do_not_fit_the_bars_are_refused(bench: Bench) -> None:
    run = of_mine(bench, "    def lines(self, bars):\n        return {'a': bars.close}\n")
    with pytest.raises(BacktapeError, match="do not fit its bars"):
        lines_of_run(bench.home, run, 5, is_given_up=never)


def test_the_bars_of_a_run_are_those_of_its_period(bench: Bench) -> None:
    run = stored(bench, "sma_cross", end="2020-02-05")
    bars = bars_of_run(bench.connection, bench.home, run)
    assert str(bars.time[0]) == "2020-02-03T00:00:00"
    assert str(bars.time[-1]) == "2020-02-04T23:00:00"
    daily = stored(bench, "sma_cross", timeframe="H4", params={"fast": 2, "slow": 3})
    assert bars_of_run(bench.connection, bench.home, daily).timeframe == "H4"


def test_bars_that_are_gone_are_told_with_how_to_get_them_back(bench: Bench, home: Home) -> None:
    run = stored(bench, "sma_cross")
    (record,) = datasets.list_all(bench.connection)
    for file in Path(record.folder).iterdir():
        file.unlink()
    with pytest.raises(BacktapeError, match="is gone; import the file again"):
        bars_of_run(bench.connection, bench.home, run)
    bench.connection.execute("UPDATE backtest_runs SET dataset_version = 'x'")
    run = runs.get(bench.connection, run.id)  # type: ignore[assignment]
    with pytest.raises(BacktapeError, match="The library no longer has the bars of SYNTHETIC H1"):
        bars_of_run(bench.connection, bench.home, run)

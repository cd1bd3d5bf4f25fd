import datetime as dt
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from core.datasets import import_bars
from core.errors import BacktapeError
from core.jobs.request import parse_request
from core.jobs.submit import Prepared, prepare
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.timeframes import Timeframe
from db import runs, strategies
from tests.core.jobs.bench import SLOW, Bench

LEAST = {"strategy": "sma_cross", "symbol": "SYNTHETIC", "timeframe": "M5"}


def prepared(bench: Bench, **values: object) -> Prepared:
    return prepare(bench.connection, bench.home, parse_request(LEAST | values))


def refused(bench: Bench, **values: object) -> BacktapeError:
    with pytest.raises(BacktapeError) as caught:
        prepared(bench, **values)
    return caught.value


def flat_bars(symbol: str, start: str, days: int) -> Bars:
    """Hourly bars at one price."""
    time = np.arange(np.datetime64(start, "s"), np.datetime64(start, "s") + days * 86_400, 3_600)
    price = np.full(len(time), 1.25)
    return Bars(
        find_instrument(symbol), Timeframe.H1, DayRule("UTC", 0), time, price, price, price, price, price * 0
    )


def test_the_period_is_the_whole_history_unless_told_otherwise(bench: Bench, sample: Bars) -> None:
    found = prepared(bench)
    assert found.run.start_date == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert found.run.end_date.timestamp() == int(sample.time[-1].astype(np.int64)) + 300
    assert found.bars == len(sample)


def test_the_end_of_a_period_is_left_out(bench: Bench) -> None:
    assert prepared(bench, start="2020-01-06 10:00", end="2020-01-06 11:00").bars == 12


def test_a_period_may_reach_over_a_weekend_beyond_the_bars(bench: Bench) -> None:
    found = prepared(bench, start="2019-12-28")
    assert found.run.start_date == dt.datetime(2019, 12, 28, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("start", {"start": "2015-01-01"}),
        ("start", {"start": "2030-01-01"}),
        ("end", {"end": "2030-01-01"}),
        ("end", {"end": "2019-12-30"}),
        ("start", {"start": "2020-01-11", "end": "2020-01-12"}),
    ],
)
def test_a_period_without_bars_is_refused_naming_those_there_are(
    bench: Bench, field: str, values: dict[str, object]
) -> None:
    error = refused(bench, **values)
    assert error.field == field
    assert "SYNTHETIC M5 has bars from 2020-01-01 to 2020-03-30" in str(error)


def test_bars_of_a_coarser_timeframe_are_made_and_counted(bench: Bench) -> None:
    found = prepared(bench, timeframe="H1", start="2020-01-06", end="2020-01-07")
    assert found.bars == 24
    assert found.run.data_file_path is not None
    assert found.run.data_file_path.endswith("bars-H1.csv")


def test_a_run_names_the_versions_of_everything_that_decides_it(bench: Bench) -> None:
    run = bench.run(bench.submit())
    assert run.strategy_version is not None
    assert run.dataset_version is not None
    assert run.code_version is not None
    assert run.data_file_path is not None
    assert run.params == {"fast": 20, "slow": 50, "stop_pips": 20.0, "target_pips": 40.0}
    assert run.settings["leverage"] == 100.0
    assert (run.status, run.progress_pct, run.primary_tf) == ("pending", 0, "M5")


def test_the_source_is_kept_as_it_was_when_the_run_was_submitted(bench: Bench) -> None:
    run = bench.run(bench.slow())
    bench.write_strategy(SLOW.replace("now and then", "never"), "slow")
    kept = strategies.source_of(bench.connection, run.strategy_version or "", "slow")
    assert kept is not None
    assert "now and then" in kept.source


def test_parameters_are_understood_as_typed(bench: Bench) -> None:
    assert prepared(bench, params={"fast": "5", "stop_pips": "12.5"}).run.params == {
        "fast": 5,
        "slow": 50,
        "stop_pips": 12.5,
        "target_pips": 40.0,
    }


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("strategy", {"strategy": "no_such"}),
        ("symbol", {"symbol": "EURUSD"}),
        ("symbol", {"symbol": "NOSUCH"}),
        ("timeframe", {"timeframe": "M1"}),
        ("params.fast", {"params": {"fast": "many"}}),
        ("params.fats", {"params": {"fats": 5}}),
        ("volume", {"volume": 0.001}),
        ("rates", {"account_currency": "JPY"}),
    ],
)
def test_what_cannot_be_run_is_refused_at_its_field(
    bench: Bench, field: str, values: dict[str, object]
) -> None:
    assert refused(bench, **values).field == field


def test_a_refused_request_stores_nothing(bench: Bench) -> None:
    with pytest.raises(BacktapeError):
        bench.submit("sma_cross", symbol="EURUSD")
    assert runs.count(bench.connection, runs.RunFilter.parse("")) == 0
    assert strategies.list_all(bench.connection) == []


def test_a_recorded_spread_is_asked_of_bars_that_have_none(bench: Bench) -> None:
    import_bars(bench.home, bench.connection, flat_bars("EURUSD", "2020-01-06", 30), dialect="plain")
    values = {"symbol": "EURUSD", "timeframe": "H1", "spread_source": "data"}
    assert refused(bench, **values).field == "spread_source"
    assert prepared(bench, spread_source="data").run.settings["spread_source"] == "data"


def test_a_fixed_rate_stands_in_for_a_conversion_pair(bench: Bench) -> None:
    values = {"account_currency": "JPY", "rates": {"USDJPY": 110}}
    assert prepared(bench, **values).run.settings["conversion"] is None


def test_the_conversion_pair_must_cover_the_period(bench: Bench) -> None:
    told = str(refused(bench, account_currency="JPY"))
    assert "import USDJPY, or give a fixed rate, such as USDJPY=150." in told
    import_bars(bench.home, bench.connection, flat_bars("USDJPY", "2020-01-01", 20), dialect="plain")
    assert "USDJPY" in str(refused(bench, account_currency="JPY"))
    found = prepared(bench, account_currency="JPY", start="2020-01-06", end="2020-01-11")
    assert found.run.settings["conversion"] is not None


def test_a_context_timeframe_of_the_strategy_must_be_above_the_primary_one(bench: Bench) -> None:
    bench.write_strategy(
        SLOW.replace("    seconds:", '    context_timeframes = ("H1",)\n    seconds:'), "slow"
    )
    assert prepared(bench, strategy="slow", context_tfs="H4").run.context_tfs == ["H1", "H4"]
    assert refused(bench, strategy="slow", timeframe="H1").field == "timeframe"


def test_submitting_twice_makes_two_runs_with_one_source(bench: Bench) -> None:
    first, second = bench.submit(), bench.submit()
    assert second > first
    assert len(strategies.versions(bench.connection, "sma_cross")) == 1
    with closing(bench.connection.cursor()) as cursor:
        assert cursor.execute("SELECT count(*) FROM strategy_versions").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("configured", "given", "memory", "seconds"),
    [
        ("", {}, None, None),
        ("", {"memory_limit_mb": 200, "time_limit_minutes": 0.05}, 200, 3),
        ("[runner]\nmemory_mb = 500\ntime_minutes = 2.5\n", {}, 500, 150),
        ("[runner]\nmemory_mb = 500\ntime_minutes = 2.5\n", {"memory_limit_mb": 900}, 900, 150),
        ("[runner]\nmemory_mb = 500\n", {"time_limit_minutes": 1}, 500, 60),
    ],
)
def test_a_run_holds_the_limits_that_were_in_force_when_it_was_made(
    bench: Bench, configured: str, given: dict[str, Any], memory: int | None, seconds: int | None
) -> None:
    bench.home.config.write_text(configured)
    run_id = bench.submit(**given)
    bench.home.config.write_text("[runner]\nmemory_mb = 60\ntime_minutes = 7\n")
    run = bench.run(run_id)
    assert run.job is not None
    assert run.job.time_limit == seconds
    assert run.settings["memory_limit_mb"] == memory
    assert run.settings["time_limit_minutes"] == (None if seconds is None else seconds / 60)

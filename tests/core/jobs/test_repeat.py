import json
from contextlib import closing
from typing import Any

import pytest

from core.datasets import import_bars
from core.errors import BacktapeError
from core.jobs.repeat import plan_repeat, request_of, store_repeat
from core.jobs.request import parse_request
from core.jobs.submit import submit
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db import trades
from db.columns import METRICS
from db.connection import connect
from tests.core.jobs.bench import Bench

BUYER = """
from core.strategies import Strategy


class Mine(Strategy):
    \"\"\"Buys every hundredth bar, with this stop.\"\"\"

    def on_bar(self, context):
        if context.index % 100 == 50:
            context.buy(stop=context.pips({stop}), targets=[context.pips(20)])
"""

ODD: dict[str, Any] = {
    "params": {"fast": 7, "slow": 30, "stop_pips": 12.5},
    "initial_balance": 5000.0,
    "spread_pips": 0.7,
    "execution_mode": "intra_candle",
    "risk_pct": 0.5,
    "commission_per_lot": 6.0,
    "tp_partial_close_ratio": 0.25,
    "context_tfs": ["H1"],
    "max_llm_calls": 3,
    "memory_limit_mb": 200,
    "time_limit_minutes": 1.5,
    "leverage": 30.0,
    "account_currency": "EUR",
    "rates": {"EURUSD": 1.1},
    "slippage_pips": 0.1,
    "swap_long": -2.0,
    "swap_short": 0.5,
    "notes": "kept",
}


def repeated(bench: Bench, run_id: int) -> int:
    return store_repeat(bench.connection, plan_repeat(bench.connection, bench.home, bench.run(run_id)))


def test_a_repeat_is_the_same_configuration_in_another_row(bench: Bench) -> None:
    first = bench.run(bench.submit(**ODD))
    second = bench.run(repeated(bench, first.id))
    own = {"id", "created_at"}
    assert {k: v for k, v in first.columns().items() if k not in own} == {
        k: v for k, v in second.columns().items() if k not in own
    }
    assert second.id > first.id


def test_a_repeat_has_as_long_as_the_run_had(bench: Bench) -> None:
    bench.home.config.write_text("[runner]\ntime_minutes = 60\n")
    first = bench.run(bench.submit(**ODD))
    bench.home.config.write_text("[runner]\ntime_minutes = 30\n")
    second = bench.run(repeated(bench, first.id))
    assert first.job is not None
    assert second.job is not None
    assert (first.job.time_limit, second.job.time_limit) == (90, 90)


def test_a_request_made_of_a_run_leads_to_the_same_run(bench: Bench) -> None:
    first = bench.run(bench.submit(**ODD))
    request = request_of(bench.connection, first)
    second = bench.run(submit(bench.connection, bench.home, request))
    own = {"id", "created_at"}
    assert {k: v for k, v in first.columns().items() if k not in own} == {
        k: v for k, v in second.columns().items() if k not in own
    }


def test_a_repeat_uses_the_source_of_then_and_says_so_when_the_file_has_changed(bench: Bench) -> None:
    bench.write_strategy(BUYER.format(stop=20))
    first = bench.submit("mine")
    bench.start()
    bench.finish(first)
    bench.write_strategy(BUYER.format(stop=5))
    plan = plan_repeat(bench.connection, bench.home, bench.run(first))
    assert len(plan.remarks) == 1
    assert plan.remarks[0].startswith("mine has changed since; this repeats it as it was, version ")
    assert plan.newer == ("strategy",)
    second = store_repeat(bench.connection, plan)
    then, again = bench.run(first), bench.finish(second)
    assert [getattr(then, name) for name in METRICS] == [getattr(again, name) for name in METRICS]
    assert _trades(bench, first) == _trades(bench, second)
    latest = submit(bench.connection, bench.home, request_of(bench.connection, then))
    bench.finish(latest)
    assert bench.run(latest).strategy_version != then.strategy_version
    assert _trades(bench, latest) != _trades(bench, first)


def test_a_strategy_whose_file_is_gone_can_still_be_repeated(bench: Bench) -> None:
    path = bench.write_strategy(BUYER.format(stop=20))
    first = bench.submit("mine")
    path.unlink()
    plan = plan_repeat(bench.connection, bench.home, bench.run(first))
    assert plan.remarks[0].startswith("mine cannot be used now; this repeats it as it was")
    assert plan.newer == ()
    bench.start()
    assert bench.finish(store_repeat(bench.connection, plan)).strategy == "mine"


CROSSING = """
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import crosses_above, sma


class Mine(Strategy):
    fast: int = parameter(5)
    slow: int = parameter(20{above})

    def signals(self, bars):
        return Signals(buy=crosses_above(sma(bars.close, self.fast), sma(bars.close, self.slow)))
"""
HEIR = """
from core.strategies.builtin.sma_cross import SmaCross


class Mine(SmaCross):
    target_pips = 15.0
"""


def _refused_today(bench: Bench, run_id: int) -> None:
    with pytest.raises(BacktapeError, match="slow must be above fast, which is 30; 20 is not"):
        submit(bench.connection, bench.home, request_of(bench.connection, bench.run(run_id)))


def test_a_run_whose_values_exclude_each_other_by_now_is_repeated_as_it_was(bench: Bench) -> None:
    bench.write_strategy(CROSSING.format(above=""))
    first = bench.submit("mine", params={"fast": 30})
    bench.start()
    bench.finish(first)
    bench.write_strategy(CROSSING.format(above=', above="fast"'))
    second = repeated(bench, first)
    bench.finish(second)
    assert _trades(bench, second) == _trades(bench, first) != []
    _refused_today(bench, first)


@pytest.mark.slow
def test_a_run_of_an_heir_of_what_excludes_its_values_by_now_is_repeated(bench: Bench) -> None:
    bench.write_strategy(HEIR)
    first = bench.submit("mine", params={"fast": 20, "slow": 30})
    stored = {**bench.run(first).params, "fast": 30, "slow": 20}
    bench.connection.execute("UPDATE backtest_runs SET params = ?", (json.dumps(stored),))
    bench.start()
    assert bench.finish(repeated(bench, first)).params == stored
    _refused_today(bench, first)


def test_a_repeat_says_that_the_library_has_other_bars_now(bench: Bench) -> None:
    first = bench.submit()
    newer = synthetic_bars(timeframe=Timeframe.M5, years=1)
    import_bars(bench.home, bench.connection, newer.slice(0, 5000), dialect="synthetic", replace=True)
    plan = plan_repeat(bench.connection, bench.home, bench.run(first))
    assert plan.remarks[0].startswith("The library has other bars of SYNTHETIC now;")
    assert plan.newer == ("bars",)
    assert plan.new.dataset_version == bench.run(first).dataset_version


def test_a_run_whose_source_is_not_kept_is_refused(bench: Bench) -> None:
    first = bench.submit()
    bench.connection.execute("UPDATE backtest_runs SET strategy_version = 'none'")
    with pytest.raises(BacktapeError, match="the source of sma_cross that it used is not kept"):
        plan_repeat(bench.connection, bench.home, bench.run(first))


def test_a_run_whose_bars_are_gone_is_refused_and_nothing_is_stored(bench: Bench) -> None:
    first = bench.run(bench.submit())
    with closing(connect(bench.home.store)) as other:
        other.execute("UPDATE backtest_runs SET dataset_version = 'none'")
    with pytest.raises(BacktapeError, match="the price history of SYNTHETIC that it used is gone"):
        repeated(bench, first.id)
    assert bench.connection.execute("SELECT count(*) FROM backtest_runs").fetchone()[0] == 1


def test_a_row_that_no_request_could_make_is_refused_with_its_rule(bench: Bench) -> None:
    first = bench.submit()
    bench.connection.execute("UPDATE backtest_runs SET initial_balance = -5")
    with pytest.raises(BacktapeError, match="-5"):
        request_of(bench.connection, bench.run(first))


def _trades(bench: Bench, run_id: int) -> list[tuple[object, ...]]:
    ids = trades.ids(bench.connection, run_id, "id", descending=False)
    return [
        (
            trade.direction,
            trade.entry_time,
            trade.entry_price,
            trade.exit_time,
            trade.exit_price,
            trade.profit,
        )
        for trade in trades.by_ids(bench.connection, ids)
    ]


def test_the_request_of_a_run_is_one_that_can_be_written_down(bench: Bench) -> None:
    request = request_of(bench.connection, bench.run(bench.submit(**ODD)))
    assert parse_request(request.model_dump(mode="json")) == request

"""What a replay says of a bar, against what the engine had at that bar."""

from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest

from core.engine.simulation import Outcome, simulate
from core.engine.terms import Mode, Terms
from core.jobs.result_rows import trade_rows
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies.loader import instance, load
from core.strategies.registry import find
from db.times import utc_datetime
from db.trades import TRADE_COLUMNS, TradeRecord
from tests.tui.chart.making import run_trades
from tui.chart import standing
from tui.chart.columns import read_bar
from tui.chart.levels import levels_at
from tui.chart.run_trades import RunTrades
from tui.chart.standing import standing_at

BARS = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 4_000)


def simulated(mode: Mode) -> Outcome:
    known = find("donchian_breakout")
    values = {"stop_pips": 20, "target_pips": 15, "second_target_pips": 40}
    strategy = instance(load(known.name, known.source), values)
    terms = Terms(mode=mode, spread_pips=1.5, commission_per_lot=7.0, volume=0.1, partial_ratio=0.4)
    return simulate(BARS, strategy, terms)


def recorded(outcome: Outcome, bars: Bars) -> RunTrades:
    records = []
    for number, row in enumerate(trade_rows(outcome, bars), 1):
        values = dict(zip(TRADE_COLUMNS, row, strict=True))
        times = {name: utc_datetime(values[name]) for name in ("entry_time", "exit_time")}
        records.append(TradeRecord(id=number, run_id=1, **{**values, **times}))
    return run_trades(*records)


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
def test_equity_worked_out_from_prices_is_that_of_the_engine_at_every_bar(mode: Mode) -> None:
    outcome = simulated(mode)
    trades = recorded(outcome, BARS)
    terms = standing.Terms(10_000.0, 100_000.0, 7.0, BARS.pip, 1.5 * BARS.pip, "same")
    stand = partial(standing_at, trades, ([], []), terms)
    found = [stand(read_bar(BARS, index)) for index in range(len(BARS))]
    assert len(outcome.trades) > 100
    assert sum(one.position is None for one in found) > 100
    equities = np.array([one.equity for one in found], dtype=np.float64)
    np.testing.assert_allclose(equities, outcome.equity, rtol=0.0, atol=1e-6)
    exits = outcome.trades["exit_index"]
    assert [one.closed for one in found] == [int((exits <= index).sum()) for index in range(len(BARS))]


def test_sizes_are_those_that_were_left_at_each_close() -> None:
    outcome = simulated("intra_candle")
    trades = recorded(outcome, BARS)
    terms = standing.Terms(10_000.0, 100_000.0, 7.0, BARS.pip, 0.0, "same")
    for trade in outcome.trades[:40]:
        bar = read_bar(BARS, int(trade["exit_index"]) - 1)
        if trade["exit_index"] - 1 < trade["entry_index"]:
            continue
        position = standing_at(trades, ([], []), terms, bar).position
        of_it = outcome.trades[outcome.trades["position"] == trade["position"]]
        left = of_it[of_it["exit_index"] > bar.index]["volume"].sum()
        assert position is not None
        assert position.lots == pytest.approx(left)
        assert position.side == ("buy" if trade["direction"] > 0 else "sell")
        assert datetime.fromtimestamp(bar.second, UTC) == utc_datetime(str(BARS.time[bar.index]))


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
def test_stop_and_target_are_those_in_force_at_every_close(mode: Mode) -> None:
    outcome = simulated(mode)
    trades = recorded(outcome, BARS)
    seen = {15: 0, 40: 0}
    for index in range(len(BARS)):
        second = read_bar(BARS, index).second
        levels = levels_at(trades, second, "stays")
        is_open = (outcome.trades["entry_index"] <= index) & (outcome.trades["exit_index"] > index)
        assert (levels is None) == (not is_open.any())
        if levels is None:
            continue
        entry = outcome.trades[is_open][0]
        of_it = outcome.trades[outcome.trades["position"] == entry["position"]]
        pips = 40 if (of_it["exit_index"] <= index).any() else 15
        seen[pips] += 1
        way = int(entry["direction"]) * BARS.pip
        assert levels.stop == pytest.approx(entry["entry_price"] - 20 * way, abs=1e-9)
        assert levels.target == pytest.approx(entry["entry_price"] + pips * way, abs=1e-9)
        assert levels.begin == read_bar(BARS, int(entry["entry_index"])).second
    assert min(seen.values()) > 50

"""What of the indicators is compiled when, and kept for the next process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# In a process that has warmed only the usual ones, a forked worker needs two others.
WORKER = """
import os
import numpy as np
from core.strategies import indicators
from core.strategies.indicators import momentum, trend
indicators.warm()
child = os.fork()
if child == 0:
    values = np.linspace(1.0, 2.0, 40)
    found = indicators.cci(values, values, values, 5)[-1], indicators.adx(values, values, values, 5)[-1]
    kept = [sum(one.stats.cache_hits.values()) for one in (momentum._cci, trend._directions)]
    print(*(f"{one:.1f}" for one in found), *kept, flush=True)
    os._exit(0)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

# Every entry that the built-in strategies use is there after warming, for bars of a run.
BUILT_INS = """
import numba
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies import indicators
from core.strategies.builtin import (
    atr_trend, bollinger_reversion, donchian_breakout, macd_trend, rsi_reversion, sma_cross
)
indicators.warm()
modules = [getattr(indicators, name) for name in
           ("averages", "comparing", "extremes", "momentum", "smoothing", "trend", "volatility")]
entries = [one for module in modules for one in vars(module).values()
           if isinstance(one, numba.core.registry.CPUDispatcher) and one._can_compile]
before = [len(one.signatures) for one in entries]
bars = synthetic_bars(timeframe=Timeframe.H1, years=1)
for strategy in (atr_trend.AtrTrend, bollinger_reversion.BollingerReversion,
                 donchian_breakout.DonchianBreakout, macd_trend.MacdTrend,
                 rsi_reversion.RsiReversion, sma_cross.SmaCross):
    strategy().signals(bars)
print(sum(before) > 0, [len(one.signatures) for one in entries] == before)
"""


def told_by(script: str, folder: Path | None = None) -> list[str]:
    environment = {**os.environ, **({"NUMBA_CACHE_DIR": str(folder)} if folder else {})}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    return told.stdout.split()


@pytest.mark.slow
def test_what_a_worker_compiles_the_next_one_loads(tmp_path: Path) -> None:
    first, second = told_by(WORKER, tmp_path), told_by(WORKER, tmp_path)
    assert first[:2] == second[:2] == ["111.1", "100.0"]
    assert first[2:] == ["0", "0"]
    assert second[2:] == ["1", "1"]


def test_the_built_in_strategies_find_everything_compiled() -> None:
    assert told_by(BUILT_INS) == ["True", "True"]

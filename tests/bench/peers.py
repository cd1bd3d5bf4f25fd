"""The job of the benchmark by other engines; run by an interpreter that has them and none of our code.

    python peers.py NAME BARS.npz

Prints one JSON object: the version, the number of bars and trades, and what a
bar costs in ns. The job is the crossing of two averages both ways with stop and
target, and the figures a report needs. Each engine does it in the way its own
documentation recommends; their rules of filling differ from ours in places.
"""

import importlib.metadata
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

FAST, SLOW, STOP_PIPS, TARGET_PIPS = 20, 50, 20.0, 40.0
CASH, UNITS, SPREAD_PIPS = 1_000_000.0, 10_000.0, 1.5
ROUNDS = 5


def vectorbt_job(bars: dict[str, Any]) -> Callable[[], int]:
    """Return the job as vectorbt does it: arrays, a compiled loop, figures from the portfolio."""
    import pandas as pd
    import vectorbt as vbt  # type: ignore[import-not-found]

    index = pd.DatetimeIndex(bars["time"])
    opens, highs, lows, closes = (pd.Series(bars[name], index) for name in ("open", "high", "low", "close"))
    level = float(np.mean(bars["close"]))
    pip = float(bars["pip"])

    def run() -> int:
        fast, slow = vbt.MA.run(closes, FAST), vbt.MA.run(closes, SLOW)
        made = vbt.Portfolio.from_signals(
            closes,
            entries=fast.ma_crossed_above(slow),
            short_entries=fast.ma_crossed_below(slow),
            open=opens,
            high=highs,
            low=lows,
            size=UNITS,
            init_cash=CASH,
            sl_stop=STOP_PIPS * pip / level,
            tp_stop=TARGET_PIPS * pip / level,
            slippage=SPREAD_PIPS * pip / level / 2,
            freq="1min",
        )
        figures = (made.total_return, made.max_drawdown, made.sharpe_ratio, made.sortino_ratio)
        of_trades = (made.trades.win_rate, made.trades.profit_factor, made.trades.expectancy)
        for figure in (*figures, *of_trades):
            figure()
        return int(made.trades.count())

    return run


def backtesting_job(bars: dict[str, Any]) -> Callable[[], int]:
    """Return the job as backtesting.py does it: a strategy class that is asked at every bar."""
    import pandas as pd
    from backtesting import Backtest, Strategy  # type: ignore[import-not-found]
    from backtesting.lib import crossover  # type: ignore[import-not-found]

    pip = float(bars["pip"])
    names = {name: name.capitalize() for name in ("open", "high", "low", "close", "volume")}
    frame = pd.DataFrame({new: bars[old] for old, new in names.items()}, pd.DatetimeIndex(bars["time"]))

    def average(values: Any, length: int) -> Any:  # noqa: ANN401 - the engine's own array
        return pd.Series(values).rolling(length).mean()

    class Cross(Strategy):  # type: ignore[misc]
        def init(self) -> None:
            self.fast = self.I(average, self.data.Close, FAST)
            self.slow = self.I(average, self.data.Close, SLOW)

        def next(self) -> None:
            price = self.data.Close[-1]
            if crossover(self.fast, self.slow):
                self.position.close()
                self.buy(size=int(UNITS), sl=price - STOP_PIPS * pip, tp=price + TARGET_PIPS * pip)
            elif crossover(self.slow, self.fast):
                self.position.close()
                self.sell(size=int(UNITS), sl=price + STOP_PIPS * pip, tp=price - TARGET_PIPS * pip)

    spread = SPREAD_PIPS * pip / float(np.mean(bars["close"]))
    return lambda: int(Backtest(frame, Cross, cash=CASH, spread=spread, margin=0.01).run()["# Trades"])


JOBS = {"vectorbt": vectorbt_job, "backtesting": backtesting_job}


def main() -> None:
    """Time the job and print what came of it."""
    warnings.simplefilter("ignore")
    name, path = sys.argv[1:]
    with np.load(path) as saved:
        bars = {column: saved[column] for column in saved.files}
    run = JOBS[name](bars)
    trades, count, times = run(), len(bars["close"]), []
    for _ in range(ROUNDS):
        start = time.thread_time_ns()
        run()
        times.append((time.thread_time_ns() - start) / count)
    found = {"median": statistics.median(times), "least": min(times), "bars": count, "trades": trades}
    print(json.dumps({"version": importlib.metadata.version(name), **found}))


if __name__ == "__main__":
    main()

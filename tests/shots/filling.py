"""A store with the same runs every time: fixed numbers, fixed times, every status."""

import atexit
import json
import math
import random
import shutil
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from core.home import Home
from core.jobs.logs import run_log
from core.strategies.source import canonical, version
from db import jobs, llm_calls, runs, strategies
from db.connection import Connection, connect, transaction
from db.curves import CurveRecord
from db.jobs import Beat, RunResult
from db.llm_calls import NewCall, Pages, Reply
from db.runs import NewRun
from db.times import utc_text
from db.upgrade import open_store

# The moment at which the filled store is looked at.
MOMENT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)

BEGIN, END = datetime(2020, 1, 27, tzinfo=UTC), datetime(2022, 1, 26, tzinfo=UTC)
COMPLETED, RUNNING, PENDING, FAILED, CANCELLED = 38, 40, 41, 37, 36

_MARKETS = [("EURUSD", "M15"), ("GBPUSD", "H1"), ("USDJPY", "M30"), ("SYNTHETIC", "M15"), ("XAUUSD", "H4")]


def open_empty(home: Home) -> None:
    """Make the store without anything in it."""
    _copy(_made_once(_make_empty), home)


def fill(home: Home, *, data: bool = True) -> None:
    """Make the store with two datasets and 41 runs: waiting, under way, and ended in every way."""
    _copy(_made_once(_make_filled_with_data if data else _make_filled), home)


@cache
def _made_once(make: Callable[[Home], None]) -> Path:
    """Return a data folder that was made once for all tests of this process, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="backtape-filled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(Home(folder / "home"))
    return folder / "home"


def _copy(made: Path, home: Home) -> None:
    shutil.copytree(made, home.path, dirs_exist_ok=True)


def _make_empty(home: Home) -> None:
    home.create()
    open_store(home.store)


def _make_filled(home: Home) -> None:
    _make_empty(home)
    with closing(connect(home.store)) as connection:
        for name in ("sma_cross", "donchian_breakout"):
            strategies.register(connection, name, f"{name:0<64}"[:64], "{}", "[]", builtin=True)
        chance = random.Random(7)
        for number in range(1, 42):
            _add(connection, number, chance)


def _make_filled_with_data(home: Home) -> None:
    _make_filled(home)
    with closing(connect(home.store)) as connection:
        fill_data(home, connection)


AS_IT_WAS = """from core.strategies import Signals, Strategy, parameter


class MyCross(Strategy):
    \"\"\"Buys when the fast average crosses the slow one.\"\"\"

    fast: int = parameter(20, minimum=2)
    slow: int = parameter(50, minimum=3)

    def signals(self, bars):
        return Signals(buy=bars.close > bars.open)
"""
PEEKING = AS_IT_WAS.replace("bars.close > bars.open", "bars.close < [*bars.close[1:], 0.0]")
BROKEN = "from core.strategies import Strategy\n\n\nclass Broken(Strategy:\n    pass\n"
PRINTED = "".join(f"bar {number}: flat\n" for number in range(1, 13))


def leave_traces(home: Home) -> None:
    """Let the completed run have a strategy of the user's own, edited since, and something printed."""
    source = canonical({"my_cross.py": AS_IT_WAS})
    with closing(connect(home.store)) as connection:
        connection.execute("UPDATE strategies SET name = 'my_cross', builtin = 0 WHERE name = 'sma_cross'")
        strategies.register(connection, "my_cross", version(source), source)
        connection.execute(
            "UPDATE backtest_runs SET strategy_version = ?, notes = 'before the holidays' WHERE id = ?",
            (version(source), COMPLETED),
        )
    (home.strategies / "my_cross.py").write_text(AS_IT_WAS.replace("parameter(20", "parameter(30"))
    run_log(home, COMPLETED).write_text(PRINTED)


def spread_trades(home: Home) -> None:
    """Let the completed run have months, and trades that stood deep in loss and high in profit."""
    months = [
        {
            "month": f"{2020 + number // 12}-{number % 12 + 1:02}",
            "profit": 37.5 * (number * 7 % 11 - 4),
            "return_pct": 0.37 * (number * 7 % 11 - 4),
        }
        for number in range(25)
    ]
    with closing(connect(home.store)) as connection:
        connection.execute(
            "UPDATE run_statistics SET statistics = json_set(statistics, '$.monthly_returns', json(?))"
            " WHERE run_id = ?",
            (json.dumps(months), COMPLETED),
        )
        connection.execute(
            "UPDATE backtest_trades SET mae = min(profit, 0) - position * 7 % 23, mfe = max(profit, 0)"
            " + position * 5 % 19 WHERE run_id = ? AND position > 3",
            (COMPLETED,),
        )
        connection.execute(
            "UPDATE backtest_trades SET mae = NULL, mfe = NULL WHERE run_id = ? AND position <= 3",
            (COMPLETED,),
        )


def write_strategies(home: Home, *, peeking: bool = False) -> None:
    """Put two files into the user's folder: a strategy, and one that is no Python."""
    (home.strategies / "my_cross.py").write_text(PEEKING if peeking else AS_IT_WAS)
    (home.strategies / "broken.py").write_text(BROKEN)


def ask_model(home: Home, *, calls: int = 14) -> None:
    """Let the completed run have asked a language model so often, within a budget of 14."""
    with closing(connect(home.store)) as connection:
        connection.execute("UPDATE run_jobs SET uses_model = 1 WHERE run_id IN (?, ?)", (COMPLETED, RUNNING))
        connection.execute(
            "UPDATE backtest_runs SET max_llm_calls = 14, settings = ? WHERE id IN (?, ?)",
            (json.dumps(MODEL), COMPLETED, RUNNING),
        )
        for number in range(1, calls + 1):
            ask(connection, COMPLETED, number, CALLS[number % len(CALLS)])


def ask(connection: Connection, run_id: int, number: int, reply: Reply | None) -> None:
    """Let a run ask once; None for what nobody has answered."""
    moment = BEGIN + timedelta(hours=7 * number)
    prompt = f"EURUSD M15 at {moment:%Y-%m-%d %H:%M}.\nA rule says: buy.\nDo you agree?"
    new = NewCall(run_id, moment, MODEL["model"], f"{number:064}", prompt, "{}")
    with transaction(connection):
        line = llm_calls.reserve(connection, Pages(f"{run_id:064}", 0), new, 1_000)
    assert line is not None
    if reply is not None:
        llm_calls.write_reply(connection, line.id, reply, final=True)
    answered = reply is not None and reply.answer is not None
    decision = f"buy, stop 0.0030 ({number})" if answered else None
    llm_calls.write_met(
        connection, run_id, [(number, line.id, number <= 2, decision, number if answered else None)]
    )


MODEL: dict[str, Any] = {
    "model": "some-model",
    "endpoint": "models.example",
    "cutoff": "2021-06-30",
    "generation": 1,
}
CALLS = (
    Reply('{"verdict": "yes", "reason": "the trend is up"}', None, 412, 20, 0.42),
    Reply('{"verdict": "no", "reason": "[/] too late"}', None, 408, 18, 1.5),
    Reply(None, "The endpoint answered with status 500.", None, None, 2.0),
    Reply('{"verdict": "yes"}', None, None, None, 0.31),
)


def fill_data(home: Home, connection: Connection) -> None:
    """Import a year of two made-up markets, one of them under the name of a real one."""
    from core.datasets import import_bars
    from core.market.instruments import find_instrument
    from core.market.synthetic import synthetic_bars
    from core.market.timeframes import Timeframe

    bars = synthetic_bars(timeframe=Timeframe.M15, start=BEGIN.date(), years=1)
    import_bars(home, connection, bars, dialect="synthetic")
    real = replace(bars, instrument=find_instrument("EURUSD"))
    import_bars(home, connection, real, dialect="MT5 Export Bars", timezone="Europe/Athens")


def _add(connection: Connection, number: int, chance: random.Random) -> None:
    symbol, timeframe = _MARKETS[number % len(_MARKETS)]
    strategy = "donchian_breakout" if number % 2 else "sma_cross"
    params = {"lookback": 20, "stop_pips": 30.0} if number % 2 else {"fast": 20, "slow": 50}
    new = NewRun(strategy, symbol, timeframe, BEGIN, END, params=params, execution_mode="intra_candle")
    run_id = runs.insert(connection, new)
    if number != PENDING:
        token = jobs.new_token()
        jobs.claim_next(connection, token)
        jobs.attach(connection, token, 4000 + number, 1.0, "boot")
        _end(connection, number, token, chance)
    _set_times(connection, run_id, MOMENT - timedelta(minutes=7 * (42 - number)))


def _end(connection: Connection, number: int, token: str, chance: random.Random) -> None:
    if number == RUNNING:
        curve = array("d", _walk(chance, 200)).tobytes()
        jobs.beat(connection, token, Beat(21_404, 49_777, 612, 10_631.2, curve, "simulating"))
    elif number == FAILED:
        jobs.end(connection, number, token, "failed", "The worker was killed by signal 9 (SIGKILL) at 50 %.")
    elif number == CANCELLED:
        jobs.end(connection, number, token, "cancelled", None)
    else:
        jobs.store_result(connection, token, _result(number, chance))


def _set_times(connection: Connection, run_id: int, made: datetime) -> None:
    began, ended = made + timedelta(seconds=1), made + timedelta(seconds=13)
    connection.execute(
        "UPDATE backtest_runs SET created_at = ?, started_at = CASE WHEN started_at IS NULL THEN NULL ELSE ?"
        " END, finished_at = CASE WHEN finished_at IS NULL THEN NULL ELSE ? END WHERE id = ?",
        (utc_text(made), utc_text(began), utc_text(ended), run_id),
    )
    if run_id == RUNNING:
        heard = utc_text(MOMENT - timedelta(seconds=1))
        began = MOMENT - timedelta(seconds=11)
        connection.execute("UPDATE run_jobs SET heartbeat = ? WHERE run_id = ?", (heard, run_id))
        connection.execute("UPDATE backtest_runs SET started_at = ? WHERE id = ?", (utc_text(began), run_id))


def _walk(chance: random.Random, points: int) -> list[float]:
    drift, equity, values = chance.uniform(-1.5, 2.5), 10_000.0, []
    for _ in range(points):
        values.append(round(equity, 2))
        equity += chance.gauss(drift, 25.0)
    return values


def _result(number: int, chance: random.Random) -> RunResult:
    values = _walk(chance, 1000)
    total = (values[-1] / values[0] - 1) * 100
    metrics: dict[str, Any] = {
        "total_trades": 900 + number,
        "win_rate": round(chance.uniform(0.35, 0.55), 4),
        "profit_factor": round(chance.uniform(0.8, 1.4), 3),
        "expectancy": (values[-1] - values[0]) / (900 + number),
        "max_drawdown_pct": round(chance.uniform(3, 25), 2),
        "recovery_factor": round(chance.uniform(-1, 3), 2),
        "sharpe_ratio": None if number == 5 else round(total / 20, 3),
        "sortino_ratio": round(total / 14, 3),
        "total_return_pct": total,
        "avg_win": 16.4,
        "avg_loss": -9.72,
        "max_consec_wins": 9,
        "max_consec_losses": 14,
        "avg_spread": 1.5,
    }
    statistics = {"exposure_pct": 31.2, "ambiguous_exits": 14, "refused_entries": 0, "cagr_pct": 4.2}
    statistics |= {"net_profit": round(values[-1] - values[0], 2), "final_equity": values[-1]}
    preview = array("f", values[:: len(values) // 60][:60]).tobytes()
    return RunResult(metrics, list(_trades(chance)), CurveRecord(1000, preview, _packed(values)), statistics)


def _packed(values: list[float]) -> bytes:
    step = (END - BEGIN).total_seconds() / len(values)
    seconds = array("q", [int(BEGIN.timestamp() + step * i) for i in range(len(values))])
    return zlib.compress(seconds.tobytes() + array("d", values).tobytes(), level=1)


def _trades(chance: random.Random) -> Iterator[tuple[Any, ...]]:
    balance, price = 10_000.0, 1.10234
    for position in range(1, 121):
        entered = BEGIN + timedelta(hours=position * 7)
        left = entered + timedelta(minutes=45 * (1 + position % 9))
        direction, profit = ("BUY", "SELL")[position % 2], round(chance.gauss(1, 14), 2)
        balance += profit
        exit_price = round(price + math.copysign(0.0012, profit), 5)
        reason = ("sl", "tp", "signal", "signal_reverse")[position % 4]
        yield (
            position,
            "EURUSD",
            direction,
            utc_text(entered),
            price,
            utc_text(left),
            exit_price,
            round(price - 0.003, 5),
            round(price + 0.006, 5),
            0.1,
            profit,
            0.0,
            reason,
            round(balance, 2),
            -8.5,
            12.25,
        )
        price = exit_price

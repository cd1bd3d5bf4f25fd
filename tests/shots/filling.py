"""A store with the same runs every time: fixed numbers, fixed times, every status."""

import atexit
import json
import random
import shutil
import tempfile
from array import array
from collections.abc import Callable
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
from db.jobs import Beat
from db.llm_calls import NewCall, Pages, Reply
from db.runs import NewRun
from db.times import utc_text
from db.upgrade import open_store
from tests.shots.market import PERIOD, bars_of, result_of

# The moment at which the filled store is looked at.
MOMENT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)

BEGIN, END = PERIOD
COMPLETED, RUNNING, PENDING, FAILED, CANCELLED = 38, 40, 41, 37, 36

_STRATEGIES = ("sma_cross", "donchian_breakout")
_MARKETS = [("EURUSD", "M15"), ("GBPUSD", "H1"), ("USDJPY", "M30"), ("SYNTHETIC", "M15"), ("XAUUSD", "H4")]


def open_empty(home: Home) -> None:
    """Make the store without anything in it."""
    _copy(_made_once(_make_empty), home)


def fill(home: Home, *, data: bool = True) -> None:
    """Make the store with 41 runs, waiting, under way, and ended in every way, and the bars of some."""
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
        for name in _STRATEGIES:
            strategies.register(connection, name, f"{name:0<64}"[:64], "{}", "[]", builtin=True)
        for number in range(1, 42):
            _add(connection, number)


def _make_filled_with_data(home: Home) -> None:
    """Add the bars of two markets, and the sources of all strategies: what the runs were computed from."""
    from core.datasets import import_bars
    from core.strategies import registry

    _make_filled(home)
    with closing(connect(home.store)) as connection:
        for symbol, dialect in (("EURUSD", "MT5 Export Bars"), ("SYNTHETIC", "synthetic")):
            record = import_bars(home, connection, bars_of(symbol, "M15"), dialect=dialect).record
            connection.execute(
                "UPDATE backtest_runs SET dataset_version = ? WHERE symbol = ?", (record.digest, symbol)
            )
        for known in map(registry.find, _STRATEGIES):
            number = strategies.register(connection, known.name, known.version, known.source, builtin=True)
            connection.execute(
                "UPDATE backtest_runs SET strategy_version = ? WHERE strategy_id = ?", (known.version, number)
            )
        settle_library(connection)


def settle_library(connection: Connection) -> None:
    """Let nothing tell where and when the bars of the library were imported."""
    connection.execute(
        "UPDATE dataset_versions SET created_at = ?, folder = substr(folder, instr(folder, 'library/'))",
        (utc_text(MOMENT - timedelta(days=3)),),
    )


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
    Reply('{"verdict": "yes", "reason": "[/] too late to sell"}', None, 408, 18, 1.5),
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


def _add(connection: Connection, number: int) -> None:
    new = new_run(number)
    run_id = runs.insert(connection, new)
    if number != PENDING:
        token = jobs.new_token()
        jobs.claim_next(connection, token)
        jobs.attach(connection, token, 4000 + number, 1.0, "boot")
        _end(connection, number, token, new)
    _set_times(connection, run_id, MOMENT - timedelta(minutes=7 * (42 - number)))


def new_run(number: int) -> NewRun:
    """Return the configuration of a run of the filled store."""
    symbol, timeframe = _MARKETS[number % len(_MARKETS)]
    # No two runs are set up alike.
    step = (41 - number) // 10
    params: dict[str, Any]
    if number % 2:
        strategy = "donchian_breakout"
        params = {"lookback": 20 * (1 + step), "stop_pips": 30.0, "target_pips": 60.0}
        params["second_target_pips"] = 0.0
    else:
        strategy = "sma_cross"
        params = {"fast": 20, "slow": 50, "stop_pips": 20.0 + 5 * step, "target_pips": 90.0}
    return NewRun(strategy, symbol, timeframe, BEGIN, END, params=params, execution_mode="intra_candle")


def _end(connection: Connection, number: int, token: str, new: NewRun) -> None:
    if number == RUNNING:
        jobs.beat(connection, token, _told(21_404, 49_777, 612, 10_631.2))
    elif number == FAILED:
        jobs.beat(connection, token, _told(12_480, 24_960, 371, 9_874.5))
        jobs.end(connection, number, token, "failed", "The worker was killed by signal 9 (SIGKILL) at 50 %.")
    elif number == CANCELLED:
        jobs.beat(connection, token, _told(3_120, 12_480, 64, 10_052.0))
        jobs.end(connection, number, token, "cancelled", None)
    else:
        jobs.store_result(connection, token, result_of(new))


def _told(bars: int, of: int, trades: int, last: float) -> Beat:
    """Return the last sign of a run that is not done, with a curve that leads to its equity."""
    chance, equity, values = random.Random(7), 10_000.0, []
    for _ in range(200):
        values.append(equity)
        equity += chance.gauss(0.0, 25.0)
    lift = (last - values[-1]) / 199
    curve = array("d", [round(value + lift * index, 2) for index, value in enumerate(values)])
    return Beat(bars, of, trades, last, curve.tobytes(), "simulating")


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

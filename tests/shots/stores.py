"""The data folders that scenes are shown on."""

import json
from contextlib import closing
from dataclasses import replace

from core.home import Home
from db import curves, queue, runs, strategies, trades
from db.connection import Connection, connect
from db.jobs import RunResult
from tests.shots.filling import (
    COMPLETED,
    RUNNING,
    ask_model,
    fill,
    leave_traces,
    new_run,
    open_empty,
    settle_library,
    write_strategies,
)
from tests.shots.market import bars_of, result_of
from tests.shots.prices import write_broker_hours, write_csv


def filled(home: Home) -> None:
    """41 runs of every kind, and the bars that those of two markets were computed from."""
    fill(home)


def empty(home: Home) -> None:
    """Nothing at all."""
    open_empty(home)


def traced(home: Home) -> None:
    """The completed run has a strategy of the user's own, edited since, a note, and something printed."""
    fill(home)
    leave_traces(home)


def asked(home: Home) -> None:
    """The completed run has asked a language model all that it may, the one under way nothing yet."""
    fill(home)
    ask_model(home)
    params = {"fast": 20, "slow": 50, "stop_pips": 20.0, "target_pips": 40.0}
    with closing(connect(home.store)) as connection:
        made = strategies.register(connection, "llm_filter", "f" * 64, "{}", builtin=True)
        connection.execute(
            "UPDATE backtest_runs SET strategy_id = ?, strategy_version = NULL, params = ?"
            " WHERE id IN (?, ?)",
            (made, json.dumps(params), COMPLETED, RUNNING),
        )
        connection.execute("UPDATE llm_calls SET prompt = replace(prompt, 'EURUSD', 'SYNTHETIC')")


def sourceless(home: Home) -> None:
    """The source of no strategy was kept."""
    fill(home)
    _forget_sources(home)


def _forget_sources(home: Home) -> None:
    with closing(connect(home.store)) as connection:
        connection.execute("UPDATE backtest_runs SET strategy_version = NULL")


def tradeless(home: Home) -> None:
    """The completed run was too large for its account: every entry was refused."""
    fill(home)
    new = replace(new_run(COMPLETED), volume=100.0)
    with closing(connect(home.store)) as connection:
        connection.execute("UPDATE backtest_runs SET volume = 100 WHERE id = ?", (COMPLETED,))
        put_result(connection, COMPLETED, result_of(new))
    _forget_sources(home)


def put_result(connection: Connection, run_id: int, result: RunResult) -> None:
    """Let a run that is done have another result."""
    for name, value in result.metrics.items():
        connection.execute(f"UPDATE backtest_runs SET {name} = ? WHERE id = ?", (value, run_id))  # noqa: S608
    connection.execute(
        "UPDATE run_statistics SET statistics = ? WHERE run_id = ?",
        (json.dumps(dict(result.statistics)), run_id),
    )
    connection.execute("DELETE FROM backtest_trades WHERE run_id = ?", (run_id,))
    trades.insert_many(connection, run_id, result.trades)
    curves.put(connection, run_id, result.curve)


def unmeasured(home: Home) -> None:
    """Of the first three trades it is not known how deep and how high they stood."""
    fill(home)
    with closing(connect(home.store)) as connection:
        connection.execute(
            "UPDATE backtest_trades SET mae = NULL, mfe = NULL WHERE run_id = ? AND position <= 3",
            (COMPLETED,),
        )


def paused(home: Home) -> None:
    """What waits is held back."""
    fill(home)
    with closing(connect(home.store)) as connection:
        queue.pause(connection, True)


def noted(home: Home) -> None:
    """The newest run but one has a note."""
    fill(home)
    with closing(connect(home.store)) as connection:
        connection.execute("UPDATE backtest_runs SET notes = 'wider stops' WHERE id = ?", (RUNNING,))


def lost(home: Home) -> None:
    """Four runs have been deleted."""
    fill(home)
    with closing(connect(home.store)) as connection:
        runs.delete(connection, [38, 37, 36, 35])


def own(home: Home) -> None:
    """Two files lie in the user's folder: a strategy, and one that is no Python."""
    fill(home)
    write_strategies(home)


def peeking(home: Home) -> None:
    """The user's strategy sees what it cannot know."""
    fill(home)
    write_strategies(home, peeking=True)


def sources(home: Home) -> None:
    """The library has one market of two sources, one of them with gaps and lines that were left out."""
    from core.datasets import import_bars, import_file

    fill(home)
    hours = bars_of("EURUSD", "H1")
    with closing(connect(home.store)) as connection:
        import_bars(home, connection, hours, dialect="Dukascopy", source="dukascopy")
        path = write_broker_hours(home.path, "EURUSD60.csv")
        import_file(home, connection, path, timezone="Europe/Athens", source="broker")
        path.unlink()
        settle_library(connection)


def price_file(home: Home) -> None:
    """A price file lies in the folder that the program was started in."""
    fill(home)
    write_broker_hours(home.path, "EURUSD60.csv")


def odd_files(home: Home) -> None:
    """A file that says of no market, and one without a bar."""
    fill(home)
    write_broker_hours(home.path, "hours.csv")
    (home.path / "GBPUSD60.csv").write_text("time,open,high,low,close,volume\n")


def several_files(home: Home) -> None:
    """Three price files."""
    fill(home)
    for name in ("AUDUSD_M1.csv", "NZDUSD_M1.csv", "USDCAD_M1.csv"):
        write_csv(home.path, name)


def conflicting(home: Home) -> None:
    """A price file differs from the bars of its market."""
    from core.datasets import import_bars

    fill(home)
    with closing(connect(home.store)) as connection:
        import_bars(home, connection, bars_of("EURUSD", "H1"), dialect="MT5 Export Bars")
    write_broker_hours(home.path, "EURUSD60.csv")

"""Data folders with a market in them, whose runner is ended when the test is over."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.home import Home
from core.jobs.process import Identity
from db import jobs, runner
from db.connection import StoreConnection, connect
from db.upgrade import open_store

# A strategy that takes as long as it is told to: real work for tests that interrupt runs.
SLOW = '''
import time

from core.strategies import Strategy, parameter


class Slow(Strategy):
    """Buys every hundredth bar and takes its time."""

    pause: float = parameter(0.002, minimum=0.0)

    def on_bar(self, context):
        time.sleep(self.pause)
        if context.position is None and context.index % 100 == 50:
            return context.buy(stop=context.pips(30), targets=[context.pips(30)])
'''


@contextmanager
def market_home(folder: Path) -> Iterator[Home]:
    """A data folder with a year of the sample market (H1) and the strategy `slow`, named in the environment.

    Whatever works for it is ended at the end.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTAPE_HOME", str(folder))
        home = Home(folder).create()
        open_store(home.store)
        with closing(connect(home.store)) as connection:
            import_sample(home, connection)
        (home.strategies / "slow.py").write_text(SLOW)
        try:
            yield home
        finally:
            end_everything(home)


def import_sample(home: Home, connection: StoreConnection) -> None:
    """Import a year of the sample market, hour by hour: some 6,000 bars."""
    from core.datasets import import_bars
    from core.market.synthetic import synthetic_bars
    from core.market.timeframes import Timeframe

    import_bars(home, connection, synthetic_bars(timeframe=Timeframe.H1, years=1), dialect="synthetic")


def end_everything(home: Home) -> None:
    """End the runner and the workers of a data folder; returns when they are gone."""
    if not home.store.exists():
        return
    with closing(connect(home.store)) as connection:
        record = runner.read(connection)
        found = [] if record is None else [Identity(record.pid, record.process_start, record.boot)]
        for who in found:
            _signal(who, signal.SIGTERM)
        workers = [
            Identity(job.pid, job.process_start, job.boot)
            for job in jobs.active(connection)
            if job.pid is not None and job.process_start is not None and job.boot is not None
        ]
    for who in workers:
        _signal(who, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(who.lives() for who in (*found, *workers)):
        if time.monotonic() > deadline:
            raise AssertionError(f"still alive: {[who.pid for who in (*found, *workers) if who.lives()]}")
        time.sleep(0.02)


def _signal(who: Identity, number: signal.Signals) -> None:
    if who.lives():
        os.kill(who.pid, number)

"""What a real worker leaves of a run whose strategy raises: how far it came, its curve, and where it was."""

import numpy as np

from core.live_curve import told_bars
from db import curves
from tests.core.jobs.bench import Bench

RAISING = '''
from core.strategies import Signals, Strategy, parameter


class Mine(Strategy):
    """Trades, then raises."""

    at: int = parameter(0, minimum=0)
    full: bool = parameter(False)

    def on_bar(self, context):
        if context.index == self.at:
            raise MemoryError if self.full else ValueError("the pot boiled over")
        if context.index % 40 == 0:
            context.buy(stop=context.pips(20), targets=[context.pips(20)])
        elif context.index % 40 == 20:
            context.exit()
'''
AT_ONCE = '''
from core.strategies import Signals, Strategy


class Together(Strategy):
    """Raises before anything is decided."""

    def signals(self, bars):
        raise ValueError("the pot boiled over")
'''


def test_a_run_whose_strategy_raises_keeps_what_was_done_and_names_the_bar(bench: Bench) -> None:
    bench.write_strategy(RAISING)
    early, never, full = (
        bench.submit("mine", params=params)
        for params in ({"at": 407}, {"at": 10**6}, {"at": 407, "full": True})
    )
    bench.start()
    whole = bench.finish(never)
    run = bench.wait(early)
    assert run.status == "failed"
    assert run.error_message == (
        "mine.py, line 13: At bar 407 (2020-01-07 09:55 UTC): ValueError: the pot boiled over."
    )
    assert run.job is not None
    assert whole.job is not None
    assert (run.job.bars_done, run.job.bars_total) == (407, whole.job.bars_total)
    assert run.progress_pct == 100 * 407 // run.job.bars_total
    values = np.frombuffer(curves.live(bench.connection, early) or b"")
    assert len(values) == len(told_bars(407))
    assert values[-1] == run.job.equity
    assert 0 < run.job.trades < (whole.total_trades or 0)
    short = bench.wait(full)
    assert "out of memory" in str(short.error_message)
    assert short.job is not None
    assert (short.job.bars_done, short.job.equity) == (407, run.job.equity)


def test_a_run_that_raises_at_its_first_bar_or_before_has_done_none(bench: Bench) -> None:
    bench.write_strategy(RAISING)
    bench.write_strategy(AT_ONCE, "together")
    first, together = bench.submit("mine", params={"at": 0}), bench.submit("together")
    bench.start()
    said = [bench.wait(run_id).error_message for run_id in (first, together)]
    assert said == [
        "mine.py, line 13: At bar 0 (2020-01-06 00:00 UTC): ValueError: the pot boiled over.",
        "together.py, line 9: ValueError: the pot boiled over.",
    ]
    for run_id in (first, together):
        job = bench.run(run_id).job
        assert job is not None
        assert (job.bars_done, job.trades) == (0, 0)
        assert job.bars_total > 1_000
        assert not curves.live(bench.connection, run_id)

"""What real workers say of strategies that are wrong or ill-mannered: file, line, and a sentence."""

import pytest

from core.errors import BacktapeError
from core.jobs.logs import read_run_log
from tests.core.jobs.bench import Bench

pytestmark = pytest.mark.slow

STEPPED = """
import os, sys, threading, time

from core.strategies import Strategy


class Mine(Strategy):
    def on_bar(self, context):
        if context.index % 100 == 60:
            context.buy(stop=context.pips(20), targets=[context.pips(20)])
        if context.index == 60:
            {line}
"""

VECTORISED = """
import numpy as np

from core.strategies import Signals, Strategy


class Mine(Strategy):
    def signals(self, bars):
        buy = bars.close > bars.open
        {line}
"""


def submitted(bench: Bench, text: str, name: str) -> int:
    """Store a run of a strategy of its own name and file."""
    bench.write_strategy(text.replace("Mine", name.capitalize()), name)
    return bench.submit(name)


# What is done at bar 60, the line that is named (None: that of the method), and what is said.
FAULTS = {
    "words": ('return "buy"', 8, "At bar 60 (2020-01-06 05:00 UTC): on_bar returned an object of type str"),
    "truth": (
        "return False",
        8,
        "on_bar returned an object of type bool, which decides nothing; return None",
    ),
    "stale": (
        "from core.engine.decision import Decision; return Decision(direction=-1)",
        8,
        "on_bar returned a decision that is not the one taken at this bar",
    ),
    "nan": ("context.exit(); context.sell(stop=float('nan'))", 12, "there is more than one buy or sell"),
    "negative": ("context.decision = None; context.sell(stop=-1e-4)", 12, "stop is below zero"),
    "sizes": ("context.decision = None; context.sell(stop=float('nan'))", 12, "stop is not a number"),
    "past": ("context.closes[-1] = 2.0", 12, "The bars cannot be changed; change a copy"),
    "price": ("context.close = 2.0", 12, "Bars, context and position cannot be changed"),
    "state": ("context.count = 1", 12, "keep your own values on self"),
    "finer": ("context.higher('M1')", 12, "The context timeframe M1 must be coarser than the run's own, M5"),
    "unknown": ("context.higher('H5')", 12, "There is no timeframe 'H5'"),
    "modelless": ("getattr(context, 'l' + 'lm')", 12, "model"),
    "asking": ("input('how much? ')", 12, "Nobody is there to answer input(); make it a parameter."),
    "leaving": ("class Own(BaseException): pass\n            raise Own('gone')", 13, "Own: gone."),
    "silent": ("sys.stdout = sys.stderr = 'none'; raise ValueError('said')", 12, "ValueError: said."),
    "vanished": ("os.chdir('/'); raise ValueError('said')", 12, "ValueError: said."),
    "endless": ("f = lambda: f()\n            f()", 12, "RecursionError: maximum recursion depth exceeded"),
}


def test_faults_of_on_bar_are_told_with_file_and_line(bench: Bench) -> None:
    ids = {
        name: submitted(bench, STEPPED.replace("{line}", line), name) for name, (line, _, _) in FAULTS.items()
    }
    bench.start()
    for name, (_, line, sentence) in FAULTS.items():
        ended = bench.wait(ids[name], 60)
        said = str(ended.error_message)
        assert ended.status == "failed", name
        assert said.startswith(f"{name}.py, line {line}: "), said
        assert sentence in said
        logged = read_run_log(bench.home, ids[name])
        assert logged[0].endswith(said)  # behind a question that it has asked
        assert any(text.startswith(f"  {name}.py, line {line}") for text in logged), name
        assert not [text for text in logged if "Traceback" in text or "core/" in text], name


WRONG_SIGNALS = {
    "nothing": ("return None", 8, "signals() must return Signals(...), not None."),
    "mask": ("return buy", 8, "signals() must return Signals(...), not an array of bool"),
    "floats": ("return Signals(buy=buy * 1.0)", 8, "buy must be an array of True and False"),
    "short": ("return Signals(buy=buy[1:])", 8, "buy has 1415 rows, but there are 1416 bars"),
    "both": ("return Signals(buy=buy, sell=buy)", 8, "buy and sell are both set"),
    "nans": ("return Signals(buy=buy, stop=bars.close * np.nan)", 8, "stop is not a number"),
    "wrongside": ("return Signals(buy=buy, stop=bars.low - bars.high)", 8, "stop is below zero"),
    "inplace": (
        "bars.close[0] = 1",
        10,
        "The bars cannot be changed; change a copy, as in values = bars.close",
    ),
    "sorting": ("bars.close.sort()", 10, "The bars cannot be changed"),
    "adding": ("bars.close.__iadd__(1)", 10, "The bars cannot be changed"),
    "replaced": ("bars.close = buy", 10, "Bars, context and position cannot be changed"),
    "unlike": ("bars.closes", 10, "'backtape guide' lists what there is"),
    "lower": ("bars.context('M1')", 10, "The context timeframe M1 must be coarser"),
}


def test_faults_of_signals_are_told_with_file_and_line(bench: Bench) -> None:
    ids = {
        name: submitted(bench, VECTORISED.replace("{line}", line), name)
        for name, (line, _, _) in WRONG_SIGNALS.items()
    }
    bench.start()
    for name, (_, line, sentence) in WRONG_SIGNALS.items():
        said = str(bench.wait(ids[name], 60).error_message)
        assert said.startswith(f"{name}.py, line {line}: "), said
        assert sentence in said


MANNERS = {
    "threads": "threading.Thread(target=time.sleep, args=(1000,)).start()",
    "moving": "os.chdir('/')",
    "output": "sys.stdout = sys.stderr = open(os.devnull, 'w')",
    "nowhere": "sys.stdout = sys.stderr = None",
    "wordy": "sys.stdout = 'text'",
    "signals": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "exiting": "import atexit; atexit.register(time.sleep, 1000)",
    "removed": "del sys.modules['json'], sys.modules['os']",
}


def test_ill_manners_leave_the_result_and_the_log_whole(bench: Bench) -> None:
    ids = {}
    for name, line in MANNERS.items():
        text = STEPPED.replace("{line}", f"print('here'); {line}")
        ids[name] = submitted(bench, text, name)
    bench.start()
    for name, run_id in ids.items():
        ended = bench.wait(run_id, 60)
        assert ended.status == "completed", (name, ended.error_message)
        assert ended.total_trades
        assert "here" in read_run_log(bench.home, run_id), name


def test_a_strategy_in_a_file_called_json_runs_and_so_does_everything_else(bench: Bench) -> None:
    text = STEPPED.replace("Mine", "Odd").replace("{line}", "import json; json.dumps([1])")
    bench.write_strategy(text, "json")
    run_id, other = bench.submit("odd"), bench.submit("sma_cross")
    bench.start()
    bench.finish(run_id)
    bench.finish(other)


def test_a_class_removed_after_its_run_leaves_the_run_and_refuses_the_next(bench: Bench) -> None:
    run_id = submitted(bench, STEPPED.replace("{line}", "pass"), "mine")
    bench.write_strategy("X = 1\n", "mine")
    bench.start()
    assert bench.finish(run_id).total_trades
    with pytest.raises(BacktapeError, match=r"mine\.py: There is no class here that derives from Strategy"):
        bench.submit("mine")

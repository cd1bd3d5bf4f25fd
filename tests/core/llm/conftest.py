import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.home import Home
from core.jobs.process import identity
from core.jobs.repeat import plan_repeat, store_repeat
from core.market.bars import Bars
from db import trades
from db.llm_calls import CallRecord, calls_of_run
from db.runs import RunRecord
from tests.core.jobs.bench import Bench, open_bench
from tests.core.jobs.conftest import sample
from tests.processes import wait_until
from tests.stub_model import MODEL, Stub, stub_model

__all__ = ["sample"]

KEY = "sk-sentinel-9c41/e7b2+do=not-keep"

# Asks on every due bar, and trades by the answer.
ASKING = '''
from core.strategies import Strategy, parameter

SCHEMA = {
    "type": "object",
    "properties": {"action": {"enum": ["buy", "sell", "wait"]}, "reason": {"type": "string"}},
    "required": ["action", "reason"],
    "additionalProperties": False,
}


class Asking(Strategy):
    """Asks on evenly spaced bars what to do."""

    every: int = parameter(0, minimum=0)
    stop_pips: float = parameter(30.0, minimum=1.0)

    def on_bar(self, context):
        due = context.index % self.every == 0 if self.every else context.llm.due
        if not due:
            return
        answer = context.llm.ask(f"It closed at {context.close}. What now?", SCHEMA)
        if answer is None or answer["action"] == "wait":
            return
        act = context.buy if answer["action"] == "buy" else context.sell
        act(stop=context.pips(self.stop_pips), targets=[context.pips(60)])
'''


@dataclass
class ModelBench:
    """A store with a market, a strategy `asking`, and a stub that it asks."""

    bench: Bench
    stub: Stub

    def submit(self, calls: int = 10, strategy: str = "asking", **values: object) -> int:
        """Store a run with a budget of so many calls."""
        return self.bench.submit(strategy, max_llm_calls=calls, **values)

    def finish(self, run_id: int) -> RunRecord:
        """Return the run once it has completed, a runner started for it."""
        self.bench.start()
        return self.bench.finish(run_id)

    def answered(self, run_id: int) -> list[CallRecord]:
        """Return the calls of a run that have been answered."""
        return [call for call in self.calls(run_id) if call.state == "answered"]

    def kill(self, run_id: int, after: int, seconds: float = 30.0) -> RunRecord:
        """Kill the worker and the runner of a run once so many requests have come; return how it ended."""
        wait_until(lambda: self.stub.count >= after, f"{after} requests come; {self.bench.log()}", seconds)
        job = self.bench.run(run_id).job
        assert job is not None
        assert job.pid is not None
        worker = identity(job.pid)
        assert worker is not None
        victims = (self.bench.runner(), worker)
        for victim in victims:
            os.kill(victim.pid, signal.SIGKILL)
        wait_until(lambda: not any(victim.lives() for victim in victims), "both are gone")
        self.bench.start()
        return self.bench.wait(run_id)

    def repeat(self, run_id: int, *, fresh: bool = False) -> int:
        """Store a run that repeats another."""
        plan = plan_repeat(self.bench.connection, self.bench.home, self.bench.run(run_id), fresh=fresh)
        return store_repeat(self.bench.connection, plan)

    def calls(self, run_id: int) -> list[CallRecord]:
        """Return what the run asked."""
        return calls_of_run(self.bench.connection, run_id, limit=1000)

    def trades(self, run_id: int) -> list[tuple[object, ...]]:
        """Return the trades of a run as they can be compared with another's."""
        return [
            (one.direction, one.entry_time, one.entry_price, one.exit_time, one.exit_price, one.profit)
            for one in trades.all_of(self.bench.connection, run_id)
        ]


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """An endpoint that answers, named in the environment with a key."""
    with stub_model(tmp_path / "stub") as serving:
        monkeypatch.setenv("BACKTAPE_LLM_BASE_URL", serving.base_url)
        monkeypatch.setenv("BACKTAPE_LLM_MODEL", MODEL)
        monkeypatch.setenv("BACKTAPE_LLM_API_KEY", KEY)
        yield serving


@pytest.fixture
def model_bench(
    home: Home, sample: Bars, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModelBench]:
    """A store whose runner leaves soon when idle, and an endpoint."""
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
    monkeypatch.setenv("BACKTAPE_WORKERS", "2")
    with open_bench(home, sample) as opened:
        opened.write_strategy(ASKING, "asking")
        home.config.write_text("[llm]\nretries = 2\ntimeout_seconds = 2\n")
        yield ModelBench(opened, stub)

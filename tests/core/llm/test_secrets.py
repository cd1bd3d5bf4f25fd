"""L4: the key of an endpoint that gives it away is found nowhere, whatever runs, fails and is shown."""

import json
from pathlib import Path

import psutil
import pytest

from core.home import Home
from db.runs import request_cancel
from tests.core.llm.conftest import KEY, ModelBench
from tests.faults.test_privacy import files_with
from tests.processes import wait_until
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow

# Tells its surroundings, and what it was answered.
TELLING = """
import os, sys, traceback
from core.strategies import Strategy

SCHEMA = {"type": "object", "properties": {"reason": {"type": "string"}}, "required": ["reason"]}


class Telling(Strategy):
    def on_bar(self, context):
        if not context.llm.due:
            return
        print(*os.environ.items(), sep="\\n")  # a line each: a long one is cut
        print(context.llm, vars(context.llm), sys.argv)
        answer = context.llm.ask(f"bar {context.index}", SCHEMA)
        print(answer)
        if context.llm.left == 0:
            raise ValueError(f"{answer} {context.llm!r} {dict(os.environ)}")
"""


def test_a_sentinel_key_is_found_nowhere(model_bench: ModelBench, tmp_path: Path) -> None:
    bench, stub = model_bench.bench, model_bench.stub
    bench.write_strategy(TELLING, "telling")
    stub.plan("echo", "echo:500", "echo", "echo:400", "echo")
    telling = model_bench.submit(5, "telling")
    bench.start()
    assert bench.wait(telling).status == "failed"
    stub.plan("echo", "echo:500", "answer")
    good = model_bench.finish(model_bench.submit(5)).id
    stub.plan("echo:401")
    refused = model_bench.submit(5, params={"stop_pips": 31.0})
    bench.start()
    assert bench.wait(refused).status == "failed"
    stub.plan("hang")
    hanging = model_bench.submit(5, params={"stop_pips": 32.0})
    before = stub.count
    bench.start()
    wait_until(lambda: stub.count > before, "it is asking")
    arguments = [one for process in psutil.process_iter() for one in _arguments(process)]
    assert any(str(bench.home.path) in one for one in arguments)
    request_cancel(bench.connection, [hanging])
    bench.wait(hanging)
    shown = [
        program("show", str(run), "--calls", *more)
        for run in (telling, good, refused, hanging)
        for more in ((), ("--json",))
    ]
    shown += [program("log", str(telling)), program("log"), program("doctor"), program("runs", "--json")]
    shown += [
        program("export", str(good), "--to", str(tmp_path / "exports"), "--format", form)
        for form in ("csv", "json", "html")
    ]
    assert not any(KEY in said.out + said.err for said in shown)
    assert not any(KEY in one for one in arguments)
    assert files_with(bench.home.path, KEY) == []
    assert files_with(tmp_path / "exports", KEY) == []
    _was_there_to_be_found(model_bench, telling, " ".join(said.out for said in shown))


def _was_there_to_be_found(model_bench: ModelBench, telling: int, shown: str) -> None:
    """The endpoint did get the key and did give it away; what it said was kept, without."""
    assert all(request["authorization"] == f"Bearer {KEY}" for request in model_bench.stub.requests)
    kept = [json.dumps([call.answer, call.error]) for call in model_bench.calls(telling)]
    assert sum("Bearer [key]" in one for one in kept) >= 3
    assert "Bearer [key]" in shown
    assert "BACKTAPE_LLM_BASE_URL" in shown


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_key_in_the_configuration_is_refused_where_a_run_is_made(
    home: Home, model_bench: ModelBench
) -> None:
    home.config.write_text(f'[llm]\napi_key = "{KEY}"\n')
    said = program("run", "asking", "SYNTHETIC", "M5")
    assert said.code != 0
    assert "take it out, and set BACKTAPE_LLM_API_KEY" in said.err
    assert KEY not in said.out + said.err

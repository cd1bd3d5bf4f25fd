"""L2 and L3: never more requests than the budget, whatever dies; and a repeat asks nobody."""

import os
import signal
import time

import pytest

from core.errors import BacktapeError
from tests.core.jobs.bench import Bench
from tests.core.llm.conftest import ModelBench
from tests.processes import wait_until

pytestmark = pytest.mark.slow


def test_ten_calls_stay_ten_through_failures_kills_and_repeats(model_bench: ModelBench) -> None:
    model_bench.bench.home.config.write_text("[llm]\nretries = 1\ntimeout_seconds = 60\n")
    model_bench.stub.plan("answer", "answer", "status:500", "slow:0.2", "hang")
    first = model_bench.submit(calls=10)
    model_bench.bench.start()
    assert model_bench.kill(first, after=5).status == "failed"
    assert [call.state for call in model_bench.calls(first)] == [
        "answered",
        "answered",
        "failed",
        "answered",
        "reserved",
    ]
    model_bench.stub.plan("answer", "status:500", "hang")
    second = model_bench.repeat(first)
    assert model_bench.kill(second, after=8).status == "failed"
    model_bench.stub.plan("answer")
    third = model_bench.finish(model_bench.repeat(second))
    states = [call.state for call in model_bench.calls(third.id)]
    print(f"L2: budget 10, killed twice, {model_bench.stub.count} requests: {states}")
    assert model_bench.stub.count == 10
    assert states == [
        *["answered"] * 2,
        "failed",
        "answered",
        "reserved",
        "answered",
        "failed",
        "reserved",
        *["answered"] * 2,
    ]
    assert [call.replayed for call in model_bench.calls(third.id)] == [*[True] * 8, *[False] * 2]
    assert third.statistics["llm_requests"] == 2
    prompts = [request["body"]["messages"][0]["content"] for request in model_bench.stub.requests]
    answered = [call.prompt for call in model_bench.calls(third.id) if call.state == "answered"]
    failed = {call.prompt for call in model_bench.calls(third.id) if call.state == "failed"}
    assert all(prompts.count(prompt) == 1 for prompt in answered if prompt not in failed)


def test_a_repeat_gives_the_same_trades_and_asks_nobody(model_bench: ModelBench) -> None:
    first = model_bench.finish(model_bench.submit(calls=10))
    assert first.total_trades
    model_bench.stub.stop()
    again = model_bench.finish(model_bench.repeat(first.id))
    same = model_bench.finish(model_bench.submit(calls=10))
    print(f"L3: {model_bench.stub.count} requests, stub stopped, two more runs: {model_bench.stub.count}")
    assert model_bench.trades(again.id) == model_bench.trades(first.id) == model_bench.trades(same.id)
    assert model_bench.stub.count == 10
    assert again.statistics["llm_requests"] == 0
    assert again.statistics["llm_replayed"] == 10
    told = [
        (call.bar_time, call.answer, call.decision, call.position) for call in model_bench.calls(first.id)
    ]
    for run in (again, same):
        found = model_bench.calls(run.id)
        assert [(call.bar_time, call.answer, call.decision, call.position) for call in found] == told


def test_failures_are_replayed_as_no_answer(model_bench: ModelBench) -> None:
    model_bench.stub.plan("answer", *["status:500"] * 3, "answer")
    first = model_bench.finish(model_bench.submit(calls=8))
    model_bench.stub.plan("answer")
    again = model_bench.finish(model_bench.repeat(first.id))
    assert model_bench.stub.count == 8
    assert model_bench.trades(again.id) == model_bench.trades(first.id)
    assert again.statistics["llm_failed"] == 3


def test_without_an_endpoint_a_complete_run_is_repeated_and_another_is_refused(
    model_bench: ModelBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = model_bench.finish(model_bench.submit(calls=5))
    model_bench.stub.plan("hang")
    half = model_bench.submit(calls=5, params={"stop_pips": 40.0})
    model_bench.bench.start()
    model_bench.kill(half, after=6)
    monkeypatch.delenv("BACKTAPE_LLM_BASE_URL")
    monkeypatch.delenv("BACKTAPE_LLM_MODEL")
    again = model_bench.finish(model_bench.repeat(first.id))
    assert model_bench.trades(again.id) == model_bench.trades(first.id)
    with pytest.raises(BacktapeError, match="has not been asked, and there is no model to ask: set BACKTAPE"):
        model_bench.repeat(half)
    with pytest.raises(BacktapeError, match="has not been asked, and there is no model to ask: set BACKTAPE"):
        model_bench.repeat(first.id, fresh=True)
    with pytest.raises(BacktapeError, match="asking asks a language model, and there is none to ask"):
        model_bench.submit(calls=5)
    assert model_bench.stub.count == 6


def test_a_run_half_asked_is_not_gone_on_with_at_another_endpoint(
    model_bench: ModelBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_bench.stub.plan("hang")
    half = model_bench.submit(calls=5)
    model_bench.bench.start()
    model_bench.kill(half, after=1)
    monkeypatch.setenv("BACKTAPE_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(BacktapeError, match=r"asks at 127\.0\.0\.1:[0-9]+, not at 127\.0\.0\.1:9 as set now"):
        model_bench.repeat(half)


def test_two_runs_of_one_configuration_ask_together_what_one_would(model_bench: ModelBench) -> None:
    model_bench.stub.plan("slow:0.15")
    both = [model_bench.submit(calls=10), model_bench.submit(calls=10)]
    model_bench.bench.start()
    runs = [model_bench.bench.finish(run_id) for run_id in both]
    print(f"two runs at once, budget 10: {model_bench.stub.count} requests")
    assert model_bench.stub.count == 10
    assert model_bench.trades(both[0]) == model_bench.trades(both[1])
    assert [run.statistics["llm_answered"] for run in runs] == [10, 10]
    assert sum(run.statistics["llm_requests"] for run in runs) == 10


def test_an_answer_that_another_run_waits_for_is_waited_for(model_bench: ModelBench) -> None:
    model_bench.stub.plan("slow:1.5", "answer")
    first = model_bench.submit(calls=3)
    model_bench.bench.start()
    wait_until(lambda: model_bench.stub.count == 1, "the first is asking")
    second = model_bench.submit(calls=3)
    runs = [model_bench.bench.finish(run_id) for run_id in (first, second)]
    assert model_bench.stub.count == 3
    assert runs[1].statistics["llm_failed"] == 0
    assert model_bench.trades(first) == model_bench.trades(second)


def test_a_run_whose_neighbour_dies_while_asking_goes_on_without_that_answer(model_bench: ModelBench) -> None:
    model_bench.bench.home.config.write_text("[llm]\nretries = 0\ntimeout_seconds = 60\n")
    model_bench.stub.plan("hang", "answer")
    first = model_bench.submit(calls=3)
    model_bench.bench.start()
    wait_until(lambda: model_bench.stub.count == 1, "the first is asking")
    second = model_bench.submit(calls=3)
    wait_until(lambda: phase(model_bench.bench, second) == "waiting for the model", "the second waits for it")
    job = model_bench.bench.run(first).job
    assert job is not None
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    run = model_bench.bench.finish(second)
    assert [call.state for call in model_bench.calls(run.id)] == ["reserved", "answered", "answered"]
    assert model_bench.stub.count == 3


def phase(bench: Bench, run_id: int) -> str | None:
    job = bench.run(run_id).job
    return None if job is None else job.phase


def test_fresh_asks_anew_and_what_is_repeated_later_is_the_newest(model_bench: ModelBench) -> None:
    first = model_bench.finish(model_bench.submit(calls=4))
    fresh = model_bench.finish(model_bench.submit(calls=4, fresh=True))
    assert (first.settings["generation"], fresh.settings["generation"]) == (0, 1)
    assert model_bench.stub.count == 8
    plain = model_bench.finish(model_bench.submit(calls=4))
    old = model_bench.finish(model_bench.repeat(first.id))
    assert (plain.settings["generation"], old.settings["generation"]) == (1, 0)
    assert model_bench.stub.count == 8
    newest = model_bench.finish(model_bench.repeat(first.id, fresh=True))
    assert newest.settings["generation"] == 2
    assert model_bench.stub.count == 12


def test_two_fresh_runs_that_wait_side_by_side_are_two_generations(model_bench: ModelBench) -> None:
    generations = [
        model_bench.bench.run(model_bench.submit(calls=4, fresh=fresh)).settings["generation"]
        for fresh in (True, True, False, True)
    ]
    assert generations == [0, 1, 1, 2]


def test_another_parameter_is_another_ledger_and_a_note_is_not(model_bench: ModelBench) -> None:
    model_bench.finish(model_bench.submit(calls=3))
    model_bench.finish(model_bench.submit(calls=3, notes="another word", memory_limit_mb=900))
    assert model_bench.stub.count == 3
    model_bench.finish(model_bench.submit(calls=3, params={"stop_pips": 31.0}))
    assert model_bench.stub.count == 6
    model_bench.finish(model_bench.submit(calls=3, spread_pips=1.6))
    assert model_bench.stub.count == 9


def test_a_larger_budget_goes_on_and_the_smaller_one_comes_out_as_it_did(model_bench: ModelBench) -> None:
    params = {"every": 100}
    small = model_bench.finish(model_bench.submit(calls=5, params=params))
    assert small.statistics["llm_unasked"] == 15 - 5
    large = model_bench.finish(model_bench.submit(calls=12, params=params))
    assert model_bench.stub.count == 12
    assert (large.statistics["llm_replayed"], large.statistics["llm_requests"]) == (5, 7)
    again = model_bench.finish(model_bench.repeat(small.id))
    assert model_bench.trades(again.id) == model_bench.trades(small.id)
    assert again.statistics["llm_unasked"] == 15 - 5
    assert model_bench.stub.count == 12


def test_a_budget_of_nothing_asks_nothing(model_bench: ModelBench) -> None:
    run = model_bench.finish(model_bench.submit(calls=0, params={"every": 100}))
    assert (run.statistics["llm_requests"], run.statistics["llm_unasked"]) == (0, 15)
    assert model_bench.stub.count == 0


def test_nothing_is_sent_while_the_store_takes_no_reservation(model_bench: ModelBench) -> None:
    model_bench.stub.plan("slow:0.5", "answer")
    run_id = model_bench.submit(calls=3)
    model_bench.bench.start()
    wait_until(lambda: model_bench.stub.count == 1, "the first question is asked")
    connection = model_bench.bench.connection
    connection.execute("BEGIN IMMEDIATE")
    wait_until(lambda: model_bench.stub.count == 1 and _is_in_second(model_bench, 2.0), "two seconds pass")
    assert model_bench.stub.count == 1
    connection.execute("ROLLBACK")
    run = model_bench.bench.finish(run_id)
    assert run.statistics["llm_answered"] == 3
    assert model_bench.stub.count == 3


def _is_in_second(model_bench: ModelBench, seconds: float) -> bool:
    return time.time() - float(model_bench.stub.requests[0]["at"]) >= seconds

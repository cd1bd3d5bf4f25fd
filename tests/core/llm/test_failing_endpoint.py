"""L1: whatever an endpoint does, tries are bounded, `no answer` is kept with its bar, the run goes on."""

import pytest

from db.runs import request_cancel
from tests.core.llm.conftest import ModelBench
from tests.processes import wait_until

pytestmark = pytest.mark.slow

# What the stub does, how many requests one ask makes of it (two retries), and what is told.
WAYS = [
    ("status:429", 3, "the endpoint answered with status 429"),
    ("status:500", 3, "the endpoint answered with status 500"),
    ("status:400", 1, "the endpoint answered with status 400"),
    ("redirect", 1, "the endpoint answered with status 307"),
    ("close", 3, "the endpoint cannot be reached"),
    ("say:not json at all", 3, "the answer is no JSON"),
    ('say:{"action": "buy"}', 3, "'reason' is a required property"),
    ('say:{"action": "jump", "reason": "x"}', 3, "action: 'jump' is not one of"),
    ('say:{"action": NaN, "reason": "x"}', 3, "the answer is no JSON"),
    ("say: ", 3, "the endpoint's answer holds no message"),
    ("endless", 3, "the endpoint sends more than 1,000,000 bytes"),
    ("endless:500", 3, "the endpoint sends more than 1,000,000 bytes"),
    ("trickle", 3, "the endpoint does not come to an end in time"),
    ("hang", 3, "no answer within 0.5 seconds"),
]


@pytest.mark.parametrize(("word", "tries", "told"), WAYS, ids=[way[0] for way in WAYS])
def test_a_failure_is_tried_again_within_bounds_and_kept_with_its_bar(
    model_bench: ModelBench, word: str, tries: int, told: str
) -> None:
    model_bench.bench.home.config.write_text("[llm]\nretries = 2\ntimeout_seconds = 0.5\n")
    model_bench.stub.plan("answer", *[word] * tries, "answer")
    run = model_bench.finish(model_bench.submit(calls=2 + tries))
    calls = model_bench.calls(run.id)
    print(f"{word}: {model_bench.stub.count} requests, budget {2 + tries}")
    assert model_bench.stub.count == 2 + tries
    assert [call.state for call in calls] == ["answered", *["failed"] * tries, "answered"]
    failed = calls[1 : 1 + tries]
    assert all(told in (call.error or "") for call in failed), failed
    assert len({call.bar_time for call in failed}) == 1
    assert [call.decision for call in failed] == [*[None] * (tries - 1), "nothing"]
    statistics = run.statistics
    assert (statistics["llm_requests"], statistics["llm_failed"]) == (2 + tries, tries)


def test_retry_after_is_waited_for(model_bench: ModelBench) -> None:
    model_bench.stub.plan("later:2", "answer")
    model_bench.finish(model_bench.submit(calls=2))
    first, second = model_bench.stub.requests
    assert second["at"] - first["at"] >= 2


def test_an_endpoint_that_is_not_there_costs_the_budget_and_no_more(model_bench: ModelBench) -> None:
    model_bench.stub.stop()
    run = model_bench.finish(model_bench.submit(calls=4))
    assert [call.state for call in model_bench.calls(run.id)] == ["failed"] * 4
    assert run.statistics["llm_requests"] == 4
    assert run.total_trades == 0


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_endpoint_that_refuses_the_very_first_request_is_a_mistake_and_ends_the_run(
    model_bench: ModelBench, status: int
) -> None:
    model_bench.stub.plan(f"status:{status}")
    run_id = model_bench.submit(calls=10)
    model_bench.bench.start()
    run = model_bench.bench.wait(run_id)
    assert run.status == "failed"
    assert f"refuses to answer (the endpoint answered with status {status}" in (run.error_message or "")
    assert model_bench.stub.count == 1
    # Mended, the repeat goes on behind that one.
    model_bench.stub.plan("answer")
    again = model_bench.finish(model_bench.repeat(run_id))
    assert [call.state for call in model_bench.calls(again.id)] == ["failed", *["answered"] * 9]
    assert model_bench.stub.count == 10


def test_a_refusal_in_the_middle_is_one_failed_call(model_bench: ModelBench) -> None:
    model_bench.stub.plan("answer", "status:403", "answer")
    run = model_bench.finish(model_bench.submit(calls=4))
    assert [call.state for call in model_bench.calls(run.id)] == [
        "answered",
        "failed",
        "answered",
        "answered",
    ]


def test_a_worker_that_waits_says_so_and_hears_a_cancel(model_bench: ModelBench) -> None:
    model_bench.bench.home.config.write_text("[llm]\ntimeout_seconds = 600\n")
    model_bench.stub.plan("answer", "hang")
    run_id = model_bench.submit(calls=10)
    model_bench.bench.start()

    def phase() -> str | None:
        job = model_bench.bench.run(run_id).job
        return None if job is None else job.phase

    wait_until(
        lambda: model_bench.stub.count == 2, f"the second question is asked; {model_bench.bench.log()}"
    )
    wait_until(lambda: phase() == "waiting for the model", f"it waits; {model_bench.bench.log()}")
    before = model_bench.bench.run(run_id).job
    assert before is not None

    def beats_on() -> bool:
        now = model_bench.bench.run(run_id).job
        return now is not None and now.heartbeat != before.heartbeat

    wait_until(beats_on, "its heart beats")
    request_cancel(model_bench.bench.connection, [run_id])
    assert model_bench.bench.wait(run_id).status == "cancelled"
    assert model_bench.stub.count == 2

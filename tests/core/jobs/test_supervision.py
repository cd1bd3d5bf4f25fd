"""What a runner makes of runs that it finds under way."""

import pytest

from db import jobs
from tests.core.jobs.bench import Bench
from tests.processes import wait_until


def found_under_way(bench: Bench, *, pid: int, start: float, boot: str) -> int:
    """Store a run that a worker of this identity has taken."""
    run_id = bench.submit()
    token = jobs.new_token()
    claim = jobs.claim_next(bench.connection, token)
    assert claim is not None
    assert claim.run_id == run_id
    assert jobs.attach(bench.connection, token, pid, start, boot)
    return run_id


def test_a_run_of_before_the_machine_was_restarted_is_told_so(bench: Bench) -> None:
    run_id = found_under_way(bench, pid=1, start=0.0, boot="another boot of this machine")
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "the machine was restarted" in (run.error_message or "")


def test_a_run_whose_live_side_was_edited_by_hand_ends_and_the_queue_goes_on(bench: Bench) -> None:
    run_id = found_under_way(bench, pid=1, start=0.0, boot="boot")
    bench.connection.execute(
        "UPDATE run_jobs SET pid = 'somebody', claimed_at = 'once' WHERE run_id = ?", (run_id,)
    )
    after = bench.submit()
    who = bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "what Backtape did not write" in (run.error_message or "")
    bench.finish(after)
    assert who.lives()


def test_a_run_whose_row_was_edited_by_hand_is_not_computed_as_another(bench: Bench) -> None:
    run_id = bench.submit(params={"fast": 5})
    bench.connection.execute("UPDATE backtest_runs SET params = '{' WHERE id = ?", (run_id,))
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "(params)" in (run.error_message or "")


@pytest.mark.slow
def test_a_runner_whose_own_row_was_edited_by_hand_is_replaced(bench: Bench) -> None:
    first = bench.start()
    bench.connection.execute("UPDATE runner SET pid = 'somebody', updated_at = 'once'")
    run_id = bench.submit()
    bench.finish(run_id)  # the runner that lives takes it, whatever its row says
    wait_until(lambda: not first.lives(), "it leaves when it is idle")

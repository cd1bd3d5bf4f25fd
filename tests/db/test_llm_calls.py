from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db import jobs, llm_calls
from db.connection import StoreConnection, transaction
from db.jobs import RunResult
from db.llm_calls import NewCall, Pages, Reply, call_of_run, calls_of_run
from db.runs import settings_of_alike
from tests.db.samples import CURVE, NEW_RUN, add_run, claimed, trade_row

PAGES = Pages("a" * 64, 0)
BAR = datetime(2020, 1, 6, 10, tzinfo=UTC)
ANSWERED = Reply('{"action":"buy"}', None, 90, 12, 0.5)


def reserved(connection: StoreConnection, run_id: int, digest: str = "p", budget: int = 10) -> int:
    new = NewCall(run_id, BAR, "stub-1", digest, "what now?", "{}")
    with transaction(connection):
        line = llm_calls.reserve(connection, PAGES, new, budget)
        assert line is not None
        llm_calls.write_met(connection, run_id, [(line.sequence, line.id, False, None, None)])
    return line.id


def test_as_many_are_reserved_as_the_budget_allows_whatever_became_of_them(
    connection: StoreConnection,
) -> None:
    run_id = add_run(connection)
    llm_calls.write_reply(connection, reserved(connection, run_id, budget=2), ANSWERED, final=True)
    reserved(connection, run_id, budget=2)
    new = NewCall(run_id, BAR, "stub-1", "p", "what now?", "{}")
    with transaction(connection):
        assert llm_calls.reserve(connection, PAGES, new, 2) is None
        assert llm_calls.reserve(connection, Pages("a" * 64, 1), new, 2) is not None
        assert llm_calls.reserve(connection, Pages("b" * 64, 0), new, 2) is not None
    assert llm_calls.used(connection, PAGES) == 2
    assert llm_calls.last_generation(connection, "a" * 64) == 1
    assert llm_calls.last_generation(connection, "c" * 64) is None


def test_a_failure_that_is_tried_again_stays_reserved_until_it_is(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    call_id = reserved(connection, run_id)
    llm_calls.write_reply(connection, call_id, Reply(None, "no", None, None, 0.1), final=False)
    assert [call.state for call in calls_of_run(connection, run_id)] == ["reserved"]
    llm_calls.fail(connection, call_id)
    (call,) = calls_of_run(connection, run_id)
    assert (call.state, call.error, call.answer, call.tokens) == ("failed", "no", None, None)


def test_an_answer_is_not_made_a_failure(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    call_id = reserved(connection, run_id)
    llm_calls.write_reply(connection, call_id, ANSWERED, final=False)
    llm_calls.fail(connection, call_id)
    (call,) = calls_of_run(connection, run_id)
    assert (call.state, call.answer, call.tokens, call.seconds) == ("answered", '{"action":"buy"}', 102, 0.5)
    assert (call.bar_time, call.model, call.prompt) == (BAR, "stub-1", "what now?")


def test_calls_come_by_pages_and_one_by_one(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    for number in range(5):
        reserved(connection, run_id, f"p{number}")
    assert [call.number for call in calls_of_run(connection, run_id, limit=2)] == [1, 2]
    assert [call.number for call in calls_of_run(connection, run_id, after=2)] == [3, 4, 5]
    assert llm_calls.count_of_run(connection, run_id) == 5
    one = call_of_run(connection, run_id, 4)
    assert one is not None
    assert one.number == 4
    assert call_of_run(connection, run_id, 6) is None


def test_the_position_comes_with_the_result_and_its_profit_is_that_of_all_its_parts(
    connection: StoreConnection,
) -> None:
    run_id = add_run(connection)
    claimed(connection)
    call_id = reserved(connection, run_id)
    llm_calls.write_met(connection, run_id, [(1, call_id, False, "buy", None)])
    trades = [trade_row(2, 10.0), trade_row(2, -3.5), trade_row(3, 100.0)]
    stored = RunResult({"total_trades": 3}, trades, CURVE, calls=[(1, call_id, False, None, 2)])
    assert jobs.store_result(connection, "token", stored)
    (call,) = calls_of_run(connection, run_id)
    assert (call.decision, call.position, call.profit) == ("buy", 2, 6.5)
    assert llm_calls.completed(connection, PAGES)
    assert not llm_calls.completed(connection, Pages("a" * 64, 1))


def test_a_purged_run_leaves_its_entries_to_those_that_repeat_it(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    call_id = reserved(connection, run_id)
    connection.execute("DELETE FROM backtest_runs WHERE id = ?", (run_id,))
    assert llm_calls.used(connection, PAGES) == 1
    (entry,) = llm_calls.entries(connection, [call_id])
    assert entry.run_id is None
    assert calls_of_run(connection, run_id) == []


def test_what_another_program_wrote_into_a_row_spoils_no_list(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    reserved(connection, run_id)
    connection.execute("UPDATE llm_calls SET seconds = 'soon', prompt_tokens = 'many', bar_time = 'x'")
    (call,) = calls_of_run(connection, run_id)
    assert (call.seconds, call.prompt_tokens, call.tokens) == (None, None, None)


@pytest.mark.parametrize("change", [{"volume": 0.2}, {"params": {"fast": 21, "slow": 50}}])
def test_runs_that_differ_in_nothing_but_their_settings_are_found(
    connection: StoreConnection, change: dict[str, object]
) -> None:
    add_run(connection, settings={"generation": 1}, notes="one", max_llm_calls=5)
    add_run(connection, settings={"generation": 2}, **change)
    assert settings_of_alike(connection, NEW_RUN) == [{"generation": 1}]
    assert settings_of_alike(connection, replace(NEW_RUN, **change)) == [{"generation": 2}]  # type: ignore[arg-type]


def test_a_result_is_kept_though_an_entry_it_speaks_of_was_removed(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    claimed(connection)
    call_id = reserved(connection, run_id)
    connection.execute("DELETE FROM llm_calls")
    calls = [(1, call_id, False, "buy", 1), (2, call_id + 1, False, None, None)]
    assert jobs.store_result(connection, "token", RunResult({"total_trades": 0}, [], CURVE, calls=calls))
    assert calls_of_run(connection, run_id) == []

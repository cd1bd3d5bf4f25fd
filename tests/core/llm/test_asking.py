import numpy as np
import pytest
from pydantic import BaseModel

from core.engine.decision import BUY, Decision
from core.engine.records import TRADE
from core.llm.asking import LONGEST_PROMPT
from core.llm.client import NoModelError
from core.llm.configured import ModelFacts
from core.llm.said import Said
from core.strategies.errors import StrategyError
from db.connection import StoreConnection
from db.llm_calls import CallRecord, calls_of_run, used
from tests.core.llm.answering import BUSY, PAGES, SCHEMA, Heard, asking, walk
from tests.core.llm.answering import BUY as SAYS_BUY
from tests.db.conftest import connection, made_store, store_path
from tests.db.samples import add_run

__all__ = ["connection", "made_store", "store_path"]

ANSWER = {"action": "buy"}


def calls(connection: StoreConnection, run_id: int) -> list[CallRecord]:
    return calls_of_run(connection, run_id, limit=1000)


def test_every_request_is_reserved_before_it_is_sent_and_the_budget_is_never_exceeded(
    connection: StoreConnection,
) -> None:
    seen: list[int] = []

    client = Heard([BUSY, SAYS_BUY], before=lambda: seen.append(used(connection, PAGES)))
    model = asking(connection, add_run(connection), client, calls=4)
    assert walk(model, range(6)) == [ANSWER, ANSWER, ANSWER, None, None, None]
    assert seen == [1, 2, 3, 4]
    assert model.left == 0
    assert model.figures.unasked == 3


def test_what_was_asked_is_replayed_and_the_same_prompt_again_is_another_question(
    connection: StoreConnection,
) -> None:
    first, client = asking(connection, add_run(connection), Heard([SAYS_BUY, BUSY, SAYS_BUY])), Heard()
    same = [first.at(index).ask("the same", SCHEMA) for index in range(3)]
    again = asking(connection, add_run(connection), client)
    assert [again.at(index).ask("the same", SCHEMA) for index in range(3)] == same == [ANSWER] * 3
    assert client.asked == []
    assert again.left == first.left == 10 - 4
    assert (again.figures.replayed, again.figures.answered, again.figures.failed) == (4, 3, 1)


def test_another_schema_is_another_question(connection: StoreConnection) -> None:
    client = Heard()
    model = asking(connection, add_run(connection), client)
    model.at(0).ask("now", SCHEMA)
    model.at(0).ask("now", {**SCHEMA, "title": "other"})
    walk(asking(connection, add_run(connection), client), range(0))
    assert client.asked == ["now", "now"]


def test_a_dead_reservation_and_a_failure_are_no_answer_and_nobody_is_called(
    connection: StoreConnection,
) -> None:
    def die() -> None:
        raise SystemError

    walk(asking(connection, add_run(connection), Heard([BUSY]), retries=0), range(1))
    with pytest.raises(SystemError):
        asking(connection, add_run(connection), Heard(before=die)).at(1).ask("bar 1", SCHEMA)
    client, run = Heard(), add_run(connection)
    assert walk(asking(connection, run, client), range(3)) == [None, None, ANSWER]
    assert client.asked == ["bar 2"]
    assert [call.state for call in calls(connection, run)] == ["failed", "reserved", "answered"]


def test_each_try_waits_longer_and_as_long_as_the_endpoint_says_within_bounds(
    connection: StoreConnection,
) -> None:
    slept: list[float] = []
    waits = [Said(error="no", status=429, retry_after=seconds) for seconds in (0.0, 7.0, 3600.0)]
    model = asking(connection, add_run(connection), Heard([*waits, SAYS_BUY]), retries=3, slept=slept)
    assert walk(model, range(1)) == [ANSWER]
    assert slept == [0.5, 7.0, 60.0]


def test_what_cannot_pass_is_not_tried_again(connection: StoreConnection) -> None:
    client = Heard([SAYS_BUY, Said(error="no", status=400)])
    walk(asking(connection, add_run(connection), client), range(2))
    assert len(client.asked) == 2


def test_calls_are_spread_over_the_period_and_those_that_failed_spread_the_rest_wider(
    connection: StoreConnection,
) -> None:
    def asked_at(client: Heard) -> list[int]:
        model = asking(connection, add_run(connection), client, calls=10, retries=1)
        return [bar for bar in range(100) if model.at(bar).due and (model.ask(f"bar {bar}", SCHEMA), True)[1]]

    failing = asked_at(Heard([BUSY, BUSY, SAYS_BUY]))
    assert failing == [0, 12, 23, 34, 45, 56, 67, 78, 89]
    assert asked_at(Heard()) == failing  # a repeat sees the same


def test_with_nothing_lost_ten_calls_are_every_tenth_bar(connection: StoreConnection) -> None:
    model = asking(connection, add_run(connection), Heard())
    due = [bar for bar in range(100) if model.at(bar).due and model.ask(f"bar {bar}", SCHEMA)]
    assert due == list(range(0, 100, 10))


def test_decisions_and_the_positions_that_came_of_them_are_kept(connection: StoreConnection) -> None:
    run = add_run(connection)
    model = asking(connection, run, Heard())
    entry = Decision(BUY, stop=0.003, targets=(0.006, 0.0125))
    walk(model, range(3), {0: entry, 2: Decision(exit_buy=True, exit_sell=True)})
    model.passed(3)
    words = ["buy, stop 0.0030, targets 0.0060 0.0125", "nothing", "exit"]
    assert [call.decision for call in calls(connection, run)] == words
    trades = np.zeros(1, TRADE)
    trades[0]["position"], trades[0]["direction"] = 7, BUY
    trades[0]["entry_index"], trades[0]["exit_index"] = 1, 3
    positions = [row[-1] for row in model.met(trades, at_next_open=True)]
    assert positions == [7, None, 7]


def test_an_answer_may_be_an_instance_of_a_class(connection: StoreConnection) -> None:
    class Order(BaseModel):
        action: str
        lots: int = 1

    for _ in range(2):
        answer = asking(connection, add_run(connection), Heard()).at(0).ask("now", Order)
        assert answer == Order(action="buy")


def test_text_of_a_model_can_do_nothing_to_a_terminal(connection: StoreConnection) -> None:
    schema = {"type": "object", "properties": {"note": {"type": "string"}}}
    said = Said('{"note": "a\\u001b]0;x\\u0007\\u202e[/]\\nb"}')
    for _ in range(2):
        answer = asking(connection, add_run(connection), Heard([said])).at(0).ask("\x1b]52;c;x\x07?", schema)
        assert answer == {"note": "a\ufffd]0;x\ufffd\ufffd[/]\nb"}
    kept = connection.execute("SELECT prompt || answer FROM llm_calls").fetchone()[0]
    assert "\x1b" not in kept
    assert "\u202e" not in kept


@pytest.mark.parametrize(
    ("prompt", "schema", "told"),
    [
        ("x" * (LONGEST_PROMPT + 1), SCHEMA, "a prompt may have 100,000 bytes"),
        ("\N{EURO SIGN}" * 40_000, SCHEMA, "a prompt may have 100,000 bytes"),
        (5, SCHEMA, "a prompt must be a text, not an object of type int"),
        ("now", "an object", "must be a JSON Schema as a dict, or a pydantic model class"),
        ("now", {"type": "nonsense"}, "this one is none: 'nonsense' is not valid"),
        ("now", {"type": object()}, "must be a JSON Schema as a dict"),
        ("now", {"$ref": "https://example.invalid/schema"}, "this one is none"),
    ],
)
def test_what_cannot_be_asked_is_an_error_that_names_the_bar_and_costs_nothing(
    connection: StoreConnection, prompt: str, schema: object, told: str
) -> None:
    client = Heard()
    with pytest.raises(StrategyError, match=r"^At .*2020-01-06 03:00") as raised:
        asking(connection, add_run(connection), client).at(3).ask(prompt, schema)
    assert told in str(raised.value)
    assert client.asked == []
    assert used(connection, PAGES) == 0


def test_where_nobody_can_be_asked_only_what_was_asked_is_answered(connection: StoreConnection) -> None:
    walk(asking(connection, add_run(connection), Heard()), range(2))
    model = asking(connection, add_run(connection), None)
    assert walk(model, range(2)) == [ANSWER] * 2
    with pytest.raises(NoModelError, match="nobody can be asked"):
        model.at(2).ask("bar 2", SCHEMA)
    assert used(connection, PAGES) == 2


def test_costs_are_of_the_runs_own_requests(connection: StoreConnection) -> None:
    facts = ModelFacts(input_price=2.0, output_price=10.0)
    first = asking(connection, add_run(connection), Heard(), facts=facts)
    walk(first, range(3))
    told = first.figures.statistics()
    assert (told["llm_prompt_tokens"], told["llm_completion_tokens"]) == (300, 30)
    assert told["llm_cost"] == pytest.approx((300 * 2 + 30 * 10) / 1e6)
    again = asking(connection, add_run(connection), Heard(), facts=facts)
    walk(again, range(3))
    assert again.figures.statistics()["llm_cost"] == 0
    assert asking(connection, add_run(connection), Heard()).figures.statistics()["llm_cost"] is None


def test_a_smaller_budget_does_not_see_what_a_larger_one_has_asked(connection: StoreConnection) -> None:
    walk(asking(connection, add_run(connection), Heard(), calls=8), range(8))
    small = asking(connection, add_run(connection), Heard(), calls=3)
    assert walk(small, range(5)) == [*[ANSWER] * 3, None, None]
    assert small.left == 0

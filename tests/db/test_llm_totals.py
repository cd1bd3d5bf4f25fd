"""What the calls of a run come to."""

from contextlib import closing

from core.home import Home
from db import llm_totals
from db.connection import connect
from tests.shots.filling import COMPLETED, RUNNING, ask, ask_model, fill


def test_calls_are_counted_and_what_was_replayed_costs_nothing(home: Home) -> None:
    fill(home, data=False)
    ask_model(home, calls=4)
    with closing(connect(home.store)) as connection:
        ask(connection, RUNNING, 1, None)
        totals = llm_totals.totals_of_run(connection, COMPLETED)
        assert (totals.requests, totals.answered, totals.failed, totals.replayed) == (4, 3, 1, 2)
        # Call 1 (408 + 18 tokens) is an earlier run's; call 4 (412 + 20) is this one's.
        assert (totals.prompt_tokens, totals.completion_tokens) == (820, 38)
        assert (totals.paid_prompt_tokens, totals.paid_completion_tokens) == (412, 20)
        waiting = llm_totals.totals_of_run(connection, RUNNING)
        assert (waiting.requests, waiting.answered, waiting.failed) == (1, 0, 0)
        assert llm_totals.totals_of_run(connection, 1) == llm_totals.Totals(*[0] * 8)

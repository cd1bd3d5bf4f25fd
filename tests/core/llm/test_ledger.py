from dataclasses import replace
from typing import Any

import pytest

from core.jobs.settings import DEFAULTS
from core.llm.ledger import ledger_of, prompt_digest
from db import runs
from db.connection import StoreConnection
from tests.db.conftest import connection, made_store, store_path
from tests.db.samples import NEW_RUN, add_run

__all__ = ["connection", "made_store", "store_path"]

ASKING = replace(NEW_RUN, settings={**DEFAULTS, "model": "m", "endpoint": "localhost:8080"})


def test_a_stored_run_has_the_ledger_of_the_one_that_was_to_be_made(connection: StoreConnection) -> None:
    add_run(connection)
    run = runs.get(connection, runs.insert(connection, ASKING))
    assert run is not None
    assert ledger_of(run, DEFAULTS) == ledger_of(ASKING, DEFAULTS)


@pytest.mark.parametrize(
    "change",
    [
        {"max_llm_calls": 5},
        {"notes": "another"},
        {"code_version": "9"},
        {"data_file_path": "/elsewhere"},
        {"time_limit": 60},
        {"volume": 0.10},
        {"settings": {**ASKING.settings, "generation": 3, "cutoff": "2024-01-01", "memory_limit_mb": 500}},
        {"settings": {name: ASKING.settings[name] for name in ("model", "endpoint")}},
        {"settings": {**ASKING.settings, "leverage": 100}},
    ],
)
def test_what_decides_nothing_changes_no_ledger(change: dict[str, Any]) -> None:
    assert ledger_of(replace(ASKING, **change), DEFAULTS) == ledger_of(ASKING, DEFAULTS)


@pytest.mark.parametrize(
    "change",
    [
        {"strategy_version": "b" * 64},
        {"params": {"fast": 20, "slow": 51}},
        {"dataset_version": "e" * 64},
        {"start_date": NEW_RUN.start_date.replace(day=2)},
        {"context_tfs": ["H1"]},
        {"spread_pips": 1.4},
        {"execution_mode": "intra_candle"},
        {"risk_pct": 1.0},
        {"settings": {**ASKING.settings, "model": "n"}},
        {"settings": {**ASKING.settings, "endpoint": "localhost:8081"}},
        {"settings": {**ASKING.settings, "slippage_pips": 0.1}},
        {"settings": {**ASKING.settings, "contexts": {"H1": "f" * 64}}},
    ],
)
def test_what_decides_a_result_makes_another_ledger(change: dict[str, Any]) -> None:
    assert ledger_of(replace(ASKING, **change), DEFAULTS) != ledger_of(ASKING, DEFAULTS)


def test_a_question_is_prompt_schema_and_which_time_it_is() -> None:
    digests = {
        prompt_digest("p", "{}", 1),
        prompt_digest("p", "{}", 2),
        prompt_digest("p", "[]", 1),
        prompt_digest('p","{}', "", 1),
    }
    assert len(digests) == 4

"""What is settled about a run's language model before it starts: which, where, and in which ledger."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.config import read_config
from core.errors import BacktapeError
from core.home import Home
from core.jobs.settings import DEFAULTS, RunSettings
from core.llm.client import NOT_INSTALLED, is_installed
from core.llm.cutoffs import cutoff_of, warning
from core.llm.endpoint import HOW_TO_SET, configured_endpoint
from core.llm.ledger import decisive, ledger_of
from core.text import clean
from db import llm_calls, runs
from db.connection import Connection
from db.llm_calls import Pages
from db.runs import NewRun, RunRecord


def pages_of(run: NewRun | RunRecord) -> Pages:
    """Return which generation of which ledger a run's requests stand in."""
    generation = run.settings.get("generation", 0)
    return Pages(ledger_of(run, DEFAULTS), generation if isinstance(generation, int) else 0)


def with_model(home: Home, new: NewRun) -> NewRun:
    """Return a new run with the model and the endpoint that are set up now; others are as they were.

    Raises:
        BacktapeError: it asks a model, and there is none to be asked.
    """
    if not new.uses_model:
        return new
    endpoint = configured_endpoint(home)
    if endpoint is None:
        raise BacktapeError(
            f"{new.strategy} asks a language model, and there is none to ask: {HOW_TO_SET}.",
            field="strategy",
        )
    _refuse_without_packages()
    cutoff = cutoff_of(endpoint.model, read_config(home).llm.models)
    settings = {
        "model": endpoint.model,
        "endpoint": endpoint.host,
        "cutoff": None if cutoff is None else cutoff.isoformat(),
    }
    return replace(new, settings={**new.settings, **settings})


def in_generation(connection: Connection, new: NewRun, *, fresh: bool) -> NewRun:
    """Return a new run in the newest generation of its ledger, or, `fresh`, in one that nothing stands in.

    Within the transaction that stores it, no other run begins the same one.
    """
    if not new.uses_model:
        return new
    newest = _newest_generation(connection, new)
    generation = 0 if newest is None else newest + fresh
    return replace(new, settings={**new.settings, "generation": generation})


def judge_repeat(connection: Connection, home: Home, run: RunRecord, *, fresh: bool = False) -> None:
    """Refuse to repeat a run whose model cannot be asked, unless all it would ask has been answered.

    Raises:
        BacktapeError: says what is missing.
    """
    settings = RunSettings.of_run(run)
    if settings.model is None or not (fresh or _has_to_ask(connection, run)):
        return
    endpoint = configured_endpoint(home)
    told = f"Run {run.id} asks a language model what it has not been asked"
    if endpoint is None:
        raise BacktapeError(f"{told}, and there is no model to ask: {HOW_TO_SET}.")
    if endpoint.host != settings.endpoint:
        raise BacktapeError(
            f"{told}, and it asks at {clean(settings.endpoint or 'nowhere', limit=100)}, not at "
            f"{endpoint.host} as set now; set BACKTAPE_LLM_BASE_URL to where it was asked."
        )
    _refuse_without_packages()


def _has_to_ask(connection: Connection, run: RunRecord) -> bool:
    return run.status != "completed" and not llm_calls.completed(connection, pages_of(run))


def calls_at_most(connection: Connection, new: NewRun) -> int:
    """Return how many requests a new run can make at most: its budget less what its ledger has used."""
    if not new.uses_model:
        return 0
    return max(0, new.max_llm_calls - llm_calls.used(connection, pages_of(new)))


def notes_of(connection: Connection, new: NewRun) -> tuple[str, ...]:
    """Return what is to be said of a new run's model before it starts, a sentence each."""
    if not new.uses_model:
        return ()
    return tuple(note for note in (cutoff_warning(new), _replay_note(connection, new)) if note)


def cutoff_warning(run: NewRun | RunRecord) -> str:
    """Return the warning about a period that a run's model may know of; "" where there is none."""
    model, cutoff = run.settings.get("model"), run.settings.get("cutoff")
    if not isinstance(model, str) or not isinstance(cutoff, str):
        return ""
    try:
        day = dt.date.fromisoformat(cutoff)
    except ValueError:
        return ""
    return warning(clean(model, limit=100), day, run.start_date)


def _replay_note(connection: Connection, new: NewRun) -> str:
    used = llm_calls.used(connection, pages_of(new))
    if not used:
        return ""
    calls = "call has" if used == 1 else "calls have"
    return (
        f"{used:,} {calls} been made for this very configuration and will be replayed, not asked again; "
        "'ask afresh' in the form, or --fresh, asks anew."
    )


def _newest_generation(connection: Connection, new: NewRun) -> int | None:
    """Return the newest generation that a run stands in that asks the same, or did before it was purged."""
    ledger = ledger_of(new, DEFAULTS)
    mine = decisive(new.settings, DEFAULTS)
    alike = (one for one in runs.settings_of_alike(connection, new) if decisive(one, DEFAULTS) == mine)
    found = [_generation(settings) for settings in alike]
    asked = llm_calls.last_generation(connection, ledger)
    return max(found if asked is None else [*found, asked], default=None)


def _generation(settings: Mapping[str, Any]) -> int:
    generation = settings.get("generation", 0)
    return generation if isinstance(generation, int) else 0


def _refuse_without_packages() -> None:
    if not is_installed():
        raise BacktapeError(NOT_INSTALLED, field="strategy")

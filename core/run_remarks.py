"""What is to be said of a run beside its figures: whatever makes them doubtful comes in a sentence."""

from collections.abc import Mapping
from typing import Any

from core.formats import UNDEFINED, number
from core.jobs.ledgers import cutoff_warning
from core.jobs.settings import RunSettings
from core.text import clean, plural
from db.runs import RunRecord

_NAME = 100
_SYNTHETIC_SYMBOL = "SYNTHETIC"
_SYNTHETIC = (
    "SYNTHETIC prices: made by a formula, not by a market. The figures show the program, not a profit."
)
_FLATTERED = (
    "Note: spreads as recorded; brokers record the smallest spread of a bar, so this flatters the result."
)
_BROKE = "The account went broke: the run was stopped out and traded no more."
_REFUSED = {
    "margin": "for lack of margin",
    "size": "for a size below the smallest lot",
    "stop": "for a stop that the price had reached already",
}


def remarks(run: RunRecord) -> list[str]:
    """Return the sentences that belong to the figures of a run, harmless wherever they are shown."""
    recorded = RunSettings.of_run(run).spread_source == "data"
    found = (
        _SYNTHETIC if run.symbol == _SYNTHETIC_SYMBOL else "",
        _ambiguous(run.statistics),
        _refused(run.statistics),
        _BROKE if run.statistics.get("stopped_out") else "",
        _FLATTERED if recorded else "",
        _of_model(run),
        cutoff_warning(run),
    )
    return [sentence for sentence in found if sentence]


def _ambiguous(of: Mapping[str, Any]) -> str:
    """Return what was assumed of bars that touched both stop and target; "" where none did."""
    exits = _whole(of, "ambiguous_exits")
    if not exits:
        return ""
    bars = plural(exits, "bar touches stop and target", "bars touch stop and target")
    return f"{bars}: which came first is not known, the stop is taken."


def _refused(of: Mapping[str, Any]) -> str:
    """Return why entries were refused; "" where none were, or where it was not written down."""
    reasons = {name: _whole(of, f"refused_{name}") for name in _REFUSED}
    told = [f"{amount:,} {_REFUSED[name]}" for name, amount in reasons.items() if amount]
    return f"Refused entries: {', '.join(told)}." if told else ""


def _of_model(run: RunRecord) -> str:
    """Return in a line what a run's calls come to; "" for a run that asked no model."""
    of, settings = run.statistics, RunSettings.of_run(run)
    if settings.model is None or "llm_requests" not in of:
        return ""
    cost = of.get("llm_cost")
    parts = [
        f"{plural(_whole(of, 'llm_requests'), 'request')}, {_whole(of, 'llm_replayed'):,} replayed",
        f"{_whole(of, 'llm_answered'):,} answered, {_whole(of, 'llm_failed'):,} failed",
        f"{_whole(of, 'llm_unasked'):,} not asked for want of budget",
        f"{_whole(of, 'llm_prompt_tokens'):,} + {_whole(of, 'llm_completion_tokens'):,} tokens",
        f"{number(of.get('llm_seconds'), 1)} s",
    ]
    parts += [f"cost {number(cost, 4)}"] if cost is not None else []
    where = f"{clean(settings.model, limit=_NAME)} at {clean(settings.endpoint or UNDEFINED, limit=_NAME)}"
    return f"Model {where}: {'; '.join(parts)}."


def _whole(statistics: Mapping[str, Any], name: str) -> int:
    value = statistics.get(name)
    return value if isinstance(value, int) else 0

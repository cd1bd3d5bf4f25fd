"""What is to be said of a run beside its figures: whatever makes them doubtful comes in a sentence."""

from collections.abc import Mapping
from typing import Any

from core.formats import UNDEFINED, number
from core.jobs.ledgers import cutoff_warning
from core.jobs.settings import RunSettings
from core.market.holes import hole_told, more_holes
from core.text import clean, plural
from db.runs import RunRecord

_NAME = 100
_DAY = len("2020-01-31")
_SYNTHETIC_SYMBOL = "SYNTHETIC"
_SYNTHETIC = (
    "SYNTHETIC prices: made by a formula, not by a market. The figures show the program, not a profit."
)
_FLATTERED = (
    "Note: spreads as recorded; brokers record the smallest spread of a bar, so this flatters the result."
)
_CLOSES_ONLY = (
    "Note: in close_price mode stops are judged at closes, so a trade can lose more than the share of equity "
    "that is put at risk."
)
_BROKE = "The account went broke: it was used up before the end, and the run traded no more."
_REFUSED = {
    "margin": "for lack of margin",
    "size": "for a size below the smallest lot",
    "stop": "for a stop that the price had reached already",
}


def remarks(run: RunRecord) -> list[str]:
    """Return the sentences that belong to the figures of a run, harmless wherever they are shown.

    The weightiest comes first.
    """
    recorded = RunSettings.of_run(run).spread_source == "data"
    entries = _of_entries(run)
    found = (
        _broke(run),
        entries,
        _SYNTHETIC if run.symbol == _SYNTHETIC_SYMBOL else "",
        cutoff_warning(run),
        _holes(run.statistics),
        _ambiguous(run.statistics),
        "" if entries else _refused(run.statistics),
        _FLATTERED if recorded else "",
        _CLOSES_ONLY if run.risk_pct is not None and run.execution_mode == "close_price" else "",
        _of_model(run),
    )
    return [sentence for sentence in found if sentence]


def verdict(run: RunRecord) -> str:
    """Return why the figures of a run mean little or nothing; "" where they do.

    It is the first of its `remarks`.
    """
    return _broke(run) or _of_entries(run)


def _broke(run: RunRecord) -> str:
    return _BROKE if run.statistics.get("stopped_out") else ""


def _of_entries(run: RunRecord) -> str:
    """Return that no entry was taken, or fewer than were refused; "" otherwise.

    The store knows what was refused and why, not what the strategy decided.
    """
    of = run.statistics
    refused, taken = _whole(of, "refused_entries"), _whole(of, "positions")
    if run.total_trades == 0:
        return _of_none(refused, _why_refused(of), is_known="refused_entries" in of)
    if not 0 < taken < refused:
        return ""
    why = _why_refused(of)
    if len(why) > 1:
        return f"{refused:,} entries refused, {taken:,} taken; refused were {_listed(why)}."
    return f"{plural(refused, 'entry', 'entries')} refused{_only(why)}, {taken:,} taken."


def _of_none(refused: int, why: Mapping[str, int], *, is_known: bool) -> str:
    if not is_known:
        return "No trade was made."
    if not refused:
        return "No trade: the strategy opened no position, and no entry was refused."
    if len(why) > 1:
        return f"No trade: all {refused:,} entries were refused, {_listed(why)}."
    entries = "its only entry was" if refused == 1 else f"all {refused:,} entries were"
    return f"No trade: {entries} refused{_only(why)}."


def _holes(of: Mapping[str, Any]) -> str:
    """Return in which weeks of its period a run had no bars at all; "" where there are none such."""
    amount, weeks = _whole(of, "holes"), _whole(of, "longest_hole_weeks")
    if not amount:
        return ""
    start, end = (clean(str(of.get(f"longest_hole_{name}", UNDEFINED))[:_DAY]) for name in ("start", "end"))
    return f"The period has {hole_told(start, end, weeks)}{more_holes(amount - 1)}."


def _ambiguous(of: Mapping[str, Any]) -> str:
    """Return what was assumed of bars that touched both stop and target; "" where none did."""
    exits = _whole(of, "ambiguous_exits")
    if not exits:
        return ""
    bars = plural(exits, "bar touches stop and target", "bars touch stop and target")
    return f"{bars}: which came first is not known, the stop is taken."


def _refused(of: Mapping[str, Any]) -> str:
    """Return why entries were refused; "" where none were, or where it was not written down."""
    why = _why_refused(of)
    return f"Refused entries: {_listed(why)}." if why else ""


def _why_refused(of: Mapping[str, Any]) -> dict[str, int]:
    """Return how many entries were refused by the reason in words, as far as that was written down."""
    amounts = {words: _whole(of, f"refused_{name}") for name, words in _REFUSED.items()}
    return {words: amount for words, amount in amounts.items() if amount}


def _listed(why: Mapping[str, int]) -> str:
    return ", ".join(f"{amount:,} {words}" for words, amount in why.items())


def _only(why: Mapping[str, int]) -> str:
    """Return the one reason, if any, to be put after a word."""
    return "".join(f" {words}" for words in why)


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

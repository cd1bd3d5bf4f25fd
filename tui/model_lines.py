"""What a run asked of a language model, as lines of plain text."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.jobs.settings import RunSettings
from core.text import clean, harmless
from db.llm_calls import CallRecord
from db.runs import RunRecord
from tui.formats import UNDEFINED, minute, number, plural

_NAME = 100
_IN_FLIGHT = "no answer: in flight when its worker ended, or still under way"
_REPLAYED = "replayed"


def figures_of_model(run: RunRecord) -> str:
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


def call_lines(call: CallRecord) -> Iterator[str]:
    """Yield the lines of one call: when, what came of it, what was asked, what was said."""
    yield "  ".join(part for part in _heading(call) if part)
    yield from _block("asked", call.prompt)
    if call.answer is not None:
        yield from _block("said", call.answer)
    elif call.error is not None:
        yield from _block("failed", call.error)
    else:
        yield from _block("failed", _IN_FLIGHT)


def _heading(call: CallRecord) -> Iterator[str]:
    yield f"#{call.number}"
    yield minute(call.bar_time)
    yield _REPLAYED if call.replayed else ""
    yield "" if call.tokens is None else f"{call.tokens:,} tokens"
    yield "" if call.seconds is None else f"{call.seconds:.2f} s"
    yield "" if call.decision is None else f"→ {clean(call.decision, limit=200)}"
    if call.position is not None:
        yield f"position {call.position}, {number(call.profit, signed=True)}"


def _block(name: str, text: str) -> Iterator[str]:
    """Yield a text under its name, its lines indented alike."""
    for place, one in enumerate(text.split("\n")):
        yield f"    {name if place == 0 else '':<8}{harmless(one)}".rstrip()


def _whole(statistics: Mapping[str, Any], name: str) -> int:
    value = statistics.get(name)
    return value if isinstance(value, int) else 0

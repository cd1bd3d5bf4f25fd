"""What a run asked of a language model, as lines of plain text."""

from collections.abc import Iterator

from core.text import clean, harmless
from db.llm_calls import CallRecord
from tui.formats import minute, number

_IN_FLIGHT = "no answer: in flight when its worker ended, or still under way"
_REPLAYED = "replayed"


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

"""Until when models know what happened: a backtest before that day is one of remembering, too."""

import datetime as dt
from collections.abc import Mapping

from core.llm.configured import ModelFacts

# As their makers published them; where only a month is given, its last day.
_KNOWN = {
    "claude-3-haiku": dt.date(2023, 8, 31),
    "claude-3-opus": dt.date(2023, 8, 31),
    "claude-3-5-sonnet": dt.date(2024, 4, 30),
    "gpt-3.5-turbo": dt.date(2021, 9, 30),
    "gpt-4-turbo": dt.date(2023, 12, 31),
    "gpt-4.1": dt.date(2024, 6, 30),
    "gpt-4o": dt.date(2023, 10, 31),
    "llama-3.1": dt.date(2023, 12, 31),
    "llama-3.2": dt.date(2023, 12, 31),
    "llama-3.3": dt.date(2023, 12, 31),
    "o1": dt.date(2023, 10, 31),
    "o3-mini": dt.date(2023, 10, 31),
}


def cutoff_of(model: str, configured: Mapping[str, ModelFacts]) -> dt.date | None:
    """Return the last day that a model may know of, as configured, else as published; None if unknown.

    A dated or sized name is that of its family: gpt-4o-2024-08-06, meta-llama/Llama-3.1-8B-Instruct.
    """
    facts = configured.get(model)
    if facts is not None and facts.cutoff is not None:
        return facts.cutoff
    name = model.rpartition("/")[2].lower()
    families = [known for known in _KNOWN if name == known or name.startswith(f"{known}-")]
    return _KNOWN[max(families, key=len)] if families else None


def warning(model: str, cutoff: dt.date | None, start: dt.datetime) -> str:
    """Return what is to be said of a period that begins before a model's cutoff; "" where it does not."""
    if cutoff is None or start.date() > cutoff:
        return ""
    return (
        f"{model} may know what happened until {cutoff:%Y-%m-%d}, and the period begins on "
        f"{start:%Y-%m-%d}: what it does well there may be memory, not judgement."
    )

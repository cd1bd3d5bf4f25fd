"""Which ledger a run's requests stand in: the digest of all that decides what is asked and answered."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from db.runs import DECISIVE, NewRun, RunRecord

_COLUMNS = ("strategy", *DECISIVE)
# What decides whether there is a result, or what is said of it, but not the result itself.
_ASIDE = frozenset({"generation", "cutoff", "memory_limit_mb", "time_limit_minutes"})


def ledger_of(run: NewRun | RunRecord, defaults: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a run's canonical configuration, in hexadecimal.

    Neither the budget, the note nor the limits are part of it. Settings at their
    `defaults` are left out, so that one that is added later changes no ledger.
    """
    configuration = {name: getattr(run, name) for name in _COLUMNS}
    configuration["settings"] = decisive(run.settings, defaults)
    text = json.dumps(_plain(configuration), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def decisive(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that decide a result and are not as they are without a word."""
    known = {name: value for name, value in settings.items() if name in defaults and name not in _ASIDE}
    return {name: value for name, value in known.items() if _plain(value) != _plain(defaults[name])}


def prompt_digest(prompt: str, schema: str, occurrence: int) -> str:
    """Return what names one ask in a ledger: the prompt, the schema, and the how manieth of these it is."""
    text = json.dumps([prompt, schema, occurrence], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever JSON can hold)
    """Return a value as it is after a round through the store: 1 and 1.0 are the same number."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value if value is None or isinstance(value, bool) else str(value)

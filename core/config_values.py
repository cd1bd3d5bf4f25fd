"""What every part of `config.toml` is read with: sections, unknown keys, values in sentences."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import BacktapeError
from core.text import clean

_SHOWN = 40


def section(table: Mapping[str, Any], name: str, path: Path, heading: str = "") -> Mapping[str, Any]:
    """Return a section of a table, empty where there is none; BacktapeError where it is something else."""
    found = table.get(name, {})
    if not isinstance(found, dict):
        shown = heading or f"[{name}]"
        raise BacktapeError(f"{path}: {clean(name, limit=_SHOWN)} must be a section {shown}.")
    return found


def refuse_unknown(keys: Mapping[str, Any], where: str, known: tuple[str, ...], path: Path) -> None:
    """Refuse a key that means nothing."""
    for key in keys:
        if key not in known:
            raise BacktapeError(
                f"{path}: {where} has a key {quoted(key)}, which means nothing; there is {', '.join(known)}."
            )


def quoted(value: object) -> str:
    """Return a value of the file as it stands in a sentence."""
    return f"'{clean(str(value), limit=_SHOWN)}'"

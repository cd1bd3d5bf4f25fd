"""What running a strategy's file has shown of its parameters, kept by the digest of its source.

A file in the data folder that may be thrown away at any time: one that is
damaged, or from another version of the program, counts as empty.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from core.errors import BacktapeError
from core.home import Home
from core.strategies.parameters import Declaration, Parameter
from core.strategies.registry import Description
from core.strategies.strategy import Options, declared, options_of
from core.text import clean
from core.version import code_version

# More strategies than anybody edits in a month, and still read in a blink.
_MOST = 500
_LARGEST = 20_000_000
_LONGEST_SENTENCE = 1_000


@dataclass(frozen=True)
class Shown:
    """What a run of the file has shown: parameters and options, or why there are none."""

    parameters: tuple[Parameter, ...] = ()
    options: Options = field(default_factory=Options)
    error: str | None = None


def understood(told: object) -> Shown | None:
    """Return what a process or the file told, None if it is not of the form that ours tell."""
    if not isinstance(told, dict):
        return None
    error = told.get("error")
    if isinstance(error, str):
        return Shown(error=clean(error, limit=_LONGEST_SENTENCE))
    try:
        return Shown(tuple(map(_parameter, told["parameters"])), options_of(told["options"]))
    except (KeyError, TypeError, AttributeError, BacktapeError):
        return None


def recall(home: Home, description: Description) -> Shown | None:
    """Return what is kept of this very source, None if nothing is."""
    return understood(_read(home).get(_key(description)))


def keep(home: Home, description: Description, told: dict[str, Any]) -> None:
    """Keep what was told of a source; a disk that takes nothing only means that it is asked for again."""
    kept = _read(home)
    kept.pop(_key(description), None)
    newest = dict([*kept.items(), (_key(description), told)][-_MOST:])
    with suppress(OSError):
        _write(home, json.dumps({"code": code_version(), "descriptions": newest}))


def _key(description: Description) -> str:
    return f"{description.name} {description.version}"


def _parameter(told: dict[str, Any]) -> Parameter:
    name, choices = told["name"], tuple(told["choices"])
    if not isinstance(name, str) or not name.isidentifier():
        raise TypeError
    bounds = {part: told[part] for part in ("minimum", "maximum", "step")}
    words = {part: told[part] for part in ("help", "above")}
    declaration = Declaration(told["default"], choices=choices, **bounds, **words)
    return declared(declaration, name, told["kind"])


def _read(home: Home) -> dict[str, Any]:
    """Return what is kept, by source; nothing where the file is missing, damaged or another version's."""
    try:
        if home.descriptions.stat().st_size > _LARGEST:
            return {}
        kept = json.loads(home.descriptions.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict) or kept.get("code") != code_version():
        return {}
    descriptions = kept.get("descriptions")
    return descriptions if isinstance(descriptions, dict) else {}


def _write(home: Home, text: str) -> None:
    """Put the file in place whole, readable by its owner alone."""
    home.cache.mkdir(mode=0o700, exist_ok=True)
    draft = home.descriptions.with_suffix(f".{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(home.descriptions)
    finally:
        draft.unlink(missing_ok=True)

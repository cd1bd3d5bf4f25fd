"""JSON as it leaves the program: times in UTC, never NaN or infinity, nothing that acts on a terminal."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from core.text import is_harmful

_DELETE = "\x7f"


def json_document(value: object, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Return `value` as JSON; times as ISO 8601 in UTC, figures that are not finite as null.

    Raises:
        TypeError: something in it has no place in a JSON document.
    """
    encoder = _encoder(indent, ascii_only)
    try:
        text = encoder.encode(value)
    except ValueError:
        text = encoder.encode(_defined(value))
    if text.isascii() and _DELETE not in text:
        return text
    # What JSON need not escape may still move a cursor; escaped, it says the same.
    return "\n".join(map(_escaped, text.split("\n")))


@lru_cache
def _encoder(indent: int | None, ascii_only: bool) -> json.JSONEncoder:
    return json.JSONEncoder(default=_plain, allow_nan=False, ensure_ascii=ascii_only, indent=indent)


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(json.dumps(one)[1:-1] if is_harmful(one) else one for one in line)


def _defined(value: object) -> object:
    """Return a document in which a figure that is not finite is undefined."""
    if isinstance(value, dict):
        return {key: _defined(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_defined(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON document")

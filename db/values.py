"""Values on their way into the store: plain Python only."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

PLAIN = frozenset({int, float, str, bytes, bool, type(None)})


def plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value that SQLite stores as what it is.

    A numpy number would be bound as a BLOB, so it becomes Python's own; what is
    not finite is undefined, and undefined is NULL.

    Raises:
        TypeError: the value is of no kind that the store keeps.
    """
    if type(value) not in PLAIN:
        value = _unwrapped(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _unwrapped(value: Any) -> Any:  # noqa: ANN401
    item = getattr(value, "item", None)
    bare = item() if callable(item) else value
    if type(bare) in PLAIN:
        return bare
    for kind in (int, float, str):
        # An enum's member, or a subclass of a number: kept as what it stands for.
        if isinstance(bare, kind):
            return kind(bare)
    raise TypeError(f"the store does not keep {type(value).__name__}")


def require_plain(rows: Sequence[Sequence[Any]]) -> None:
    """Refuse rows that hold anything but plain values; one pass at C speed.

    Raises:
        TypeError: names the kinds that were found.
    """
    strange = set(map(type, chain.from_iterable(rows))) - PLAIN
    if strange:
        names = ", ".join(sorted(kind.__name__ for kind in strange))
        raise TypeError(f"rows for the store hold {names}; convert them to plain Python values")


def json_text(value: Mapping[str, Any] | Iterable[Any]) -> str:
    """Return JSON text in which undefined is null; numpy numbers become plain ones."""
    return json.dumps(_json_ready(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _json_ready(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {str(key): _json_ready(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_ready(item) for item in value]
    return plain(value)


def marks(count: int) -> str:
    """Return `?, ?, ?` for so many parameters."""
    return ", ".join("?" * count)


def batches(values: Sequence[int], size: int = 500) -> Iterable[list[int]]:
    """Yield plain ids in batches that fit into one statement."""
    for start in range(0, len(values), size):
        yield [int(value) for value in values[start : start + size]]

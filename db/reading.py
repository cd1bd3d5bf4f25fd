"""Rows of the store as records, whatever another program has written into them.

SQLite takes a text where a number belongs, and a store can be edited by hand. A value
that cannot be read is undefined, or the least of its kind where a record needs one, so
that one such row spoils neither a list nor the runner. Who must not go on with less
than the whole row asks for `unreadable`; the doctor names such rows.
"""

import json
import math
import types
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from db.times import utc_datetime

Record = TypeVar("Record")

# Shown in place of a moment that cannot be read: nobody takes it for a real one.
UNREADABLE = datetime.min.replace(tzinfo=UTC)


_Shape = tuple[type[Any], ...]
_MOST_SHAPES = 1000


@dataclass(frozen=True, slots=True)
class _Field:
    """How one field is read, and what stands for a value that cannot be."""

    name: str
    read: Callable[[Any], Any]
    least: Any


# For rows whose values have the types that are wanted: the few that still have to be converted.
# A list of many rows has few shapes, and this is ten times as fast as reading value by value.
_known: dict[_Shape, list[tuple[int, _Field]]] = {}


def record(kind: type[Record], row: Sequence[Any], **others: Any) -> Record:  # noqa: ANN401
    """Return a row as a dataclass; its values are those of the first fields, `others` name the rest."""
    shape = (kind, *map(type, row))
    known = _known.get(shape)
    if known is None or math.inf in row or -math.inf in row:
        return kind(*_each(kind, row, shape), **others)
    values = list(row)
    for index, field in known:
        try:
            values[index] = field.read(values[index])
        except ValueError:
            values[index] = field.least
    return kind(*values, **others)


def _each(kind: type[Any], row: Sequence[Any], shape: _Shape) -> list[Any]:
    """Read value by value; where all can be, remember for rows of this shape which had to be converted."""
    fields = _fields(cast("Hashable", kind), len(row))
    values, sound = [], len(_known) < _MOST_SHAPES
    for field, value in zip(fields, row, strict=True):
        try:
            values.append(field.read(value))
        except (ValueError, TypeError):
            values.append(field.least)
            sound = False
    if sound:
        changed = [value is not was for value, was in zip(values, row, strict=True)]
        _known[shape] = [(index, fields[index]) for index, differs in enumerate(changed) if differs]
    return values


def unreadable(kind: type[Any], row: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of the fields whose values cannot be read."""
    return tuple(
        field.name
        for field, value in zip(_fields(cast("Hashable", kind), len(row)), row, strict=True)
        if not _is_readable(field, value)
    )


def _is_readable(field: _Field, value: object) -> bool:
    try:
        field.read(value)
    except (ValueError, TypeError):
        return False
    return True


@cache
def _fields(kind: Any, count: int) -> tuple[_Field, ...]:  # noqa: ANN401 (a dataclass)
    """Return the first `count` fields; those after them are no values of a row."""
    hints = get_type_hints(kind)
    return tuple(_field(field.name, hints[field.name]) for field in fields(kind)[:count])


def _field(name: str, hint: Any) -> _Field:  # noqa: ANN401 (a type, or a union of types)
    if get_origin(hint) in {Union, types.UnionType}:
        (inner,) = [part for part in get_args(hint) if part is not type(None)]
        return _Field(name, _optional(_KINDS[_plain_type(inner)][0]), None)
    read, least = _KINDS[_plain_type(hint)]
    return _Field(name, read, least)


def _plain_type(hint: Any) -> Any:  # noqa: ANN401
    """Return `Mapping` for `Mapping[str, Any]`."""
    return get_origin(hint) or hint


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read_optional(value: object) -> Any:  # noqa: ANN401
        return None if value is None else read(value)

    return read_optional


def _exactly(kind: type[Any]) -> Callable[[Any], Any]:
    def read_exactly(value: object) -> Any:  # noqa: ANN401
        if type(value) is kind:
            return value
        raise ValueError

    return read_exactly


def _json(kind: type[Any]) -> Callable[[Any], Any]:
    def read_json(value: object) -> Any:  # noqa: ANN401
        if type(value) is str and isinstance(found := json.loads(value), kind):
            return found
        raise ValueError

    return read_json


def _number(value: object) -> float:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    raise ValueError


def _truth(value: object) -> bool:
    if type(value) is int:
        return value != 0
    raise ValueError


_KINDS: dict[Any, tuple[Callable[[Any], Any], Any]] = {
    int: (_exactly(int), 0),
    float: (_number, 0.0),
    str: (_exactly(str), ""),
    bytes: (_exactly(bytes), b""),
    bool: (_truth, False),
    datetime: (utc_datetime, UNREADABLE),
    list: (_json(list), []),
    Sequence: (_json(list), ()),
    Mapping: (_json(dict), types.MappingProxyType({})),
}

"""The record of one run as Python reads and writes it."""

from typing import Any

import numpy as np

from core.engine.records import DESK

# Every field of the record is eight bytes wide, so a field is one item of a view.
_WIDTH = 8


class Board:
    """A `records.Desk` of its own: written by name, read through views that cost little.

    `whole` and `real` are the whole record as whole numbers and as floats; a
    field is at `place_of(name)` in the one that is of its kind.
    """

    __slots__ = ("_record", "address", "real", "whole")

    def __init__(self) -> None:
        """Begin with a record of zeros."""
        self._record = np.zeros(1, DESK)
        self.address = int(self._record.ctypes.data)
        flat = self._record.view(np.uint8).data
        self.whole = flat.cast("q")
        self.real = flat.cast("d")

    def put(self, **fields: float | list[int]) -> None:
        """Write fields; one that holds many values takes a list of them."""
        for name, value in fields.items():
            view: memoryview[Any] = self.real if name in _REAL else self.whole
            values = value if isinstance(value, list) else (value,)
            for place, one in enumerate(values, _PLACES[name]):
                view[place] = one

    def count(self, name: str) -> int:
        """Return a whole-numbered field."""
        return self.whole[_PLACES[name]]

    def number(self, name: str) -> float:
        """Return a field that is a float."""
        return self.real[_PLACES[name]]


def place_of(name: str) -> int:
    """Return where the views hold a field, the first item of one that holds many."""
    return _PLACES[name]


def _layout() -> tuple[dict[str, int], frozenset[str]]:
    fields = DESK.fields
    if fields is None:
        raise TypeError("the broker's record has no fields")
    places = {name: field[1] // _WIDTH for name, field in fields.items()}
    return places, frozenset(name for name, field in fields.items() if field[0].base.kind == "f")


_PLACES, _REAL = _layout()

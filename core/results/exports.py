"""Tables and documents that other programs read.

A table is CSV as RFC 4180 quotes it, in UTF-8 without a byte order mark; a line ends
in a line feed alone, which spreadsheets read as well as the tools of a shell. Numbers
are written so that reading them gives the same number, times as ISO 8601 in UTC; what
is undefined is empty. A text that a spreadsheet would take for a formula gets an
apostrophe before it.
"""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

from core.json_documents import json_document
from core.text import harmless

# The wide forms too: some spreadsheets take them for the plain ones.
_BEGINS_FORMULA = tuple(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_BEGINS_CELL = ("\t", "\r", "\n")


def write_table(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV under a header; rows are taken one by one.

    `file` must leave line ends as they are (`newline=""`).

    Raises:
        OSError: they cannot be written.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_CELLS.get(type(value), _json_cell)(value) for value in row] for row in rows)


def write_pairs(file: TextIO, document: Mapping[str, object]) -> None:
    """Write a document as CSV of two columns, a figure a line; what lies within another has a dotted name.

    Raises:
        OSError: it cannot be written.
    """
    write_table(file, ("name", "value"), _pairs("", document))


def write_document(file: TextIO, document: Mapping[str, object], **lists: Iterable[object]) -> None:
    """Write a JSON object and, as further keys, lists; their items are taken one by one, a line each.

    Raises:
        OSError: it cannot be written.
    """
    file.write(json_document(document, indent=2).removesuffix("\n}"))
    for name, items in lists.items():
        file.write(f',\n  "{name}": [')
        file.writelines(_lines(items))
        file.write("\n  ]")
    file.write("\n}\n")


@lru_cache(1024)
def spreadsheet_text(text: str) -> str:
    """Return a text harmless to a spreadsheet and to a terminal; tabs and line breaks become blanks."""
    # Spreadsheets pass over blanks before a formula.
    is_formula = text.startswith(_BEGINS_CELL) or text.lstrip().startswith(_BEGINS_FORMULA)
    return f"'{harmless(text)}" if is_formula else harmless(text)


def _lines(items: Iterable[object]) -> Iterator[str]:
    separator = "\n    "
    for item in items:
        yield separator + json_document(item)
        separator = ",\n    "


def _pairs(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the figures of a document, parts of a list counted from 1; a list of mere values is one."""
    if isinstance(value, Mapping):
        within = iter(value.items())
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        within = ((str(number), item) for number, item in enumerate(value, 1))
    else:
        yield name, value
        return
    for key, item in within:
        yield from _pairs(f"{name}.{key}" if name else key, item)


def _number_cell(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _time_cell(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json_cell(value: object) -> str:
    return spreadsheet_text(json_document(value))


# How `csv` gets a value of each kind, a table since there are many: a number as it is, None as nothing.
_CELLS: dict[type, Callable[[Any], object]] = {
    str: spreadsheet_text,
    float: _number_cell,
    int: int,
    bool: json_document,
    datetime: _time_cell,
    type(None): lambda _: None,
}

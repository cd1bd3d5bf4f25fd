"""The columns of a file as arrays, fast where the text allows it and careful where not.

The whole file is first given to Arrow. Where Arrow stumbles, it is tried again
in blocks of lines, and only blocks with a fault in them are read line by line.
"""

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.market.bars import Floats
from core.market.dialects import Layout, split
from core.market.opening import TextFile
from core.market.zones import Seconds
from core.text import clean

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS = ("open", "high", "low", "close", "volume", "spread")

_BLOCK_LINES = 5_000
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)([KMB])", re.IGNORECASE)
_MULTIPLES = {"K": 1e3, "M": 1e6, "B": 1e9}


@dataclass(frozen=True)
class DroppedLine:
    """A line of the file that became no bar, and why."""

    line: int
    reason: str


@dataclass
class Table:
    """The rows of a file in its own order; a number that could not be read is NaN.

    `times` and `clocks` are the texts (pyarrow), `numbers` the columns the file
    has, `lines` each row's line in the file, `ragged` the lines that are no rows.
    """

    times: "pa.ChunkedArray"
    clocks: "pa.ChunkedArray | None"
    numbers: dict[str, Floats]
    lines: Seconds
    ragged: list[DroppedLine] = field(default_factory=list)


def read_table(file: TextFile, layout: Layout) -> Table:
    """Return the columns that `layout` names from all lines below the header."""
    import pyarrow as pa

    first = layout.first_line
    try:
        return _fast(file, layout, first, file.line_count)
    except pa.ArrowInvalid:
        return _in_blocks(file, layout, file.lines_from(first))


def _in_blocks(file: TextFile, layout: Layout, lines: Seconds) -> Table:
    import pyarrow as pa

    parts: list[Table] = []
    for start in range(0, len(lines), _BLOCK_LINES):
        block = lines[start : start + _BLOCK_LINES]
        try:
            parts.append(_fast(file, layout, int(block[0]), int(block[-1])))
        except pa.ArrowInvalid:
            parts.append(_careful(file, layout, block))
    return Table(
        times=pa.chunked_array([chunk for part in parts for chunk in part.times.chunks], pa.string()),
        clocks=pa.chunked_array(
            [chunk for part in parts if part.clocks is not None for chunk in part.clocks.chunks], pa.string()
        )
        if "clock" in layout.columns
        else None,
        numbers={name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers},
        lines=np.concatenate([part.lines for part in parts]),
        ragged=[line for part in parts for line in part.ragged],
    )


def _fast(file: TextFile, layout: Layout, first: int, last: int) -> Table:
    """Read lines `first` to `last` by Arrow, which passes over those that are empty.

    Raises:
        pyarrow.ArrowInvalid: something in them is not what the layout says.
    """
    import pyarrow as pa
    from pyarrow import csv

    text = file.part(first, last)
    names = [f"c{position}" for position in range(layout.width)]
    wanted = {role: names[position] for role, position in layout.columns.items()}
    table = csv.read_csv(
        pa.py_buffer(text),
        read_options=csv.ReadOptions(column_names=names, block_size=4 << 20),
        parse_options=csv.ParseOptions(
            delimiter=layout.separator, quote_char='"' if file.has_quotes else False
        ),
        convert_options=csv.ConvertOptions(
            include_columns=list(dict.fromkeys(wanted.values())),
            column_types={
                name: pa.string() if role in {"time", "clock"} else pa.float64()
                for role, name in wanted.items()
            },
            decimal_point=layout.decimal,
            check_utf8=False,
            strings_can_be_null=False,
        ),
    )
    lines = np.arange(first, last + 1, dtype=np.int64)
    if len(table) < len(lines):
        lines = file.lines_from(first)
        lines = lines[lines <= last]
    if len(table) != len(lines):
        raise pa.ArrowInvalid("rows and lines differ")
    return Table(
        times=table[wanted["time"]],
        clocks=table[wanted["clock"]] if "clock" in wanted else None,
        numbers={role: _floats(table[wanted[role]]) for role in NUMBERS if role in wanted},
        lines=lines,
    )


def _floats(column: "pa.ChunkedArray") -> Floats:
    """Return a column of numbers as one array, NaN where there is none."""
    return np.concatenate([chunk.to_numpy(zero_copy_only=False) for chunk in column.chunks] or [np.empty(0)])


def _careful(file: TextFile, layout: Layout, lines: Seconds) -> Table:
    """Read lines one by one; those with another number of columns are set aside."""
    import pyarrow as pa

    roles = [role for role in NUMBERS if role in layout.columns]
    rows: list[list[float]] = []
    times: list[str] = []
    clocks: list[str] = []
    kept: list[int] = []
    ragged: list[DroppedLine] = []
    for number in lines.tolist():
        line = file.line(number)
        fields = split(line, layout.separator)
        if reason := _shape(line, fields, layout.width):
            ragged.append(DroppedLine(number, reason))
            continue
        kept.append(number)
        times.append(fields[layout.columns["time"]])
        clocks.append(fields[layout.columns["clock"]] if "clock" in layout.columns else "")
        rows.append([to_number(fields[layout.columns[role]], layout.decimal, role) for role in roles])
    matrix = np.array(rows, dtype=np.float64).reshape(len(rows), len(roles))
    return Table(
        times=pa.chunked_array([pa.array(times, pa.string())]),
        clocks=pa.chunked_array([pa.array(clocks, pa.string())]) if "clock" in layout.columns else None,
        numbers={role: matrix[:, position].copy() for position, role in enumerate(roles)},
        lines=np.array(kept, dtype=np.int64),
        ragged=ragged,
    )


def _shape(line: str, fields: list[str], width: int) -> str | None:
    """Return why a line is no row of `width` columns, None if it is one."""
    if line.count('"') % 2:
        return "a quote is opened and not closed"
    if not any(fields):
        return "there is nothing between the separators"
    if len(fields) != width:
        return f"there are {len(fields)} columns where the other lines have {width}"
    return None


def to_number(text: str, decimal: str, role: str) -> float:
    """Return the number that `text` writes, NaN if it writes none."""
    text = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if role == "volume" and (counted := _COUNTED.fullmatch(text)):
        return float(counted[1]) * _MULTIPLES[counted[2].upper()]
    return float(text) if _PLAIN.fullmatch(text) else math.nan


def why_unread(file: TextFile, layout: Layout, line: int) -> str:
    """Return which price of a line is no number, in words."""
    fields = split(file.line(line), layout.separator)
    for role in ("open", "high", "low", "close", "spread"):
        position = layout.columns.get(role)
        if position is None or position >= len(fields):
            continue
        text = fields[position]
        if not math.isfinite(to_number(text, layout.decimal, role)):
            return (
                f"the {role} is {clean(text, limit=30)!r}, which is no number"
                if text
                else f"the {role} is empty"
            )
    return "a price is no number"

"""What a command writes: text or one JSON document on stdout, remarks and errors on stderr."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len, set_cell_size

from core.json_documents import json_document
from core.text import harmless
from tui.folding import folded

_GAP, _READABLE = "  ", 24
_PLAIN = str.maketrans(
    {"\u2013": "-", "·": "|", "…": "...", "✓": "+", "✗": "x", "▶": ">", "─": "-", "\ufffd": "?"}
)

_ASCII_ASKED = ContextVar("ascii_asked", default=False)


@contextmanager
def own_streams() -> Iterator[None]:
    """Let the block write as it is asked to, into nothing where the shell has closed a stream."""
    # In this order: each takes the lowest number that is free, which no file of the store may have.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for as long as the program runs
    before = _ASCII_ASKED.set(False)
    try:
        yield
    finally:
        _ASCII_ASKED.reset(before)


def ask_for_ascii() -> None:
    """Write ASCII only until the command has ended, whatever the terminal shows."""
    _ASCII_ASKED.set(True)


def utf8_locale() -> bool:
    """Return whether the locale says that the terminal shows UTF-8.

    Python sets `LC_CTYPE=C.UTF-8` for itself in a plain C locale, which says
    nothing about the terminal.
    """
    named = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE")
    if not named or (named == "C.UTF-8" and not os.environ.get("LC_ALL")):
        named = os.environ.get("LANG", "")
    return "utf" in named.lower()


def ascii_only(stream: TextIO | None = None) -> bool:
    """Return whether `stream` (stdout by default) should get ASCII characters only."""
    encoding = (stream or sys.stdout).encoding or "ascii"
    return _ASCII_ASKED.get() or not utf8_locale() or not encoding.lower().replace("-", "").startswith("utf8")


def write(text: str) -> None:
    """Write lines of text to stdout, in ASCII where the terminal shows nothing else."""
    print(presentable(text, sys.stdout))


def complain(sentence: str) -> None:
    """Write one sentence to stderr, in lines that a terminal need not break."""
    remark(f"backtape: {harmless(sentence)}")


def remark(sentence: str) -> None:
    """Write a remark that is no error to stderr, out of the way of what stdout is used for."""
    text = folded(presentable(sentence, sys.stderr), width_of(sys.stderr))
    try:
        print(text, file=sys.stderr, flush=True)
    except BrokenPipeError:
        return


def width_of(stream: TextIO) -> int | None:
    """Return how many characters fit on a line of `stream`; None where it is no terminal, or none says."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def presentable(text: str, stream: TextIO) -> str:
    """Return `text` in characters that `stream` can show, harmless whoever wrote them."""
    text = "\n".join(map(harmless, text.split("\n")))
    if ascii_only(stream):
        known = text.translate(_PLAIN)
        return "".join(c if c.isascii() else "?" * cell_len(c) for c in known)
    return text


def write_json(document: object) -> None:
    """Write one JSON document to stdout; times as ISO 8601 in UTC, never NaN or infinity."""
    sys.stdout.write(f"{json_document(document, indent=2, ascii_only=ascii_only())}\n")


def terminal_width() -> int | None:
    """Return how many characters fit on a line of stdout; None where it is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Iterable[int] = (),
    *,
    folding: Iterable[int] = (),
    width: int | None = None,
) -> str:
    """Return aligned columns; the columns numbered in `right` stand to the right.

    Where they are wider than `width`, long texts are cut, then the columns
    numbered in `folding` go, in that order, then the widest column is cut further.
    """
    lines = [list(header), *(list(map(harmless, row)) for row in rows)]
    widths = {column: max(cell_len(line[column]) for line in lines) for column in range(len(header))}
    if width is not None:
        _fold(widths, folding, width)
    to_right = set(right)
    return "\n".join(
        _GAP.join(_cell(line[column], wide, column in to_right) for column, wide in widths.items()).rstrip()
        for line in lines
    )


def _fold(widths: dict[int, int], folding: Iterable[int], width: int) -> None:
    """Take columns away, then breadth from the widest, until a line is no longer than `width`."""

    def excess() -> int:
        return sum(widths.values()) + len(_GAP) * (len(widths) - 1) - width

    while excess() > 0 and max(widths.values()) > _READABLE:
        widths[max(widths, key=lambda column: widths[column])] -= 1
    for column in folding:
        if excess() <= 0:
            return
        del widths[column]
    while excess() > 0 and max(widths.values()) > 1:
        widths[max(widths, key=lambda column: widths[column])] -= 1


def _cell(text: str, width: int, to_right: bool) -> str:
    room = width - cell_len(text)
    if room < 0:
        return set_cell_size(text, width - 1) + ("." if ascii_only() else "…")
    return " " * room + text if to_right else text + " " * room

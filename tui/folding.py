"""Texts for less room than they take: broken into lines between words, or without their middle."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from rich.cells import cell_len, chop_cells

# Narrower lines would tear apart more than they help.
_NARROWEST = 20
_QUOTED = re.compile(r"(?<!\S)'[^']+'")
_BETWEEN_ITEMS = re.compile(r"( · |  +)")
_HELD = "\ufdd0"  # stands for a blank that no line ends at; no text has this character

# A space at which a text is not to be broken is none of them.
_BLANKS = str.maketrans(dict.fromkeys("\t\n\v\f\r", " "))
_WORDS = re.compile(r" +|[^ ]+")
# A name, and behind what of it a line may end.
_JOINED = re.compile(r"[^_/-]*[_/-]+|[^_/-]+")
# What stands at the end of no line, and at the beginning of none, beside wide characters.
_OPENING, _CLOSING = {"Ps", "Pi"}, {"Pe", "Pf", "Po", "Lm"}
_WIDE = 2
_GOES_ON = " …"


def wrapped(
    text: str, width: int, *, indent: str = "", most: int | None = None, whole: bool = False
) -> list[str]:
    """Return a text as lines of at most `width` cells, broken between words and beside wide characters.

    A word that is longer than a line is broken behind `_`, `/` and `-`, and elsewhere only where
    that does not do; with `whole` it is not broken. All lines but the first begin with `indent`.
    Of more than `most` lines the first are returned, and that there are more.
    """
    room = max(1, width)
    parts = _parts(text.translate(_BLANKS), max(1, room - cell_len(indent)), whole=whole)
    rows = list(_filled(parts, room, indent))
    if most is None or len(rows) <= most:
        return rows
    last = wrapped(rows[most - 1], room - len(_GOES_ON), whole=whole)[0]
    return [*rows[: most - 1], last + _GOES_ON]


def without_middle(text: str, room: int) -> str:
    """Return a text in at most `room` cells: one that is too long keeps its beginning and its end."""
    if cell_len(text) <= room:
        return text
    first, last = "", ""
    for head, tail in zip(text, reversed(text), strict=True):
        if cell_len(f"{first}…{tail}{last}") > room:
            break
        last = tail + last
        if cell_len(f"{first}{head}…{last}") > room:
            break
        first += head
    return f"{first}…{last}"


def folded(text: str, width: int | None, indent: str = "") -> str:
    """Return the lines of `text`, those longer than `width` folded between words; all as they are for None.

    What does not fit goes on below, behind `indent`. A command in quotes, and an item of
    several on a line, stay whole where there is room; so does a path, wherever it ends.
    """
    if width is None:
        return text
    room = max(width, _NARROWEST)
    return "\n".join(
        _rows(line, room, indent) if cell_len(line) > room else line for line in text.split("\n")
    )


def _rows(line: str, room: int, indent: str) -> str:
    least = room - len(indent)
    items = _BETWEEN_ITEMS.split(line)
    if any(items[1::2]):
        held = "".join(_item(part, least) for part in items)
    else:
        held = _QUOTED.sub(lambda quoted: _whole(quoted[0], least), line)
    return "\n".join(wrapped(held, room, indent=indent, whole=True)).replace(_HELD, " ")


def _item(part: str, room: int) -> str:
    """Return an item, or what stands between two: the point goes with the item before it."""
    if part == " · ":
        return f"{_HELD}· "
    return part if part.isspace() else _whole(part, room)


def _whole(text: str, room: int) -> str:
    return text.replace(" ", _HELD) if cell_len(text) < room else text


# Lines of words


def _filled(parts: Iterable[str], room: int, indent: str) -> Iterator[str]:
    """Fill lines with parts; blanks stand between two of a line, and before the first of all."""
    row = ""
    is_first = True
    for part in parts:
        is_blank = part.startswith(" ")
        if not is_blank and cell_len(row + part) > room:
            if row.strip(" "):
                yield row.rstrip(" ")
            row, is_first = indent, False
        if not is_blank or is_first or row.strip(" "):
            row += part
    if row.strip(" "):
        yield row.rstrip(" ")


def _parts(text: str, room: int, *, whole: bool) -> Iterator[str]:
    """Yield blanks, and what may begin a line, none of it longer than `room` unless words stay whole."""
    for word in _WORDS.findall(text):
        for unit in _units(word):
            if whole or cell_len(unit) <= room:
                yield unit
            else:
                yield from (piece for name in _JOINED.findall(unit) for piece in chop_cells(name, room))


def _units(word: str) -> Iterator[str]:
    """Yield the parts of a word that need not stay together."""
    begins = 0
    for ends, (before, after) in enumerate("" if word.isascii() else pairwise(word), 1):
        if _are_apart(before, after):
            yield word[begins:ends]
            begins = ends
    yield word[begins:]


def _are_apart(before: str, after: str) -> bool:
    """Return whether a line may end between two characters: beside a wide one, but for its punctuation."""
    if _WIDE not in {cell_len(before), cell_len(after)} or not cell_len(after):
        return False
    return unicodedata.category(before) not in _OPENING and unicodedata.category(after) not in _CLOSING

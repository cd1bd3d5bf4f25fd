"""Lines for a terminal that is narrower than they are: broken between words, never within."""

import re
import textwrap

# Narrower lines would tear apart more than they help.
_NARROWEST = 20
_QUOTED = re.compile(r"(?<!\S)'[^']+'")
_BETWEEN_ITEMS = re.compile(r"( · |  +)")
_HELD = "\ufdd0"  # stands for a blank that no line ends at; no text has this character


def folded(text: str, width: int | None, indent: str = "") -> str:
    """Return the lines of `text`, those longer than `width` folded between words; all as they are for None.

    What does not fit goes on below, behind `indent`. A command in quotes, and an item of
    several on a line, stay whole where there is room; so does a path, wherever it ends.
    """
    if width is None:
        return text
    room = max(width, _NARROWEST)
    return "\n".join(_rows(line, room, indent) if len(line) > room else line for line in text.split("\n"))


def _rows(line: str, room: int, indent: str) -> str:
    least = room - len(indent)
    items = _BETWEEN_ITEMS.split(line)
    if any(items[1::2]):
        held = "".join(_item(part, least) for part in items)
    else:
        held = _QUOTED.sub(lambda quoted: _whole(quoted[0], least), line)
    rows = textwrap.wrap(held, room, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(rows).replace(_HELD, " ")


def _item(part: str, room: int) -> str:
    """Return an item, or what stands between two: the point goes with the item before it."""
    if part == " · ":
        return f"{_HELD}· "
    return part if part.isspace() else _whole(part, room)


def _whole(text: str, room: int) -> str:
    return text.replace(" ", _HELD) if len(text) < room else text

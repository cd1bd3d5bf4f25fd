"""Cleaning of text that comes from outside, before anything keeps or shows it."""

import unicodedata

# Control characters, surrogates, unassigned and private code points, and the
# format characters (bidi overrides among them) can move a cursor, reorder a
# line or set a terminal's title.
_HARMFUL = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str, *, limit: int = 500, keep_lines: bool = False) -> str:
    """Return `text` harmless to a terminal and at most `limit` characters long.

    Harmful characters become U+FFFD, so that it stays visible that something
    was there. Line breaks and tabs become blanks unless `keep_lines` is set.
    """
    cut = text[: limit + 1]
    safe = "".join(_replaced(character, keep_lines) for character in cut)
    return safe if len(text) <= limit else safe[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def harmless(line: str) -> str:
    """Return a line of text that cannot do more to a terminal than stand there, as long as it was.

    For whatever writes to a terminal: the last look, whoever the text is from.
    """
    if line.isprintable():
        return line
    return "".join(_replaced(character, keep_lines=False) for character in line)


def is_harmful(character: str) -> bool:
    """Return whether a character can do more to a terminal than stand there."""
    return unicodedata.category(character) in _HARMFUL


def plural(amount: int, one: str, many: str | None = None) -> str:
    """Return an amount with its noun, and a verb if they bring one."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def _replaced(character: str, keep_lines: bool) -> str:
    if character in "\n\t":
        return character if keep_lines else " "
    return _REPLACEMENT if is_harmful(character) else character

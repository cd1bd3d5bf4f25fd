"""What is drawn on a terminal that has no Unicode."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_PLAIN = {
    "\N{EN DASH}": "-",
    "—": "-",
    "…": ".",
    "·": "|",
    "●": "*",
    "▶": ">",
    "✓": "+",
    "✗": "x",
    "▲": "^",
    "▼": "v",
    "─": "-",
    "━": "=",
    "│": "|",
    "┤": "+",
    "└": "+",
    "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}": "<",
    "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}": ">",
    "■": "#",
    "→": ">",
    "•": "*",
    "█": "#",
    "▌": "#",
    "▐": "#",
}
_TABLE = str.maketrans(_PLAIN)


class AsciiOnly(LineFilter):
    """Replaces every character that is not ASCII by one of the same width that is."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's own
        """Return the segments in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(plain(segment.text), segment.style)
            for segment in segments
        ]


def plain(text: str) -> str:
    """Return the text in ASCII, cell by cell; what has no form in ASCII becomes question marks."""
    known = text.translate(_TABLE)
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in known)


def unknown(text: str) -> set[str]:
    """Return the characters of a text that have no form in ASCII."""
    return {character for character in text if not character.isascii() and character not in _PLAIN}

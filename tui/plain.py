"""What is drawn on a terminal that has no Unicode."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_PLAIN = {
    "–": "-",
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
    "│": "|",
    "┤": "+",
    "‹": "<",
    "›": ">",
    "■": "#",
}
_TABLE = str.maketrans(_PLAIN)


class AsciiOnly(LineFilter):
    """Replaces every character that is not ASCII by one of the same width that is."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(plain(segment.text), segment.style)
            for segment in segments
        ]


def plain(text: str) -> str:
    """Return the text in ASCII, cell by cell."""
    known = text.translate(_TABLE)
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in known)


def speaks_unicode(environment: "dict[str, str]") -> bool:
    """Return whether the locale that the environment names is a UTF-8 one."""
    named = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or "C"
    return "utf8" in named.lower().replace("-", "")

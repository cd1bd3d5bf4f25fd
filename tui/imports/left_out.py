"""The files that were not imported, and why not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.text import clean
from tui.drawing.wrapping import bounded, labelled, prose_lines
from tui.formats import with_times
from tui.widgets.lines import Line

MISFIT = "not fitting the bars that are there"
UNREAD = "not understood"
ASK = "named ASK"
CLOCK = "with a time zone in doubt"
JOINED = "in doubt beside the bars that are there"
SKIPPED = "skipped"
UNSEEN = "not looked at"

_INDENT = 3
_LONGEST_PATH = 1_000


@dataclass(frozen=True)
class LeftOut:
    """A file, the kind of reason it was left out for, and a sentence where that does not say all."""

    path: Path
    kind: str
    reason: str = ""


def is_worth_listing(left_out: Sequence[LeftOut]) -> bool:
    """Return whether there is more to say than that somebody did not want the files."""
    return any(one.kind not in {SKIPPED, UNSEEN} for one in left_out)


def left_out_told(left_out: Sequence[LeftOut]) -> str:
    """Return how many files were left out and why, as the end of a sentence; there are some."""
    counts = Counter(one.kind for one in left_out)
    if len(counts) == 1:
        return f"{len(left_out):,} left out, {next(iter(counts))}"
    kinds = ", ".join(f"{amount:,} {kind}" for kind, amount in counts.most_common())
    return f"{len(left_out):,} left out: {kinds}"


def left_out_lines(left_out: Sequence[LeftOut], width: int) -> list[Line]:
    """Return every file left out with the reason, in the order of the import."""
    lines: list[Line] = []
    for one in left_out:
        reason = one.reason or f"{one.kind}."
        reason = f"{reason[:1].upper()}{reason[1:]}"
        lines += prose_lines(clean(str(one.path), limit=_LONGEST_PATH), width)
        lines += labelled(
            "", clean(with_times(reason), limit=_LONGEST_PATH), width, room=_INDENT, style="dim"
        )
    return bounded(lines)

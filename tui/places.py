"""Where the program was left, as it is remembered: whatever stands in that file is looked at before use."""

from collections.abc import Mapping

from core.text import clean
from tui.drawing.plots import MOST_OVERLAID
from tui.memory import JSON

_LARGEST_ID = 2**63 - 1
_LONGEST_LINE = 1_000


def id_of(kept: JSON) -> int | None:
    """Return a number that a row of the store may have, None for anything else."""
    if not isinstance(kept, int) or isinstance(kept, bool):
        return None
    return kept if 0 < kept <= _LARGEST_ID else None


def runs_of(place: Mapping[str, JSON]) -> list[int]:
    """Return the runs that a place is about, in their order; none where one of them can be none."""
    kept = place.get("runs", [place.get("run")])
    if not isinstance(kept, list) or len(kept) > MOST_OVERLAID:
        return []
    found = [run_id for one in kept if (run_id := id_of(one)) is not None]
    return list(dict.fromkeys(found)) if len(found) == len(kept) else []


def text_of(kept: JSON) -> str:
    """Return a text, "" for anything else."""
    return kept if isinstance(kept, str) else ""


def line_of(kept: JSON) -> str:
    """Return a text that may have been typed into a prompt, "" for anything else."""
    text = text_of(kept)
    return text if text == clean(text, limit=_LONGEST_LINE) else ""


def folder_of(kept: JSON) -> str:
    """Return a folder that a path may go on from, with a slash at its end, "" for anything else."""
    text = line_of(kept)
    return f"{text.rstrip('/')}/" if text.startswith(("/", "~")) else ""

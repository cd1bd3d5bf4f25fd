"""What is typed completed at Tab, a path as a shell does it, and what there is to choose from."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len

from core.text import clean
from tui.imports.files import is_importable

# Between names that stand beside each other.
_GAP = "  "
_LONGEST_NAME = 60

Fits = Callable[[os.DirEntry[str]], bool]


@dataclass(frozen=True)
class Completed:
    """A text as far as it is certain, and the names that it may go on with, folders with a slash."""

    text: str
    names: Sequence[str]


def completed_path(text: str) -> Completed:
    """Return a path completed by what can be imported: folders, and files that may hold prices."""
    return _completed(text, lambda entry: entry.is_dir() or is_importable(entry.name))


def completed_folder(text: str) -> Completed:
    """Return a path completed by folders."""
    return _completed(text, os.DirEntry.is_dir)


def _completed(text: str, fits: Fits) -> Completed:
    if text == "~":
        return Completed("~/", ())
    folder, start = os.path.split(text)
    try:
        names = _names_in(Path(folder).expanduser(), start, fits)
    except (OSError, RuntimeError, ValueError):  # no such folder, or the home of a user who does not exist
        return Completed(text, ())
    return Completed(text[: len(text) - len(start)] + (common(names) or start), names)


def common(names: Sequence[str]) -> str:
    """Return what all names begin with."""
    known = names[0] if names else ""
    while not all(name.startswith(known) for name in names):
        known = known[:-1]
    return known


def _names_in(folder: Path, start: str, fits: Fits) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(
            entry.name + "/" * entry.is_dir()
            for entry in entries
            if entry.name.startswith(start) and (start or not entry.name.startswith(".")) and fits(entry)
        )


def listed(names: Sequence[str], width: int, most: int) -> list[str]:
    """Return names side by side in at most `most` lines of a width, as many as fit, and how many more."""
    shown = [clean(name, limit=_LONGEST_NAME) for name in names[: most * width]]
    lines = _side_by_side(shown, width)[:most]
    kept = sum(map(len, lines))
    while kept < len(names):
        lines = _side_by_side([*shown[:kept], f"and {len(names) - kept:,} more"], width)
        if len(lines) <= most or not kept:
            break
        kept -= 1
    return [_GAP.join(texts) for texts in lines]


def _side_by_side(texts: Sequence[str], width: int) -> list[list[str]]:
    lines: list[list[str]] = []
    for text in texts:
        if lines and cell_len(_GAP.join([*lines[-1], text])) <= width:
            lines[-1].append(text)
        else:
            lines.append([text])
    return lines

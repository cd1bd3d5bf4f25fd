"""What importing a file would do to the library, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.text import clean, plural
from tui.drawing.wrapping import labelled
from tui.formats import count, day, with_times
from tui.widgets.lines import Line

LABEL = 13
LONGEST = 2_000
_NAMED_FILES = 2

Document = Mapping[str, Any]


def row(label: str, text: str, width: int, style: str = "") -> list[Line]:
    """Return a label and what is to be said, wrapped."""
    return labelled(label, clean(text, limit=LONGEST), width, room=LABEL, style=style)


def state_of(library: Document) -> tuple[str, str]:
    """Return in a few words what importing would do (`library` of a `preview_document`), and their style."""
    there = library["there"]
    if library["refusal"]:
        return "does not fit what is there", "warn"
    if there is None:
        return "not imported yet", "mark"
    if library["replaces"]:
        return f"replaces {plural(there['rows'], 'bar')}", "warn"
    if not library["added"]:
        return "all of it is in the library", "dim"
    return f"adds {plural(library['added'], 'bar')}", "mark"


def library_lines(found: Document, width: int, apart: str) -> list[Line]:
    """Return what importing would do, in lines of `width` cells; `apart` says how bars are kept apart."""
    library = found["library"]
    there = library["there"]
    if there is None:
        return row("library", "nothing of it is there yet; it becomes a new dataset", width)
    text = _there(there)
    if library["refusal"]:
        return [*row("library", text, width), *row("", with_times(f"! {library['refusal']}"), width, "bad")]
    if library["replaces"]:
        return row(
            "library", f"{text}; these bars take their place, and runs keep what they used", width, "warn"
        )
    if not library["added"]:
        return row("library", f"{text}; every bar of the file is among them, so nothing changes", width)
    lines = row("library", f"{text}; {_added(found)}", width)
    if library["added"] == found["rows"]:
        lines += row("", f"No bar is in both: {apart}.", width)
    return lines


def _there(there: Document) -> str:
    source = f" from {there['source']}" if there["source"] else ""
    span = f"{_day(there['first'])} to {_day(there['last'])}"
    files = f", imported from {files_told(there['files'])}" if there["files"] else ""
    return f"{plural(there['rows'], 'bar')}{source} there, {span}{files}"


def _added(found: Document) -> str:
    library = found["library"]
    among = found["rows"] - library["added"]
    known = f"; {plural(among, 'bar')} of the file are among them" if among else ""
    added = f"{plural(library['added'], 'bar is', 'bars are')} added to them, {count(library['rows'])} in all"
    return f"{added}{known}"


def files_told(files: Sequence[str], most: int = _NAMED_FILES) -> str:
    """Return the names of the files that a dataset was imported from, `most` of them; there are some."""
    named = [clean(str(name), limit=120) for name in files if name]
    more = f" and {plural(len(named) - most, 'more file')}" if len(named) > most else ""
    earlier = "" if all(files) else ", and others before"
    return f"{', '.join(named[:most])}{more}{earlier}"


def _day(text: str | datetime) -> str:
    return day(datetime.fromisoformat(text) if isinstance(text, str) else text)

"""What the key for exports does: ask for form and folder, write beside the keys, say where the files are."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core.errors import BacktapeError
from core.text import clean
from db import runs
from tui.background import in_background
from tui.formats import plural
from tui.imports.client import completed_path
from tui.screens.base import WorkScreen

if TYPE_CHECKING:
    from core.exporting import Exported
    from core.home import Home
    from tui.app import BacktapeApp

# The letter that chooses a form, and what the form is called in the question.
_LETTERS = {"c": ("csv", "CSV"), "j": ("json", "JSON"), "h": ("html", "HTML report"), "t": ("text", "text")}

# Where the last export of this session went, to begin with at the next.
_last_folders: "WeakKeyDictionary[BacktapeApp, str]" = WeakKeyDictionary()


@dataclass(frozen=True)
class _Wanted:
    ids: Sequence[int]
    form: str
    folder: Path


def ask_export(screen: WorkScreen, ids: Sequence[int]) -> None:
    """Ask in which form and into which folder these runs are to be written, then write them."""
    letters = ", ".join(f"{letter} {name}" for letter, (_, name) in _LETTERS.items())
    answers: dict[str, Callable[[], None]] = {
        letter: partial(_ask_folder, screen, ids, form) for letter, (form, _) in _LETTERS.items()
    }
    screen.bottom.ask(f"Export {_named(ids)} as {letters}; other keys leave", answers)


def _ask_folder(screen: WorkScreen, ids: Sequence[int], form: str) -> None:
    before = _last_folders.get(screen.bench) or f"{Path.cwd()}/"

    def taken(text: str) -> None:
        folder = _folder(text)
        if folder is None:
            screen.say("Nothing was exported: that names no folder.", "bad")
            return
        _last_folders[screen.bench] = text
        _begin(screen, _Wanted(ids, form, folder), replacing=False)

    screen.bottom.prompt(f"{form} of {_named(ids)} into folder: ", before, taken, complete=completed_path)


def _folder(text: str) -> Path | None:
    """Return the folder that was typed, "~" being the user's home; None if it is none."""
    try:
        return Path(text.strip()).expanduser() if text.strip() else None
    except RuntimeError:  # the home of a user who does not exist
        return None


def _begin(screen: WorkScreen, wanted: _Wanted, *, replacing: bool) -> None:
    screen.say(f"Writing {_named(wanted.ids)} ...")
    screen.start(partial(_write, screen, wanted, replacing=replacing), group="export")


async def _write(screen: WorkScreen, wanted: _Wanted, *, replacing: bool) -> None:
    from core.exporting import TakenError

    try:
        done = await in_background(_exported, screen.bench.home, wanted, replacing=replacing)
    except TakenError as error:
        _ask_again(screen, wanted, error.names)
        return
    screen.say(_where(done))


def _ask_again(screen: WorkScreen, wanted: _Wanted, names: str) -> None:
    if screen.bottom.busy:  # with something that was opened meanwhile
        screen.say(f"Nothing was exported: {names} would be written over.", "bad")
        return
    answers: dict[str, Callable[[], None]] = {"y": partial(_begin, screen, wanted, replacing=True)}
    screen.bottom.ask(f"y writes over what is there; any other key leaves it: {names}", answers)


def _exported(home: "Home", wanted: _Wanted, *, replacing: bool) -> "list[Exported]":
    from core.exporting import export
    from db.connection import connect
    from tui.export_forms import FORMS

    # A connection of its own: a million trades must not stand in the way of what the screens read.
    with closing(connect(home.store)) as connection:
        found = [(run_id, runs.get(connection, run_id)) for run_id in wanted.ids]
        gone = [run_id for run_id, run in found if run is None]
        if gone:
            raise BacktapeError(f"Run {gone[0]} has been deleted, so nothing was exported.")
        there = [run for _, run in found if run is not None]
        return export(connection, there, wanted.folder, FORMS[wanted.form], replacing=replacing)


def _where(done: "Sequence[Exported]") -> str:
    folder = clean(str(done[0].files[0].parent), limit=200)
    if len(done) > 1:
        return f"{plural(len(done), 'run')} are in {folder}, {sum(len(one.files) for one in done):,} files."
    return f"Run {done[0].run} is in {folder}: {', '.join(path.name for path in done[0].files)}"


def _named(ids: Sequence[int]) -> str:
    return f"run {ids[0]}" if len(ids) == 1 else f"{len(ids):,} runs"

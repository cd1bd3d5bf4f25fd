"""What the key for exports does: ask for form and folder, write beside the keys, say where the files are."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Protocol

from core.errors import BacktapeError
from core.text import clean
from db import runs
from tui.background import in_background
from tui.completing import Completed, completed_folder, listed
from tui.formats import plural, status_said
from tui.screens.base import WorkScreen

if TYPE_CHECKING:
    from core.exporting import Exported
    from core.home import Home

# The letter that chooses a form, and what the form is called in the question.
_LETTERS = {"c": ("csv", "CSV"), "j": ("json", "JSON"), "h": ("html", "HTML report"), "t": ("text", "text")}

# What is offered until an export has gone somewhere.
_FIRST_FOLDER = "~/backtape-exports/"
_PLACE = "export"


@dataclass(frozen=True)
class _Wanted:
    ids: Sequence[int]
    form: str
    folder: str


class Run(Protocol):
    """What is to be known of a run."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def status(self) -> str:
        """How it stands."""


@dataclass(frozen=True)
class Exportable:
    """Those of the chosen runs that are done, and of the others the first, which says why it is left out."""

    done: Sequence[int]
    others: int = 0
    first: Run | None = None

    @classmethod
    def of(cls, chosen: Sequence[Run]) -> "Exportable":
        """Return which of these runs can be exported."""
        others = [run for run in chosen if run.status != "completed"]
        done = [run.id for run in chosen if run.status == "completed"]
        return cls(done, len(others), others[0] if others else None)

    @property
    def why_none(self) -> str | None:
        """Why none can be exported, None if one can."""
        if self.done or self.first is None:
            return None
        if self.others > 1:
            return f"None of these {self.others:,} runs is done; only one that is has a result to export."
        return f"{self._why_left_out}; only a run that is done has a result to export.".capitalize()

    @property
    def told(self) -> str:
        """What is exported, for a question: how many of how many, and why not all."""
        if self.first is None:
            return _named(self.done)
        further = f", {self.others - 1:,} more not done" if self.others > 1 else ""
        total = len(self.done) + self.others
        return f"{len(self.done):,} of {total:,} runs ({self._why_left_out}{further})"

    @property
    def _why_left_out(self) -> str:
        return f"run {self.first.id} {status_said(self.first.status)}" if self.first is not None else ""


def ask_export(screen: WorkScreen, ids: Sequence[int]) -> None:
    """Ask in which form and into which folder these runs are to be written, then write them."""
    ask_export_of(screen, Exportable(ids))


def ask_export_of(screen: WorkScreen, chosen: Exportable) -> None:
    """Ask for those of the chosen runs that are done; say which are not."""
    ids = chosen.done
    letters = ", ".join(f"{letter} {name}" for letter, (_, name) in _LETTERS.items())
    answers: dict[str, Callable[[], None]] = {
        letter: partial(_ask_folder, screen, ids, form) for letter, (form, _) in _LETTERS.items()
    }
    screen.bottom.ask(f"Export {chosen.told} as {letters}; other keys leave", answers)


def _ask_folder(screen: WorkScreen, ids: Sequence[int], form: str) -> None:
    last = screen.bench.memory.of(_PLACE).get("folder")
    before = last if isinstance(last, str) and last else _FIRST_FOLDER

    def taken(text: str) -> None:
        if text.strip():
            _begin(screen, _Wanted(ids, form, text.strip()), replacing=False)
        else:
            screen.say("Nothing was exported: that names no folder.", "bad")

    def ask(text: str, label: str) -> None:
        screen.bottom.prompt(label, text, taken, complete=completed_folder, offered=offer, enter="exports")

    def offer(typed: str, found: Completed) -> None:
        several = len(found.names) > 1 and found.text == typed
        ask(found.text, _choice(found.names, screen.room.width) if several else label)

    label = f"{form} of {_named(ids)} into folder: "
    ask(before, label)


def _choice(names: Sequence[str], width: int) -> str:
    """Return the folders that a path may go on with, for the half of a line that is not the path's."""
    return f"{listed(names, width // 2, 1)[0]}  folder: "


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
    screen.bench.memory.keep(_PLACE, {"folder": wanted.folder})
    screen.say(_where(done))


def _ask_again(screen: WorkScreen, wanted: _Wanted, names: str) -> None:
    if screen.bottom.busy:  # with something that was opened meanwhile
        screen.say(f"Nothing was exported: {names} would be written over.", "bad")
        return
    answers: dict[str, Callable[[], None]] = {"y": partial(_begin, screen, wanted, replacing=True)}
    screen.bottom.ask(f"y writes over what is there; any other key leaves it: {names}", answers)


def _exported(home: "Home", wanted: _Wanted, *, replacing: bool) -> "list[Exported]":
    from core.exporting import Source, export
    from db.connection import connect
    from tui.acting.export_forms import FORMS

    # A connection of its own: a million trades must not stand in the way of what the screens read.
    with closing(connect(home.store)) as connection:
        found = [(run_id, runs.get(connection, run_id)) for run_id in wanted.ids]
        gone = [run_id for run_id, run in found if run is None]
        if gone:
            raise BacktapeError(f"Run {gone[0]} has been deleted, so nothing was exported.")
        there = [run for _, run in found if run is not None]
        return export(
            Source(home, connection), there, Path(wanted.folder), FORMS[wanted.form], replacing=replacing
        )


def _where(done: "Sequence[Exported]") -> str:
    """Return what was written, and last where: so that a shell takes it when it is pasted."""
    files = [path for one in done for path in one.files]
    if len(files) == 1:
        return f"Run {done[0].run} is written to {_pasted(files[0])}"
    folder = _pasted(files[0].parent)
    if len(done) > 1:
        return f"{plural(len(done), 'run')} are written as {plural(len(files), 'file')} in {folder}"
    return f"Run {done[0].run} is written as {', '.join(path.name for path in files)} in {folder}"


def _pasted(path: Path) -> str:
    return quote(clean(str(path), limit=300))


def _named(ids: Sequence[int]) -> str:
    return f"run {ids[0]}" if len(ids) == 1 else f"{len(ids):,} runs"

"""What the keys of a strategy do, in the list of them and on the page of its source."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from tui.background import in_background
from tui.form.presets import KeptForms
from tui.screens.base import WorkScreen
from tui.strategies.checking import CheckPrompt, Market, asking_again
from tui.strategies.rows import StrategyRow

if TYPE_CHECKING:
    from db.datasets import DatasetRecord

NO_STRATEGY = "There is no strategy here yet."
_EDITOR_IS_OPEN = "The editor is open."


class StrategyKeys:
    """Sets up a run of a strategy, edits its file, checks it: the one that `row` returns, for a screen.

    `library` returns the price history there is. `read_again` reads a file that was
    written, and lets `row` return the strategy in it.
    """

    def __init__(
        self,
        screen: WorkScreen,
        row: Callable[[], StrategyRow | None],
        library: "Callable[[], Sequence[DatasetRecord]]",
        read_again: Callable[[Path], Awaitable[None]],
    ) -> None:
        self._screen = screen
        self._row = row
        self._library = library
        self._read_again = read_again
        self._editing = False
        self._typed_name = ""

    def why_unusable(self) -> str | None:
        """Return why nothing can be made with the strategy, None if something can."""
        row = self._row()
        return NO_STRATEGY if row is None else row.why_unusable

    def useless(self) -> set[str]:
        """Return the actions that the bottom line names and the strategy does not allow."""
        refusals = {
            "new_run": self.why_not_new_run,
            "edit": self.why_not_edit,
            "check": self.why_not_check,
        }
        return {name for name, refusal in refusals.items() if refusal() is not None}

    # A run

    def why_not_new_run(self) -> str | None:
        """A strategy that does not load is mended first; none at all is chosen in the form."""
        row = self._row()
        if row is None or row.why_unusable is None:
            return None
        opens = "" if row.is_gone else f" {self._screen.key('edit')} opens the file."
        return f"{row.why_unusable}{opens}"

    def do_new_run(self) -> None:
        """Open the form with this strategy chosen."""
        from tui.screens.new_run import NewRunScreen

        row = self._row()
        form = NewRunScreen(self._screen.market(), None if row is None else row.name)
        self._screen.app.push_screen(form)

    # Writing

    def why_not_edit(self) -> str | None:
        """There may be no file."""
        if self._editing:
            return _EDITOR_IS_OPEN
        row = self._row()
        return self.why_unusable() if row is None or row.is_gone else None

    def do_edit(self) -> None:
        """Open the file in the editor; of what is built in, a copy under a name that is asked for."""
        row = self._row()
        if row is not None and row.description.builtin:
            self.ask_name(f"{row.name} is built in; name of your copy: ", row.name)
        elif row is not None:
            self._begin_editing(row.description.path)

    def why_not_write(self) -> str | None:
        """One file at a time."""
        return _EDITOR_IS_OPEN if self._editing else None

    def ask_name(self, label: str, like: str | None = None) -> None:
        """Ask for the name of a new strategy, or of a copy of `like`; then write and edit it."""
        write = partial(self._take_name, like)
        self._screen.bottom.prompt(label, self._typed_name, write, typed=self._keep_name, enter="adds")

    def _keep_name(self, name: str) -> None:
        self._typed_name = name

    def _take_name(self, like: str | None, name: str) -> None:
        if name.strip():
            self._screen.start(partial(self._write, name.strip(), like), group="edit")

    async def _write(self, name: str, like: str | None) -> None:
        from tui.strategies.editing import editor

        screen = self._screen
        try:
            path = await in_background(_write_new, screen.bench.home.strategies, name, like)
        except BacktapeError as error:
            if not screen.bottom.busy:
                self.ask_name(asking_again(str(error), "name (a-z, 0-9, _): ", screen.room.width), like)
            return
        self._typed_name = ""
        await self._read_again(path)
        if editor():
            self._begin_editing(path, f"{path.name} has been written.")
        else:
            screen.say(f"{path} has been written; there is no editor to open it in, $EDITOR may name one.")

    def _begin_editing(self, path: Path, sentence: str = "") -> None:
        self._editing = True
        self._screen.start(partial(self._edit, path, sentence), group="edit")

    async def _edit(self, path: Path, sentence: str) -> None:
        from tui.strategies import editing

        try:
            code = await editing.edit(self._screen.bench, path)
        except BacktapeError as error:
            raise BacktapeError(f"{sentence} {error}".strip()) from error
        finally:
            self._editing = False
            await self._read_again(path)
        ended = f"The editor ended with exit code {code}; " if code else ""
        self._screen.say(f"{ended}{path.name} has been read again.")

    # Checking

    def why_not_check(self) -> str | None:
        """It takes a strategy that runs, and prices."""
        no_data = f"There is no price history to check it on; {self._screen.key('goto_data')} imports some."
        return self.why_unusable() or (None if self._library() else no_data)

    def do_check(self) -> None:
        """Ask what to check the strategy on."""
        row = self._row()
        if row is not None:
            prompt = CheckPrompt(self._screen, row.name, self._library(), partial(self._check, row.name))
            prompt.open(KeptForms(self._screen.bench.memory).last)

    def _check(self, name: str, market: Market) -> None:
        from tui.screens.check import CheckScreen

        self._screen.app.push_screen(CheckScreen(name, market))


def _write_new(folder: Path, name: str, like: str | None) -> Path:
    from core.strategies.new_file import write_copy, write_new

    return write_new(folder, name) if like is None else write_copy(folder, name, like)

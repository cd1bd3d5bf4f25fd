"""What the keys for imports do: ask for files, show what is understood of them, say what has come of it."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.errors import BacktapeError
from tui import formats
from tui.background import in_background
from tui.imports.client import Document, import_sample, told
from tui.imports.files import files_meant, folder_meant
from tui.imports.left_out import LeftOut, is_worth_listing, left_out_lines, left_out_told
from tui.imports.path_prompt import Draw, PathPrompt
from tui.screens.base import WorkScreen

READING = "The library is being read ..."


class Importing:
    """Imports for the screen of the library.

    `above` shows what belongs to the prompt for a path, `has_sample` says whether the sample market
    is there, and `came` reads the library again and shows what was imported last, if anything was.
    """

    def __init__(
        self,
        screen: WorkScreen,
        *,
        above: Callable[[Draw | None], None],
        has_sample: Callable[[], bool],
        came: Callable[[Document | None], Coroutine[Any, Any, None]],
    ) -> None:
        self._screen = screen
        self._has_sample = has_sample
        self._came = came
        self._prompt = PathPrompt(screen, above, self._look_at)
        self._sampling = False

    # Files

    def why_not_import(self) -> str | None:
        """One import at a time."""
        return "The sample market is being imported." if self._sampling else None

    def do_import(self) -> None:
        """Ask for files; what was typed last stands there until all of it has been imported."""
        self._prompt.open()

    def _look_at(self, text: str) -> None:
        """Look for the files; a folder may lie far away, a pattern may lead through many."""
        self._screen.start_asking(partial(self._look_into, text))

    async def _look_into(self, text: str) -> None:
        """Show what is understood of the files before anything is stored."""
        from tui.screens.import_preview import ImportPreviewScreen

        screen = self._screen
        try:
            files, folder = await in_background(_found, text)
        except BacktapeError as error:
            if not screen.bottom.busy:
                self._prompt.open(str(error))
            return
        if screen.app.screen is screen:
            screen.app.push_screen(ImportPreviewScreen(files, partial(self._imported, folder)))

    def _imported(self, folder: str, imported: Sequence[Document], left_out: Sequence[LeftOut]) -> None:
        """Say what the preview has come to; where something was imported from is offered the next time."""
        if imported:
            self._prompt.remember(folder)
        if imported and not left_out:
            self._prompt.forget()
        self._screen.start(partial(self._show_imported, imported, left_out), group="imported")

    async def _show_imported(self, imported: Sequence[Document], left_out: Sequence[LeftOut]) -> None:
        """Say what was imported and what was not; a list of several left out can be read."""
        await self._came(imported[-1] if imported else None)
        said, bottom = _told_all(imported, left_out), self._screen.bottom
        if not is_worth_listing(left_out) or bottom.busy:
            self._screen.say(said)
            return
        asked = f"{said}  l lists them, any other key goes on"
        bottom.ask(asked, {"l": partial(self._list_left_out, left_out)})

    def _list_left_out(self, left_out: Sequence[LeftOut]) -> None:
        from tui.screens.text import Draw as DrawText
        from tui.screens.text import TextScreen

        async def read() -> DrawText:
            return partial(left_out_lines, left_out)

        title = f"Import · {formats.plural(len(left_out), 'file')} left out"
        self._screen.app.push_screen(TextScreen(title, read))

    # The sample market

    def why_not_sample(self) -> str | None:
        """It has to be known whether it is there already."""
        return self.why_not_import() if self._screen.is_read else READING

    def do_sample(self) -> None:
        """Import the built-in sample market; ask first if it is there."""
        if self._has_sample():
            asked = "The sample market is there already.  y imports it again, any other key leaves it"
            self._screen.bottom.ask(asked, {"y": self._begin_sample})
        else:
            self._begin_sample()

    def _begin_sample(self) -> None:
        self._sampling = True
        self._screen.say("Making the sample market ...")
        self._screen.start(self._import_sample, group="import")

    async def _import_sample(self) -> None:
        try:
            imported = await import_sample(self._screen.bench.home)
        finally:
            self._sampling = False
        await self._show_imported([imported], ())


def _found(text: str) -> tuple[list[Path], str]:
    return files_meant(text), folder_meant(text)


def _told_all(imported: Sequence[Document], left_out: Sequence[LeftOut]) -> str:
    """Return in one sentence what was imported, and what was not and why."""
    if not imported and not is_worth_listing(left_out):
        return "Nothing was imported."
    alone = len(imported) == 1 and not left_out
    what = told(imported[0]) if alone else f"{formats.plural(len(imported), 'file')} imported"
    return f"{what}; {left_out_told(left_out)}." if left_out else f"{what}."

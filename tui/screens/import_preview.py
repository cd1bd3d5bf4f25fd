"""What was understood of price files, to be looked at and mended before anything is stored."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.errors import BacktapeError
from core.text import clean, plural
from tui.drawing.wrapping import prose_lines
from tui.form import forecast
from tui.imports.client import Asked, Document, ImportProcess
from tui.imports.fields import CHANGES_BARS, FOR_ALL_FILES, OPTION, REPLACE, SPECS, in_fields
from tui.imports.preview import preview_lines
from tui.screens.base import WorkScreen
from tui.widgets.fields import Field
from tui.widgets.lines import Line, Lines, length, line, spread
from tui.widgets.page import Page

READ_SECONDS = 0.3
_LONGEST_PATH = 1_000
_LONG_SECONDS = 2

Ended = Callable[[Sequence[Document], str], None]


class ImportPreviewScreen(WorkScreen):
    """Shows one file after the other; Enter imports it as it is understood, Esc stores nothing.

    `ended` gets what was imported and, if not all was, why. A field that was not
    changed shows what the file itself says.
    """

    NAME: ClassVar[str] = "import_preview"

    def __init__(self, paths: Sequence[Path], ended: Ended) -> None:
        super().__init__()
        self._paths = list(paths)
        self._ended = ended
        self._at = 0
        self._texts = {spec.name: "" for spec in SPECS}
        self._fields = {spec.name: Field(spec, "", self._take_text) for spec in SPECS}
        self._chosen: set[str] = set()
        self._reading = asyncio.Lock()
        self._turn = 0
        self._since = 0.0
        self._answered = 0
        self._found: Document | None = None
        self._refusal = ""
        self._at_fault = ""
        self._storing = False
        self._all = False
        self._imported: list[Document] = []

    def body(self) -> Iterable[Widget]:
        """Return the title, the fields, the page of what was understood, what the field in focus means."""
        yield Lines([line("")], id="title")
        yield Vertical(*self._fields.values(), id="import-fields")
        yield Lines([line("")], id="import-rule")
        with Page(id="text"):
            yield Lines(id="text-lines")
        yield Lines([line("")] * 2, id="forecast")

    def on_mount(self) -> None:
        """Read the first file."""
        self._process = ImportProcess(self.bench.home)
        self._waiting = self.set_interval(1.0, self._show_title, pause=True)
        self.call_after_refresh(self._fields["symbol"].editor.focus)
        self._begin_file()

    def on_unmount(self) -> None:
        """End the process with its screen."""
        self._process.close()

    @property
    def _path(self) -> Path:
        return self._paths[self._at]

    # Reading

    def _begin_file(self) -> None:
        kept = self._chosen & set(FOR_ALL_FILES)
        self._leave_to_file(self._texts.keys() - kept)
        self._found = None
        self._read_again(0.0)

    def _leave_to_file(self, names: Iterable[str]) -> None:
        for name in names:
            self._chosen.discard(name)
            self._texts[name] = ""
            self._fields[name].update_spec(self._fields[name].spec, "")

    def _read_again(self, after: float) -> None:
        """Read the file as the fields say now, once typing rests."""
        self._turn += 1
        self._begin_waiting()
        self.start(partial(self._read, self._turn, after), group="read")

    async def _read(self, turn: int, after: float) -> None:
        await asyncio.sleep(after)
        async with self._reading:
            if turn != self._turn:
                return
            try:
                found = await self._process.preview(self._asked())
            except BacktapeError as error:
                self._answer(turn, refusal=error)
            else:
                self._answer(turn, found)

    def _answer(self, turn: int, found: Document | None = None, refusal: BacktapeError | None = None) -> None:
        """Take what came of reading, unless the fields say something else by now."""
        if turn != self._turn or self.is_left:
            return
        self._end_waiting()
        self.bottom.hush()
        if found is not None:
            library = {**found["library"], "refusal": in_fields(str(found["library"]["refusal"]))}
            found = {**found, "library": library}
        self._answered, self._found = turn, found
        self._refuse(refusal)
        self._show_values(found)
        self._show()
        if self._all:
            self._go_on_with_all()

    def _refuse(self, error: BacktapeError | None) -> None:
        """Keep why the file is refused, and the field that the sentence is about."""
        said = "" if error is None else str(error)
        named = OPTION.search(said)
        self._at_fault = (error.field if error is not None else "") or (named[1] if named else "")
        self._refusal = in_fields(said.removeprefix(f"{clean(self._path.name, limit=120)}: "))

    def _asked(self) -> Asked:
        given = {name: self._texts[name].strip() for name in self._chosen if name != "replace"}
        return Asked(str(self._path), **given, replace=self._texts["replace"] == REPLACE)

    @property
    def _is_reading(self) -> bool:
        return self._answered != self._turn

    def _show_values(self, found: Document | None) -> None:
        """Show in the fields what the file itself says, and why, if it was understood."""
        for known in SPECS:
            name, spec = known.name, known
            if found is not None and name in CHANGES_BARS:
                spec = replace(known, hint=clean(str(found[f"{name}_reason"])))
                if name not in self._chosen:
                    self._texts[name] = clean(str(found[name]))
            self._fields[name].update_spec(spec, self._texts[name])

    def _take_text(self, field: Field, text: str) -> None:
        """Read the file as it says now; a field that is emptied is left to the file again."""
        name = field.spec.name
        if self._texts[name] == text:
            return
        self._texts[name] = text
        if text.strip():
            self._chosen.add(name)
        else:
            self._chosen.discard(name)
        self._all = False
        self._read_again(READ_SECONDS)

    # What is shown

    def on_resize(self) -> None:
        """Lay everything out anew."""
        super().on_resize()
        self._show()

    def _show(self) -> None:
        width = self.room.width
        self._show_title()
        self.query_one("#import-rule", Lines).show([line("─" * width, "dim")])
        for name, field in self._fields.items():
            field.say(self._problem_of(name), self._warnings.get(name))
        self.query_one("#text-lines", Lines).show(self._lines(width))
        self._show_meaning()
        self.bottom.show_keys_of(self.places(), without=self._useless())

    def _show_title(self) -> None:
        self.query_one("#title", Lines).show([spread(self._title(), self._state(), self.room.width)])

    def on_descendant_focus(self) -> None:
        """Say in full what the field means; what is wrong stands on the page."""
        self._show_meaning()

    def _show_meaning(self) -> None:
        field = next((one for one in self._fields.values() if one.editor is self.focused), None)
        spec, unread = (field.spec, field.unread) if field else (None, "")
        told = forecast.told_lines(spec, unread, {}, self._warnings, self.room)
        self.query_one("#forecast", Lines).show(told)

    @property
    def _warnings(self) -> dict[str, str]:
        """What is doubtful, by the field that would mend it."""
        if self._found is None or not self._found["timezone_doubted"]:
            return {}
        fitting = self._found["fitting_timezone"]
        told = f"on {fitting} they all do" if fitting else "on no time zone in use they do"
        doubt = "the weeks of the file do not end at one hour all year, as the market's do"
        return {"timezone": f"{doubt}; {told}"}

    def _title(self) -> Line:
        which = f" {self._at + 1} of {len(self._paths)}" if len(self._paths) > 1 else ""
        return line(f"Import{which} · {clean(self._path.name, limit=120)}", "title")

    def _state(self) -> Line:
        if self._storing:
            return line(f"importing ...{self._waited()}", "live")
        if self._is_reading:
            return line(f"reading ...{self._waited()}", "live")
        if self._found is None:
            return line("✗ not understood", "bad")
        return line(f"{self._found['symbol']} {self._found['timeframe']}, not imported yet", "mark")

    def _begin_waiting(self) -> None:
        self._since = time.monotonic()
        self._waiting.resume()
        self._show()

    def _end_waiting(self) -> None:
        self._waiting.pause()

    def _waited(self) -> str:
        seconds = int(time.monotonic() - self._since)
        return f" {seconds} s" if seconds >= _LONG_SECONDS else ""

    def _problem_of(self, name: str) -> str | None:
        if self._refusal:
            return self._refusal if self._at_fault == name else None
        conflict = self._found is not None and self._found["library"]["refusal"]
        return "bars there differ: name one, or replace" if conflict and name == "source" else None

    def _lines(self, width: int) -> list[Line]:
        whole = length(self._title()) + 1 + length(self._state()) <= width
        path = clean(str(self._path), limit=_LONGEST_PATH)
        named = [] if whole else prose_lines(f"The file is {path}", width, "dim")
        if self._refusal:
            return [*named, *prose_lines(f"! {self._refusal}", width, "bad")]
        if self._found is None:
            return [*named, line("The file is being read; nothing is stored before you say so.", "dim")]
        return [*named, *preview_lines(self._found, width)]

    def _useless(self) -> set[str]:
        """Return the actions of the bottom line that have nothing to act on."""
        names = ("take_clock", "take_all", "skip")
        return {name for name in names if getattr(self, f"why_not_{name}")() is not None}

    # Keys

    def do_next_field(self) -> None:
        """Go to the next field, or to the page."""
        self.focus_next()

    def do_previous_field(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def do_page_up(self) -> None:
        """Show the page above."""
        self.query_one("#text", Page).action_page_up()

    def do_page_down(self) -> None:
        """Show the page below."""
        self.query_one("#text", Page).action_page_down()

    def do_defaults(self) -> None:
        """Leave everything to the file again."""
        self._leave_to_file(self._texts)
        self._read_again(0.0)

    def why_not_take_clock(self) -> str | None:
        """There may be nothing to be mended."""
        if self._found is not None and self._found["timezone_doubted"]:
            return None if self._found["fitting_timezone"] else "No time zone in use fits the file's weeks."
        return "The time zone is not in doubt."

    def do_take_clock(self) -> None:
        """Take the time zone on which the weeks of the file end as the market's do."""
        if self._found is not None:
            name = str(self._found["fitting_timezone"])
            self._fields["timezone"].update_spec(SPECS[2], name)
            self._texts["timezone"] = name
            self._chosen.add("timezone")
            self._read_again(0.0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Import from a field of text."""
        event.stop()
        self.start(partial(self.action_act, "take"), group="key")

    def why_not_take(self) -> str | None:
        """Only what was understood is imported, and only once."""
        if self._storing:
            return "It is being imported."
        if self._is_reading:
            return f"The file is being read; {self.key('take')} imports it when it has been."
        if self._found is None:
            return "It is not understood; what is wrong stands above."
        if self._found["library"]["refusal"]:
            return "It does not fit the bars that are there: name a source, or let them be replaced."
        return None

    def do_take(self) -> None:
        """Import the file as it is understood."""
        self._storing = True
        self._begin_waiting()
        self.start(self._store, group="store")

    async def _store(self) -> None:
        try:
            self._imported.append(await self._process.store(self._asked()))
        except BacktapeError as error:
            self._end_waiting()
            self._storing = self._all = False
            self._refuse(error)
            self._show()
            return
        self._storing = False
        self._next()

    def why_not_take_all(self) -> str | None:
        """There may be one file only."""
        no_other = f"There is no other file; {self.key('take')} imports this one."
        return self.why_not_take() if self._more else no_other

    def do_take_all(self) -> None:
        """Import this file and the rest, as far as nothing is in doubt."""
        self._all = True
        self.do_take()

    def _go_on_with_all(self) -> None:
        doubted = (
            self._found is not None and "timezone" not in self._chosen and self._found["timezone_doubted"]
        )
        if self.why_not_take() is None and not doubted:
            self.do_take()
        else:
            self._all = False
            self.say(f"{self._why_stopped(doubted)}, or {self.key('skip')} leaves it out.", "warn")

    def _why_stopped(self, doubted: object) -> str:
        """Return why the rest is not imported by itself, and what there is to do, as a beginning."""
        if doubted:
            return f"This one's time zone is in doubt: look at it, then {self.key('take')}"
        if self._found is None:
            return "This one is not understood: mend it above"
        return "This one does not fit the bars that are there: name a source or let them be replaced"

    def why_not_skip(self) -> str | None:
        """There may be one file only."""
        if self._storing:
            return "It is being imported."
        return None if self._more else f"There is no other file; {self.key('back')} leaves."

    @property
    def _more(self) -> bool:
        return self._at + 1 < len(self._paths)

    def do_skip(self) -> None:
        """Leave this file out."""
        self._next()

    def _next(self) -> None:
        if self._more:
            self._at += 1
            self._fields["symbol"].editor.focus()
            self.query_one("#text", Page).scroll_home(animate=False)
            self._begin_file()
        else:
            self.do_back()

    def do_back(self) -> None:
        """Leave; what was imported stays, and an import that has begun ends by itself."""
        super().do_back()
        left_out = len(self._paths) - len(self._imported) - self._storing
        self._ended(self._imported, f"{plural(left_out, 'file')} not imported" if left_out else "")

    do_quit = do_back

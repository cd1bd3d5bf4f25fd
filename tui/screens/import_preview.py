"""What was understood of price files, to be looked at and mended before anything is stored."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import ClassVar

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.errors import BacktapeError
from core.text import clean
from tui.drawing.wrapping import prose_lines
from tui.form import forecast
from tui.imports import left_out
from tui.imports.client import Document, ImportProcess
from tui.imports.doubts import Decision, Doubt, doubts_of, sources_for, warnings_of
from tui.imports.fields import REPLACE, in_fields
from tui.imports.form import ImportForm
from tui.imports.left_out import LeftOut
from tui.imports.outlook import state_of
from tui.imports.page import ImportPage
from tui.imports.preview import preview_lines
from tui.imports.refusals import Refused
from tui.imports.series import Series
from tui.screens.base import WorkScreen
from tui.widgets.lines import Line, Lines, length, line, spread
from tui.widgets.page import Page

READ_SECONDS = 0.3
_LONGEST_PATH = 1_000
_LONG_SECONDS = 2
_APART = "type a source to keep these apart"

Ended = Callable[[Sequence[Document], Sequence[LeftOut]], None]


class ImportPreviewScreen(WorkScreen):
    """Shows one file after the other; Enter imports it as it is understood, Esc stores nothing.

    `ended` gets what was imported and what was not. A field that was not changed shows
    what the file itself says.
    """

    NAME: ClassVar[str] = "import_preview"

    def __init__(self, paths: Sequence[Path], ended: Ended) -> None:
        super().__init__()
        self._series = Series(paths)
        self._ended = ended
        self._form = ImportForm(self._was_typed)
        self._reading = asyncio.Lock()
        self._turn = 0
        self._since = 0.0
        self._answered = 0
        self._found: Document | None = None
        self._refused = Refused()
        self._storing = False
        self._all = False

    def body(self) -> Iterable[Widget]:
        """Return the title, the fields, the page of what was understood, what the field in focus means."""
        yield Lines([line("")], id="title")
        yield Vertical(*self._form.fields.values(), id="import-fields")
        yield Lines([line("")], id="import-rule")
        with ImportPage(id="text"):
            yield Lines(id="text-lines")
        yield Lines([line("")] * 2, id="forecast")

    def on_mount(self) -> None:
        """Read the first file."""
        self._process = ImportProcess(self.bench.home)
        self._waiting = self.set_interval(1.0, self._show_title, pause=True)
        self.call_after_refresh(self._form.fields["symbol"].editor.focus)
        self._begin_file()

    def on_unmount(self) -> None:
        """End the process with its screen."""
        self._process.close()

    @property
    def _path(self) -> Path:
        return self._series.path

    # Reading

    def _begin_file(self) -> None:
        self._form.begin_file()
        self._found, self._refused = None, Refused()
        self._read_again(0.0)

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
                found = await self._process.preview(self._form.asked(self._path))
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
        self._form.show_values(found)
        self._show()
        if self._all:
            self.do_take()

    def _refuse(self, error: BacktapeError | None) -> None:
        """Keep why the file is refused, and which fields that is about."""
        self._refused = Refused(error, self._path.name, self._form.chosen)

    @property
    def _is_reading(self) -> bool:
        return self._answered != self._turn

    def _was_typed(self) -> None:
        """Read the file as it says now."""
        self._all = False
        self._read_again(READ_SECONDS)

    # What is shown

    def resized(self) -> None:
        """Lay everything out anew."""
        self._show()

    def _show(self) -> None:
        width = self.room.width
        self._show_title()
        self.query_one("#import-rule", Lines).show([line("─" * width, "dim")])
        for name, field in self._form.fields.items():
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
        field = next((one for one in self._form.fields.values() if one.editor is self.focused), None)
        spec, unread = (field.spec, field.unread) if field else (None, "")
        told = forecast.told_lines(spec, unread, {}, self._warnings, self.room)
        self.query_one("#forecast", Lines).show(told)

    @property
    def _warnings(self) -> dict[str, str]:
        """What is doubtful, by the field that would mend it, or that says what the file is."""
        return warnings_of(self._found)

    def _title(self) -> Line:
        return line(f"Import{self._series.place} · {clean(self._path.name, limit=120)}", "title")

    def _state(self) -> Line:
        if self._storing:
            return line(f"importing ...{self._waited()}", "live")
        if self._is_reading:
            return line(f"reading ...{self._waited()}", "live")
        if self._found is None:
            return line(f"✗ {self._refused.state}", "bad")
        if self._refused:
            return line("✗ not imported", "bad")
        told, style = state_of(self._found["library"])
        return line(f"{self._found['symbol']} {self._found['timeframe']}, {told}", style)

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
        if self._refused:
            return self._refused.problems.get(name)
        conflict = self._found is not None and self._found["library"]["refusal"]
        return "bars there differ: name one, or replace" if conflict and name == "source" else None

    def _lines(self, width: int) -> list[Line]:
        whole = length(self._title()) + 1 + length(self._state()) <= width
        path = clean(str(self._path), limit=_LONGEST_PATH)
        named = [] if whole else prose_lines(f"The file is {path}", width, "dim")
        if self._refused:
            told = (prose_lines(f"! {one}", width, "bad") for one in self._refused.problems.values())
            return [*named, *chain.from_iterable(told)]
        if self._found is None:
            return [*named, line("The file is being read; nothing is stored before you say so.", "dim")]
        return [*named, *preview_lines(self._found, width, _APART)]

    def _useless(self) -> set[str]:
        """Return the actions of the bottom line that have nothing to act on."""
        names = ("take_clock", "take_all", "skip")
        useless = {name for name in names if getattr(self, f"why_not_{name}")() is not None}
        return useless | {"take"} if self._refused and self._found is None else useless

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
        self._form.clear()
        self._read_again(0.0)

    def why_not_take_clock(self) -> str | None:
        """There may be nothing to be mended."""
        if self._found is not None and self._found["timezone_doubted"]:
            return None if self._found["fitting_timezone"] else "No time zone in use fits the file's weeks."
        return "The time zone is not in doubt."

    def do_take_clock(self) -> None:
        """Take the time zone on which the weeks of the file end as the market's do."""
        if self._found is not None:
            self._form.fill_in("timezone", str(self._found["fitting_timezone"]), for_all=True)
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
            wrong = f"has {self._refused.fault}" if self._refused.fault else "is not understood"
            return f"It {wrong}; what to do stands above."
        return None

    def do_take(self) -> None:
        """Import the file as it is understood; what is doubtful is asked first, or was for all such."""
        doubt = self._doubt()
        if doubt is None:
            self._storing = True
            self._begin_waiting()
            self.start(self._store, group="store")
        elif self._all and (decision := self._series.rule_for(doubt)) is not None:
            self._decide(doubt, decision)
        else:
            self._ask_about(doubt)

    async def _store(self) -> None:
        try:
            self._series.imported.append(await self._process.store(self._form.asked(self._path)))
        except BacktapeError as error:
            self._end_waiting()
            self._storing = self._all = False
            self._refuse(error)
            self._show()
            return
        self._storing = False
        self._series.next()
        self._go_on()

    def why_not_take_all(self) -> str | None:
        """There may be one file only."""
        if self._series.has_more:
            return self.why_not_take() if self._storing or self._is_reading else None
        return f"There is no other file; {self.key('take')} imports this one."

    def do_take_all(self) -> None:
        """Import this file and the rest; what is doubtful is asked once for all that follow."""
        self._all = True
        self.do_take()

    # What is doubtful

    def _doubt(self) -> Doubt | None:
        """Return what is still to be decided about the file; a time zone that was chosen is not in doubt."""
        known = {left_out.CLOCK} if self._form.is_chosen("timezone") else set()
        refused = self._refused
        doubts = doubts_of(self._found, refused.told, self._next_source(), refused.fault)
        return self._series.open_doubt([one for one in doubts if one.kind not in known])

    def _next_source(self) -> str:
        """Return the source that the file may be kept under, "" if what it may be called was tried."""
        names = sources_for(self._path)
        tried = self._form.text("source")
        return next(iter(names[names.index(tried) + 1 :] if tried in names else names), "")

    def _ask_about(self, doubt: Doubt) -> None:
        """Ask what becomes of the file, of all such where all are imported; else it stays in front."""
        whole, self._all = self._all, False

        def decided(decision: Decision) -> None:
            self._all = whole
            if whole:
                self._series.rule(doubt, decision)
            self._decide(doubt, decision)

        answers = doubt.many if whole else doubt.one
        self.bottom.ask(
            doubt.question(self._path.name, all_such=whole),
            {letter: partial(decided, decision) for letter, (decision, _) in answers.items()},
        )

    def _decide(self, doubt: Doubt, decision: Decision) -> None:
        """Do what was decided; a file that is to be read otherwise is shown so before it is imported."""
        if decision is Decision.LEAVE:
            self._series.leave_out(doubt)
            self._go_on()
        elif decision is Decision.AS_IT_IS:
            self._series.settle(doubt)
            self.do_take()
        else:
            self._form.fill_in(*self._otherwise(decision))
            self._read_again(0.0)

    def _otherwise(self, decision: Decision) -> tuple[str, str]:
        """Return the field that a decision fills, and with what."""
        if decision is Decision.REPLACE:
            return "replace", REPLACE
        if decision is Decision.APART:
            return "source", self._next_source()
        return "timezone", str(self._found["fitting_timezone"]) if self._found is not None else ""

    def why_not_skip(self) -> str | None:
        """There may be one file only."""
        if self._storing:
            return "It is being imported."
        return None if self._series.has_more else f"There is no other file; {self.key('back')} leaves."

    def do_skip(self) -> None:
        """Leave this file out."""
        self._series.leave_out(None if self._is_reading else self._doubt())
        self._go_on()

    def _go_on(self) -> None:
        """Show the next file, or leave after the last."""
        if self._series.is_over:
            self.come_to_front()
            self.do_back()
            return
        self.bottom.give_keys_to(self._form.fields["symbol"].editor)
        self.query_one("#text", Page).scroll_home(animate=False)
        self._begin_file()

    def do_back(self) -> None:
        """Leave; what was imported stays, and an import that has begun ends by itself."""
        super().do_back()
        self._ended(self._series.imported, self._series.all_left_out(storing=self._storing))

    do_quit = do_back

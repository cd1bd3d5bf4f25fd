"""The form for a new run, made from the strategies' own parameters and the data at hand."""

import asyncio
import textwrap
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget
from textual.widgets import Input

from core.errors import BacktapeError
from core.home import Home
from db import datasets
from tui import formats
from tui.background import in_background
from tui.form_fields import FieldSpec, Group
from tui.run_form import RunForm
from tui.screens.base import WorkScreen
from tui.widgets.columns import Cell
from tui.widgets.fields import Field, field_id
from tui.widgets.lines import Line, Lines, line
from tui.widgets.page import FormArea
from tui.wrapping import prose_lines

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from core.jobs.submit import Prepared
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord

CHECK_SECONDS = 0.2
_MOST_NOTES = 4


class NewRunScreen(WorkScreen):
    """Fields one a line; each says what it means or what is wrong with it."""

    NAME: ClassVar[str] = "new_run"

    def __init__(self, market: tuple[str, str] | None = None, strategy: str | None = None) -> None:
        super().__init__()
        self._market = market
        self._strategy = strategy
        self._form: RunForm | None = None
        self._laid: list[str] = []
        self._laying = asyncio.Lock()
        self._request: RunRequest | None = None
        self._prepared: Prepared | None = None
        self._judged = 0
        self._submitting = False
        self._problems: dict[str, str] = {}

    def body(self) -> Iterable[Widget]:
        """Return the title, the room for the fields and what is to be expected."""
        yield Lines([line("New run", "title")], id="form-title")
        yield FormArea(id="form")
        yield Lines([line("")] * 3, id="forecast")

    def on_mount(self) -> None:
        """Read what there is to choose from."""
        self.start(self._open, group="open")

    async def _open(self) -> None:
        found = await in_background(_strategies, self.bench.home.strategies)
        data = await self.bench.link.read(datasets.list_all)
        if not data:
            self.query_one("#form", FormArea).mount(Lines(_NO_DATA))
            return
        self._form = RunForm(found, data, {**self.bench.last_form, **self._known_market(data)})
        if self._strategy in {one.name for one in self._form.strategies}:
            self._form.set("strategy", str(self._strategy))
        await self._lay(focus="strategy")
        self._look_into()
        self._check()

    def _known_market(self, data: Sequence["DatasetRecord"]) -> dict[str, str]:
        """Return the market of the run that the form was opened from, if there are data of it."""
        if self._market is None or all(one.symbol != self._market[0] for one in data):
            return {}
        return dict(zip(("symbol", "timeframe"), self._market, strict=True))

    # The fields

    async def _lay(self, *, focus: str | None = None) -> None:
        """Show the fields that the choices made so far lead to; those that stay are kept."""
        async with self._laying:
            groups = self._open_form().groups()
            if not self._laid:
                await self._lay_all(groups)
            else:
                await self._lay_changed([spec for group in groups for spec in group.fields])
            self._laid = [spec.name for group in groups for spec in group.fields]
            if focus in self._laid:
                self.query_one(field_id(focus), Field).editor.focus()

    async def _lay_all(self, groups: Sequence[Group]) -> None:
        texts = self._open_form().texts
        widgets: list[Widget] = []
        for index, group in enumerate(groups):
            heading = Lines([line(group.title, "title")])
            heading.set_classes("group -first" if index == 0 else "group")
            widgets += [heading, *(Field(spec, texts[spec.name]) for spec in group.fields)]
        room = self.query_one("#form", FormArea)
        async with room.batch():
            await room.remove_children()
            await room.mount_all(widgets)

    async def _lay_changed(self, specs: Sequence[FieldSpec]) -> None:
        texts = self._open_form().texts
        room = self.query_one("#form", FormArea)
        async with room.batch():
            for name in set(self._laid) - {spec.name for spec in specs}:
                await self.query_one(field_id(name), Field).remove()
            before: Field | None = None
            for spec in specs:
                if spec.name in self._laid:
                    self._field(spec).update_spec(spec, texts[spec.name])
                else:
                    await room.mount(Field(spec, texts[spec.name]), after=before)
                before = self._field(spec)

    def _field(self, spec: FieldSpec) -> Field:
        return self.query_one(field_id(spec.name), Field)

    def _open_form(self) -> RunForm:
        assert self._form is not None  # noqa: S101 - set before any field is there
        return self._form

    def on_field_edited(self, event: Field.Edited) -> None:
        """Take what was typed or chosen, and judge it."""
        event.stop()
        form = self._open_form()
        if form.texts.get(event.name) in {event.text, None}:
            return
        if form.set(event.name, event.text) or event.name == "execution_mode":
            self.start(self._lay, group="lay")
        if event.name == "strategy":
            self._look_into()
        self._check()

    def _look_into(self) -> None:
        """Find out what only running the strategy's file can tell of its parameters."""
        form = self._open_form()
        if form.is_unknown:
            self.start(partial(self._describe, form.strategy), group="describe", alone=True)

    async def _describe(self, chosen: "Description") -> None:
        whole = await in_background(_described, self.bench.home, chosen)
        form = self._open_form()
        form.describe(whole)
        if form.strategy.name == whole.name:
            await self._lay()
            self._check()

    # Judging

    def _check(self) -> None:
        """Judge what can be judged at once, and ask the rest when typing rests."""
        self._judged += 1
        self._prepared = None
        form = self._open_form()
        # What is not known yet cannot be wrong, nor sent.
        self._request, problems = (None, {}) if form.is_unknown else form.check()
        self._show(problems)
        self.start(partial(self._judge, self._judged), group="judge")

    async def _judge(self, turn: int) -> None:
        """Ask what only the library and the strategies know, as submitting would."""
        await asyncio.sleep(CHECK_SECONDS)
        request, form = self._request, self._open_form()
        if turn != self._judged or request is None:
            return
        from core.jobs.submit import prepare

        try:
            prepared = await self.bench.link.read(prepare, self.bench.home, request)
        except BacktapeError as error:
            if turn == self._judged:
                self._request = None
                self._show({form.field_of(error.field): str(error)})
            return
        if turn == self._judged:
            self._prepared = prepared
            self._show({})

    def _show(self, problems: dict[str, str]) -> None:
        for field in self.query(Field):
            field.say(problems.get(field.spec.name))
        self._problems = problems
        self._show_forecast()

    def on_descendant_focus(self) -> None:
        """Say in full what the field means or what is wrong with it."""
        self._show_forecast()

    def on_resize(self) -> None:
        """Wrap the hint for the room there is."""
        super().on_resize()
        if self.query("#forecast"):
            self._show_forecast()

    def _show_forecast(self) -> None:
        if self._form is not None:
            told = [*self._told(), line(""), line("")][:2]
            lines = [*told, *self._notes(), self._forecast(self._problems)]
            self.query_one("#forecast", Lines).show(lines)

    def _notes(self) -> list[Line]:
        """Return what is to be said of the model before it is asked anything."""
        found = self._prepared
        if found is None or not found.run.uses_model:
            return []
        notes = [part for note in found.notes for part in prose_lines(note, self.room.width, "warn")]
        settings = found.run.settings
        calls = formats.plural(found.calls_at_most, "call")
        where = f"to {settings.get('model')} at {settings.get('endpoint')}"
        return [*notes[:_MOST_NOTES], line(f"at most {calls} {where}")]

    def _told(self) -> list[Line]:
        """Return what is wrong with the field in focus, else with the first, else what it means."""
        field = self.focused.parent if self.focused is not None else None
        spec = field.spec if isinstance(field, Field) else None
        first = next(iter(self._problems.values()), "")
        wrong = self._problems.get(spec.name, first) if spec is not None else first
        text, style = (f"! {wrong}", "bad") if wrong else (spec.hint if spec is not None else "", "dim")
        return [line(part, style) for part in textwrap.wrap(text, max(20, self.room.width))]

    def _label_at_fault(self) -> str:
        at_fault = next((f.spec.label for f in self.query(Field) if f.spec.name in self._problems), "")
        return f": {at_fault}." if at_fault else "; it is being looked at."

    def _forecast(self, problems: dict[str, str]) -> Line:
        if self._open_form().is_unknown:
            return line("Its parameters are being found out by running its file ...", "live")
        if self._request is None:
            return line(f"and {len(problems) - 1} more to mend" if len(problems) > 1 else "", "bad")
        form = self._open_form()
        known = self._prepared
        about = "" if known is not None else "about "
        bars = form.bars(self._request) if known is None else known.bars
        made_up = "  on made-up prices" if form.dataset.synthetic else ""
        return (
            Cell(f"{about}{formats.plural(bars, 'bar')}", "mark"),
            Cell(f"{made_up}  Enter starts the run"),
        )

    # Keys

    def do_next_field(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def do_previous_field(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def do_defaults(self) -> None:
        """Take everything back to what it was at first."""
        form = self._open_form()
        self._form = RunForm(form.strategies, form.datasets)
        self._laid = []
        self.start(partial(self._lay, focus="strategy"), group="lay")
        self._check()

    def why_not_defaults(self) -> str | None:
        """There may be no form."""
        return None if self._form is not None else "There are no data yet; Esc, then 4 imports some."

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Start the run from a field of text."""
        event.stop()
        self.start(partial(self.action_act, "submit"), group="key")

    def why_not_submit(self) -> str | None:
        """A request with a mistake is not sent, and none is sent twice."""
        if self._form is None:
            return "There are no data yet; Esc, then 4 imports some."
        if self._submitting:
            return "The run is being submitted."
        return (
            None if self._request is not None else f"Something is to be mended first{self._label_at_fault()}"
        )

    def do_submit(self) -> None:
        """Submit once."""
        self._submitting = True
        self.start(self._submit, group="submit")

    async def _submit(self) -> None:
        from core.jobs.submit import submit

        request, form = self._request, self._open_form()
        assert request is not None  # noqa: S101 - looked at by why_not_submit
        try:
            run_id = await self.bench.link.write(submit, self.bench.home, request)
        except BacktapeError as error:
            self._submitting = False
            self._show({form.field_of(error.field): str(error)})
            return
        except BaseException:
            self._submitting = False
            raise
        self.bench.last_form = dict(form.texts)
        self.bench.submitted(run_id)


def _described(home: Home, description: "Description") -> "Description":
    from core.jobs.describing import describe

    return describe(home, description)


def _strategies(folder: Path) -> "list[Description]":
    from core.strategies.registry import describe_all

    return describe_all(folder)


_NO_DATA: list[Line] = [
    line("There is no price history yet.", "title"),
    line(""),
    line("Esc goes back; there 4 shows the data library, which imports price files"),
    line("of MetaTrader, HistData and Dukascopy, or the sample market."),
]

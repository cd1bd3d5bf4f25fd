"""The form for a new run, made from the strategies' own parameters and the data at hand."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget
from textual.widgets import Input

from core.errors import BacktapeError
from core.home import Home
from db import datasets
from tui.background import in_background
from tui.drawing.wrapping import prose_lines
from tui.form import forecast
from tui.form.cloning import texts_of_run
from tui.form.preset_prompts import PresetPrompts
from tui.form.presets import KeptForms, Texts
from tui.form.run import RunForm
from tui.form.submitting import Judged, judge, submit_all
from tui.screens.base import WorkScreen
from tui.widgets.field_list import FieldList
from tui.widgets.lines import Line, Lines, line, spread
from tui.widgets.page import FormArea

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord

CHECK_SECONDS = 0.2
_MOST_REMARK_LINES = 4
_NAMES_BETWEEN = " · "


class NewRunScreen(WorkScreen):
    """Fields one a line; each says what it means or what is wrong with it.

    It begins with the values used last, `market` (symbol and timeframe) and `strategy`
    in their place where they are given, or with those of the run `clone_of`.
    """

    NAME: ClassVar[str] = "new_run"

    def __init__(
        self,
        market: tuple[str, str] | None = None,
        strategy: str | None = None,
        *,
        clone_of: int | None = None,
    ) -> None:
        super().__init__()
        self._market = market
        self._strategy = strategy
        self._clone_of = clone_of
        self._form: RunForm | None = None
        self._is_empty = False
        self._titled, self._below = "New run", 0
        self._requests: Sequence[RunRequest] = ()
        self._judged: Judged | None = None
        self._turn = 0
        self._submitting = False
        self._problems: Mapping[str, str] = {}
        self._remarks: Sequence[str] = ()
        self._names: Sequence[str] | None = None

    def body(self) -> Iterable[Widget]:
        """Return the title, the fields to come and what is to be expected."""
        yield Lines([line("New run", "title")], id="form-title")
        yield FieldList(self._take)
        yield Lines([line("")] * 3, id="forecast")

    def on_mount(self) -> None:
        """Read what there is to choose from."""
        self._kept = KeptForms(self.bench.memory)
        self._presets = PresetPrompts(
            self._kept, self.bottom, said=self.say, listed=self._list_names, key_of=self.key
        )
        self.start(self._open, group="open")

    async def _open(self) -> None:
        found = await in_background(_strategies, self.bench.home.strategies)
        data = await self.bench.link.read(datasets.list_all)
        if self.is_left:
            return
        if not data:
            self._is_empty = True
            back, data_key = self.key("back"), self.key("goto_data")
            keys = line(f"{back} goes back; there {data_key} shows the data library,")
            self._list.mount(Lines([*_NO_DATA, keys, line(_FILES)]))
        elif self._clone_of is not None:
            await self._clone(self._clone_of, found, data)
        else:
            form = RunForm(found, data, self._last_texts(data))
            if self._strategy in {one.name for one in form.strategies}:
                form.set("strategy", str(self._strategy))
            self._begin_with(form)

    def _last_texts(self, data: "Sequence[DatasetRecord]") -> Texts:
        """Return the values used last; in another market its own days are more to the point."""
        texts = self._kept.last
        if self._market is None or all(one.symbol != self._market[0] for one in data):
            return texts
        market = dict(zip(("symbol", "timeframe"), self._market, strict=True))
        return {name: text for name, text in texts.items() if name not in _OF_MARKET} | market

    async def _clone(
        self, run_id: int, found: "Sequence[Description]", data: "Sequence[DatasetRecord]"
    ) -> None:
        try:
            texts = await self.bench.link.read(texts_of_run, run_id)
        except BacktapeError as error:
            self.say(str(error), "bad")
            self._begin_with(RunForm(found, data, self._kept.last))
            return
        form = RunForm(found, data, texts)
        self._begin_with(form, f"like run {run_id}", form.remarks)

    def _begin_with(self, form: RunForm, named: str = "", remarks: Sequence[str] = ()) -> None:
        """Show a form that was filled in, and what of it could not be."""
        if self.is_left:
            return
        self._form = form
        self._remarks = remarks
        self._titled = f"New run {named}".rstrip()
        self._show_title()
        self._lay()
        self._list.focus_field(self._list.fields[0])
        self._look_into()
        self._check()

    def on_form_area_scrolled(self, event: FormArea.Scrolled) -> None:
        """Say how many lines there are below those on the screen."""
        event.stop()
        self._below = event.below
        self._show_title()

    def _show_title(self) -> None:
        below = line(f"▼ {self._below:,} more" if self._below else "", "dim")
        title = spread(line(self._titled, "title"), below, self.room.width)
        self.query_one("#form-title", Lines).show([title])

    # The fields

    @property
    def _list(self) -> FieldList:
        return self.query_one(FieldList)

    def _open_form(self) -> RunForm:
        assert self._form is not None  # noqa: S101 - set before any field is there
        return self._form

    def _lay(self) -> None:
        form = self._open_form()
        self._list.lay(form.groups(), form.texts)

    def _take(self, name: str, text: str) -> None:
        """Take what was typed or chosen, and judge it."""
        form = self._open_form()
        if form.texts.get(name) == text:
            return
        if form.set(name, text):
            self._lay()
        if name == "strategy":
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
        if form.strategy.name == whole.name and self.is_attached:
            self._lay()
            self._check()

    # Judging

    def _check(self) -> None:
        """Judge what can be judged at once, and ask the rest when typing rests."""
        self._turn += 1
        self._judged = None
        form = self._open_form()
        # What is not known yet cannot be wrong, nor sent.
        self._requests, problems = ((), {}) if form.is_unknown else form.check()
        self._show(problems)
        self.start(partial(self._judge, self._turn), group="judge")

    async def _judge(self, turn: int) -> None:
        """Ask what only the library and the strategies know, as submitting would."""
        await asyncio.sleep(CHECK_SECONDS)
        requests = self._requests
        if turn != self._turn or not requests:
            return
        judged: Judged | None = None
        problems: dict[str, str] = {}
        try:
            judged = await self.bench.link.read(judge, self.bench.home, requests)
        except BacktapeError as error:
            problems = self._problem(error)
        if turn == self._turn:
            self._judged = judged
            self._requests = requests if judged is not None else ()
            self._show(problems)

    def _problem(self, error: BacktapeError) -> dict[str, str]:
        return {self._open_form().field_of(error.field): str(error)}

    def _show(self, problems: Mapping[str, str]) -> None:
        self._problems = problems
        self._list.say(problems, self._open_form().warnings())
        self._show_forecast()

    def on_descendant_focus(self) -> None:
        """Say in full what the field means or what is wrong with it."""
        self._show_forecast()

    def on_resize(self) -> None:
        """Wrap the hint for the room there is."""
        super().on_resize()
        if self.query("#forecast"):
            self._show_forecast()

    def _list_names(self, names: Sequence[str] | None) -> None:
        """Show names to choose from in place of the forecast, None to show that again."""
        self._names = names
        self._show_forecast()

    def _show_forecast(self) -> None:
        if self._form is None:
            return
        width = self.room.width
        lines = self._forecast_lines(width)
        if self._names is not None:
            names = prose_lines(_NAMES_BETWEEN.join(self._names), width, "dim")
            # As many lines as before: another number would lay the whole screen anew.
            lines = [*names, *[line("")] * len(lines)][: len(lines)]
        self.query_one("#forecast", Lines).show(lines)

    def _forecast_lines(self, width: int) -> list[Line]:
        form, field = self._open_form(), self._list.field_in_focus
        told = prose_lines("\n".join(self._remarks), width, "warn")[:_MOST_REMARK_LINES]
        told += forecast.told_lines(field.spec if field else None, self._problems, form.warnings(), width)
        if not self._requests:
            return [*told, forecast.unexpected(form, self._problems)]
        notes = forecast.note_lines(self._judged, width)
        return [*told, *notes, forecast.expected(form, self._requests, self._judged, self.key("submit"))]

    # Keys

    def do_next_field(self) -> None:
        """Go to the next field."""
        self._list.go(1)

    def do_previous_field(self) -> None:
        """Go to the field before."""
        self._list.go(-1)

    def why_not_defaults(self) -> str | None:
        """There may be no form."""
        if self._form is not None:
            return None
        if not self._is_empty:
            return "The form is being made; in a moment it is there."
        return f"There are no data yet; {self.key('back')}, then {self.key('goto_data')} imports some."

    def do_defaults(self) -> None:
        """Take everything back to what it was at first."""
        form = self._open_form()
        self._begin_with(RunForm(form.strategies, form.datasets))

    why_not_save_preset = why_not_defaults

    def do_save_preset(self) -> None:
        """Ask for a name for all values."""
        self._presets.ask_name(self._open_form().kept())

    def why_not_open_preset(self) -> str | None:
        """There may be none."""
        return self.why_not_defaults() or self._presets.why_none()

    def do_open_preset(self) -> None:
        """Ask for the preset to fill the form from."""
        self._presets.ask_which(self._take_preset)

    def _take_preset(self, name: str, texts: Texts) -> None:
        before = self._open_form()
        form = RunForm(before.strategies, before.datasets, texts)
        self._begin_with(form, f"from preset {name}", form.remarks)

    why_not_delete_preset = why_not_open_preset

    def do_delete_preset(self) -> None:
        """Ask for the preset to delete."""
        self._presets.ask_gone()

    # Submitting

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Start the run from a field of text."""
        event.stop()
        self.start(partial(self.action_act, "submit"), group="key")

    def why_not_submit(self) -> str | None:
        """A request with a mistake is not sent, and none is sent twice."""
        if self._submitting:
            return "The run is being submitted."
        if self._form is None or self._requests:
            return self.why_not_defaults()
        return f"Something is to be mended first{self._label_at_fault()}"

    def _label_at_fault(self) -> str:
        fields = (field.spec for field in self._list.fields) if self._problems else ()
        at_fault = next((spec.label for spec in fields if spec.name in self._problems), "")
        return f": {at_fault}." if at_fault else "; it is being looked at."

    def do_submit(self) -> None:
        """Submit once."""
        self._submitting = True
        self.start(self._submit, group="submit")

    async def _submit(self) -> None:
        try:
            run_ids = await self.bench.link.write(submit_all, self.bench.home, self._requests)
        except BacktapeError as error:
            self._submitting = False
            self._show(self._problem(error))
            return
        except BaseException:
            self._submitting = False
            raise
        self._kept.keep_last(self._open_form().kept())
        self.bench.submitted(run_ids)


def _described(home: Home, description: "Description") -> "Description":
    from core.jobs.describing import describe

    return describe(home, description)


def _strategies(folder: Path) -> "list[Description]":
    from core.strategies.registry import describe_all

    return describe_all(folder)


# What is another in another market.
_OF_MARKET = frozenset({"symbol", "source", "timeframe", "period", "start", "end"})

_NO_DATA = [line("There is no price history yet.", "title"), line("")]
_FILES = "which imports price files of MetaTrader or HistData, or the sample market."

"""The form for a new run, made from the strategies' own parameters and the data at hand."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget
from textual.widgets import Input

from core.errors import BacktapeError
from db import datasets
from db.errors import StoreError
from tui.background import in_background
from tui.form.cloning import cloned_run
from tui.form.defaults import Defaults
from tui.form.judging import Judgement
from tui.form.opening import import_judging, no_data, refused
from tui.form.outlook import Outlook
from tui.form.preset_prompts import PresetPrompts
from tui.form.presets import KeptForms, Texts
from tui.form.run import RunForm
from tui.form.submitting import Judged, judge
from tui.form.title import FormTitle
from tui.screens.base import WorkScreen
from tui.screens.waiting_form import WaitingForm
from tui.strategies.reading import described, described_all
from tui.widgets.field_list import FieldList
from tui.widgets.fields import Field
from tui.widgets.page import FormArea

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord

CHECK_SECONDS = 0.2
# What takes no longer needs no word about it.
_SLOW_SECONDS = 0.4
_DEFAULTS = "with defaults for all but strategy, market and period"


class NewRunScreen(WaitingForm):
    """Fields one a line; each says what it means or what is wrong with it.

    It begins with the values used last, `market` (symbol, timeframe, source) and `strategy`
    in their place where they are given, or with those of the run `clone_of`. The period used last
    comes too, unless that is another market and has not all of it. Values that were left without
    being used come back when it is opened from the same place again, and nowhere else.
    """

    NAME: ClassVar[str] = "new_run"
    # Who acts at the keys of this screen, beside the screen itself.
    ACTORS: ClassVar[tuple[type, ...]] = (FieldList,)

    def __init__(
        self,
        market: Mapping[str, str] | None = None,
        strategy: str | None = None,
        *,
        clone_of: int | None = None,
    ) -> None:
        super().__init__(self._open)
        self._market = market or {}
        self._strategy = strategy
        self._clone_of = clone_of
        self._edited = False
        self._defaults = Defaults()
        self._judgement = Judgement()
        self._submitting = False

    def body(self) -> Iterable[Widget]:
        """Return the title, the fields to come and what is to be expected."""
        yield FormTitle()
        yield FieldList(self._take, self.say)
        yield Outlook()

    def on_mount(self) -> None:
        """Read what there is to choose from."""
        self._kept = KeptForms(self.bench.memory)
        self._presets = PresetPrompts(self._kept, self, self._list_names)
        self.start(self._open, group="open")

    async def _open(self) -> None:
        """Read strategies and price history, and fill the form in; without a history say where to get one."""
        self.set_timer(_SLOW_SECONDS, self.say_what_is_read)
        try:
            found = await in_background(described_all, self.bench.home.strategies)
            data = await self.bench.link.read(datasets.list_all)
            if self.is_left:
                return
            if data:
                await self._begin(found, data)
            else:
                self.show_instead(no_data(self.key))
        except (BacktapeError, StoreError) as error:
            keys = self.key("back"), self.key("new_run")
            self.show_instead(refused(str(error), *keys, self.room.width))

    async def _begin(self, found: "Sequence[Description]", data: "Sequence[DatasetRecord]") -> None:
        if self._clone_of is not None:
            await self._clone(self._clone_of, found, data)
            return
        left = self._kept.left_at(self._opened_at)
        form = RunForm(found, data, left or self._kept.last, {} if left else self._market)
        if not left and self._strategy in {one.name for one in form.strategies}:
            form.set("strategy", str(self._strategy))
        self._begin_with(form, "as it was left" if left else "", form.remarks)

    @property
    def _opened_at(self) -> str:
        return " ".join([*self._market.values(), self._strategy or ""]).strip()

    async def _clone(
        self, run_id: int, found: "Sequence[Description]", data: "Sequence[DatasetRecord]"
    ) -> None:
        try:
            cloned = await self.bench.link.read(cloned_run, run_id)
            cloned.refuse_without_strategy(found, self.key("repeat"))
        except BacktapeError as error:
            self.give_up(str(error), self.key("clone"))
            return
        form = RunForm(found, data, cloned.texts)
        self._begin_with(form, f"like run {run_id}", cloned.remarks(form, self.key("repeat")))

    def _begin_with(self, form: RunForm, named: str = "", remarks: Sequence[str] = ()) -> None:
        """Show a form that was filled in, and what of it could not be."""
        if self.is_left:
            return
        self._form = form
        self.clear_instead()
        self._outlook.remarks = remarks
        self.query_one(FormTitle).tell(named)
        self._lay()
        self._list.focus_field(self._list.fields[0])
        self._look_into()
        self._check()

    def on_form_area_scrolled(self, event: FormArea.Scrolled) -> None:
        """Say how many lines there are below those on the screen."""
        event.stop()
        self.query_one(FormTitle).count_below(event.below)

    # The fields

    @property
    def _list(self) -> FieldList:
        return self.query_one(FieldList)

    def _lay(self) -> None:
        form = self._open_form()
        self._list.lay(form.groups(), form.texts)

    def _take(self, name: str, text: str) -> None:
        """Take what was typed or chosen, and judge it."""
        form = self._open_form()
        if form.texts.get(name) == text:
            return
        self._edited = True
        if form.set(name, text):
            self._lay()
        self._outlook.forget(form.outdated_by(name))
        if name == "strategy":
            self._look_into()
        self._check()

    def _look_into(self) -> None:
        """Find out what only running the strategy's file can tell of its parameters."""
        form = self._open_form()
        if form.is_unknown:
            self.start(partial(self._describe, form.strategy), group="describe", alone=True)

    async def _describe(self, chosen: "Description") -> None:
        whole = await in_background(described, self.bench.home, chosen)
        form = self._open_form()
        self._outlook.remarks = [*self._outlook.remarks, *form.describe(whole)]
        if form.strategy.name == whole.name and self.is_attached:
            self._lay()
            self._check()

    # Judging

    def _check(self) -> None:
        """Judge what can be judged at once, and ask the rest when typing rests."""
        turn = self._judgement.begin(self._open_form())
        self._show_judgement()
        self.start(partial(self._judge, turn), group="judge")

    async def _judge(self, turn: int) -> None:
        await asyncio.sleep(CHECK_SECONDS)
        await in_background(import_judging)
        trouble = self._judgement.elsewhere
        if await self._judgement.ask(turn, self._open_form(), self._ask):
            if self.bottom.said == trouble and not self._judgement.elsewhere:
                self.hush()
            self._show_judgement()
            await self.bench.watch_runner.expect_run()

    def runner_changed(self) -> None:
        """Judge again what the store may not take any more."""
        if self._form is not None and self.bench.watch_runner.trouble:
            self._check()

    async def _ask(self, requests: "Sequence[RunRequest]") -> Judged:
        return await self.bench.link.read(judge, self.bench.home, requests)

    def _show_judgement(self) -> None:
        self._judgement.sort_by([field.spec.name for field in self._list.fields])
        self._list.say(self._judgement.problems, self._judgement.warnings(self._open_form()))
        self._show_forecast()

    def on_descendant_focus(self) -> None:
        """Say in full what the field means or what is wrong with it."""
        self._show_forecast()

    def resized(self) -> None:
        """Wrap the hint for the room there is."""
        self._show_forecast()

    def _list_names(self, names: Sequence[str] | None) -> None:
        """Show names to choose from in place of the forecast, None to show that again."""
        self._outlook.names = names
        self._show_forecast()

    def _show_forecast(self) -> None:
        if self._form is not None:
            field = self._list.field_in_focus
            self._outlook.tell(self._form, field, self._judgement, self.room, self.key("submit"))

    @property
    def _outlook(self) -> Outlook:
        return self.query_one(Outlook)

    # Keys

    def actors(self) -> Iterable[object]:
        """Return the fields, then the screen."""
        return (self._list, self)

    def act(self, name: str) -> None:
        """Do what a key means; what is asked for at the bottom keeps the keys from the fields."""
        if self.bottom.busy and name in _OF_FIELDS:
            return
        super().act(name)
        if name == "submit":
            self._go_to_mend()

    def refusal(self, name: str) -> str | None:
        """While runs are submitted only the program is left: neither sent twice nor kept as not sent."""
        if self._submitting and name not in _LEAVES_RUNS_ALONE:
            return "The run is being submitted."
        return super().refusal(name)

    def do_back(self) -> None:
        """Leave; what was typed is kept."""
        is_kept = self._keep_what_was_typed()
        super().do_back()
        if is_kept and isinstance(below := self.app.screen, WorkScreen):
            below.say(f"What you set up was not started; {below.key('new_run')} here brings it back.")

    def on_unmount(self) -> None:
        """Keep what was typed, however the form was left."""
        self._keep_what_was_typed()

    def _keep_what_was_typed(self) -> bool:
        if not self._edited:
            return False
        self._kept.keep_left(self._open_form().kept(), self._opened_at)
        self._edited = False
        return True

    def why_not_defaults(self) -> str | None:
        """There may be no form."""
        return self._missing if self._form is None else None

    def do_defaults(self) -> None:
        """Take back all but strategy and market to what it was at first; again brings back what was there."""
        texts, are_defaults = self._defaults.taken_back(self._open_form())
        self._take_texts(texts, _DEFAULTS if are_defaults else "as it was")
        if are_defaults:
            self.say(f"{self.key('defaults')} again brings back what was there.")

    why_not_save_preset = why_not_open_preset = why_not_delete_preset = why_not_defaults

    def do_save_preset(self) -> None:
        """Ask for a name for all values."""
        self._presets.ask_name(self._open_form().kept(), self._judgement.values_to_mend)

    def do_open_preset(self) -> None:
        """Ask for the preset to fill the form from."""
        self._presets.ask_which(self._take_preset)

    def _take_preset(self, name: str, texts: Texts) -> None:
        self._take_texts(texts, f"from preset {name}")

    def _take_texts(self, texts: Texts, named: str) -> None:
        """Fill the form with other values."""
        before = self._open_form()
        form = RunForm(before.known, before.datasets, texts)
        self._edited = True
        self._begin_with(form, named, form.remarks)

    def do_delete_preset(self) -> None:
        """Ask for the preset to delete."""
        self._presets.ask_gone()

    # Submitting

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Start the run from a field of text."""
        event.stop()
        self.start(partial(self.action_act, "submit"), group="key")

    def why_not_submit(self) -> str | None:
        """A request with a mistake is not sent."""
        if self._form is None or self._judgement.requests:
            return self.why_not_defaults()
        if self._form.is_unknown:
            name = self._form.strategy.name
            return f"The parameters of {name} are being found out by running its file; then it can start."
        return self._to_mend

    @property
    def _to_mend(self) -> str:
        field = self._first_at_fault
        return self._judgement.to_mend(field.spec.label if field else "")

    @property
    def _first_at_fault(self) -> Field | None:
        return self._list.first_of(self._judgement.problems)

    def _go_to_mend(self) -> None:
        if field := self._first_at_fault:
            self._list.focus_field(field)
        elif self._judgement.elsewhere:
            self._check()  # it may have been mended meanwhile

    def do_submit(self) -> None:
        """Submit once."""
        self._submitting = True
        self.start(self._submit, group="submit")

    async def _submit(self) -> None:
        from core.jobs.submit import submit_all

        try:
            run_ids = await self.bench.link.write(submit_all, self.bench.home, self._judgement.requests)
        except BacktapeError as error:
            self._judgement.refuse(self._open_form(), error)
            self._show_judgement()
            self._go_to_mend()
            self.say(self._to_mend)
        else:
            self._edited = False
            self._kept.keep_last(self._open_form().kept())
            self.come_to_front()
            self.bench.submitted(run_ids)
        finally:
            self._submitting = False


# Keys that would change what cannot be seen to be meant while something is asked for.
_OF_FIELDS = frozenset(
    {"next_field", "previous_field", "next_section", "previous_section", "defaults", "submit"}
)
_LEAVES_RUNS_ALONE = frozenset({"leave", "suspend", "help"})

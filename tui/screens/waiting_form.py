"""A form that cannot be made yet: it says why, lets keys lead on, and looks again."""

from collections.abc import Sequence

from tui.form.opening import BEING_MADE, READING, Missing, refused
from tui.form.outlook import Outlook
from tui.form.run import RunForm
from tui.messages import RunsChanged
from tui.run_list.sample import SampleOffer
from tui.screens.base import Work, WorkScreen
from tui.widgets.field_list import FieldList
from tui.widgets.lines import Lines


class WaitingForm(WorkScreen):
    """A screen whose form is made by `make`, which may find that something is missing."""

    def __init__(self, make: Work) -> None:
        super().__init__()
        self._make = make
        self._form: RunForm | None = None
        self._missing = BEING_MADE
        self._leads: Sequence[str] = ()
        self._instead: Lines | None = None

    @property
    def is_read(self) -> bool:
        """Whether there is a form, or why there is none."""
        return self._form is not None or self._missing is not BEING_MADE

    def _open_form(self) -> RunForm:
        assert self._form is not None  # noqa: S101 - set before any field is there
        return self._form

    def show_instead(self, missing: Missing) -> None:
        """Say in place of the fields why there are none, for as long as there are none."""
        if self.is_left:
            return
        self._missing, lines, self._leads = missing
        if self._instead is None:
            self._instead = Lines(lines)
            self.query_one(FieldList).mount(self._instead)
        else:
            self._instead.show(lines)
        self.query_one(Outlook).say()
        known = {one.name: one for one in self.bench.keymap.actions}
        self.bottom.name_instead([known[name] for name in self._leads])

    def clear_instead(self) -> None:
        """Make room for the fields."""
        if self._instead is not None:
            self._instead.remove()
            self._instead, self._leads = None, ()
            self.bottom.name_instead(())

    def give_up(self, reason: str, again: str) -> None:
        """Say why there is no form where it was asked for by the key `again`.

        Below another screen that cannot be seen yet: it is said in place of the form.
        """
        if self.app.screen is not self:
            self.show_instead(refused(reason, self.key("back"), again, self.room.width))
            return
        self.app.pop_screen()
        if isinstance(below := self.app.screen, WorkScreen):
            below.say(reason, "bad")

    def say_what_is_read(self) -> None:
        """Say what is waited for, if it still is."""
        if self._form is None and not self.query_one(FieldList).children:
            self.query_one(Outlook).say(READING)

    def came_back(self) -> None:
        """Look whether what was missing is there by now."""
        self._look_again()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Look whether what was missing has come."""
        message.stop()
        self._look_again()

    def _look_again(self) -> None:
        if self.is_read and self._form is None:
            self.start(self._make, group="open", alone=True)

    def say_of_idle_key(self, key: str) -> None:
        """Let a key lead on as long as there is no form; that for another form leads nowhere."""
        names = {one.name for one in self.bench.keymap.actions if key in one.keys}
        if self._form is not None or self.bottom.busy:
            super().say_of_idle_key(key)
        elif "sample" in names and "sample" in self._leads:
            self.hush()
            SampleOffer(self).do_sample()
        elif "new_run" not in names:
            super().say_of_idle_key(key)

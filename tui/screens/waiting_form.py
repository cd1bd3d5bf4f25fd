"""A form that cannot be made yet: it says why, lets keys lead on, and looks again."""

from tui.form.opening import BEING_MADE, Missing
from tui.form.outlook import Outlook
from tui.form.run import RunForm
from tui.keys.action import EVERYWHERE
from tui.messages import RunsChanged
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
        self._instead: Lines | None = None

    @property
    def is_read(self) -> bool:
        """Whether there is a form, or why there is none."""
        return self._form is not None or self._missing is not BEING_MADE

    def show_instead(self, missing: Missing) -> None:
        """Say in place of the fields why there are none, for as long as there are none."""
        if self.is_left:
            return
        self._missing, lines = missing
        if self._instead is None:
            self._instead = Lines(lines)
            self.query_one(FieldList).mount(self._instead)
        else:
            self._instead.show(lines)
        self.query_one(Outlook).say()

    def clear_instead(self) -> None:
        """Make room for the fields."""
        if self._instead is not None:
            self._instead.remove()
            self._instead = None

    def on_screen_resume(self) -> None:
        """Look whether what was missing is there by now."""
        super().on_screen_resume()
        self._look_again()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Look whether what was missing has come."""
        message.stop()
        self._look_again()

    def _look_again(self) -> None:
        if self.is_read and self._form is None:
            self.start(self._make, group="open", alone=True)

    def say_of_idle_key(self, key: str) -> None:
        """Let keys that are text in a field do what they do elsewhere, as long as there is no field."""
        known = self.bench.keymap.actions
        names = [one.name for one in known if key in one.keys and EVERYWHERE in one.screens]
        if self._form is not None or self.bottom.busy or not names:
            super().say_of_idle_key(key)
        elif names[0] != "new_run":
            self.act(names[0])

"""Looking around among the bars of a run: more or fewer of them, earlier or later ones, those of a date."""

from typing import TYPE_CHECKING

from textual.message import Message

from db.runs import RunRecord
from tui.chart.chart import Chart
from tui.chart.dates import typed_date
from tui.drawing.curves import Curve
from tui.panes.pane import Pane

if TYPE_CHECKING:
    from tui.app import BacktapeApp


class BarsChanged(Message):
    """The bars of the run are gone, or back again: other keys can act."""


class LookingPane(Pane):
    """A tab with a chart, None as long as there are no bars; `_trouble` then says why."""

    def __init__(self, bench: "BacktapeApp", run: RunRecord, curve: Curve) -> None:
        super().__init__(bench, run, curve)
        self._chart: Chart | None = None
        self._trouble = "Reading the bars ..."
        self._are_gone = False

    def _show(self) -> None:
        """Read what is in view and draw it."""

    def _tell_of_bars(self, *, are_gone: bool) -> None:
        """Let the screen name the keys that can act with bars, or without."""
        if are_gone != self._are_gone:
            self._are_gone = are_gone
            self.post_message(BarsChanged())

    @property
    def _open(self) -> Chart:
        """The chart, for keys that are refused while there is none."""
        assert self._chart is not None  # noqa: S101 - see _why_no_bars
        return self._chart

    def _why_no_bars(self) -> str | None:
        return None if self._chart is not None else self._trouble

    why_not_fit = why_not_to_date = _why_no_bars

    def why_not_zoom_in(self) -> str | None:
        """Bars can only be so large."""
        return self._why_no_bars() or (None if self._open.view.may_zoom_in else "Bars are drawn no larger.")

    def why_not_zoom_out(self) -> str | None:
        """There may be no more bars to show."""
        return self._why_no_bars() or (None if self._open.view.may_zoom_out else "All bars are in view.")

    def why_not_pan_left(self) -> str | None:
        """There may be nothing earlier."""
        return self._why_no_bars() or (None if self._open.view.may_pan(-1) else "There are no earlier bars.")

    def why_not_pan_right(self) -> str | None:
        """There may be nothing later."""
        if why_not := self._why_no_bars():
            return why_not
        view = self._open.view
        if view.may_pan(1):
            return None
        is_known = view.known == view.window.total
        return "There are no later bars." if is_known else "The bars after these are still to come."

    def do_zoom_in(self) -> None:
        """Show fewer bars."""
        self._open.view.zoom_in()
        self._show()

    def do_zoom_out(self) -> None:
        """Show more bars."""
        self._open.view.zoom_out()
        self._show()

    def do_fit(self) -> None:
        """Show all bars."""
        self._open.view.fit()
        self._show()

    def do_pan_left(self) -> None:
        """Show earlier bars."""
        self._open.view.pan(-1)
        self._show()

    def do_pan_right(self) -> None:
        """Show later bars."""
        self._open.view.pan(1)
        self._show()

    def do_to_date(self) -> None:
        """Ask for a date and go to its first bar, or the next there is."""
        self._ask_date("go to date (UTC): ")

    def _ask_date(self, label: str, text: str = "") -> None:
        self.host.bottom.prompt(label, text, self._to_date, enter="goes there")

    def _to_date(self, text: str) -> None:
        typed = typed_date(text)
        if typed is None:
            self._ask_date("No date; write 2020-03-31 or 2020-03-31 14:30: ", text)
        elif self._chart is not None:
            if (why_not := self._chart.why_not_at(typed)) is not None:
                self.host.say(why_not)
            self._chart.go_to(typed)
            self._show()

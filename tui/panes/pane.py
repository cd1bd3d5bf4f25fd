"""What every tab of the run detail has: the run, the keys of the registry, room to draw in."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.widget import Widget

from db.columns import ACTIVE
from db.runs import RunRecord
from tui.drawing.curves import Curve
from tui.keys.registry import PANES, bindings_of
from tui.screens.base import Work, WorkScreen
from tui.widgets.lines import Lines
from tui.widgets.page import Page

if TYPE_CHECKING:
    from tui.app import BacktapeApp

# Title, tabs, and the lines at top and bottom of the screen.
LINES_AROUND = 4


class Pane(Vertical, inherit_bindings=False):
    """A tab, built when it is first visited.

    It offers the action `x` by a method `do_x`, and refuses it with the reason that
    `why_not_x` returns, as screens do. While it is in front it hears of the run by
    `follow`, whenever that has come further, and draws at every change of size.
    """

    NAME: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - Textual's own
        if cls.NAME:
            cls.BINDINGS = bindings_of(cls.NAME)
        super().__init_subclass__(**kwargs)

    def __init__(self, bench: "BacktapeApp", run: RunRecord, curve: Curve) -> None:
        super().__init__(id=self.NAME)
        self.bench = bench
        self.run = run
        self.curve = curve
        self._is_built = False

    def on_mount(self) -> None:
        """Begin, now that there is something to draw on; in a screen that was left there is not."""
        if self.host.is_left:
            return
        self._is_built = True
        self.look(afresh=True)
        if self.display:
            self.host.bottom.give_keys_to(self.keys_go_to)

    @classmethod
    def title(cls) -> str:
        """Return what the tab is called."""
        return PANES[cls.NAME]

    @property
    def host(self) -> WorkScreen:
        """The screen around the tab, which says sentences and asks questions."""
        return cast("WorkScreen", self.screen)

    @property
    def room(self) -> Size:
        """The cells there are; not the pane's own size, which is nothing while another tab is shown."""
        width, height = self.bench.size
        return Size(width, max(0, height - LINES_AROUND))

    @property
    def is_active(self) -> bool:
        """Whether the run waits or is under way."""
        return self.run.status in ACTIVE

    @property
    def has_trades(self) -> bool:
        """Whether the run keeps trades that can be looked at."""
        return self.run.status == "completed" and bool(self.run.total_trades)

    def start(self, work: Work) -> None:
        """Read something beside the keys; what the tab was reading is given up."""
        self.host.start(work, group=self.NAME, alone=True)

    def follow(self, run: RunRecord, curve: Curve) -> None:
        """Take the run as it is now, with the tab in front."""
        before, self.run, self.curve = self.run, run, curve
        if self._is_built:
            self.look(afresh=before.status != run.status)

    def come_forward(self, run: RunRecord, curve: Curve) -> None:
        """Take the run as it is now, and the keys: the tab has come to the front."""
        self.display = True
        self.run, self.curve = run, curve
        if self._is_built:
            self.look(afresh=True)
            self.host.bottom.give_keys_to(self.keys_go_to)

    def resized(self) -> None:
        """Draw for another room."""
        if self._is_built:
            self.draw()

    # What a tab is made of

    def look(self, *, afresh: bool) -> None:  # noqa: ARG002 - for those who read
        """Read again what may be different, then draw.

        `afresh` where the tab has just come to the front, or the status of the run has changed.
        """
        self.draw()

    def draw(self) -> None:
        """Lay out for the room there is; only what changed is sent."""

    @property
    def keys_go_to(self) -> Widget:
        """What takes the keys when the tab comes to the front."""
        return self

    def useless(self) -> set[str]:
        """Return the actions of the tab that could not act on this run: the bottom line names them not."""
        return set()

    def went_back(self) -> bool:
        """Leave a layer of the tab's own, if there is one, before the screen is left; say whether it was."""
        return False


class TextPane(Pane):
    """A tab of lines that scrolls."""

    def compose(self) -> ComposeResult:
        """Hold the page and its lines."""
        with Page():
            yield Lines()

    @property
    def page(self) -> Page:
        """What scrolls."""
        return self.query_one(Page)

    @property
    def lines(self) -> Lines:
        """What is shown."""
        return self.query_one(Lines)

    @property
    def keys_go_to(self) -> Widget:
        """The page: keys scroll it."""
        return self.page

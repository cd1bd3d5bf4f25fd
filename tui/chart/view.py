"""Where somebody looks at a chart: the window, the bar they are on, and whether they replay."""

from tui.chart.window import Window


class View:
    """A window with a cursor bar; in a replay, the bars after the cursor have not happened yet."""

    def __init__(self, total: int, width: int) -> None:
        self.window = Window(total, width)
        self.cursor = 0
        self.is_replay = False
        # What was shown before all bars were.
        self._near: Window | None = None

    @property
    def known(self) -> int:
        """The bar after the last that may be looked at."""
        return self.cursor + 1 if self.is_replay else self.window.total

    @property
    def is_at_end(self) -> bool:
        """Whether the cursor stands on the last bar there is."""
        return self.cursor >= self.window.total - 1

    def go_to(self, bar: int) -> None:
        """Put the cursor on a bar, in the middle of the window; a replay goes on from there."""
        self.cursor = min(max(0, bar), self.window.total - 1)
        self.window = self.window.centred(self.cursor)

    def show_stretch(self, first: int, last: int) -> None:
        """Put the cursor on a bar, and those up to another in the middle of the window if they fit."""
        self.go_to(first)
        if last - first < self.window.room:
            self.window = self.window.centred((first + last) // 2)

    def step(self, bars: int) -> None:
        """Move the cursor, the window with it if it must."""
        self.cursor = min(max(0, self.cursor + bars), self.window.total - 1)
        self.window = self.window.showing(self.cursor)

    def leave_replay(self) -> None:
        """Show again what comes after the cursor."""
        self.is_replay = False
        self._keep_cursor_in_view()

    @property
    def may_zoom_in(self) -> bool:
        """Whether fewer bars can be shown."""
        return self.window.zoomed_in(self._around) != self.window

    @property
    def may_zoom_out(self) -> bool:
        """Whether there are more bars to be shown."""
        return self.window.zoomed_out(self._around) != self.window

    def may_pan(self, quarters: int) -> bool:
        """Whether there are bars on that side, and in a replay some that are known."""
        moved = self.window.moved(quarters)
        return moved != self.window and moved.first < self.known

    def pan(self, quarters: int) -> None:
        """Move the window; the cursor stays in it, but for a replay's."""
        self.window = self.window.moved(quarters)
        self._keep_cursor_in_view()

    def zoom_in(self) -> None:
        """Show fewer bars around the cursor."""
        self.window = self.window.zoomed_in(self._around)

    def zoom_out(self) -> None:
        """Show more bars around the cursor."""
        self.window = self.window.zoomed_out(self._around)

    def fit(self) -> None:
        """Show all bars that are known; where they are shown, as few around the cursor as before that."""
        fitted = self.window.fitted(self.known)
        if self.window != fitted:
            self._near, self.window = self.window, fitted
        elif self._near is not None:
            self.window = self._near.resized(fitted.width).showing(self.cursor)

    def resize(self, width: int) -> None:
        """Take another number of columns; of a replay no more is shown of what is still to come."""
        if width == self.window.width:
            return
        is_held = self.window.holds(self.cursor)
        if is_held and self.is_replay:
            self.window = self.window.resized_around(self.cursor, width)
            return
        self.window = self.window.resized(width)
        if is_held:
            self.window = self.window.showing(self.cursor)
        self._keep_cursor_in_view()

    @property
    def _around(self) -> int:
        window = self.window
        return self.cursor if window.holds(self.cursor) else (window.first + window.end) // 2

    def _keep_cursor_in_view(self) -> None:
        if not self.is_replay:
            self.cursor = min(max(self.cursor, self.window.first), self.window.end - 1)

"""A table over any number of rows that draws, reads and sends only what is on screen.

Textual's `DataTable` holds every cell and repaints the visible table for one
changed cell; this one knows ids, reads the rows around the cursor, and redraws
the lines that changed.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import ClassVar, Generic

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import WorkType

from core.errors import BacktapeError
from db.errors import StoreError
from tui.keys.registry import table_bindings
from tui.messages import RowsUnread
from tui.widgets.columns import Cell, Column, Row, aligned, fit
from tui.widgets.ink import inked
from tui.widgets.strips import changed_width, lean
from tui.widgets.table_lines import MARK, header_text, position, row_cells

Loader = Callable[[Sequence[int]], Awaitable[Mapping[int, Row]]]

_KEPT_ROWS = 2_000
# For so long a page waits for its rows; then it is drawn without them.
_LATE_SECONDS = 0.1


class VirtualTable(Widget, Generic[Row], can_focus=True):
    """A cursor, marks and sorted columns over rows that are known by integer ids.

    `load` returns the rows of some ids; ids that it leaves out are gone; `sorted_by` is
    the column of their order, and whether it descends. The
    caller says what the ids are (`set_ids`) and hands in rows that changed
    (`put`); the table asks for the rest itself.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--cursor-blurred",
    }
    BINDINGS: ClassVar[list[BindingType]] = table_bindings()

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor stands on another row."""

    class Clicked(Message):
        """The row under the cursor was clicked once more."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        load: Loader[Row],
        *,
        marking: bool = False,
        sorted_by: tuple[str, bool] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._all_columns = list(columns)
        self._columns: list[Column[Row]] = []
        self._load = load
        self._marking = marking
        self._ids: Sequence[int] = ()
        self._rows: dict[int, Row] = {}
        self._cells: dict[int, tuple[Cell, ...]] = {}
        self._gone: set[int] = set()
        self._top = 0
        self._filling = False
        self._late: Timer | None = None
        self._sorted_by = sorted_by
        self._instead = ""
        # Every line as it was drawn last.
        self._drawn: dict[int, Strip] = {}
        self.marks: set[int] = set()

    # What the rows are

    @property
    def ids(self) -> Sequence[int]:
        """The ids of all rows, in order."""
        return self._ids

    @property
    def cursor_id(self) -> int | None:
        """The id of the row under the cursor, None in an empty table."""
        return self._ids[self.cursor] if self._ids else None

    @property
    def visible_ids(self) -> Sequence[int]:
        """The ids of the rows on screen."""
        return self._ids[self._top : self._top + self._page]

    @property
    def below(self) -> int:
        """How many rows there are below those on screen."""
        return max(0, len(self._ids) - self._top - self._page)

    @property
    def columns(self) -> Sequence[Column[Row]]:
        """All columns, folded ones too."""
        return self._all_columns

    @property
    def shown_columns(self) -> Sequence[Column[Row]]:
        """The columns there is room for."""
        return self._columns

    def row(self, row_id: int | None) -> Row | None:
        """Return a row if it has been read."""
        return None if row_id is None else self._rows.get(row_id)

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Show other columns over the same rows; the same ones again are nothing to be sent."""
        if list(columns) != self._all_columns:
            self._all_columns = list(columns)
            self._fold()

    def set_sorted(self, column: str, *, descending: bool) -> None:
        """Show the column that the ids are sorted by, with an arrow at its title."""
        before, self._sorted_by = self._sorted_by, (column, descending)
        if before is None or before[0] != column:
            self._fold()
        else:
            self._redraw(-1)

    def say_instead(self, sentence: str) -> None:
        """Show a sentence where the first row would be, as long as there is none."""
        if sentence != self._instead:
            self._instead = sentence
            self._redraw(0)

    def set_ids(self, ids: Sequence[int], *, keep_cursor: bool = True) -> None:
        """Show these rows; the cursor stays on its row, or goes to the next one that is still there.

        So does the row stay where it is, but that a list shown from its top stays at
        its top: what is new there is seen.
        """
        before, offset = self._ids, self.cursor - self._top
        changed = ids != before
        self._ids = ids
        self._gone.clear()
        if not keep_cursor:
            self.cursor, self._top = 0, 0
        elif before and changed:
            self.cursor = position(ids, before, self.cursor)
            from_top = self._top == 0 and self.cursor < self._page
            self._top = 0 if from_top else max(0, self.cursor - offset)
        self.cursor = min(self.cursor, max(0, len(ids) - 1))
        self._top = min(self._top, max(0, len(ids) - self._page))
        if changed:
            self._draw_page()
            self.post_message(self.Moved())
        self._fill()

    def put(self, rows: Mapping[int, Row]) -> None:
        """Take rows that were read; only lines that look different are drawn again."""
        shown = {row_id: index for index, row_id in enumerate(self.visible_ids)}
        for row_id, row in rows.items():
            self._rows[row_id] = row
            cells = tuple(column.cell(row) for column in self._columns)
            if self._cells.get(row_id) != cells:
                self._cells[row_id] = cells
                if row_id in shown:
                    self._redraw(shown[row_id])
        if not self._missing():
            self._draw_awaited()

    # Marks

    def set_marks(self, marks: Collection[int]) -> None:
        """Mark exactly these rows."""
        changed = self.marks ^ set(marks)
        self.marks = set(marks)
        for index, row_id in enumerate(self.visible_ids):
            if row_id in changed:
                self._redraw(index)

    # Moving

    def action_up(self) -> None:
        """Move the cursor one row up."""
        self.move(self.cursor - 1)

    def action_down(self) -> None:
        """Move the cursor one row down."""
        self.move(self.cursor + 1)

    def action_page_up(self) -> None:
        """Move the cursor one page up."""
        self.move(self.cursor - max(1, self._page - 1))

    def action_page_down(self) -> None:
        """Move the cursor one page down."""
        self.move(self.cursor + max(1, self._page - 1))

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.move(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.move(len(self._ids) - 1)

    def move(self, index: int) -> None:
        """Put the cursor on a row; at the edge the page is recentred, which saves repaints."""
        index = min(max(index, 0), max(0, len(self._ids) - 1))
        old = self.cursor
        if index == old:
            return
        self.cursor = index
        if self._top <= index < self._top + self._page:
            self._redraw(old - self._top)
            self._redraw(index - self._top)
        else:
            last_top = max(0, len(self._ids) - self._page)
            self._top = min(max(0, index - self._page // 2), last_top)
            self._draw_page()
            self._fill()
        self.post_message(self.Moved())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move three rows down."""
        event.stop()
        self.move(self.cursor + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move three rows up."""
        event.stop()
        self.move(self.cursor - 3)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked; a second click opens it."""
        row = self._top + event.y - 1
        if event.y == 0 or row >= len(self._ids):
            return
        if row == self.cursor:
            self.post_message(self.Clicked())
        self.move(row)

    # Reading

    def _fill(self) -> None:
        if not self._filling and self._missing():
            self._filling = True
            work: WorkType[None] = self._fill_up
            self.run_worker(work, group="rows")

    async def _fill_up(self) -> None:
        try:
            while missing := self._missing():
                rows = await self._load(missing)
                self._gone.update(set(missing) - set(rows))
                self._drop_far_rows()
                self.put(rows)
        except (BacktapeError, StoreError) as error:
            self.post_message(RowsUnread(str(error)))
        finally:
            self._filling = False

    def _missing(self) -> list[int]:
        window = self._ids[max(0, self._top - self._page) : self._top + 2 * self._page]
        if all(row_id in self._rows or row_id in self._gone for row_id in self.visible_ids):
            return []
        return [row_id for row_id in window if row_id not in self._rows and row_id not in self._gone]

    def _drop_far_rows(self) -> None:
        if len(self._rows) > _KEPT_ROWS:
            near = set(self._ids[max(0, self._top - self._page) : self._top + 2 * self._page])
            self._rows = {row_id: row for row_id, row in self._rows.items() if row_id in near}
            self._cells = {row_id: cells for row_id, cells in self._cells.items() if row_id in near}

    # Drawing

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 1)

    def on_resize(self) -> None:
        """Fold columns, keep the cursor in sight and read what came into sight."""
        self._top = max(min(self._top, self.cursor), self.cursor - self._page + 1)
        self._top = min(self._top, max(0, len(self._ids) - self._page))
        self._fold()
        self._fill()

    def on_show(self) -> None:
        """Take the keys if nobody has them: what was hidden, while it was empty, has lost them.

        Now, not when its turn comes, as `focus` does: a question may be asked meanwhile.
        """
        if self.screen.focused is None:
            self.screen.set_focus(self, scroll_visible=False)

    def on_focus(self, event: events.Focus) -> None:
        """Do as every widget does, but for drawing everything again."""
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """Do as every widget does, but for drawing everything again."""
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))

    def watch_has_focus(self, value: bool) -> None:
        """Show the cursor as alive or resting."""
        super().watch_has_focus(value)
        self._redraw(self.cursor - self._top)

    def _fold(self) -> None:
        room = self.size.width - (len(MARK) if self._marking else 0)
        self._columns = fit(self._all_columns, room, "" if self._sorted_by is None else self._sorted_by[0])
        self._cells = {
            row_id: tuple(column.cell(row) for column in self._columns) for row_id, row in self._rows.items()
        }
        self.refresh()

    def _redraw(self, line: int) -> None:
        """Draw the line of a visible row again, up to where it is another one; -1 is the header."""
        if self._late is None:
            self._redraw_line(line + 1)

    def _redraw_line(self, y: int) -> None:
        if not self.is_attached:  # rows may come when the table has gone, and its styles with it
            return
        before = self._drawn.get(y)
        width = self.size.width if before is None else changed_width(before, self._strip(y))
        if width:
            self.refresh(Region(0, y, width, 1))

    def _draw_page(self) -> None:
        """Draw everything again, once the rows are there: without them it would be sent twice."""
        if self._late is None:
            self._late = self.set_timer(_LATE_SECONDS, self._draw_awaited)
        if not self._missing():
            self._draw_awaited()

    def _draw_awaited(self) -> None:
        if self._late is not None:
            self._late.stop()
            self._late = None
            for y in range(self.size.height):
                self._redraw_line(y)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget: the header, a row, or nothing."""
        self._drawn[y] = self._strip(y)
        return self._drawn[y]

    def _strip(self, y: int) -> Strip:
        return lean(self._content(y).adjust_cell_length(self.size.width, self.rich_style).simplify())

    def _content(self, y: int) -> Strip:
        index = self._top + y - 1
        if y == 0:
            return self._header()
        if y == 1 and not self._ids and self._instead:
            return Strip(inked(self, [Cell(self._instead, "dim")]))
        if index >= len(self._ids):
            return Strip([])
        return self._line(self._ids[index], index == self.cursor)

    def _header(self) -> Strip:
        text = header_text(self._columns, self._sorted_by)
        indent = " " * len(MARK) if self._marking else ""
        return Strip([Segment(indent + text, self.get_component_rich_style("table--header"))])

    def _line(self, row_id: int, at_cursor: bool) -> Strip:
        parts = list(self._parts(row_id))
        if not at_cursor:
            return Strip(inked(self, parts))
        name = "table--cursor" if self.has_focus else "table--cursor-blurred"
        text = aligned("".join(part.text for part in parts), self.size.width, right=False)
        return Strip([Segment(text, self.get_component_rich_style(name))])

    def _parts(self, row_id: int) -> Iterator[Cell]:
        if self._marking:
            yield Cell(MARK, "mark") if row_id in self.marks else Cell(" " * len(MARK))
        cells = self._cells.get(row_id)
        if cells is None:
            yield Cell("gone" if row_id in self._gone else "…", "dim")
        else:
            yield from row_cells(self._columns, cells)

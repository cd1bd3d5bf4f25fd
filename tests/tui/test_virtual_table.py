"""The table over any number of rows."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from db.errors import StoreError
from tui.keys.table import ACTIONS
from tui.messages import RowsUnread
from tui.screens.quiet import QuietScreen
from tui.widgets.bottom_line import BottomLine
from tui.widgets.columns import Cell, Column, aligned, fit
from tui.widgets.table_lines import header_text
from tui.widgets.virtual_table import VirtualTable


class Pair(NamedTuple):
    number: int
    word: str


COLUMNS: list[Column[Pair]] = [
    Column("number", "#", 9, lambda row: Cell(str(row.number)), right=True),
    Column("word", "word", 8, lambda row: Cell(row.word), grows=30),
]


class Source:
    """Rows that remember which of them were asked for."""

    def __init__(self, gone: Sequence[int] = ()) -> None:
        self.asked: list[Sequence[int]] = []
        self.gone = set(gone)

    async def load(self, ids: Sequence[int]) -> Mapping[int, Pair]:
        self.asked.append(ids)
        return {i: Pair(i, f"word {i}") for i in ids if i not in self.gone}


class TableApp(App[None]):
    CSS = """
    VirtualTable { height: 1fr; }
    VirtualTable > .table--cursor { text-style: reverse; }
    """

    def __init__(self, source: Source, rows: int) -> None:
        super().__init__()
        self.source = source
        self.rows = rows
        self.drawn: list[int] = []

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, self.source.load, marking=True)

    def on_mount(self) -> None:
        self.table.set_ids(range(self.rows))
        self.table.focus()

    @property
    def table(self) -> VirtualTable[Pair]:
        table: VirtualTable[Pair] = self.query_one(VirtualTable)
        return table

    def line(self, y: int) -> str:
        return self.table.render_line(y).text.rstrip()


class AskingApp(TableApp):
    """A table above a line that asks."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield BottomLine("data", ACTIONS)

    @property
    def bottom(self) -> BottomLine:
        return self.query_one(BottomLine)


async def test_the_same_columns_again_are_not_drawn_and_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp(Source(), 5)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        drawn: list[object] = []
        monkeypatch.setattr(app.table, "refresh", lambda *regions: drawn.append(regions))
        app.table.set_columns(list(COLUMNS))
        assert drawn == []
        app.table.set_columns(COLUMNS[:1])
        assert drawn == [()]
        assert app.line(0).split() == ["#"]


async def test_a_million_rows_read_only_what_is_near_the_screen() -> None:
    app = TableApp(Source(), 1_000_000)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert app.line(1).split() == ["0", "word", "0"]
        await pilot.press("G")
        await pilot.pause()
        assert app.line(19).split() == ["999999", "word", "999999"]
        assert sum(len(ids) for ids in app.source.asked) <= 4 * 19


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ("j j j", 3),
        ("down up", 0),
        ("G", 99),
        ("end k", 98),
        ("pagedown", 18),
        ("G pageup", 81),
        ("G g", 0),
        ("G home", 0),
        ("up", 0),
        ("G down", 99),
    ],
)
async def test_the_keys_move_the_cursor(keys: str, at: int) -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(*keys.split())
        assert app.table.cursor == at
        assert at in app.table.visible_ids


async def test_at_the_edge_the_page_is_recentred() -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 21)) as pilot:
        await pilot.press(*["j"] * 20)
        assert app.table.visible_ids[0] == 10
        await pilot.press(*["j"] * 9)
        assert app.table.visible_ids[0] == 10


async def test_the_cursor_stays_on_its_row_when_others_come_and_go() -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j", "j", "j")
        app.table.set_ids([1000, 1001, *range(100)])
        assert app.table.cursor_id == 3
        app.table.set_ids([])
        assert app.table.cursor_id is None


@pytest.mark.parametrize(
    ("left", "at"),
    [
        ([0, 1, 2, 4, 5], 4),
        # Rows above are gone too: the place is the row's, not its number.
        ([2, 5, 6, 7, 8, 9], 5),
        ([0, 1, 2], 2),
        # In another order, too.
        ([5, 4, 2], 4),
        ([100, 101, 102, 103], 103),
    ],
)
async def test_the_cursor_of_a_row_that_is_gone_goes_to_the_next_one(left: list[int], at: int) -> None:
    app = TableApp(Source(), 10)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j", "j", "j")
        app.table.set_ids(left)
        assert app.table.cursor_id == at


async def test_a_list_shown_from_its_top_shows_what_is_new_there() -> None:
    async with TableApp(Source(), 1000).run_test(size=(60, 20)) as pilot:
        table = pilot.app.query_one(VirtualTable)
        table.set_ids(range(999, -1, -1), keep_cursor=False)
        table.set_ids(range(1002, -1, -1))
        assert table.visible_ids[0] == 1002
        assert table.cursor_id == 999
        table.set_ids(range(1100, -1, -1))
        assert 999 in table.visible_ids


async def test_only_rows_that_look_different_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        drawn: list[int] = []
        draw = app.table.render_line

        def remembering(y: int) -> Strip:
            drawn.append(y)
            return draw(y)

        monkeypatch.setattr(app.table, "render_line", remembering)
        app.table.put({i: Pair(i, f"word {i}") for i in range(10)} | {4: Pair(4, "other")})
        await pilot.pause()
        assert drawn == [5]
        await pilot.press("j")
        await pilot.pause()
        assert drawn == [5, 1, 2]


async def test_of_a_page_the_lines_are_sent_up_to_where_they_are_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("pagedown")
        await pilot.pause()
        sent: list[Region] = []
        monkeypatch.setattr(app.table, "refresh", lambda *regions: sent.extend(regions))
        await pilot.press("pagedown")
        while not sent:
            await pilot.pause()
        cursors = {19, app.table.cursor - app.table.visible_ids[0] + 1}
        assert {region.y for region in sent} == set(range(1, 20))
        assert {region.y for region in sent if region.width == 60} == cursors
        assert all(region.width <= len("●         18  word 18") for region in sent if region.y not in cursors)


class SlowSource(Source):
    """Rows that come when they are let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()
        self.let.set()

    async def load(self, ids: Sequence[int]) -> Mapping[int, Pair]:
        await self.let.wait()
        return await super().load(ids)


def remember_pages(app: TableApp, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the first row is added whenever it is drawn."""
    drawn: list[str] = []
    draw = app.table.render_line

    def remembering(y: int) -> Strip:
        strip = draw(y)
        if y == 1:
            drawn.append(strip.text.strip())
        return strip

    monkeypatch.setattr(app.table, "render_line", remembering)
    return drawn


async def test_a_page_is_drawn_once_with_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.widgets.virtual_table._LATE_SECONDS", 60.0)
    source = SlowSource()
    app = TableApp(source, 1_000)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        drawn = remember_pages(app, monkeypatch)
        source.let.clear()
        await pilot.press("G", "k")
        assert drawn == []
        source.let.set()
        while not drawn:
            await pilot.pause()
        await pilot.pause()
        assert [row.split() for row in drawn] == [["981", "word", "981"]]


async def test_a_page_whose_rows_are_late_is_drawn_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SlowSource()
    app = TableApp(source, 1_000)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        drawn = remember_pages(app, monkeypatch)
        source.let.clear()
        await pilot.press("G")
        while not drawn:
            await pilot.pause(0.01)
        assert drawn == ["…"]
        source.let.set()
        while len(drawn) < 2:
            await pilot.pause(0.01)
        assert drawn[1].split() == ["981", "word", "981"]


async def test_marks_are_kept_by_id() -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_marks({2})
        app.table.set_ids([9, 8, 2])
        await pilot.pause()
        assert app.line(3).startswith("●")
        assert not app.line(1).startswith("●")


async def test_a_row_that_is_gone_says_so_and_is_not_asked_for_again() -> None:
    app = TableApp(Source(gone=[1]), 3)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert app.line(2).strip() == "gone"
        asked = len(app.source.asked)
        await pilot.press("j", "j")
        assert len(app.source.asked) == asked


class FailingSource(Source):
    """Rows that cannot be read."""

    async def load(self, ids: Sequence[int]) -> Mapping[int, Pair]:
        raise StoreError(f"{len(ids)} rows cannot be read.")


class HearingApp(TableApp):
    """A table, and the reasons for which its rows could not be read."""

    def __init__(self) -> None:
        super().__init__(FailingSource(), 3)
        self.heard: list[str] = []

    def on_rows_unread(self, message: RowsUnread) -> None:
        self.heard.append(message.reason)


async def test_rows_that_cannot_be_read_are_told_and_close_nothing() -> None:
    app = HearingApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "3 rows cannot be read." in app.heard
        await pilot.press("j")
        assert app.table.cursor == 1


async def test_the_header_shows_the_order() -> None:
    app = TableApp(Source(), 3)
    async with app.run_test(size=(60, 20)):
        app.table.set_sorted("number", descending=True)
        assert "#▼" in app.line(0)
        app.table.set_sorted("word", descending=False)
        assert "word▲" in app.line(0)


async def test_a_table_that_is_shown_leaves_the_keys_to_a_question_that_was_asked_just_before() -> None:
    app = AskingApp(Source(), 3)
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.display = False
        app.screen.set_focus(None)
        await pilot.pause()
        app.bottom.ask("Sure?", {})
        app.table.display = True
        app.table.on_show()
        await pilot.pause()
        assert app.focused is app.bottom


async def test_a_smaller_terminal_keeps_the_cursor_in_sight() -> None:
    app = TableApp(Source(), 100)
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.press(*["j"] * 30)
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert 30 in app.table.visible_ids


def test_columns_fold_by_priority_and_one_grows() -> None:
    columns = [
        Column[Pair]("a", "a", 10, lambda row: Cell(row.word), grows=20),
        Column[Pair]("b", "b", 10, lambda row: Cell(row.word), priority=2),
        Column[Pair]("c", "c", 10, lambda row: Cell(row.word), priority=1),
    ]
    assert [(c.name, c.width) for c in fit(columns, 37)] == [("a", 13), ("b", 10), ("c", 10)]
    assert [(c.name, c.width) for c in fit(columns, 33)] == [("a", 20), ("c", 10)]
    assert [(c.name, c.width) for c in fit(columns, 5)] == [("a", 10)]


def test_what_is_sorted_by_never_folds_and_others_go_for_it() -> None:
    columns = [
        Column[Pair]("a", "a", 10, lambda row: Cell(row.word)),
        Column[Pair]("b", "b", 10, lambda row: Cell(row.word)),
        Column[Pair]("c", "c", 10, lambda row: Cell(row.word), priority=1),
    ]
    assert [c.name for c in fit(columns, 33)] == ["a", "b"]
    assert [c.name for c in fit(columns, 33, "c")] == ["a", "c"]
    assert [c.name for c in fit(columns, 33, "unknown")] == ["a", "b"]


def test_an_arrow_takes_a_cell_of_the_gap_rather_than_of_a_title_or_another_column() -> None:
    columns = [
        Column[Pair]("a", "left", 4, lambda row: Cell(row.word)),
        Column[Pair]("b", "right", 5, lambda row: Cell(row.word), right=True),
        Column[Pair]("c", "wide", 8, lambda row: Cell(row.word), right=True),
    ]
    assert header_text(columns, None) == "left  right      wide"
    assert header_text(columns, ("a", True)) == "left▼ right      wide"
    assert header_text(columns, ("b", False)) == "left right▲      wide"
    assert header_text(columns, ("c", False)) == "left  right     wide▲"


def test_text_is_cut_with_an_ellipsis_and_wide_characters_count_twice() -> None:
    assert aligned("abcdef", 4, right=False) == "abc…"
    assert aligned("ab", 4, right=True) == "  ab"
    assert aligned("日本語", 5, right=False) == "日本…"

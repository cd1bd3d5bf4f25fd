"""Lines of which only the cells that changed are sent to the terminal."""

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from tests.tui.conftest import until
from tui.widgets.columns import Cell
from tui.widgets.compositor import NarrowUpdate
from tui.widgets.growing import Growing
from tui.widgets.lines import Line


class _App(App[int]):
    def compose(self) -> ComposeResult:
        yield Growing([(Cell("0123456789"),), (Cell("same"),)])


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ((Cell("01234x6789"),), (5, 1)),
        ((Cell("01x34x6789"),), (2, 4)),
        ((Cell("0123456789"), Cell("ab")), (10, 2)),
        ((Cell("01234"),), (5, 5)),
        ((Cell("0123"), Cell("45", "bad"), Cell("6789")), (4, 2)),
        ((Cell("012"), Cell("3456789")), (0, 40)),  # the same cells: whatever is different, all of it
        ((Cell("0123漢6789"),), (0, 40)),
        ((Cell("0123456789" * 5),), (0, 40)),  # longer than there is room
    ],
)
async def test_the_part_from_the_first_cell_that_changed_to_the_last_is_drawn_again(
    after: Line, changed: tuple[int, int]
) -> None:
    async with _App().run_test(size=(40, 5)) as pilot:
        lines = pilot.app.query_one(Growing)
        await until(pilot, lambda: lines.size.width == 40)
        first, width = changed
        assert lines.changed_part(1, (Cell("0123456789"),), after) == Region(first, 1, width, 1)


def test_an_update_begins_where_the_change_does() -> None:
    left, right = Strip([Segment("abcdefgh")]), Strip([Segment("ijkl")])
    chops: list[dict[int, Strip | None]] = [
        {0: left, 8: right},
        {0: None, 8: right},
        {0: Strip([Segment("a漢cdefg")]), 8: right},
    ]
    spans = [(0, 3, 5), (0, 7, 10), (1, 0, 9), (2, 3, 12)]
    written = NarrowUpdate(chops, spans, [[8, 12]] * 3).render_segments(Console(color_system=None))
    assert written.split("\x1b[")[1:] == ["1;4Hde", "1;8Hh", "1;9Hij", "2;9Hi", "3;4Hcdefg", "3;9Hijkl"]

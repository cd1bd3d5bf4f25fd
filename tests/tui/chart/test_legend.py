"""What the signs of a chart mean, as its help says."""

import pytest

from core.home import Home
from core.market.bars import Bars
from tests.tui.chart.opening import open_chart
from tests.tui.conftest import make_app, until_shown
from tui.chart.legend import LEGEND_TITLE, legend_lines


def legend(width: int, *, ascii_only: bool) -> list[str]:
    return ["".join(cell.text for cell in row) for row in legend_lines(width, ascii_only=ascii_only)]


def test_which_bar_went_up_and_which_went_down_is_said_in_words() -> None:
    told = legend(80, ascii_only=False)
    assert told[0].split("  ", maxsplit=2)[1].split() == ["║", "╥", "╨"]
    assert "went up" in told[0]
    assert told[1].split("  ", maxsplit=2)[1].split() == ["┃", "╻", "╹"]
    assert "went down" in told[1]
    plain = legend(80, ascii_only=True)
    assert plain[0].startswith("  =  ")
    assert plain[1].startswith("  #  ")


@pytest.mark.parametrize("ascii_only", [False, True])
def test_marks_lines_volume_and_the_place_of_the_cursor_are_explained(*, ascii_only: bool) -> None:
    told = "\n".join(legend(80, ascii_only=ascii_only))
    for word in ("bought", "sold", "profit", "loss", "stop", "target", "strategy", "volume", "axis"):
        assert word in told
    for sign in ("^ v", "@") if ascii_only else ("▲ ▼", "◆"):
        assert sign in told
    assert told.isascii() == ascii_only


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_meanings_fit_into_any_terminal(width: int) -> None:
    assert all(len(row) <= width for row in legend(width, ascii_only=False))


async def test_the_help_of_the_chart_ends_with_its_signs(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot)
        await pilot.press("question_mark")
        await until_shown(pilot, "below them, what the chart shows")
        await pilot.press("G")
        await until_shown(pilot, LEGEND_TITLE, "║ ╥ ╨", "went up", "▂ ▅ █", "◆")

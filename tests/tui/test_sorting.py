"""The question for the column to sort by: whole titles, however narrow the terminal is."""

import pytest
from textual.pilot import Pilot

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.widgets.bottom_line import UNBROKEN
from tui.widgets.sorting import asked_columns

COLUMNS = [("n", "#"), ("w", "win %"), ("p", "profit factor")]


@pytest.mark.parametrize(
    ("width", "asked"),
    [
        (80, "sort: n #  w win %  p profit factor"),
        (35, "sort: n #  w win %  p profit factor"),
        (34, "sort: n=# w=win % p=profit factor"),
        (33, "sort: n=# w=win % p=profit factor"),
        (32, "sort: n #  w win %  p profit factor"),
    ],
)
def test_titles_are_whole_and_closer_together_where_that_saves_a_line(width: int, asked: str) -> None:
    assert asked_columns(COLUMNS, width).replace(UNBROKEN, " ") == asked


def test_a_line_is_broken_only_between_two_letters() -> None:
    assert asked_columns(COLUMNS, 20).split(" ") == [
        "sort:",
        f"n{UNBROKEN}#",
        "",
        f"w{UNBROKEN}win{UNBROKEN}%",
        "",
        f"p{UNBROKEN}profit{UNBROKEN}factor",
    ]


@pytest.mark.parametrize("width", [80, 120])
async def test_the_run_list_asks_in_one_line_at_usual_widths(filled: Home, width: int) -> None:
    async with make_app(filled).run_test(size=(width, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("s")
        screen = await until_shown(pilot, "sort: n=#", "y=strategy", "r=return %", "o=others")
        assert len([line for line in screen.splitlines() if "strategy" in line and "=" in line]) == 1


async def test_what_does_not_fit_in_one_line_takes_two_until_it_is_answered(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, 38)
        await pilot.press("greater_than_sign", "s")
        screen = await until_shown(pilot, "sort: n #", "p profit", "c cost")
        assert screen.splitlines()[-2].startswith("sort: n #  i side  e entered")
        assert screen.splitlines()[-1].endswith("  c cost")
        assert UNBROKEN not in screen
        await pilot.press("p")
        await until_shown(pilot, "profit▼")
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[-1].endswith("q back  ? keys"))
        assert "sort:" not in screen_text(pilot.app)


async def test_a_question_of_two_lines_moves_a_list_by_one_row_at_most(filled: Home) -> None:
    def first_row(pilot: Pilot[int]) -> str:
        return screen_text(pilot.app).splitlines()[4].split()[0]

    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, 38)
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "entered")
        await pilot.press(*["j"] * 18)
        await until(pilot, lambda: first_row(pilot) == "1")
        await pilot.press("s")
        await until_shown(pilot, "sort: n #")
        await until(pilot, lambda: first_row(pilot) == "2")
        await pilot.press("escape")
        await until_shown(pilot, "q back")
        assert first_row(pilot) == "2"

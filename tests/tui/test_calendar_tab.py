"""What a run brought by month, weekday and hour."""

from calendar import month_abbr
from contextlib import closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.results.groups import Entered, Group
from db.connection import connect
from tests.records import run
from tests.shots.filling import COMPLETED, FAILED, PENDING, RUNNING, spread_trades
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.drawing.room import Room
from tui.pages.calendar import calendar_lines
from tui.widgets.lines import length

MONTHS = [
    {"month": "2020-11", "profit": 1000.0, "return_pct": 10.0},
    {"month": "2020-12", "profit": -1100.0, "return_pct": -10.04},
    {"month": "2021-02", "profit": -9900.0, "return_pct": -100.0},
    {"month": "2021-03", "profit": 0.0, "return_pct": None},
]
ENTERED = [
    Entered(0, 7, Group(4, 1, -200.0)),
    Entered(4, 7, Group(2, 2, 100.0)),
    Entered(6, 22, Group(1, 0, 0.0)),
]


def page(width: int, *, height: int = 20, ascii_only: bool = False, months: object = MONTHS) -> list[str]:
    shown = run(statistics={"monthly_returns": months})
    lines = calendar_lines(shown, ENTERED, Room(width, height, ascii_only))
    assert all(length(one) <= width for one in lines)
    return ["".join(part.text for part in one).rstrip() for one in lines]


def test_months_stand_under_their_names_with_the_year_compounded() -> None:
    _, heading, first, second, *_ = page(80)
    assert heading.split() == [*month_abbr[1:], "year"]
    assert first.split() == ["2020", "+10", "-10", "-1.04"]
    assert (first.index("+10") + 3, first.index("-10") + 3) == (
        heading.index("Nov") + 3,
        heading.index("Dec") + 3,
    )
    assert second.split() == ["2021", "-100", "\N{EN DASH}", "\N{EN DASH}"]


def test_a_wide_terminal_shows_more_decimals_and_the_money_of_a_year() -> None:
    _, heading, first, second, *_ = page(120)
    assert heading.split()[-2:] == ["year", "money"]
    assert first.split() == ["2020", "+10.00", "-10.04", "-1.04", "-100.00"]
    assert second.split()[-1] == "-9,900.00"


def test_the_best_and_the_worst_month_are_named() -> None:
    lines = page(80)
    assert "best  2020-11   +10.00 %      +1,000.00" in lines
    assert "worst 2021-02  -100.00 %      -9,900.00" in lines


def test_losses_go_to_the_left_and_profits_to_the_right_of_the_axis() -> None:
    lines = page(80)
    monday, friday, sunday = (
        next(one for one in lines if one.startswith(day)) for day in ("Mon", "Fri", "Sun")
    )
    assert monday.split()[:5] == ["Mon", "4", "25.0", "-200.00", "-50.00"]
    assert friday.split()[:5] == ["Fri", "2", "100.0", "+100.00", "+50.00"]
    axis = sunday.index("│")
    assert monday.rstrip().endswith("█│")
    assert monday.index("│") == axis
    assert friday[axis + 1 :] == "█" * (monday.count("█") // 2) + "▌" * (monday.count("█") % 2)
    assert (sunday.split()[1:5], sunday[axis + 1 :]) == (["1", "0.0", "0.00", "0.00"], "")


def test_hours_add_up_over_weekdays() -> None:
    lines = page(80)
    seven = next(one for one in lines if one.startswith("07"))
    assert seven.split()[:5] == ["07", "6", "50.0", "-100.00", "-16.67"]
    assert [one[:2] for one in lines if one[:2].isdigit() and one[2] == " "] == ["07", "22"]


@pytest.mark.parametrize("width", [60, 80, 107, 108, 120, 169, 170, 200, 300])
def test_the_page_fits_every_width_and_bars_are_ascii_where_they_must_be(width: int) -> None:
    assert "".join(page(width, ascii_only=True)).replace("\N{EN DASH}", "").isascii()
    page(
        width,
        months=[{"month": f"20{year}-01", "profit": 1e9, "return_pct": 123.45} for year in range(10, 60)],
    )


def test_a_run_that_kept_no_months_says_so() -> None:
    assert page(80, months=None)[0] == "This run has no figures by month."


# The tab


async def _calendar(pilot: Pilot[int], run_id: int) -> None:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    await until_shown(pilot, f"Run {run_id} ·", "│ Calendar │ Distribution │")
    await pilot.press(*["less_than_sign"] * 4)


async def test_the_tab_shows_months_weekdays_and_hours_and_scrolls(filled: Home) -> None:
    spread_trades(filled)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _calendar(pilot, COMPLETED)
        await until_shown(pilot, "best  2020-04", "trades by weekday of entry, UTC")
        await pilot.press("G")
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[-2].startswith("23"))
        await pilot.resize_terminal(200, 60)
        await until_shown(pilot, "equity by month", "trades by weekday", "trades by hour", "money")


@pytest.mark.parametrize(
    ("run_id", "said"),
    [
        (RUNNING, "The trades can be read when the run has ended."),
        (PENDING, "The trades can be read when the run has ended."),
        (FAILED, "5 trades were made; only a run that is done keeps them."),
    ],
)
async def test_where_there_are_no_trades_one_sentence_says_why(filled: Home, run_id: int, said: str) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("UPDATE run_jobs SET trades = 5 WHERE run_id = ?", (run_id,))
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _calendar(pilot, run_id)
        await until_shown(pilot, said)


async def test_a_run_that_never_traded_says_so(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("DELETE FROM backtest_trades WHERE run_id = ?", (COMPLETED,))
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _calendar(pilot, COMPLETED)
        await until_shown(pilot, "The run has no trades.")

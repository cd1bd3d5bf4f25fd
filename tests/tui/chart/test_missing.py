"""Runs of which something is not there: bars, a result, trades."""

import shutil
from contextlib import closing

import pytest

from core.home import Home
from core.market.bars import Bars
from db.connection import connect
from tests.shots.charting import BARS
from tests.shots.filling import COMPLETED, FAILED, RUNNING
from tests.shots.reading import screen_text
from tests.tui.chart.opening import FIRST, moment, open_chart, replay, until_said
from tests.tui.conftest import make_app, until, until_shown

# The bar that a run came to which broke off.
REACHED = 2_000


async def test_data_that_are_gone_are_told_and_come_back(filled: Home, bars: Bars) -> None:
    hidden = filled.path / "hidden"
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        shutil.move(filled.library, hidden)
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(pilot, "is gone; import the file again. The trades are still listed in their tab.")
        await pilot.press("plus")
        await until(pilot, lambda: screen_text(pilot.app).count("still listed in") == 2)
        shutil.move(hidden, filled.library)
        await pilot.press("less_than_sign", "greater_than_sign")
        await until_shown(pilot, f"{moment(bars, FIRST)} O")


async def test_data_that_were_changed_are_told(filled: Home, bars: Bars) -> None:
    (column,) = filled.library.glob("*/M15/*/close.npy")
    data = bytearray(column.read_bytes())
    data[-1] ^= 1
    column.write_bytes(data)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(pilot, "is not the one that was imported; import the file again. The trades are")


async def test_a_dataset_that_was_forgotten_is_told(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(
            pilot,
            "The library no longer has the bars of EURUSD M15 that this run was tested on; import the file",
        )


@pytest.mark.parametrize(
    ("run_id", "first", "why"),
    [
        (RUNNING, 0, "The trades can be read when the run has ended."),
        (FAILED, REACHED, "5 trades were made; only a run that is done keeps them."),
    ],
)
async def test_a_run_without_a_result_has_bars_to_look_at_one_that_broke_off_from_where_it_did(
    filled: Home, bars: Bars, run_id: int, first: int, why: str
) -> None:
    _have_reached(filled, run_id)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot, run_id)
        screen = await until_shown(pilot, f"{moment(bars, first)} O", why)
        assert (screen.splitlines()[-1] == "The run came as far as this bar.") == (run_id == FAILED)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[-1] == why)
        await replay(pilot)
        await until_shown(pilot, "no position is known")


def _have_reached(home: Home, run_id: int) -> None:
    """Let a run have come some way, with some trades."""
    with closing(connect(home.store)) as connection:
        connection.execute(
            "UPDATE run_jobs SET trades = 5, bars_done = ?, bars_total = ? WHERE run_id = ?",
            (REACHED, BARS, run_id),
        )


async def test_a_run_that_failed_before_its_first_bar_is_shown_from_the_first(
    filled: Home, bars: Bars
) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("UPDATE run_jobs SET bars_done = 0 WHERE run_id = ?", (FAILED,))
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        screen = await open_chart(pilot, FAILED)
        assert f"{moment(bars, 0)} O" in screen
        assert "as far as" not in screen


async def test_without_bars_the_line_at_the_bottom_names_no_key_that_needs_them(
    filled: Home, bars: Bars
) -> None:
    hidden = filled.path / "hidden"
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        shutil.move(filled.library, hidden)
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_said(pilot, "is gone; import the file again.")
        named = "> next tab  r repeat  e export  d delete"
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[-1].startswith(named))
        shutil.move(hidden, filled.library)
        await pilot.press("less_than_sign", "greater_than_sign")
        await until_shown(pilot, "space play  [ ] trades  - + zoom  g date  , . step  > next tab  h l move")


async def test_a_run_without_trades_says_so(filled: Home, bars: Bars) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("DELETE FROM backtest_trades WHERE run_id = ?", (COMPLETED,))
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await until_shown(pilot, "The run has no trades.")
        await replay(pilot)
        await until_shown(pilot, "flat  equity", "0 closed")

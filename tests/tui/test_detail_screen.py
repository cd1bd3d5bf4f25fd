"""One run: how it goes, what came of it, its tabs, and what is done with it."""

from array import array
from contextlib import closing
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import jobs, runs
from db.connection import connect
from db.jobs import Beat
from tests.shots.charting import fill_chart
from tests.shots.filling import BEGIN, COMPLETED, END, FAILED, RUNNING, leave_traces
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.messages import RunsChanged
from tui.panes.overview import OverviewPane


async def test_a_finished_run_shows_curves_figures_and_settings(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, 38)
        await until_shown(
            pilot,
            "✓ done in 0:12",
            "drawdown %",
            "profit factor          1.19",
            "ambiguous exits           0",
            "refused entries           0",
            "fast 20 · slow 50",
        )


async def test_a_run_under_way_grows_and_ends_before_the_eyes(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        await until_shown(pilot, "▶ 42 %  2.14 k bars/s  0:13 left", "21,404 of 49,777 bars", "612 trades")
        with closing(connect(filled.store)) as connection:
            job = jobs.get(connection, RUNNING)
            assert job is not None
            assert job.attempt is not None
            curve = array("d", [10_000.0, 12_345.0]).tobytes()
            jobs.beat(connection, job.attempt, Beat(40_000, 49_777, 700, 12_345.0, curve, "simulating"))
            await until_shown(pilot, "40,000 of 49,777 bars", "700 trades", "equity 12,345.00")
            jobs.end(connection, RUNNING, job.attempt, "failed", "The disk is full; make room.")
        await until_shown(pilot, "✗ failed", "The disk is full; make room.")


async def test_a_failed_run_says_why(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, FAILED)
        await until_shown(pilot, "The worker was killed by signal 9 (SIGKILL) at 50 %.")


async def test_trades_come_with_their_tab_and_are_sorted_by_a_letter(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, 38)
        await pilot.press("s")
        await until_shown(pilot, "This key acts in Trades; > and < go from tab to tab.")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "entered", "reverse signal")
        await pilot.press("s", "p")
        await until_shown(pilot, "profit▼")
        await until(pilot, lambda: _first_profit(screen_text(pilot.app)) > 25)
        await pilot.press("S")
        await until(pilot, lambda: _first_profit(screen_text(pilot.app)) < -25)
        await pilot.press("less_than_sign")
        await until_shown(pilot, "drawdown %", "fast 20 · slow 50")


def _first_profit(screen: str) -> float:
    row = screen.splitlines()[4].split()
    return float(next(part for part in row if part[0] in "+-"))


async def test_the_equity_of_a_cancelled_run_stays_as_far_as_it_came(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        told = [10_000.0, 10_100.0, 9_950.0]
        with closing(connect(filled.store)) as connection:
            job = jobs.get(connection, RUNNING)
            assert job is not None
            assert job.attempt is not None
            sign = Beat(43, 100, 5, 9_950.0, array("d", told).tobytes(), "simulating")
            assert jobs.beat(connection, job.attempt, sign) is False
            assert jobs.end(connection, RUNNING, job.attempt, "cancelled", None)
        screen = await until_shown(pilot, "■ cancelled at 43 %", "drawdown %")
        times, values = pilot.app.screen.query_one(OverviewPane).curve
        assert values == told
        assert times[-1] == pytest.approx(BEGIN.timestamp() + 0.43 * (END - BEGIN).total_seconds())
        assert "profit factor" not in screen
        await pilot.press("q", "enter")
        await until_shown(pilot, "■ cancelled at 43 %", "drawdown %")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "5 trades were made; only a run that is done keeps them.")


async def test_deleting_from_the_detail_leads_back_to_the_list_where_it_is_undone(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        await pilot.press("greater_than_sign", "d")
        await until_shown(
            pilot, f"Delete run {COMPLETED} with all trades?  y deletes (z brings back), else kept"
        )
        await pilot.press("n", "d", "y")
        await until_shown(pilot, "40 runs", f"Deleted run {COMPLETED}; z brings back.")
        await pilot.press("z")
        await until_shown(pilot, "41 runs", f"Brought back run {COMPLETED}.")


async def test_a_run_that_has_been_deleted_is_not_deleted_again(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, RUNNING)
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [RUNNING])
        await until_shown(pilot, f"Run {RUNNING} has been deleted;")
        await pilot.press("d")
        await until_shown(pilot, "This run has been deleted.")


async def test_the_bottom_line_names_only_keys_that_can_act(filled: Home) -> None:
    def keys(pilot: Pilot[int]) -> str:
        return screen_text(pilot.app).splitlines()[-1]

    fill_chart(filled)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        await until(pilot, lambda: "x cancel" in keys(pilot))
        assert "s sort" not in keys(pilot)
        await pilot.press("greater_than_sign", "s")
        await until(pilot, lambda: "The trades can be read when the run has ended." in keys(pilot))
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "space play" in keys(pilot))
        assert "[ ] trades" not in keys(pilot)
        await pilot.press("less_than_sign")
        await until(pilot, lambda: "x cancel" in keys(pilot))
        assert "s sort" not in keys(pilot)
        assert "Enter open" not in keys(pilot)
        await pilot.press("q", "j", "j", "enter")
        await until(pilot, lambda: "r repeat" in keys(pilot))
        await until(pilot, lambda: "x cancel" not in keys(pilot))
        assert "s sort" not in keys(pilot)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "s sort" in keys(pilot) and "Enter open" in keys(pilot))
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "[ ] trades" in keys(pilot))


async def test_the_tab_in_front_is_named_in_a_narrow_terminal(filled: Home) -> None:
    def tabs(pilot: Pilot[int]) -> str:
        return screen_text(pilot.app).splitlines()[2].rstrip()

    async with make_app(filled).run_test(size=(60, 16)) as pilot:
        await open_run(pilot, COMPLETED)
        await until(pilot, lambda: tabs(pilot).startswith("Overview │ Trades"))
        await pilot.press("less_than_sign")
        await until(pilot, lambda: tabs(pilot).startswith("… Trades │") and tabs(pilot).endswith("│ Log"))
        await pilot.press("less_than_sign", "less_than_sign")
        await until(pilot, lambda: tabs(pilot).startswith("Overview │"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "period", "speed"),
    [
        (120, " · 2020-01-27 to 2022-01-25 ", "  2.14 k bars/s"),
        (92, " · 2020-01-27 to 2022-01-25 ", "  2.14 k bars/s"),
        (91, " · 2020-01-27 to 2022-01-25 ", ""),
        (80, " · 2020-01-27 to 2022-01-25 ", ""),
        (76, " · 2020-01 to 2022-01 ", ""),
        (66, " ", "  2.14 k bars/s"),
        (60, " ", ""),
    ],
)
async def test_where_there_is_little_room_the_speed_goes_first_from_the_title_then_the_days_of_the_period(
    filled: Home, width: int, period: str, speed: str
) -> None:
    async with make_app(filled).run_test(size=(width, 24)) as pilot:
        await open_run(pilot, RUNNING)
        title = (await until_shown(pilot, "▶ 42 %")).splitlines()[1]
        assert title.startswith(f"Run {RUNNING} · sma_cross · EURUSD M15{period}")
        assert title.rstrip().endswith(f"▶ 42 %{speed}  0:13 left")
        assert title[: title.index("▶")].count("…") == 0


async def test_hostile_text_is_shown_as_text(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE backtest_runs SET error_message = ?, notes = ? WHERE id = ?",
            ("[/] [red]x \x1b]52;c;AAAA\x07", "[bold \u202e", FAILED),
        )
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        screen = await open_run(pilot, FAILED)
        screen = await until_shown(pilot, "[/] [red]x", "[bold")
        assert "\x1b" not in screen
        assert "\u202e" not in screen


@pytest.mark.slow
@pytest.mark.parametrize("turns", [0, 2, 1], ids=["overview", "settings", "log"])
async def test_what_has_not_changed_is_not_drawn_again(filled: Home, turns: int) -> None:
    leave_traces(filled)
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_run(pilot, COMPLETED)
        await pilot.press(*["less_than_sign"] * turns)
        await pilot.pause(1.0)
        compositor = type(app.screen._compositor)
        with patch.object(
            compositor, "render_update", autospec=True, side_effect=compositor.render_update
        ) as drawn:
            await pilot.pause(2.5)
            app.screen.post_message(RunsChanged())
            await pilot.pause(0.3)
            assert drawn.call_count == 0
            await pilot.press("greater_than_sign")
            await pilot.pause(0.3)
            assert drawn.call_count > 0


async def test_deleting_what_is_under_way_says_that_it_is_cancelled(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        await pilot.press("d")
        await until_shown(pilot, f"Delete run {RUNNING} with all trades; what is under way is cancelled?")
        await pilot.press("n", "q", "d")
        await until_shown(pilot, "with all trades; what is under way is cancelled?")

"""The run list as it is filtered, sorted, marked, remembered, and kept up to date."""

from collections.abc import Sequence
from contextlib import closing

import pytest

from core.home import Home
from db import jobs, runs, strategies
from db.connection import connect
from db.jobs import Beat
from tests.many_runs import fill_many
from tests.shots.filling import PENDING, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.screens.new_run import NewRunScreen
from tui.screens.runs import RunsScreen


def runs_screen(app: BacktapeApp) -> RunsScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, RunsScreen)
    return screen


def listed(app: BacktapeApp) -> list[int]:
    return list(runs_screen(app).table.ids)


def count_lists(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows whenever the ids of a list are read."""
    read: list[int] = []
    ids = runs.ids

    def counting(*args: object) -> Sequence[int]:
        found = ids(*args)  # type: ignore[arg-type]
        read.append(len(found))
        return found

    monkeypatch.setattr(runs, "ids", counting)
    return read


# Filter


@pytest.mark.slow
async def test_what_is_no_filter_is_told_while_it_is_typed_and_the_list_stays(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"symbol:EURUSD ")
        await until_shown(pilot, "8 of 41 runs")
        await pilot.press(*"sharp>1")
        await until_shown(pilot, "There is no filter word 'sharp'; did you mean sharpe?", "/ symbol:EURUSD")
        assert len(listed(pilot.app)) == 8  # type: ignore[arg-type]
        await pilot.press("escape")
        screen = await until_shown(pilot, "41 runs", "Enter open")
        assert "did you mean" not in screen


async def test_no_range_begins_at_a_mark_that_was_taken_away(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("space", "u", *"jjj", "V")
        await until_shown(pilot, "Mark one end of the range with space first.")
        assert runs_screen(app).table.marks == set()


async def test_a_list_filtered_by_marks_follows_them(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "space", "space", "slash", *"marked", "enter")
        await until(pilot, lambda: listed(app) == [40, 39])
        await pilot.press("g", "space")
        await until(pilot, lambda: listed(app) == [39])
        await pilot.press("u")
        await until_shown(pilot, "0 of 41 runs")
        await pilot.press("u")
        await until_shown(pilot, "No run is marked; space marks one.")


async def test_marks_stay_through_filter_order_and_refresh(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("G", "space", "slash", *"symbol:XAU", "enter", "s", "h")
        await until_shown(pilot, "8 of 41 runs", "sharpe▼", "1 marked")
        await pilot.press("asterisk", "exclamation_mark", "escape")
        await until_shown(pilot, "1 marked")
        with closing(connect(filled.store)) as connection:
            runs.request_cancel(connection, [PENDING])
        await until(pilot, lambda: "waiting" not in screen_text(app).splitlines()[0])
        assert runs_screen(app).table.marks == {1}


@pytest.mark.slow
async def test_what_is_deleted_beyond_the_filter_is_named(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("G", "space", "slash", *"id>39", "enter")
        await until_shown(pilot, "2 of 41 runs")
        await pilot.press("space", "d")
        await until_shown(
            pilot, "Delete 2 runs (1, 41), 1 of them not in this list,", "under way is cancelled?"
        )
        await pilot.press("y")
        await until_shown(pilot, "Deleted 2 runs (1, 41); z brings back.", "1 of 39 runs")
        await pilot.press("z")
        await until_shown(pilot, "Brought back 2 runs (1, 41).", "2 of 41 runs")


async def test_marks_of_runs_that_somebody_else_deleted_are_dropped(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("G", "space", "space")
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [1])
        await until_shown(pilot, "40 runs")
        await until(pilot, lambda: runs_screen(app).table.marks == set())


# Following the store


async def test_what_becomes_of_runs_reads_no_list_whose_rows_stay(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = count_lists(monkeypatch)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with closing(connect(filled.store)) as connection:
            runs.request_cancel(connection, [PENDING])
            await until(pilot, lambda: "■ cancelled" in screen_text(pilot.app).splitlines()[3])
            assert read == [41]
            runs.delete(connection, [3])
        await until_shown(pilot, "40 runs")
        assert read == [41, 40]


@pytest.mark.slow
async def test_a_run_leaves_a_list_that_it_does_not_belong_to_any_more(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash", *"status:waiting", "enter")
        await until(pilot, lambda: listed(app) == [PENDING])
        with closing(connect(filled.store)) as connection:
            runs.request_cancel(connection, [PENDING])
        await until_shown(pilot, "0 of 41 runs")


@pytest.mark.slow
async def test_another_note_moves_a_run_in_a_list_that_looks_at_notes(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with closing(connect(filled.store)) as connection:
            runs.write_note(connection, 7, "gold at night")
            await pilot.press("slash", *"note:gold", "enter")
            await until(pilot, lambda: listed(app) == [7])
            runs.write_note(connection, 7, "by day")
        await until(pilot, lambda: listed(app) == [])


async def test_figures_of_a_live_row_come_and_its_place_stays(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting", "▶ 42 %")
        with closing(connect(filled.store)) as connection:
            token = jobs.get(connection, RUNNING)
            assert token is not None
            assert token.attempt is not None
            jobs.beat(connection, token.attempt, Beat(29_866, 49_777, 700, 12_000.0, None, "simulating"))
        await until_shown(pilot, "▶ 59 %", "+20.00")
        assert listed(app)[:2] == [PENDING, RUNNING]


# Remembered


async def test_filter_order_and_cursor_come_back_at_the_next_start(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"symbol:EURUSD", "enter", "s", "r")
        await until_shown(pilot, "8 of 41 runs", "return %▼")
        await pilot.press("j", "j", "j")
        at = runs_screen(app).table.cursor_id
        await until(pilot, lambda: app.memory.of("runs").get("cursor") == at)
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "/ symbol:EURUSD", "8 of 41 runs", "return %▼")
        assert runs_screen(app).table.cursor == 3
        assert runs_screen(app).table.cursor_id == at


async def test_a_cursor_far_down_is_in_sight_with_its_rows_at_once(home: Home) -> None:
    fill_many(home, 1_000)
    app = make_app(home)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1,000 runs")
        await pilot.press("G", "k")
        await until(pilot, lambda: app.memory.of("runs").get("cursor") == 2)
    app = make_app(home)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1,000 runs", "    2  ✓ done")
        assert runs_screen(app).table.cursor_id == 2


# Acting


@pytest.mark.slow
async def test_thousands_are_deleted_and_brought_back_by_one_key(home: Home) -> None:
    fill_many(home, 3_000)
    app = make_app(home)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "3,000 runs")
        await pilot.press("asterisk", "d")
        await until_shown(pilot, "Delete 3,000 runs with all trades?", within=40)
        await pilot.press("y")
        await until_shown(pilot, "Deleted 3,000 runs; z brings back.", "There are no runs yet.")
        await pilot.press("z")
        await until_shown(pilot, "Brought back 3,000 runs.", " 3,000 runs")


async def test_a_run_is_cloned_into_the_form_and_several_are_not(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("space", "space", "C")
        await until_shown(pilot, "One run at a time can be set up again, and 2 are marked")
        await pilot.press("N")
        await until_shown(pilot, "One run at a time can be given a note, and 2 are marked")
        await pilot.press("u", "C")
        await until(pilot, lambda: isinstance(app.screen, NewRunScreen))


async def test_a_note_is_written_and_the_reports_of_marked_runs_are_copied(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("G", "N", *"gold", "enter")

        def noted() -> bool:
            with closing(connect(filled.store)) as connection:
                (run,) = runs.summaries(connection, [1])
            return run.notes == "gold"

        await until(pilot, noted)
        await pilot.press("space", "k", "space", "y")
        await until_shown(pilot, "the reports of 2 runs")
        assert "Run 1" in app.clipboard
        await pilot.press("e")
        await until(pilot, lambda: runs_screen(app).bottom.busy)


async def test_keys_without_a_run_say_so(empty: Home) -> None:
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        for key, reason in [
            ("C", "There is no run to clone."),
            ("e", "There is no run to export."),
            ("y", "There is no run to copy."),
            ("N", "There is no run to write a note on."),
            ("r", "There is no run to repeat."),
            ("c", "Mark two to 8 runs"),
        ]:
            await pilot.press(key)
            await until_shown(pilot, reason)


async def test_the_parameters_of_strategies_are_filter_words_and_what_is_none_is_told(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        strategies.register(connection, "sma_cross", "9" * 64, "{}", '[{"name": "fast"}]')
        connection.execute("UPDATE backtest_runs SET params = '{\"fast\":77}' WHERE id = 12")
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash", *"fast:77")
        await until_shown(pilot, "1 of 41 runs", "/ fast:77")
        assert listed(app) == [12]
        await pilot.press("ctrl+u", *"zzz9:1")
        await until_shown(pilot, "There is no filter word 'zzz9'; there are ")
        await pilot.press("escape")
        await until_shown(pilot, "41 runs")

"""The key that exports from the run list, where some or all of the chosen runs are not done."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.home import Home
from tests.many_runs import fill_many
from tests.shots.filling import CANCELLED, COMPLETED, FAILED, PENDING
from tests.tui.conftest import make_app, until_shown
from tests.tui.run_list.test_marks_and_choices import runs_screen
from tui.app import BacktapeApp


async def mark(pilot: Pilot[int], app: BacktapeApp, *run_ids: int) -> None:
    await until_shown(pilot, "41 runs", "1 waiting")
    table = runs_screen(app).table
    for run_id in run_ids:
        table.move(list(table.ids).index(run_id))
        await pilot.press("space")
    await until_shown(pilot, f"{len(run_ids)} marked")


@pytest.mark.parametrize(
    ("run_id", "said"), [(CANCELLED, "was cancelled"), (PENDING, "is waiting"), (FAILED, "has failed")]
)
async def test_a_run_that_is_not_done_is_refused_before_anything_is_asked(
    filled: Home, run_id: int, said: str
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        table = runs_screen(app).table
        table.move(list(table.ids).index(run_id))
        await pilot.press("e")
        await until_shown(pilot, f"Run {run_id} {said}; only a run that is done has a result to export.")
        assert not runs_screen(app).bottom.busy


@pytest.mark.slow
async def test_of_several_marked_those_that_are_done_are_exported_and_the_others_named(
    filled: Home, tmp_path: Path
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await mark(pilot, app, COMPLETED, CANCELLED, 35)
        await pilot.press("e")
        await until_shown(pilot, f"Export 2 of 3 runs (run {CANCELLED} was cancelled) as c CSV, j JSON")
        await pilot.press("j")
        await until_shown(pilot, "json of 2 runs into folder: ")
        await pilot.press("ctrl+u", *str(tmp_path / "out"), "enter")
        await until_shown(pilot, "2 runs are written as 2 files in ")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["run-35.json", "run-38.json"]


async def test_where_none_of_the_marked_runs_is_done_that_is_said(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await mark(pilot, app, PENDING, CANCELLED)
        await pilot.press("e")
        await until_shown(pilot, "None of these 2 runs is done; only one that is has a result to export.")
        await pilot.press("u")
        await mark(pilot, app, PENDING, CANCELLED, 35)
        await pilot.press("e")
        await until_shown(pilot, f"Export 1 of 3 runs (run {PENDING} is waiting, 1 more not done) as c CSV")


async def test_marked_runs_that_were_never_on_the_screen_are_looked_up_first(empty: Home) -> None:
    fill_many(empty, 3_000)
    app = make_app(empty)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "3,000 runs")
        table = runs_screen(app).table
        table.set_marks(set(table.ids))
        await pilot.press("e")
        await until_shown(pilot, " of 3,000 runs (run ", " more not done) as c CSV")

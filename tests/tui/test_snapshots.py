"""Every screen as text and styles, compared with what was looked at and found good.

`BACKTAPE_UPDATE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py -m ""` writes them anew.
"""

import os
from collections.abc import Callable
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from statistics import mean
from typing import cast

import pytest

from core.home import Home
from core.results.plain_curve import stored_curve
from db import curves, runs, trades
from db.connection import connect
from tests.shots.filling import COMPLETED
from tests.shots.picture import Scene, Size, picture
from tests.shots.scenes import SCENES
from tests.shots.stores import empty, filled, tradeless
from tui.app import BacktapeApp
from tui.screens.base import WorkScreen

FOLDER = Path(__file__).parent / "snapshots"

PICTURES = [(scene, size) for scene in SCENES for size in scene.sizes]
# The pictures that are taken every time, the first of them in both sizes; all are among the slow ones.
LARGE_EVERY_TIME = {"runs", "detail"}
EVERY_TIME = LARGE_EVERY_TIME | {
    *("runs-empty", "runs-marked", "runs-delete", "compare", "data", "new-run", "new-run-wrong"),
    *("strategies", "import", "detail-running", "detail-failed", "detail-trades", "detail-chart"),
    *("detail-chart-replay", "detail-distribution"),
}


def marks_of(scene: Scene, size: Size) -> list[pytest.MarkDecorator]:
    names = EVERY_TIME if size == min(scene.sizes) else LARGE_EVERY_TIME
    return [] if scene.name in names else [pytest.mark.slow]


def test_the_pictures_taken_every_time_are_there() -> None:
    assert {scene.name for scene in SCENES} >= EVERY_TIME


@pytest.mark.parametrize(
    ("scene", "size"),
    [pytest.param(*one, id=one[0].named(one[1]), marks=marks_of(*one)) for one in PICTURES],
)
async def test_a_screen_looks_as_it_did(scene: Scene, size: Size, home: Home) -> None:
    path = FOLDER / f"{scene.named(size)}.txt"
    scene.store(home)
    shown = await picture(scene, home, size)
    if os.environ.get("BACKTAPE_UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    wanted = {f"{scene.named(size)}.txt" for scene, size in PICTURES}
    assert {path.name for path in FOLDER.iterdir()} == wanted


def _say_the_theme(app: BacktapeApp) -> None:
    screen = cast("WorkScreen", app.screen)
    app.theme_changed_signal.subscribe(screen, lambda theme: screen.say(f"in {theme.name}"))


async def test_a_text_that_is_another_in_another_theme_is_no_picture(home: Home) -> None:
    empty(home)
    scene = Scene("themes", (), (), empty, first="no runs yet", then=_say_the_theme)
    with pytest.raises(AssertionError, match="another in the dark theme"):
        await picture(scene, home, (80, 24))


@pytest.mark.parametrize("store", [filled, tradeless])
def test_the_figures_on_the_pictures_add_up(home: Home, store: Callable[[Home], None]) -> None:
    store(home)
    with closing(connect(home.store)) as connection:
        run, kept = runs.get(connection, COMPLETED), curves.get(connection, COMPLETED)
        closed = trades.by_ids(connection, trades.ids(connection, COMPLETED))
    assert run is not None
    assert kept is not None
    values = list(stored_curve(kept.curve)[1])
    peaks = list(accumulate([run.initial_balance, *values], max))
    profits = [trade.profit for trade in closed]
    assert run.total_trades == len(profits)
    assert run.statistics["net_profit"] == pytest.approx(sum(profits))
    assert run.statistics["final_equity"] == pytest.approx(run.initial_balance + sum(profits))
    assert values[-1] == pytest.approx(run.initial_balance + sum(profits))
    falls = [100 * (1 - value / peak) for value, peak in zip(values, peaks[1:], strict=True)]
    assert run.max_drawdown_pct == pytest.approx(max(falls))
    assert (run.avg_win or 0.0) == pytest.approx(mean([p for p in profits if p > 0] or [0.0]))

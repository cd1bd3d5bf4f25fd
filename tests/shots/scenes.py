"""The scenes that are shown: a screen, how it is reached, and what must stand on it first."""

import asyncio
import re
from contextlib import chdir, suppress
from dataclasses import dataclass
from unittest.mock import patch

from core.home import Home
from tests.shots.charting import fill_chart
from tests.shots.filling import (
    MOMENT,
    ask_model,
    fill,
    leave_traces,
    open_empty,
    spread_trades,
    write_strategies,
)
from tests.shots.prices import write_broker_hours
from tests.shots.reading import screen_text, styled_text
from tui.app import BacktapeApp
from tui.plain import plain

SIZES = ((80, 24), (120, 40))
SMALL = SIZES[:1]
_SETTLING, _STEADY = 0.5, 0.1
_PATIENCE = 120.0


@dataclass(frozen=True)
class Scene:
    """One picture: the keys that lead to it from the start, and texts that it waits for.

    A key that begins with a blank is none: it is a text to wait for before the next one.
    In a theme of ours it also tells what stands in which style.
    """

    name: str
    keys: tuple[str, ...]
    awaited: tuple[str, ...]
    is_filled: bool = True
    ascii_only: bool = False
    theme: str = "ansi"
    sizes: tuple[tuple[int, int], ...] = SIZES


# What is another at other times: the version of a built-in strategy, how long something took.
_UNSTEADY = {
    "strategies-empty": (r"\b[0-9a-f]{12}\b", "0" * 12),
    "check": (r"\d+\.\d s\b", "1.0 s"),
}
_NEXT, _BEFORE = "greater_than_sign", "less_than_sign"
_DETAIL = ("j", "j", "j", "enter", " Run 38 ·")
_CHART = (*_DETAIL, _NEXT, _NEXT)
_DRAWN = (*_CHART, " 1 of 50")
_FORM = ("n", " Enter starts the run")
_LISTED = ("3", " atr_trend")
# Slow enough to be paused before the first bar; then to the fourth trade, and some bars into it.
_SLOWER, _ON = "left_curly_bracket", "right_square_bracket"
_REPLAY = (*[_SLOWER] * 3, "space", "space", *[_ON] * 3, *["full_stop"] * 12)
# Both symbols, and two timeframes of them.
_MARKETS = (*["down"] * 5, "asterisk", "down", "space", *"h1", "space")
_PRESETS = ("ctrl+s", *"night", "enter", "ctrl+s", *["backspace"] * 5, *"wide", "enter")

SCENES = (
    Scene("runs", (), ("41 runs", "1 waiting")),
    Scene("runs-ascii", ("G",), ("41 runs", "1 waiting"), ascii_only=True),
    Scene("runs-empty", (), ("There are no runs yet.", "nothing under way"), is_filled=False),
    Scene("runs-filter", ("slash", *"status:done return>10"), (" of 41 runs",)),
    Scene("runs-delete", ("j", "j", "space", "space", "d"), ("Delete 2 runs",)),
    Scene("runs-sort", ("s",), ("sort: n",)),
    Scene("new-run", ("n",), ("bars  Enter starts the run", "1 waiting")),
    Scene("new-run-wrong", (*_FORM, "down", "0"), ("lookback must be", "1 waiting")),
    Scene("new-run-empty", ("n",), ("There is no price history yet.",), is_filled=False),
    Scene("new-run-markets", (*_FORM, *_MARKETS), ("4 runs, 62,540 bars in all", "1 waiting")),
    Scene("new-run-preset", (*_FORM, *_PRESETS, "ctrl+o", "tab"), ("take preset", "night", "1 waiting")),
    Scene("new-run-clone", (*_DETAIL, "C"), ("New run like run 38", "choose an end", "1 waiting")),
    Scene("detail", _DETAIL, ("✓ done in", "drawdown %")),
    Scene("detail-export", (*_DETAIL, "e"), ("Export run 38 as", "1 waiting")),
    Scene("detail-running", ("j", "enter"), ("▶ 42 %", "drawdown %")),
    Scene("detail-failed", (*"jjjj", "enter"), ("killed by signal 9",)),
    Scene("detail-trades", (*_DETAIL, _NEXT), ("2020-01-27 07:00",)),
    Scene("detail-settings", (*_DETAIL, *[_BEFORE] * 2), ("has been edited since", "1 waiting")),
    Scene(
        "detail-source",
        (*_DETAIL, *[_BEFORE] * 2, " has been edited since", "G"),
        ("my_cross.py as it was", "1 waiting"),
    ),
    Scene("detail-log", (*_DETAIL, _BEFORE), ("bar 12: flat", "1 waiting")),
    Scene("detail-model", (*_DETAIL, *[_BEFORE] * 3), ("14 of at most 14 requests", "2020-01-27 07:00")),
    Scene(
        "detail-model-empty", ("j", "enter", " Run 40 ·", *[_BEFORE] * 3), ("Nothing has been asked yet.",)
    ),
    Scene(
        "detail-call",
        (*_DETAIL, *[_BEFORE] * 3, " 14 of at most 14 requests", "enter"),
        ("came of it", "1 waiting"),
    ),
    Scene("strategies", (*_LISTED, "G"), ("my_cross · own", "1 waiting")),
    Scene("strategies-error", (*_LISTED, "G", "k"), ("broken.py, line 4", "1 waiting")),
    Scene("strategies-empty", ("3", "g"), ("no runs yet",), is_filled=False),
    Scene("check", (*_LISTED, "G", "c", *["backspace"] * 3, *"D1", "enter"), ("1 finding", "1 waiting")),
    Scene("data", ("4",), ("recorded with each bar", "100.00", "1 waiting")),
    Scene("data-empty", ("4",), ("The data library is empty.",), is_filled=False),
    Scene("help", ("question_mark",), ("Keys of Runs",)),
    Scene("palette", ("colon",), ("What to do, or where to go",)),
    Scene("palette-run", ("colon", *"sma gbp"), ("run 6 ",)),
    Scene("runs-dark", ("j", "space"), ("41 runs", "1 waiting"), theme="dark", sizes=SMALL),
    Scene("runs-light", ("j", "space"), ("41 runs", "1 waiting"), theme="light", sizes=SMALL),
    Scene("detail-dark", _DETAIL, ("✓ done in", "drawdown %"), theme="dark", sizes=SMALL),
    Scene("detail-light", _DETAIL, ("✓ done in", "drawdown %"), theme="light", sizes=SMALL),
    Scene(
        "new-run-dark", (*_FORM, "down", "0"), ("lookback must be", "1 waiting"), theme="dark", sizes=SMALL
    ),
    Scene(
        "new-run-light", (*_FORM, "down", "0"), ("lookback must be", "1 waiting"), theme="light", sizes=SMALL
    ),
    Scene("detail-calendar", (*_DETAIL, *[_BEFORE] * 4), ("trades by hour of entry", "1 waiting")),
    Scene("detail-distribution", (*_DETAIL, *[_BEFORE] * 3), ("profit of a trade", "1 waiting")),
    Scene("import", ("4", "i", *"EURUSD60.csv", "enter"), ("EURUSD H1, not imported yet", "1 waiting")),
    Scene("import-refused", ("4", "i", *"hours.csv", "enter"), ("✗ not understood", "1 waiting")),
    Scene(
        "detail-scatter",
        (*_DETAIL, *[_BEFORE] * 3, " profit of a trade", "G"),
        ("x mostly losers", "1 waiting"),
    ),
    Scene("columns", ("o", "j", "space", "G", "space", "K"), ("14 shown", "1 waiting")),
    Scene("runs-filter-wrong", ("slash", *"sharp>1"), ("did you mean sharpe?",)),
    Scene("compare", (*"jjj", "space", *"jj", "space", "c"), ("Compare 2 runs", "+28.56 % *", "1 waiting")),
    Scene(
        "compare-eight",
        (*"jj", *["space"] * 8, "c", " Compare 8 runs", "G"),
        ("Compare 8 runs", "the best of its row", "1 waiting"),
    ),
    Scene("detail-chart", _CHART, ("1 of 50", "fast 1.", "1 waiting")),
    Scene("detail-chart-all", (*_DRAWN, "0"), ("1 of 50", "03-02", "1 waiting")),
    Scene("detail-chart-replay", (*_DRAWN, *_REPLAY), ("replay paused", "3 closed", "1 waiting")),
    Scene("detail-chart-gone", _CHART, ("The library no longer has", "1 waiting")),
    Scene("detail-chart-ascii", _CHART, ("1 of 50", "1 waiting"), ascii_only=True, sizes=SMALL),
)


async def picture(scene: Scene, home: Home, size: tuple[int, int]) -> str:
    """Return the scene as text; the same every time."""
    home.screens.unlink(missing_ok=True)
    app = BacktapeApp(home, ascii_only=scene.ascii_only, theme=scene.theme, clock=lambda: MOMENT)
    with patch("core.jobs.launch.ensure_runner"), chdir(home.path):
        async with app.run_test(size=size) as pilot:
            first = "41 runs" if scene.is_filled else "no runs yet"
            await _until_shown(app, first)
            for key in scene.keys:
                if key.startswith(" ") and key != " ":
                    await _until_shown(app, key[1:])
                    continue
                before = screen_text(app)
                await pilot.press(key)
                if key in {"n", "3", "4", "enter", _NEXT, _BEFORE}:
                    await _until_another(app, before)
            for text in scene.awaited:
                await _until_shown(app, text)
            text = await _settled(app)
            if scene.theme != "ansi":
                text = styled_text(app)
            return re.sub(*_UNSTEADY[scene.name], text) if scene.name in _UNSTEADY else text


async def _until_another(app: BacktapeApp, before: str) -> None:
    """Wait until what a key asked for stands there, at least its first lines."""
    with suppress(TimeoutError):  # some keys change nothing that is seen
        async with asyncio.timeout(_SETTLING):
            while screen_text(app) == before:
                await asyncio.sleep(0.02)
    await _settled(app, _STEADY)


async def _settled(app: BacktapeApp, steady: float = _SETTLING) -> str:
    """Return the screen once it has stayed the same for a while."""
    before, now = "", screen_text(app)
    while before != now:
        await asyncio.sleep(steady)
        before, now = now, screen_text(app)
    return now


async def _until_shown(app: BacktapeApp, text: str) -> None:
    wanted = plain(text) if app.ascii_only else text
    async with asyncio.timeout(_PATIENCE):
        while wanted not in screen_text(app):
            await asyncio.sleep(0.02)


def prepare(home: Home, scene: Scene) -> Home:
    """Make the store that a scene is shown on."""
    if scene.is_filled:
        fill(home, data=scene.name.startswith(("new-run", "data", "check", "import")))
        if scene.name.startswith(("strategies", "check")):
            write_strategies(home, peeking=scene.name == "check")
        if scene.name.startswith(("detail-model", "detail-call")):
            ask_model(home)
        if scene.name in {"detail-settings", "detail-source", "detail-log"}:
            leave_traces(home)
        if scene.name in {"detail-calendar", "detail-distribution", "detail-scatter"}:
            spread_trades(home)
        if scene.name.startswith("detail-chart") and scene.name != "detail-chart-gone":
            fill_chart(home, lines=scene.name == "detail-chart")
        if scene.name.startswith("import"):
            write_broker_hours(home.path, "EURUSD60.csv" if scene.name == "import" else "hours.csv")
    else:
        open_empty(home)
    return home

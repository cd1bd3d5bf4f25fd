"""The scenes that are shown: a screen, how it is reached, and what must stand on it first."""

import asyncio
import re
from dataclasses import dataclass
from unittest.mock import patch

from core.home import Home
from tests.shots.filling import MOMENT, ask_model, fill, leave_traces, open_empty, write_strategies
from tests.shots.reading import screen_text
from tui.app import BacktapeApp

SIZES = ((80, 24), (120, 40))
_SETTLING = 0.7
_PATIENCE = 120.0


@dataclass(frozen=True)
class Scene:
    """One picture: the keys that lead to it from the start, and texts that it waits for."""

    name: str
    keys: tuple[str, ...]
    awaited: tuple[str, ...]
    is_filled: bool = True
    ascii_only: bool = False


# What is another at other times: the version of a built-in strategy, how long something took.
_UNSTEADY = {
    "strategies-empty": (r"\b[0-9a-f]{12}\b", "0" * 12),
    "check": (r"\d+\.\d s\b", "1.0 s"),
}
_NEXT = "greater_than_sign"
_DETAIL = ("j", "j", "j", "enter")

SCENES = (
    Scene("runs", (), ("41 runs", "1 waiting")),
    Scene("runs-ascii", ("G",), ("41 runs", "1 waiting"), ascii_only=True),
    Scene("runs-empty", (), ("There are no runs yet.", "nothing under way"), is_filled=False),
    Scene("runs-filter", ("slash", *"status:done return>10"), (" of 41 runs",)),
    Scene("runs-delete", ("j", "j", "space", "space", "d"), ("Delete 2 runs",)),
    Scene("runs-sort", ("s",), ("sort: n",)),
    Scene("new-run", ("n",), ("bars  Enter starts the run", "1 waiting")),
    Scene("new-run-wrong", ("n", "down", "0"), ("lookback must be", "1 waiting")),
    Scene("new-run-empty", ("n",), ("There is no price history yet.",), is_filled=False),
    Scene("detail", _DETAIL, ("✓ done in", "drawdown %")),
    Scene("detail-running", ("j", "enter"), ("▶ 42 %", "drawdown %")),
    Scene("detail-failed", ("j", "j", "j", "j", "enter"), ("killed by signal 9",)),
    Scene("detail-trades", (*_DETAIL, _NEXT), ("2020-01-27 07:00",)),
    Scene("detail-settings", (*_DETAIL, *[_NEXT] * 2), ("has been edited since", "1 waiting")),
    Scene("detail-source", (*_DETAIL, *[_NEXT] * 2, "G"), ("my_cross.py as it was", "1 waiting")),
    Scene("detail-log", (*_DETAIL, *[_NEXT] * 3), ("bar 12: flat", "1 waiting")),
    Scene("detail-model", (*_DETAIL, _NEXT, _NEXT), ("14 of at most 14 requests", "2020-01-27 07:00")),
    Scene("detail-model-empty", ("j", "enter", _NEXT, _NEXT), ("Nothing has been asked yet.",)),
    Scene("detail-call", (*_DETAIL, _NEXT, _NEXT, "enter"), ("came of it", "1 waiting")),
    Scene("strategies", ("3", "G"), ("my_cross · own", "1 waiting")),
    Scene("strategies-error", ("3", "G", "k"), ("broken.py, line 4", "1 waiting")),
    Scene("strategies-empty", ("3", "g"), ("no runs yet",), is_filled=False),
    Scene("check", ("3", "G", "c", *["backspace"] * 3, *"D1", "enter"), ("1 finding", "1 waiting")),
    Scene("data", ("4",), ("with the spread of each bar", "1 waiting")),
    Scene("data-empty", ("4",), ("The data library is empty.",), is_filled=False),
    Scene("help", ("question_mark",), ("Keys of Runs",)),
)


async def picture(scene: Scene, home: Home, size: tuple[int, int]) -> str:
    """Return the scene as text; the same every time."""
    app = BacktapeApp(home, ascii_only=scene.ascii_only, clock=lambda: MOMENT)
    with patch("core.jobs.launch.ensure_runner"):
        async with app.run_test(size=size) as pilot:
            first = "41 runs" if scene.is_filled else "no runs yet"
            await _until_shown(app, first)
            for key in scene.keys:
                await pilot.press(key)
                if key in {"n", "3", "4", "enter", _NEXT}:
                    await pilot.pause(_SETTLING)
            for text in scene.awaited:
                await _until_shown(app, text)
            text = await _settled(app)
            return re.sub(*_UNSTEADY[scene.name], text) if scene.name in _UNSTEADY else text


async def _settled(app: BacktapeApp) -> str:
    """Return the screen once it has stayed the same for a while."""
    before, now = "", screen_text(app)
    while before != now:
        await asyncio.sleep(_SETTLING)
        before, now = now, screen_text(app)
    return now


async def _until_shown(app: BacktapeApp, text: str) -> None:
    async with asyncio.timeout(_PATIENCE):
        while text not in screen_text(app):
            await asyncio.sleep(0.02)


def prepare(home: Home, scene: Scene) -> Home:
    """Make the store that a scene is shown on."""
    if scene.is_filled:
        fill(home, data=scene.name.startswith(("new-run", "data", "check")))
        if scene.name.startswith(("strategies", "check")):
            write_strategies(home, peeking=scene.name == "check")
        if scene.name.startswith(("detail-model", "detail-call")):
            ask_model(home)
        if scene.name in {"detail-settings", "detail-source", "detail-log"}:
            leave_traces(home)
    else:
        open_empty(home)
    return home

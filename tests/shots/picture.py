"""One picture: a screen as it was reached by keys, its text once, its styles in dark and in light."""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from textual.pilot import Pilot

from core.home import Home
from core.json_documents import json_document
from tests.shots.filling import MOMENT
from tests.shots.reading import Look, look_of, screen_text, style_map
from tests.shots.stores import filled
from tui.app import BacktapeApp
from tui.imports.client import Document, ImportProcess
from tui.imports.process import Desk
from tui.terminal.plain import plain

Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((80, 24), (120, 40))
SMALL = SIZES[:1]
# As long as a screen may be steady between two steps of its own, and between two keys.
_SETTLING, _STEADY = 0.25, 0.06
_PATIENCE = 100.0
_MOST_TAKES = 3
# What never ends, and what nobody sees.
_BESIDE = {"watch", "memory"}
# After these another screen or part of one is waited for, at most so long.
_TURNS = {"n", "3", "4", "enter", "greater_than_sign", "less_than_sign"}
_TURNING = 0.5


@dataclass(frozen=True)
class Scene:
    """The keys that lead to a picture from the start, and texts that it waits for.

    A key that begins with a blank is none: it is a text to wait for before the next one.
    `store` makes what is shown. `unsteady` is what is another at other times, and what stands in
    its place; `patched` are
    functions and what they return instead; `then` is done at last.
    """

    name: str
    keys: tuple[str, ...]
    awaited: tuple[str, ...]
    store: Callable[[Home], None] = filled
    ascii_only: bool = False
    sizes: tuple[Size, ...] = SIZES
    first: str = "41 runs"
    unsteady: tuple[str, str] = ("(?!)", "")
    environment: Mapping[str, str] = field(default_factory=dict)
    patched: Mapping[str, object] = field(default_factory=dict)
    then: Callable[[BacktapeApp], object] = lambda _: None

    def named(self, size: Size) -> str:
        """Return what the picture of this size is called."""
        return f"{self.name}-{size[0]}x{size[1]}"


async def picture(scene: Scene, home: Home, size: Size) -> str:
    """Return the scene as text; the same every time.

    Raises:
        AssertionError: the text is another in another theme.
    """
    home.screens.unlink(missing_ok=True)
    with _surroundings(scene, home):
        # Named as seen from within, so that no path is another elsewhere.
        app = BacktapeApp(Home(Path()), ascii_only=scene.ascii_only, theme="ansi", clock=lambda: MOMENT)
        async with app.run_test(size=size) as pilot:
            await _until_shown(app, scene.first)
            for key in scene.keys:
                await _press(pilot, app, key)
            scene.then(app)
            for text in scene.awaited:
                await _until_shown(app, text)
            return _described(scene, *await _looks(app))


@contextmanager
def _surroundings(scene: Scene, home: Home) -> Iterator[None]:
    """Start no runner, keep nothing, begin no process for what can be done here, stand in the folder."""
    nothing = dict.fromkeys(("core.jobs.launch.ensure_runner", "tui.memory.Memory.write"))
    with ExitStack() as stack:
        for target, value in {**nothing, **scene.patched}.items():
            stack.enter_context(patch(target, return_value=value))
        stack.enter_context(patch.dict(os.environ, {"VISUAL": "", "EDITOR": "", **scene.environment}))
        stack.enter_context(_imports_at_once())
        stack.enter_context(chdir(home.path))
        yield


@contextmanager
def _imports_at_once() -> Iterator[None]:
    """Let files be read in this very process."""
    desks: dict[ImportProcess, Desk] = {}

    def exchange(process: ImportProcess, request: Document) -> Document:
        desk = desks.setdefault(process, Desk(process.home))
        answer: Document = json.loads(json_document(desk.answer(dict(request))))
        return answer

    with patch.object(ImportProcess, "_exchange", exchange):
        yield


async def _press(pilot: Pilot[int], app: BacktapeApp, key: str) -> None:
    if key.startswith(" ") and key != " ":
        await _until_shown(app, key[1:])
        return
    before = screen_text(app)
    await pilot.press(key)
    if key in _TURNS:
        with suppress(TimeoutError):  # some keys change nothing that is seen
            async with asyncio.timeout(_TURNING):
                while screen_text(app) == before:
                    await asyncio.sleep(0.02)
        await _settled(app, _STEADY)


# Taking it


async def _looks(app: BacktapeApp) -> tuple[Look, Look]:
    """Return how the screen looks in dark and in light, once its text is the same in every theme."""
    for _ in range(_MOST_TAKES):
        plain_text = await _settled(app, _SETTLING)
        dark, light = await _look(app, "dark"), await _look(app, "light")
        if plain_text == dark.text == light.text:
            return dark, light
        app.use_theme("ansi")
    assert dark.text == plain_text, "the text is another in the dark theme"
    assert light.text == plain_text, "the text is another in the light theme"
    raise AssertionError("the text has not come to rest")


async def _look(app: BacktapeApp, theme: str) -> Look:
    app.use_theme(theme)
    await _settled(app, _STEADY)
    return look_of(app)


def _described(scene: Scene, dark: Look, light: Look) -> str:
    """Return the text, and below it the styles: once, if both themes have the same ones."""
    rule = "-" * max(map(len, dark.cells)) + "\n"
    text = re.sub(*scene.unsteady, dark.text)
    colors = f"dark   {dark.colors}\nlight  {light.colors}\n"
    if dark.cells == light.cells:
        return f"{text}{rule}{colors}{rule}{style_map(dark.cells)}"
    return (
        f"{text}{rule}{colors}{rule}in dark: {style_map(dark.cells)}{rule}in light: {style_map(light.cells)}"
    )


async def _settled(app: BacktapeApp, steady: float) -> str:
    """Return the screen once nothing is under way, and it has stayed the same for a while."""
    before = None
    async with asyncio.timeout(_PATIENCE):
        while True:
            now = screen_text(app)
            if before == now and not _is_busy(app):
                return now
            before = now
            await asyncio.sleep(steady)


def _is_busy(app: BacktapeApp) -> bool:
    return any(worker.is_running and worker.group not in _BESIDE for worker in app.workers)


async def _until_shown(app: BacktapeApp, text: str) -> None:
    """Wait for a text; a program that has ended by a mistake tells it itself."""
    wanted = plain(text) if app.ascii_only else text
    try:
        async with asyncio.timeout(_PATIENCE):
            while app.is_running and wanted not in screen_text(app):
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"never shown: {wanted}; but\n{screen_text(app)}") from None

"""Every widget hears of its first size and is drawn, whoever looked for it before."""

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.conftest import until
from tui.keys.keymap import Keymap
from tui.screens.quiet import QuietScreen
from tui.widgets.page import Page


class _Witness(Widget):
    """Keeps the sizes it hears of, and counts how often it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.styles.height = 10
        self.sizes: list[tuple[int, int]] = []
        self.drawn = 0

    def on_resize(self) -> None:
        self.sizes.append((self.size.width, self.size.height))

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - every line is the same
        self.drawn += 1
        return Strip.blank(self.size.width)


class _App(App[int]):
    keymap = Keymap()

    def get_default_screen(self) -> Screen[None]:
        return QuietScreen()


async def _mount(pilot: Pilot[int], parent: Widget, *, sought: bool) -> _Witness:
    """Mount a witness, and seek it before it is laid out, if that is wanted."""
    witness = _Witness()
    parent.mount(witness)
    await until(pilot, witness._mounted_event.is_set)
    if sought:
        compositor = pilot.app.screen._compositor
        compositor.update_widgets({witness})
        assert witness in compositor.full_map
    await until(pilot, lambda: witness.sizes)
    return witness


@pytest.mark.parametrize("sought", [False, True])
async def test_a_new_widget_hears_once_how_large_it_is_and_is_drawn(*, sought: bool) -> None:
    async with _App().run_test(size=(60, 16)) as pilot:
        witness = await _mount(pilot, pilot.app.screen, sought=sought)
        await until(pilot, lambda: witness.drawn)
        assert witness.sizes == [(60, 10)]


@pytest.mark.parametrize("sought", [False, True])
async def test_what_is_scrolled_into_sight_is_drawn_and_hears_nothing_new(*, sought: bool) -> None:
    async with _App().run_test(size=(60, 16)) as pilot:
        page = Page()
        page.styles.scrollbar_size_vertical = 0
        await pilot.app.screen.mount(page)
        witnesses = [await _mount(pilot, page, sought=sought) for _ in range(3)]
        page.scroll_end(animate=False)
        await until(pilot, lambda: witnesses[-1].drawn)
        page.scroll_home(animate=False)
        page.refresh(layout=True)
        await pilot.pause(0.1)
        assert [witness.sizes for witness in witnesses] == [[(60, 10)]] * 3

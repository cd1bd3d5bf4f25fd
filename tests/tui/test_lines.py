"""Lines take the room they need, however quickly one text follows another."""

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from tui.screens.quiet import QuietScreen
from tui.widgets.lines import Lines, line


class Growing(App[None]):
    CSS = "Lines { height: auto; }"

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Lines()


async def test_a_text_that_follows_another_before_rest_is_as_tall_as_it_should_be() -> None:
    async with Growing().run_test() as pilot:
        lines = pilot.app.query_one(Lines)
        lines.show([line("one")])
        lines.screen.query_one(VerticalScroll).mount(Lines())
        lines.screen._refresh_layout()  # as when another widget asks for it at that moment
        assert lines.size.height == 1
        lines.show([line("one"), line("two"), line("three")])
        await pilot.pause()
        assert lines.size.height == 3

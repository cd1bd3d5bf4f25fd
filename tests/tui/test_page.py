"""A page says how many lines there are below those on screen."""

from textual.app import App, ComposeResult

from tests.shots.reading import screen_text
from tui.screens.quiet import QuietScreen
from tui.widgets.lines import Lines, line
from tui.widgets.page import Page


class OnePage(App[int]):
    """Thirty lines on a page."""

    CSS = "Lines { height: auto; } Page { scrollbar-size-vertical: 0; }"

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        with Page():
            yield Lines([line(f"line {number} {'x' * 90}") for number in range(1, 31)])


def _last(app: App[int]) -> str:
    return screen_text(app).splitlines()[-1]


async def test_the_last_line_says_how_many_more_there_are_until_the_end() -> None:
    app = OnePage()
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.pause()
        assert _last(app).startswith("line 16 ")
        assert _last(app).endswith("x… ▼ 14 more")
        page = app.query_one(Page)
        page.action_down()
        await pilot.pause()
        assert _last(app).startswith("line 17 ")
        assert _last(app).endswith("x… ▼ 13 more")
        assert screen_text(app).count("more") == 1
        page.action_last()
        await pilot.pause()
        assert _last(app).startswith("line 30 ")
        assert "more" not in screen_text(app)


async def test_what_ends_before_the_mark_is_not_cut() -> None:
    app = OnePage()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(Lines).show([line("0123456789" * 4 + "01234567" + " " * 50)] * 17)
        await pilot.pause()
        assert _last(app).endswith("01234567    ▼ 1 more")


async def test_another_text_or_size_counts_anew() -> None:
    app = OnePage()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(Lines).show([line("one")] * 17)
        await pilot.pause()
        assert _last(app).endswith("▼ 1 more")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "more" not in screen_text(app)

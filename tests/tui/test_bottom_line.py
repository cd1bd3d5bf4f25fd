"""A sentence that is too long for one line is read whole; nothing else makes a new layout."""

import re
import threading

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.widgets import Static

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.completing import Completed
from tui.keys.registry import footer_of
from tui.keys.table import ACTIONS
from tui.screens.quiet import QuietScreen
from tui.widgets.bottom_line import MOST_LINES, UNBROKEN, BottomLine
from tui.widgets.compositor import NarrowUpdate, WatchfulCompositor

LONG = "This sentence is longer than one line of the terminal is, and its end says what is to be done."


class Screenful(App[int]):
    """A body and the line below it."""

    CSS = "Static { height: 1fr; } #bottom { height: 1; border: none; padding: 0; }"

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        yield Static("body")
        yield BottomLine("runs", ACTIONS)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The parts of lines that were drawn again, from the first cell to the one after the last."""
    parts: list[tuple[int, int]] = []
    update_of = WatchfulCompositor.render_partial_update

    def seen(compositor: WatchfulCompositor) -> NarrowUpdate | None:
        update = update_of(compositor)
        if isinstance(update, NarrowUpdate):
            parts.extend((first, last) for _, first, last in update.spans)
            return update
        return None

    monkeypatch.setattr(WatchfulCompositor, "render_partial_update", seen)
    return parts


def _last(app: App[int], count: int) -> str:
    return " ".join(" ".join(screen_text(app).splitlines()[-count:]).split())


async def test_the_line_grows_for_a_long_sentence_and_shrinks_again() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        bottom.say(LONG)
        await pilot.pause()
        assert bottom.size.height == 2
        assert _last(app, 2) == LONG
        bottom.hush()
        await pilot.pause()
        assert bottom.size.height == 1
        assert "Enter open" in _last(app, 1)


async def test_a_sentence_of_wide_characters_loses_none_of_them() -> None:
    said = "The run is noted: " + "日本語の長いメモです。" * 6
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        bottom.say(said)
        await pilot.pause()
        assert bottom.size.height == 3
        assert _last(app, 3).replace(" ", "") == said.replace(" ", "")


async def test_a_question_grows_too_and_a_prompt_is_one_line() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        bottom.ask(LONG, {})
        await pilot.pause()
        assert bottom.size.height == 2
        bottom.prompt("name: ", "x" * 100, lambda _: None)
        await pilot.pause()
        assert bottom.size.height == 1


async def test_the_longest_sentence_leaves_the_screen_to_the_rest() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(BottomLine).say("word " * 500)
        await pilot.pause()
        assert app.query_one(BottomLine).size.height == MOST_LINES
        assert _last(app, 1).endswith("…")


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_way_out_and_help_are_the_last_keys_to_go(width: int) -> None:
    app = Screenful()
    async with app.run_test(size=(width, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        assert _last(app, 1).endswith("q quit ? keys")
        bottom.show_keys_of(("runs",), without={"sample"})
        bottom.set_marked("1,234 marked")
        await pilot.pause()
        assert _last(app, 1).startswith("1,234 marked x cancel")
        assert _last(app, 1).endswith("q quit ? keys")


async def test_a_form_names_the_way_out_though_q_is_text_there() -> None:
    assert [action.name for action in footer_of(("new_run",))][-2:] == ["back", "help"]


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("", "name: …" + "x" * 52),
        ("home", "name: " + "x" * 53 + "…"),
        ("left", "name: …" + "x" * 52),
    ],
)
async def test_a_prompt_that_is_too_long_says_at_which_end_there_is_more(keys: str, shown: str) -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(BottomLine).prompt("name: ", "x" * 100, lambda _: None)
        await pilot.press(*keys.split())
        await pilot.pause()
        assert _last(app, 1) == shown


LABEL = "There is a strategy called my_breakout_of_the_morning already; name of the new strategy: "


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 100])
async def test_a_long_label_leaves_room_for_what_is_typed(width: int) -> None:
    app = Screenful()
    async with app.run_test(size=(width, 16)) as pilot:
        app.query_one(BottomLine).prompt(LABEL, "", lambda _: None)
        await pilot.press(*"abcdefghijklmnopqrstuvwxyz012")
        await pilot.pause()
        assert _last(app, 1).startswith("There is a str")
        assert _last(app, 1).endswith(" strategy: abcdefghijklmnopqrstuvwxyz012")
        await pilot.press(*"3456")
        await pilot.pause()
        assert re.search(r" strategy: …[a-h]*ijklmnopqrstuvwxyz0123456$", _last(app, 1))


async def test_a_label_that_leaves_enough_room_stays_whole() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        label = "There are no presets yet; ctrl+s keeps one. "
        app.query_one(BottomLine).prompt(label, "", lambda _: None)
        await pilot.press(*"fifteen letters")
        await pilot.pause()
        assert screen_text(app).splitlines()[-1] == label + "fifteen letters"


async def test_what_belongs_together_is_not_broken_apart_and_has_plain_spaces() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        bottom.ask("word " * 11 + f"not{UNBROKEN}apart", {})
        await pilot.pause()
        assert screen_text(app).splitlines()[-1] == "not apart"
        bottom.say(f"not{UNBROKEN}apart")
        await pilot.pause()
        assert screen_text(app).splitlines()[-1] == "not apart"


async def test_another_width_breaks_the_sentence_anew() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(BottomLine).say(LONG)
        await pilot.resize_terminal(120, 16)
        await pilot.pause()
        assert app.query_one(BottomLine).size.height == 1
        assert _last(app, 1) == LONG


async def test_a_sentence_that_fits_makes_no_new_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.pause()
        layouts: list[object] = []
        refresh = app.screen._refresh_layout

        def counted(size: Size | None = None, scroll: bool = False) -> None:
            layouts.append(size)
            refresh(size, scroll)

        monkeypatch.setattr(app.screen, "_refresh_layout", counted)
        app.query_one(BottomLine).say("Short.")
        await pilot.pause()
        assert _last(app, 1) == "Short."
        assert layouts == []


async def test_a_prompt_names_what_ends_it_as_long_as_there_is_room() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(BottomLine).prompt("note: ", "", lambda _: None, enter="saves")
        shown = []
        for letters in (14, 14, 12, 1):
            await pilot.press(*"x" * letters)
            await pilot.pause()
            shown.append(screen_text(app).splitlines()[-1])
        assert shown == [
            f"note: {'x' * 14:31}Enter saves  Esc leaves",
            f"note: {'x' * 28:31}Enter saves  Esc leaves",
            f"note: {'x' * 40:44}Esc leaves",
            f"note: {'x' * 41:44}Esc leaves",
        ]
        await pilot.press(*"xx")
        await pilot.pause()
        assert _last(app, 1) == f"note: {'x' * 43}"
        await pilot.press(*["backspace"] * 20)
        await pilot.pause()
        assert _last(app, 1).endswith(" Enter saves Esc leaves")


async def test_a_prompt_whose_words_leave_little_room_to_type_names_nothing_else() -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(BottomLine).prompt("what is to be done, and where it is: ", "", lambda _: None)
        await pilot.pause()
        assert _last(app, 1).endswith("it is:")


async def test_a_letter_draws_its_own_cell_and_the_cursor(drawn: list[tuple[int, int]]) -> None:
    app = Screenful()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(BottomLine).prompt("note: ", "", lambda _: None)
        await pilot.press(*"abc")
        await pilot.pause()
        for key, cells in {"d": (9, 11), "backspace": (9, 11), "left": (8, 10), "home": (6, 9)}.items():
            drawn.clear()
            await pilot.press(key)
            await pilot.pause()
            assert drawn == [cells]
        assert screen_text(app).splitlines()[-1].startswith("note: abc  ")


@pytest.mark.parametrize(("key", "is_left"), [("ctrl+q", True), ("ctrl+c", True), ("j", False)])
async def test_a_question_holds_nobody_who_quits(filled: Home, key: str, *, is_left: bool) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("d")
        await until_shown(pilot, "Delete run 41")
        await pilot.press(key)
        await until(pilot, lambda: "Delete run 41" not in screen_text(app) or not app.is_running)
        assert (app.return_code == 0) == is_left


async def test_a_question_in_other_words_draws_those_and_is_answered_as_before(
    drawn: list[tuple[int, int]],
) -> None:
    app, answers = Screenful(), list[str]()
    async with app.run_test(size=(60, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        bottom.ask("Cancel, 41 % done?", {"y": lambda: answers.append("y")})
        await pilot.pause()
        drawn.clear()
        bottom.ask_in_other_words("Cancel, 42 % done?")
        await pilot.pause()
        assert drawn == [(9, 10)]
        assert bottom.asked == _last(app, 1) == "Cancel, 42 % done?"
        await pilot.press("y")
        assert answers == ["y"]
        bottom.ask_in_other_words("Cancel, 43 % done?")
        await pilot.pause()
        assert bottom.asked == ""
        assert "Enter open" in _last(app, 1)


# Completing


class _Folder:
    """A folder that answers only when it is let; `offered` is what came of that."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers = threading.Event()
        self.is_asked = threading.Event()
        self.offered: list[tuple[str, str]] = []
        monkeypatch.setattr("tui.widgets.bottom_line.COMPLETING_SECONDS", 0.01)

    def complete(self, text: str) -> Completed:
        self.is_asked.set()
        self.answers.wait()
        return Completed(f"{text}/archive/", ["archive/"])

    def open(self, bottom: BottomLine, text: str) -> None:
        bottom.prompt("folder: ", text, lambda _: None, complete=self.complete, offered=self.offer)

    def offer(self, typed: str, found: Completed) -> None:
        self.offered.append((typed, found.text))


async def test_tab_at_a_folder_that_does_not_answer_leaves_the_keys_alone_and_its_answer_comes_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, folder = Screenful(), _Folder(monkeypatch)
    async with app.run_test(size=(80, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        folder.open(bottom, "/mnt")
        await pilot.press("tab")
        await until(pilot, folder.is_asked.is_set)
        assert (bottom.value, folder.offered) == ("/mnt", [])
        folder.answers.set()
        await until(pilot, lambda: bottom.value == "/mnt/archive/")
        assert folder.offered == [("/mnt", "/mnt/archive/")]
        assert bottom.cursor_position == len("/mnt/archive/")


@pytest.mark.parametrize(("key", "text"), [("x", "/mntx"), ("escape", "/mnt")])
async def test_what_a_folder_answers_late_is_dropped_where_something_else_was_typed_meanwhile(
    monkeypatch: pytest.MonkeyPatch, key: str, text: str
) -> None:
    app, folder = Screenful(), _Folder(monkeypatch)
    async with app.run_test(size=(80, 16)) as pilot:
        bottom = app.query_one(BottomLine)
        folder.open(bottom, "/mnt")
        await pilot.press("tab", key)
        await until(pilot, lambda: bottom.value == text and bottom.busy is (key == "x"))
        folder.answers.set()
        await app.workers.wait_for_complete()
        assert (bottom.value, folder.offered) == (text, [])

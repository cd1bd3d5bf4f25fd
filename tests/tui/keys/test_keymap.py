"""Keys of the user's own."""

import tomllib

import pytest
from textual.widgets import Input

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.keys.keymap import _EDITING, keymap_of, read_keymap
from tui.keys.names import key_named, shown_key
from tui.keys.registry import clashes, keys_table
from tui.keys.table import ACTIONS
from tui.screens.help import HelpScreen
from tui.screens.runs import RunsScreen


@pytest.mark.parametrize("key", sorted({key for action in ACTIONS for key in action.keys}))
def test_every_key_of_the_registry_is_known_by_the_name_it_is_shown_with(key: str) -> None:
    assert key_named(shown_key(key)) == key
    assert key_named(key) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("?", "question_mark"),
        (",", "comma"),
        ("+", "plus"),
        ("-", "minus"),
        ("CTRL+P", "ctrl+p"),
        ("esc", "escape"),
        ("Escape", "escape"),
        ("PageUp", "pageup"),
        ("space", "space"),
        ("g", "g"),
        ("G", "G"),
        ("F12", "f12"),
        ("hyphen_minus", "minus"),
    ],
)
def test_a_key_has_many_names(name: str, key: str) -> None:
    assert key_named(name) == key


def test_without_a_file_all_keys_are_as_usual(home: Home) -> None:
    keymap = read_keymap(home)
    assert keymap.actions == ACTIONS
    assert keymap.problems == ()


def test_a_line_gives_an_action_all_its_keys(home: Home) -> None:
    home.keymap.write_text('repeat = "R F5"\nhelp = "H"\n')
    keymap = read_keymap(home)
    assert keymap.problems == ()
    assert keymap.changed() == {"repeat": "R,f5", "help": "H"}
    assert keymap.key_of("repeat") == "R"


def test_two_actions_may_change_keys() -> None:
    keymap = keymap_of({"sort": "S", "reverse": "s"})
    assert keymap.problems == ()
    assert keymap.changed() == {"sort": "S", "reverse": "s"}


@pytest.mark.parametrize(
    ("name", "keys", "said"),
    [
        ("repet", "R", "there is no action 'repet'; is it repeat?"),
        ("zzz", "R", "there is no action 'zzz'; 'backtape --keys' lists them."),
        ("keys", {"help": "H"}, "'keys' is a heading, and there are none here: leave it out."),
        ("help", "ctrl+m", "'ctrl+m' is Enter to a terminal; help keeps ? F1."),
        ("help", "ctrl+i", "'ctrl+i' is Tab to a terminal; help keeps ? F1."),
        ("help", "ctrl+j", "'ctrl+j' is Enter to a terminal; help keeps ? F1."),
        ("quit", "ctrl+shift+q", "'ctrl+shift+q' cannot be sent by a plain terminal; quit keeps q."),
        ("submit", "ctrl+enter", "'ctrl+enter' cannot be sent by a plain terminal; submit keeps Enter."),
        ("help", "H what", "'what' is no key; help keeps ? F1."),
        ("cancel", "r", "r on Runs is both cancel and repeat; cancel keeps x."),
        ("zoom_in", "l", "l on Chart is both zoom_in and pan_right; zoom_in keeps + =."),
        ("next_tab", "s", "s on Trades is both sort and next_tab; next_tab keeps >."),
        ("first", "n", "n on Runs is both first and new_run; first keeps g Home."),
        ("submit", "space", "space is text in a form; submit keeps Enter."),
        ("next_value", "v", "v is text in a form; next_value keeps Right."),
        ("defaults", "ctrl+k", "ctrl+k edits the text of a field; defaults keeps ctrl+r."),
        ("back", 7, "back must be its keys in quotes, with blanks between them; back keeps Esc."),
        ("back", " ", "back must be its keys in quotes, with blanks between them; back keeps Esc."),
        ("back", {}, "back must be its keys in quotes, with blanks between them; back keeps Esc."),
    ],
)
def test_a_line_that_cannot_be_is_told_and_the_action_keeps_its_keys(
    name: str, keys: object, said: str
) -> None:
    keymap = keymap_of({name: keys})
    (problem,) = keymap.problems
    told, right = problem.split(" A right line: ")
    assert told == f"keymap.toml: {said}"
    assert keymap.actions == ACTIONS
    assert keymap_of(tomllib.loads(right)).problems == ()


def test_every_problem_names_its_line(home: Home) -> None:
    home.keymap.write_text(
        '# mine\n"repet" = "R"\n\n  cancel="r"\nhelp = "H"\nback = 7\nsort.by = "x"\n[keys]\nquit = "Q"\n'
    )
    told = [problem.split(":")[0] for problem in read_keymap(home).problems]
    assert told == [f"keymap.toml, line {number}" for number in (2, 4, 6, 7, 8)]


@pytest.mark.parametrize("name", sorted(action.name for action in ACTIONS))
def test_there_is_a_right_line_for_every_action(name: str) -> None:
    (problem,) = keymap_of({name: 7}).problems
    assert keymap_of(tomllib.loads(problem.split(" A right line: ")[1])).problems == ()


def test_a_line_that_cannot_be_leaves_the_others_alone() -> None:
    keymap = keymap_of({"cancel": "r", "help": "H"})
    assert keymap.changed() == {"help": "H"}
    assert len(keymap.problems) == 1


def test_however_wrong_a_file_is_there_are_no_clashes_after_it() -> None:
    keymap = keymap_of({action.name: "x" for action in ACTIONS})
    assert clashes(keymap.actions) == []
    assert len(keymap.problems) <= 21
    assert keymap.problems[-1].endswith("more lines mean nothing.")


@pytest.mark.parametrize("content", ["repeat = R", 'repeat = "R', 'help = "H"\nhelp = "F2"', "repeat"])
def test_a_file_that_is_not_toml_is_told_with_a_line_that_is(home: Home, content: str) -> None:
    home.keymap.write_text(content)
    (problem,) = read_keymap(home).problems
    assert problem.startswith(f"{home.keymap} is not TOML: ")
    assert keymap_of(tomllib.loads(problem.split(" A right line: ")[1])).problems == ()


@pytest.mark.parametrize("content", ["", " \n", "# nothing yet\n"])
def test_an_empty_file_changes_nothing(home: Home, content: str) -> None:
    home.keymap.write_text(content)
    assert read_keymap(home) == keymap_of({})


@pytest.mark.parametrize("content", [b"repeat = ", b"\xff", b"a" * 1_000_001])
def test_a_file_that_cannot_be_read_is_told(home: Home, content: bytes) -> None:
    home.keymap.write_bytes(content)
    keymap = read_keymap(home)
    assert keymap.actions == ACTIONS
    assert "keymap.toml" in keymap.problems[0]


def test_names_from_the_file_cannot_move_the_terminal() -> None:
    keymap = keymap_of({"\x1b]0;x\x07": "x", "help": "\x1b"})
    assert len(keymap.problems) == 2
    assert all(problem.isprintable() for problem in keymap.problems)


def test_keys_that_edit_a_field_are_those_that_textual_takes_for_it() -> None:
    plain = {key for binding in Input.BINDINGS for key in str(binding.key).split(",")}  # type: ignore[union-attr]
    sent = {key for key in plain if key not in {"enter"} and (key.count("+") == 0 or key[:5] == "ctrl+")}
    assert {key for key in sent if key[5:] not in {"left", "right", "backspace"} and "shift" not in key} == (
        _EDITING
    )


def test_the_table_of_keys_shows_them_as_they_are_now() -> None:
    table = keys_table(keymap_of({"repeat": "R"}).actions)
    assert "| `R` | repeat |" in table
    assert "| `r` | repeat |" not in table


async def test_keys_of_the_file_act_and_stand_in_the_footer_the_help_and_the_top_line(filled: Home) -> None:
    filled.keymap.write_text(
        'mark = "m"\nsample = "M"\nhelp = "H"\ngoto_data = "9"\ndown = "d"\ndelete = "D"\n'
    )
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        shown = await until_shown(pilot, "41 runs", "9 Data", "m mark", "H keys", "D delete")
        assert "? keys" not in shown
        home = app.screen
        assert isinstance(home, RunsScreen)
        await pilot.press("space")
        assert not home.table.marks
        before = home.table.cursor_id
        await pilot.press("m", "d")
        assert home.table.marks == {before}
        assert home.table.cursor_id != before
        await pilot.press("question_mark")
        assert app.screen is home
        await pilot.press("H")
        await until_shown(pilot, "Keys of Runs", "D               delete, can be undone")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("H")
        await until(pilot, lambda: app.screen is home)
        await pilot.press("9")
        await until_shown(pilot, "The data library is empty.")


async def test_a_mistake_in_the_file_is_told_at_the_start_and_in_the_log(filled: Home) -> None:
    filled.keymap.write_text('repeat = "x"\nhelp = "ctrl+m"\n')
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "keymap.toml, line 1: x on Runs is both", 'repeat = "F2"', "(1 more:")
        log = filled.logs / "backtape.log"
        await until(pilot, lambda: log.exists() and "line 2: 'ctrl+m' is Enter" in log.read_text())
        await pilot.press("escape")
        await until(pilot, lambda: "keymap.toml" not in screen_text(app))

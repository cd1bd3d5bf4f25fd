"""The user's own keys: `keymap.toml` in the data folder.

    repeat = "R"
    help = "? F1 ctrl+k"

A line is the name of an action, as `backtape --keys` lists it, and all its keys. One that
cannot be is told with a line that could be, and its action keeps the keys that it has.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.config_values import quoted
from core.errors import BacktapeError
from core.home import Home
from core.settings_file import settings_table, settings_text
from core.text import clean
from tui.keys.action import CHOICE, Action
from tui.keys.names import is_typed, key_named, shown_key
from tui.keys.registry import FORMS, clashes
from tui.keys.table import ACTIONS

Keys = tuple[str, ...]

_DEFAULTS = {action.name: action for action in ACTIONS}
_MOST_PROBLEMS = 20
_USUAL_EXAMPLE = "repeat"
_MOSTLY_FREE = [f"f{number}" for number in range(2, 13)]
# What moves and deletes within a field for text.
_EDITING = frozenset({"left", "right", "home", "end", "backspace", "delete"}) | {
    f"ctrl+{letter}" for letter in "acdekuvwx"
}


@dataclass(frozen=True)
class Keymap:
    """All actions with the keys that they have now, and a sentence for every line that cannot be."""

    actions: tuple[Action, ...] = ACTIONS
    problems: tuple[str, ...] = ()

    def changed(self) -> dict[str, str]:
        """Return the keys of the actions that have others than usual, as Textual takes them."""
        return {
            action.name: ",".join(action.keys)
            for action in self.actions
            if action.keys != _DEFAULTS[action.name].keys
        }

    def key_of(self, name: str) -> str:
        """Return the first key of an action, as people know it."""
        return next(action.first_key for action in self.actions if action.name == name)


def read_keymap(home: Home) -> Keymap:
    """Return the keys with what `keymap.toml` of a data folder says of them."""
    try:
        text = settings_text(home.keymap) if home.keymap.exists() else ""
    except BacktapeError as error:
        return Keymap(problems=(str(error),))
    try:
        return keymap_of(settings_table(text, home.keymap), text)
    except BacktapeError as error:
        return Keymap(problems=(f"{error} {_right_line(_USUAL_EXAMPLE)}",))


def keymap_of(table: Mapping[str, Any], text: str = "") -> Keymap:
    """Return the keys with what a table of names and keys says of them; `text` is what it was read from."""
    problems: dict[str, str] = {}
    wanted: dict[str, Keys] = {}
    for name, keys in table.items():
        try:
            action = _known(name, keys)
            wanted[action] = _keys(action, keys)
        except ValueError as error:
            problems[name] = str(error)
    problems |= _without_clashes(wanted)
    told = [
        _told(problems[name], line)
        for line, name in sorted((_line_of(name, text), name) for name in problems)
    ]
    if len(told) > _MOST_PROBLEMS:
        left = len(told) - _MOST_PROBLEMS
        told[_MOST_PROBLEMS:] = [_told(f"{left:,} more lines mean nothing.")]
    return Keymap(_with_keys(wanted), tuple(told))


def _known(name: str, keys: object) -> str:
    if name in _DEFAULTS:
        return name
    if isinstance(keys, dict):
        raise ValueError(
            f"{quoted(name)} is a heading, and there are none here: leave it out. "
            f"{_right_line(_USUAL_EXAMPLE)}"
        )
    from difflib import get_close_matches

    near = get_close_matches(name, _DEFAULTS, n=1)
    advice = f"is it {near[0]}?" if near else "'backtape --keys' lists them."
    raise ValueError(
        f"there is no action {quoted(name)}; {advice} {_right_line(near[0] if near else _USUAL_EXAMPLE)}"
    )


def _keys(name: str, text: object) -> Keys:
    """Return the keys that a line gives to an action."""
    if not isinstance(text, str) or not text.split():
        raise ValueError(_kept(f"{name} must be its keys in quotes, with blanks between them", name))
    try:
        return tuple(dict.fromkeys(_key(word, _DEFAULTS[name]) for word in text.split()))
    except ValueError as error:
        raise ValueError(_kept(str(error), name)) from None


def _key(word: str, action: Action) -> str:
    try:
        key = key_named(word)
    except ValueError as error:
        raise ValueError(f"{quoted(word)} {error}") from None
    if action.screens & {CHOICE, *FORMS}:
        if is_typed(key) and key not in action.keys:
            raise ValueError(f"{shown_key(key)} is text in a form")
        if key in _EDITING and key not in action.keys:
            raise ValueError(f"{shown_key(key)} edits the text of a field")
    return key


def _without_clashes(wanted: dict[str, Keys]) -> dict[str, str]:
    """Take out of what is wanted what would clash, and return a sentence for each."""
    told = {}
    while ours := [clash for clash in clashes(_with_keys(wanted)) if wanted.keys() & set(clash.names)]:
        name = next(name for name in reversed(ours[0].names) if name in wanted)
        del wanted[name]
        told[name] = _kept(str(ours[0]), name)
    return told


def _with_keys(wanted: Mapping[str, Keys]) -> tuple[Action, ...]:
    return tuple(replace(action, keys=wanted.get(action.name, action.keys)) for action in ACTIONS)


def _kept(problem: str, name: str) -> str:
    return f"{problem}; {name} keeps {_DEFAULTS[name].shown_keys}. {_right_line(name)}"


def _right_line(name: str) -> str:
    """Return a line of the file that could be: the action with a key that nothing else has there."""
    free = next(key for key in _MOSTLY_FREE if not clashes(_with_keys({name: (key,)})))
    return f'A right line: {name} = "{shown_key(free)}"'


def _line_of(name: str, text: str) -> int:
    """Return the number of the first line that gives something to `name`, 0 where that is not to be seen."""
    given = re.compile(rf"""\s*\[?\s*(["']?){re.escape(name)}\1\s*[]=.]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if given.match(line)), 0)


def _told(problem: str, line: int = 0) -> str:
    where = f"keymap.toml, line {line}" if line else "keymap.toml"
    return f"{where}: {clean(problem, limit=300)}"

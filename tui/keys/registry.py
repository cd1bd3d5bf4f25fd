"""What is made from the one registry of what keys do.

Bindings, the footer, the help screen, the palette and `backtape --keys` are all made
from `ACTIONS`, so none of them can say something else than what a key does. Those that
name keys take the `actions` with the keys that they have now, see `tui.keys.keymap`. A screen
or a pane offers an action named `cancel` by a method `do_cancel`, and may refuse it
for the moment by a method `why_not_cancel` that returns the reason as a sentence.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from textual.binding import Binding, BindingType

from tui.keys.action import CHOICE, EVERYWHERE, SEVERAL, TABLE, Action, pair_of
from tui.keys.names import is_typed, shown_key
from tui.keys.table import ACTIONS

Actions = Sequence[Action]

# Where keys that write something are text.
FORMS = frozenset({"new_run", "import_preview"})

# The place in the bottom line from which on an action is named however little room there is.
ALWAYS = 90

SCREENS: dict[str, str] = {
    "runs": "Runs",
    "new_run": "New run",
    "detail": "Run detail",
    "columns": "Columns",
    "compare": "Compare",
    "strategies": "Strategies",
    "source": "Source",
    "data": "Data",
    "import_preview": "Import",
    "text": "Text",
    "check": "Check",
}
# Parts of a screen with keys of their own, of which one is in front: the tabs of a run.
PANES: dict[str, str] = {
    "overview": "Overview",
    "trades": "Trades",
    "chart": "Chart",
    "calendar": "Calendar",
    "distribution": "Distribution",
    "model": "Model",
    "settings": "Settings",
    "log": "Log",
}
_PLACES = SCREENS | PANES
_PARTS = {TABLE: "lists", CHOICE: "fields with values", SEVERAL: "symbol and timeframe of New run"}
_WITH_PANES = frozenset({"detail"})


def actions_of(place: str, actions: Actions = ACTIONS) -> list[Action]:
    """Return what a screen or a pane offers, in the order of the registry, tables' own keys left out.

    What a form takes as text is no key there, and an action without another key is not offered.
    """
    offered = [action.at(place) for action in actions if _offered(action, place)]
    if place not in FORMS:
        return offered
    return [action for action in map(_untyped, offered) if action.keys]


def keys_of(names: Collection[str], actions: Actions = ACTIONS) -> frozenset[str]:
    """Return the keys that the actions of these names have now."""
    return frozenset(key for action in actions if action.name in names for key in action.keys)


def _untyped(action: Action) -> Action:
    return replace(action, keys=tuple(key for key in action.keys if not is_typed(key)))


def _offered(action: Action, place: str) -> bool:
    return place in action.screens or (EVERYWHERE in action.screens and place not in PANES)


def bindings_of(screen: str) -> list[BindingType]:
    """Return Textual's bindings of a screen or a pane; their ids are the names, for a key map.

    A screen with panes binds their keys too, to say where they act.
    """
    own = actions_of(screen)
    taken = {key for action in own for key in action.keys}
    of_panes = [action for action in ACTIONS if screen in _WITH_PANES and action.screens & PANES.keys()]
    return [_binding(action) for action in [*own, *(one for one in of_panes if not taken & set(one.keys))]]


def _binding(action: Action) -> Binding:
    keys = ",".join(action.keys)
    return Binding(keys, f"screen.act('{action.name}')", action.label, show=False, id=action.name)


def titles_of(name: str, among: Mapping[str, str] = _PLACES | _PARTS) -> str:
    """Return where the action called `name` is offered, as people read it."""
    places = {place for action in ACTIONS if action.name == name for place in action.screens}
    return ", ".join(title for place, title in among.items() if place in places)


def tab_called(title: str) -> str:
    """Return what a tab of a run is called where it is one of many things that can be gone to."""
    return f"tab {title}"


def table_bindings() -> list[BindingType]:
    """Return the bindings of every list of rows."""
    return [
        Binding(",".join(action.keys), action.name, action.label, show=False, id=action.name)
        for action in ACTIONS
        if TABLE in action.screens
    ]


def choice_bindings() -> list[BindingType]:
    """Return the bindings of every field that offers values."""
    return [
        Binding(",".join(action.keys), action.name, action.label, show=False, id=action.name)
        for action in ACTIONS
        if action.screens & {CHOICE, SEVERAL}
    ]


def footer_of(
    places: Iterable[str], without: Collection[str] = (), actions: Actions = ACTIONS
) -> list[Action]:
    """Return the actions that the bottom line names, most important first; some left out by name.

    `places` are a screen and the pane in front, if any. Those from `ALWAYS` on, the way out and
    help, are named whatever the room. Of a pair, both are named as one.
    """
    offered = [action for place in places for action in actions_of(place, actions)]
    named = [action for action in offered if action.footer and action.name not in without]
    if all(action.name != "quit" for action in named):  # a form takes q as text
        named += [replace(action, footer=ALWAYS) for action in offered if action.name == "back"]
    return sorted((_paired(action, actions) for action in named), key=lambda action: action.footer)


def _paired(action: Action, actions: Actions) -> Action:
    if action.pair is None:
        return action
    other, label = action.pair
    return pair_of(next(one for one in actions if one.name == other), action, label)


def help_of(places: Sequence[str], actions: Actions = ACTIONS) -> list[Action]:
    """Return what the help screen lists: moving first, then what the screen and its pane offer."""
    within = {CHOICE} if set(places) & FORMS else {TABLE}
    if set(places) & _TAKE_SEVERAL:
        within.add(SEVERAL)
    taken = {
        key
        for place in places
        if place in _MOVES_ITSELF
        for action in actions_of(place, actions)
        for key in action.keys
    }
    moving = [action for action in actions if within & action.screens and not taken & set(action.keys)]
    return [*moving, *(action for place in reversed(places) for action in actions_of(place, actions))]


# Forms with fields that take several values.
_TAKE_SEVERAL = frozenset({"new_run"})
# What has neither rows nor lines to move through.
_MOVES_ITSELF = frozenset({"chart"})


class Clash(NamedTuple):
    """A key that would do two things at one place."""

    key: str
    place: str
    names: tuple[str, str]

    def __str__(self) -> str:
        """Return it as the beginning of a sentence."""
        return f"{shown_key(self.key)} on {_PLACES[self.place]} is both {' and '.join(self.names)}"


def clashes(actions: Actions = ACTIONS) -> list[Clash]:
    """Return the keys that one screen, or a screen and a pane of it, would bind twice."""
    places = [(screen,) for screen in SCREENS] + [("detail", pane) for pane in PANES]
    return [clash for place in places for clash in _clashes_at(place, actions)]


def _clashes_at(places: Sequence[str], actions: Actions) -> Iterable[Clash]:
    taken: dict[str, str] = {}
    for action in help_of(places, actions):
        for key in action.keys:
            other = taken.setdefault(key, action.name)
            if other != action.name:
                yield Clash(key, places[-1], (other, action.name))


def keys_table(actions: Actions = ACTIONS) -> str:
    """Return all keys as a table in Markdown: the README's, and what `--keys` prints."""
    rows = [("keys", "action", "what", "where"), ("---",) * 4]
    rows += [(_code(action), action.name, action.help, _where(action)) for action in actions]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _code(action: Action) -> str:
    return " ".join(f"`{shown_key(key)}`" for key in action.keys)


def _where(action: Action) -> str:
    if TABLE in action.screens:
        return "every list"
    if CHOICE in action.screens:
        return "fields with values; typing goes to the one named so"
    if SEVERAL in action.screens:
        return _PARTS[SEVERAL]
    if EVERYWHERE in action.screens:
        typed = any(is_typed(key) for key in action.keys)
        return f"{EVERYWHERE}; in a form's fields it is text" if typed else EVERYWHERE
    return titles_of(action.name)

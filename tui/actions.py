"""What is made from the one registry of what keys do.

Bindings, the footer, the help screen and `backtape --keys` are all made from
`ACTIONS`, so none of them can say something else than what a key does. A screen
or a pane offers an action named `cancel` by a method `do_cancel`, and may refuse it
for the moment by a method `why_not_cancel` that returns the reason as a sentence.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from textual.binding import Binding, BindingType

from tui.action import CHOICE, EVERYWHERE, TABLE, Action, shown_key
from tui.action_table import ACTIONS

# What a form takes as text must not leave it: these are not offered there.
_TYPED = frozenset({"new_run", "goto_runs", "goto_strategies", "goto_data", "quit"})
_FORMS = frozenset({"new_run"})
_TEXT = frozenset({"question_mark", "colon"})

SCREENS: dict[str, str] = {
    "runs": "Runs",
    "new_run": "New run",
    "detail": "Run detail",
    "compare": "Compare",
    "strategies": "Strategies",
    "data": "Data",
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
_WITH_PANES = frozenset({"detail"})


def actions_of(screen: str) -> list[Action]:
    """Return what a screen or a pane offers, in the order of the registry, tables' own keys left out."""
    offered = [action for action in ACTIONS if _offered(action, screen)]
    return [_untyped(action) for action in offered] if screen in _FORMS else offered


def _untyped(action: Action) -> Action:
    """Return an action of a form without the keys that its fields take as text."""
    return replace(action, keys=tuple(key for key in action.keys if key not in _TEXT))


def _offered(action: Action, screen: str) -> bool:
    if screen in action.screens:
        return True
    if EVERYWHERE not in action.screens or screen in PANES:
        return False
    return not (screen in _FORMS and action.name in _TYPED)


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


def titles_of(name: str) -> str:
    """Return where the action called `name` is offered, as people read it."""
    places = {place for action in ACTIONS if action.name == name for place in action.screens}
    return ", ".join(title for place, title in _PLACES.items() if place in places)


def table_bindings() -> list[BindingType]:
    """Return the bindings of every list of rows."""
    return [
        Binding(",".join(action.keys), action.name, action.label, show=False, id=f"table.{action.name}")
        for action in ACTIONS
        if TABLE in action.screens
    ]


def choice_bindings() -> list[BindingType]:
    """Return the bindings of every field that offers values."""
    return [
        Binding(",".join(action.keys), action.name, action.label, show=False)
        for action in ACTIONS
        if CHOICE in action.screens
    ]


def footer_of(places: Iterable[str], without: Collection[str] = ()) -> list[Action]:
    """Return the actions that the bottom line names, most important first; some left out by name.

    `places` are a screen and the pane in front, if any.
    """
    offered = [action for place in places for action in actions_of(place)]
    named = (action for action in offered if action.footer and action.name not in without)
    return sorted(named, key=lambda action: action.footer)


def help_of(places: Sequence[str]) -> list[Action]:
    """Return what the help screen lists: moving first, then what the screen and its pane offer."""
    within = CHOICE if set(places) & _FORMS else TABLE
    taken = {
        key
        for place in places
        if place in _MOVES_ITSELF
        for action in actions_of(place)
        for key in action.keys
    }
    moving = [action for action in ACTIONS if within in action.screens and not taken & set(action.keys)]
    return [*moving, *(action for place in reversed(places) for action in actions_of(place))]


# What has neither rows nor lines to move through.
_MOVES_ITSELF = frozenset({"chart"})


def clashes() -> list[str]:
    """Return a sentence for every key that one screen, or a screen and a pane of it, would bind twice."""
    places = [(screen,) for screen in SCREENS] + [("detail", pane) for pane in PANES]
    return list(dict.fromkeys(sentence for place in places for sentence in _clashes_at(place)))


def _clashes_at(places: Sequence[str]) -> Iterable[str]:
    taken: dict[str, str] = {}
    for action in help_of(places):
        for key in action.keys:
            other = taken.setdefault(key, action.name)
            if other != action.name:
                yield f"{shown_key(key)} on {places[-1]} is both {other} and {action.name}; change one."


def keys_table() -> str:
    """Return all keys as a table in Markdown: the README's, and what `--keys` prints."""
    rows = [("keys", "what", "where"), ("---", "---", "---")]
    rows += [(_code(action), action.help, _where(action)) for action in ACTIONS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _code(action: Action) -> str:
    return " ".join(f"`{shown_key(key)}`" for key in action.keys)


def _where(action: Action) -> str:
    if TABLE in action.screens:
        return "every list"
    if CHOICE in action.screens:
        return "fields with values; typing goes to the one named so"
    if EVERYWHERE in action.screens:
        typed = action.name in _TYPED or _TEXT & set(action.keys)
        return f"{EVERYWHERE}; in a form's fields it is text" if typed else EVERYWHERE
    return titles_of(action.name)

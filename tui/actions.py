"""The one registry of what keys do.

Bindings, the footer, the help screen and `backtape --keys` are all made from
`ACTIONS`, so none of them can say something else than what a key does. A screen
offers an action named `cancel` by a method `do_cancel`, and may refuse it for
the moment by a method `why_not_cancel` that returns the reason as a sentence.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType

EVERYWHERE = "everywhere"
TABLE = "table"
CHOICE = "choice"


@dataclass(frozen=True)
class Action:
    """One thing a key can do.

    `screens` holds the names of the screens that offer it, or `EVERYWHERE`, or
    `TABLE` for what every list of rows offers by itself. `footer` orders the
    actions in the line at the bottom; 0 keeps it out of there.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: frozenset[str]
    group: str
    footer: int = 0

    @property
    def shown_keys(self) -> str:
        """The keys as they are printed on keyboards."""
        return " ".join(shown_key(key) for key in self.keys)

    @property
    def first_key(self) -> str:
        """The key that the footer names."""
        return shown_key(self.keys[0])


def _action(keys: str, name: str, label: str, text: str, *, on: str, group: str, footer: int = 0) -> Action:
    return Action(name, tuple(keys.split()), label, text, frozenset(on.split()), group, footer)


ACTIONS: tuple[Action, ...] = (
    _action("up k", "up", "up", "one row up", on=TABLE, group="move"),
    _action("down j", "down", "down", "one row down", on=TABLE, group="move"),
    _action("pageup", "page_up", "page up", "one page up", on=TABLE, group="move"),
    _action("pagedown", "page_down", "page down", "one page down", on=TABLE, group="move"),
    _action("g home", "first", "first", "first row", on=TABLE, group="move"),
    _action("G end", "last", "last", "last row", on=TABLE, group="move"),
    _action("tab", "next_pane", "pane", "to the other pane", on="strategies", group="move"),
    _action(
        "enter",
        "open",
        "open",
        "open the row under the cursor",
        on="runs strategies detail",
        group="in, out",
        footer=10,
    ),
    _action("n", "new_run", "new run", "set up a new run", on=EVERYWHERE, group="in, out", footer=20),
    _action("1", "goto_runs", "Runs", "all runs", on=EVERYWHERE, group="in, out"),
    _action("3", "goto_strategies", "Strategies", "all strategies", on=EVERYWHERE, group="in, out"),
    _action("4", "goto_data", "Data", "the data library", on=EVERYWHERE, group="in, out"),
    _action("escape", "back", "back", "leave the innermost layer", on=EVERYWHERE, group="in, out"),
    _action(
        "q", "quit", "back", "back; at the top quit, runs go on", on=EVERYWHERE, group="in, out", footer=98
    ),
    _action(
        "ctrl+q ctrl+c", "leave", "quit", "quit from anywhere, runs go on", on=EVERYWHERE, group="in, out"
    ),
    _action(
        "ctrl+z", "suspend", "suspend", "suspend to the shell; fg comes back", on=EVERYWHERE, group="in, out"
    ),
    _action(
        "question_mark f1", "help", "keys", "the keys of this screen", on=EVERYWHERE, group="help", footer=99
    ),
    _action(
        "slash", "filter", "filter", "show only runs with these words", on="runs", group="list", footer=30
    ),
    _action("s", "sort", "sort", "sort by a column", on="runs detail", group="list", footer=40),
    _action("S", "reverse", "reverse", "reverse the order", on="runs detail", group="list"),
    _action("space", "mark", "mark", "mark or unmark the row", on="runs", group="mark", footer=45),
    _action("V", "mark_range", "mark range", "mark from the last mark to here", on="runs", group="mark"),
    _action("asterisk", "mark_all", "mark all", "mark every row of the list", on="runs", group="mark"),
    _action("exclamation_mark", "mark_invert", "invert", "invert the marks", on="runs", group="mark"),
    _action("u", "mark_none", "unmark", "take all marks away", on="runs", group="mark"),
    _action("x", "cancel", "cancel", "cancel runs under way", on="runs detail", group="act", footer=50),
    _action(
        "r", "repeat", "repeat", "make the run again, as it was", on="runs detail", group="act", footer=55
    ),
    _action("d", "delete", "delete", "delete, can be undone", on="runs", group="act", footer=60),
    _action(
        "d", "remove", "delete", "delete; importing again brings it back", on="data", group="act", footer=60
    ),
    _action("p", "pause", "pause", "pause the queue, or let it go on", on="runs", group="act"),
    _action("z", "undo", "undo", "bring back what was deleted last", on="runs", group="act", footer=70),
    _action("a", "add", "add", "write a new strategy and edit it", on="strategies", group="act", footer=40),
    _action(
        "e", "edit", "edit", "edit the file in $VISUAL or $EDITOR", on="strategies", group="act", footer=30
    ),
    _action(
        "c",
        "check",
        "check",
        "look whether the strategy sees what it cannot know",
        on="strategies",
        group="act",
        footer=50,
    ),
    _action("r", "reread", "read again", "read the strategy files again", on="strategies", group="act"),
    _action("i", "import", "import", "import a price file", on="data", group="act", footer=10),
    _action("m", "sample", "sample", "import the sample market", on="runs data", group="act"),
    _action("greater_than_sign", "next_tab", "next tab", "next tab", on="detail", group="tabs", footer=20),
    _action("less_than_sign", "previous_tab", "previous tab", "previous tab", on="detail", group="tabs"),
    _action("tab down", "next_field", "next", "next field", on="new_run", group="form", footer=20),
    _action("shift+tab up", "previous_field", "previous", "previous field", on="new_run", group="form"),
    _action("left", "previous_value", "value before", "the value before", on=CHOICE, group="form"),
    _action("right", "next_value", "next value", "the next value", on=CHOICE, group="form"),
    _action("home", "first_value", "first value", "the first value", on=CHOICE, group="form"),
    _action("end", "last_value", "last value", "the last value", on=CHOICE, group="form"),
    _action("enter", "submit", "start", "start the run", on="new_run", group="form", footer=10),
    _action("ctrl+r", "defaults", "defaults", "take all values back", on="new_run", group="form", footer=40),
)

# What a form takes as text must not leave it: these are not offered there.
_TYPED = frozenset({"new_run", "goto_runs", "goto_strategies", "goto_data", "quit"})
_FORMS = frozenset({"new_run"})
_TEXT = frozenset({"question_mark"})

SCREENS: dict[str, str] = {
    "runs": "Runs",
    "new_run": "New run",
    "detail": "Run detail",
    "strategies": "Strategies",
    "data": "Data",
    "text": "Text",
    "check": "Check",
}

_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "exclamation_mark": "!",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "escape": "Esc",
    "enter": "Enter",
    "space": "space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "tab": "Tab",
    "f1": "F1",
}


def shown_key(key: str) -> str:
    """Return the name of a key as people know it."""
    return _SHOWN.get(key, key)


def actions_of(screen: str) -> list[Action]:
    """Return what a screen offers, in the order of the registry, tables' own keys left out."""
    offered = [action for action in ACTIONS if _offered(action, screen)]
    return [_untyped(action) for action in offered] if screen in _FORMS else offered


def _untyped(action: Action) -> Action:
    """Return an action of a form without the keys that its fields take as text."""
    return replace(action, keys=tuple(key for key in action.keys if key not in _TEXT))


def _offered(action: Action, screen: str) -> bool:
    if screen in action.screens:
        return True
    if EVERYWHERE not in action.screens:
        return False
    return not (screen in _FORMS and action.name in _TYPED)


def bindings_of(screen: str) -> list[BindingType]:
    """Return Textual's bindings of a screen; their ids are the names, for a key map."""
    return [
        Binding(",".join(action.keys), f"act('{action.name}')", action.label, show=False, id=action.name)
        for action in actions_of(screen)
    ]


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


def footer_of(screen: str, without: Collection[str] = ()) -> list[Action]:
    """Return the actions that the bottom line names, most important first; some left out by name."""
    named = (action for action in actions_of(screen) if action.footer and action.name not in without)
    return sorted(named, key=lambda action: action.footer)


def help_of(screen: str) -> list[Action]:
    """Return what the help screen lists: moving first, then what the screen offers."""
    within = CHOICE if screen in _FORMS else TABLE
    moving = [action for action in ACTIONS if within in action.screens]
    return [*moving, *actions_of(screen)]


def clashes() -> list[str]:
    """Return a sentence for every key that one screen would bind twice."""
    return [sentence for screen in SCREENS for sentence in _clashes_on(screen)]


def _clashes_on(screen: str) -> Iterable[str]:
    taken: dict[str, str] = {}
    for action in help_of(screen):
        for key in action.keys:
            other = taken.setdefault(key, action.name)
            if other != action.name:
                yield f"{shown_key(key)} on {screen} is both {other} and {action.name}; change one."


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
    return _join(SCREENS[name] for name in SCREENS if name in action.screens)


def _join(names: Iterable[str]) -> str:
    return ", ".join(names)

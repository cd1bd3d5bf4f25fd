"""Every action there is: its keys, what it does, and where it is offered."""

from tui.keys.action import CHOICE, EVERYWHERE, TABLE, Action


def _action(
    keys: str,
    name: str,
    label: str,
    text: str,
    *,
    on: str,
    group: str,
    footer: int = 0,
    at_home: tuple[str, str] | None = None,
    pair: tuple[str, str] | None = None,
) -> Action:
    return Action(name, tuple(keys.split()), label, text, frozenset(on.split()), group, footer, at_home, pair)


ACTIONS: tuple[Action, ...] = (
    _action("up k", "up", "up", "one row up", on=TABLE, group="move"),
    _action("down j", "down", "down", "one row down", on=TABLE, group="move"),
    _action("pageup", "page_up", "page up", "one page up", on=f"{TABLE} import_preview", group="move"),
    _action(
        "pagedown", "page_down", "page down", "one page down", on=f"{TABLE} import_preview", group="move"
    ),
    _action("g home", "first", "first", "first row", on=TABLE, group="move"),
    _action("G end", "last", "last", "last row", on=TABLE, group="move"),
    _action("tab shift+tab", "next_pane", "pane", "to the other pane", on="strategies", group="move"),
    _action(
        "enter",
        "open",
        "open",
        "open the row under the cursor",
        on="runs strategies data trades model",
        group="in, out",
        footer=10,
    ),
    _action("n", "new_run", "new run", "set up a new run", on=EVERYWHERE, group="in, out", footer=20),
    _action("1", "goto_runs", "Runs", "all runs", on=EVERYWHERE, group="in, out"),
    _action("3", "goto_strategies", "Strategies", "all strategies", on=EVERYWHERE, group="in, out"),
    _action("4", "goto_data", "Data", "the data library", on=EVERYWHERE, group="in, out"),
    _action("escape", "back", "back", "leave the innermost layer", on=EVERYWHERE, group="in, out"),
    _action(
        "q",
        "quit",
        "back",
        "back; at the top quit, runs go on",
        on=EVERYWHERE,
        group="in, out",
        footer=98,
        at_home=("quit", "quit, runs go on"),
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
        "colon ctrl+p",
        "palette",
        "all actions",
        "find an action, a screen, a run or a theme by name",
        on=EVERYWHERE,
        group="help",
    ),
    _action(
        "slash",
        "filter",
        "filter",
        "show only rows with these words",
        on="runs data",
        group="list",
        footer=30,
    ),
    _action("s", "sort", "sort", "sort by a column", on="runs trades columns", group="list", footer=40),
    _action("S", "reverse", "reverse", "reverse the order", on="runs trades", group="list"),
    _action("o", "columns", "columns", "choose the columns", on="runs", group="list"),
    _action("space", "mark", "mark", "mark or unmark the row", on="runs", group="mark", footer=45),
    _action("V", "mark_range", "mark range", "mark from the last mark to here", on="runs", group="mark"),
    _action("asterisk", "mark_all", "mark all", "mark every row of the list", on="runs", group="mark"),
    _action("exclamation_mark", "mark_invert", "invert", "invert the marks", on="runs", group="mark"),
    _action("u", "mark_none", "unmark", "take all marks away", on="runs", group="mark"),
    _action("x", "cancel", "cancel", "cancel runs under way", on="runs detail", group="act", footer=50),
    _action(
        "r", "repeat", "repeat", "make the run again, as it was", on="runs detail", group="act", footer=55
    ),
    _action(
        "C", "clone", "clone", "set up a new run like this one", on="runs detail", group="act", footer=63
    ),
    _action("c", "compare", "compare", "lay the marked runs side by side", on="runs", group="act", footer=52),
    _action("d", "delete", "delete", "delete, can be undone", on="runs detail", group="act", footer=60),
    _action("z", "undo", "undo", "bring back what was deleted last", on="runs", group="act", footer=70),
    _action(
        "e",
        "export",
        "export",
        "write to files: tables, JSON, an HTML or a text report",
        on="runs detail compare",
        group="act",
        footer=58,
    ),
    _action(
        "y",
        "copy",
        "copy",
        "copy the report, sent to the terminal",
        on="runs detail compare",
        group="act",
        footer=66,
    ),
    _action("N", "note", "note", "write a note on a run", on="runs detail", group="act"),
    _action("p", "pause", "pause", "pause the queue, or let it go on", on="runs", group="act"),
    _action("greater_than_sign", "next_tab", "next tab", "next tab", on="detail", group="tabs", footer=20),
    _action("less_than_sign", "previous_tab", "previous tab", "previous tab", on="detail", group="tabs"),
    _action(
        "w", "meanings", "figures", "what the figures mean", on="overview compare", group="help", footer=62
    ),
    _action("b", "hold", "buy and hold", "show buy and hold or hide it", on="overview", group="chart"),
    _action(
        "plus equals_sign",
        "zoom_in",
        "zoom in",
        "fewer bars, larger",
        on="chart",
        group="chart",
        footer=13,
        pair=("zoom_out", "zoom"),
    ),
    _action("minus", "zoom_out", "zoom out", "more bars, smaller", on="chart", group="chart"),
    _action("0", "fit", "fit", "the whole period; again: as near as before", on="chart", group="chart"),
    _action("h left", "pan_left", "earlier", "earlier bars", on="chart", group="chart"),
    _action(
        "l right",
        "pan_right",
        "later",
        "later bars",
        on="chart",
        group="chart",
        footer=21,
        pair=("pan_left", "move"),
    ),
    _action(
        "left_square_bracket", "previous_trade", "trade before", "the trade before", on="chart", group="chart"
    ),
    _action(
        "right_square_bracket",
        "next_trade",
        "next trade",
        "the next trade",
        on="chart",
        group="chart",
        footer=12,
        pair=("previous_trade", "trades"),
    ),
    _action("g", "to_date", "date", "go to a date", on="chart", group="chart", footer=14),
    _action(
        "space", "play", "play", "play the bars one by one, or pause", on="chart", group="chart", footer=11
    ),
    _action(
        "full_stop",
        "step",
        "step",
        "one bar on",
        on="chart",
        group="chart",
        footer=15,
        pair=("step_back", "step"),
    ),
    _action("comma", "step_back", "step back", "one bar back", on="chart", group="chart"),
    _action("left_curly_bracket", "slower", "slower", "play slower", on="chart", group="chart"),
    _action("right_curly_bracket", "faster", "faster", "play faster", on="chart", group="chart"),
    _action("m", "markers", "markers", "another style of marks and bars", on="chart", group="chart"),
    _action("v", "volume", "volume", "show the volume or hide it", on="chart", group="chart"),
    _action(
        "i", "indicators", "indicators", "show the strategy's lines or hide them", on="chart", group="chart"
    ),
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
    _action(
        "d", "remove", "delete", "delete; importing again brings it back", on="data", group="act", footer=60
    ),
    _action("m", "sample", "sample", "import the sample market", on="runs data", group="act", footer=18),
    _action(
        "tab down", "next_field", "next", "next field", on="new_run import_preview", group="form", footer=20
    ),
    _action("pagedown", "next_section", "next section", "to the next section", on="new_run", group="form"),
    _action(
        "pageup", "previous_section", "section before", "to the section above", on="new_run", group="form"
    ),
    _action(
        "shift+tab up",
        "previous_field",
        "previous",
        "previous field",
        on="new_run import_preview",
        group="form",
    ),
    _action("left", "previous_value", "value before", "the value before", on=CHOICE, group="form"),
    _action("right", "next_value", "next value", "the next value", on=CHOICE, group="form"),
    _action("home", "first_value", "first value", "the first value", on=CHOICE, group="form"),
    _action("end", "last_value", "last value", "the last value", on=CHOICE, group="form"),
    _action(
        "space",
        "mark_value",
        "mark",
        "mark the value, or unmark it: symbols and timeframes make a run each",
        on=CHOICE,
        group="form",
    ),
    _action("asterisk", "mark_values", "mark all", "mark all values, or none", on=CHOICE, group="form"),
    _action("enter", "submit", "start", "start the run", on="new_run", group="form", footer=10),
    _action(
        "ctrl+r",
        "defaults",
        "defaults",
        "take all values back",
        on="new_run import_preview columns",
        group="form",
        footer=40,
    ),
    _action(
        "ctrl+s",
        "save_preset",
        "save preset",
        "keep all values under a name",
        on="new_run",
        group="form",
        footer=35,
    ),
    _action(
        "ctrl+o",
        "open_preset",
        "presets",
        "take the values of a preset",
        on="new_run",
        group="form",
        footer=30,
    ),
    _action("ctrl+t ctrl+y", "delete_preset", "delete preset", "delete a preset", on="new_run", group="form"),
    _action(
        "enter",
        "take",
        "import",
        "import the file as understood",
        on="import_preview",
        group="form",
        footer=10,
    ),
    _action(
        "ctrl+y ctrl+t",
        "take_clock",
        "fitting zone",
        "take the time zone that fits the file's weeks",
        on="import_preview",
        group="form",
        footer=15,
    ),
    _action(
        "ctrl+g",
        "take_all",
        "import all",
        "import this file and the rest; stops at one in doubt",
        on="import_preview",
        group="form",
        footer=16,
    ),
    _action(
        "ctrl+l ctrl+n",
        "skip",
        "skip",
        "leave this file out, go on to the next",
        on="import_preview",
        group="form",
        footer=17,
    ),
    _action(
        "space",
        "show_column",
        "show or hide",
        "show the column or hide it",
        on="columns",
        group="list",
        footer=20,
    ),
    _action("J", "column_down", "move down", "move the column down", on="columns", group="list", footer=30),
    _action("K", "column_up", "move up", "move the column up", on="columns", group="list", footer=31),
    _action("enter", "take_columns", "take", "take these columns", on="columns", group="list", footer=10),
)

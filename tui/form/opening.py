"""What the new-run form is opened with, and what it says where there is nothing to open it with."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tui.drawing.wrapping import prose_lines
from tui.widgets.lines import Line, line

BEING_MADE = "The form is being made; in a moment it is there."
READING = line("Strategies and price history are being read ...", "live")


def import_judging() -> None:
    """Import what judging needs, beside the keys: the first time it takes a quarter of a second."""
    import core.jobs.submit  # noqa: F401


class Missing(NamedTuple):
    """Why there is no form: in a sentence for keys that need one, and on the lines in its place.

    `leads` are the actions that lead on, by name.
    """

    sentence: str
    lines: Sequence[Line]
    leads: Sequence[str]


def no_data(key: Callable[[str], str]) -> Missing:
    """Return what a library without data has to say; `key` names the keys of actions that lead on."""
    sample, data = key("sample"), key("goto_data")
    lines = [
        line("There is no price history yet.", "title"),
        line(""),
        line(f"{sample} imports the sample market: made-up prices, for trying things out at once."),
        line(f"{data} shows the data library, which imports price files of MetaTrader or HistData;"),
        line(
            f"{key('goto_runs')} shows all runs, {key('back')} goes back. The form is here as soon as there"
        ),
        line("is some price history."),
    ]
    sentence = f"There are no data yet; {sample} imports the sample market, {data} leads to price files."
    return Missing(sentence, lines, ("sample", "goto_data", "back", "help"))


def refused(error: str, back: str, again: str, width: int) -> Missing:
    """Return why a form cannot be made, with the keys that lead on."""
    told = prose_lines(error, width, "bad")
    keys = line(f"{back} goes back; {again} there tries it again.")
    lines = [line("The form could not be made.", "title"), line(""), *told, keys]
    return Missing(error, lines, ("back", "help"))

"""What the new-run form is opened with, and what it says where there is nothing to open it with."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.home import Home
from tui.drawing.wrapping import prose_lines
from tui.form.data import DAYS, MARKET
from tui.form.days import is_none
from tui.form.presets import Texts
from tui.widgets.lines import Line, line

if TYPE_CHECKING:
    from core.strategies.registry import Description

BEING_MADE = "The form is being made; in a moment it is there."
READING = line("Strategies and price history are being read ...", "live")

_STAYS = ("strategy", *MARKET, "period", *DAYS)


def strategies(folder: Path) -> "list[Description]":
    """Return all strategies as their texts describe them."""
    from core.strategies.registry import describe_all

    return describe_all(folder)


def described(home: Home, description: "Description") -> "Description":
    """Return a strategy with all its parameters known, or with the reason why they cannot be."""
    from core.jobs.describing import describe

    try:
        return describe(home, description)
    except OSError as error:
        sentence = f"{description.path.name} cannot be run to find out its parameters: {error.strerror}."
        return replace(description, error=sentence)


def import_judging() -> None:
    """Import what judging needs, beside the keys: the first time it takes a quarter of a second."""
    import core.jobs.submit  # noqa: F401


def with_defaults(texts: Texts) -> Texts:
    """Return what stays when all values are taken back: the strategy, its market, and days that are days."""
    gone = {name for name in DAYS if is_none(texts[name])}
    if gone.issuperset(DAYS):
        gone.add("period")
    return {name: texts[name] for name in _STAYS if name not in gone}


class Missing(NamedTuple):
    """Why there is no form: in a sentence for keys that need one, and on the lines in its place."""

    sentence: str
    lines: Sequence[Line]


def no_data(back: str, data: str, runs: str) -> Missing:
    """Return what a library without data has to say, with the keys that lead on."""
    lines = [
        line("There is no price history yet.", "title"),
        line(""),
        line(f"{data} shows the data library, which imports price files of MetaTrader or HistData,"),
        line(f"or the sample market; {runs} shows all runs, {back} goes back. The form is here as soon"),
        line("as there is some price history."),
    ]
    return Missing(f"There are no data yet; {data} imports some.", lines)


def refused(error: str, back: str, again: str, width: int) -> Missing:
    """Return why a form cannot be made, with the keys that lead on."""
    told = prose_lines(error, width, "bad")
    keys = line(f"{back} goes back; {again} there tries it again.")
    return Missing(error, [line("The form could not be made.", "title"), line(""), *told, keys])

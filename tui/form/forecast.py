"""What the new-run form says below its fields: what one means, what is wrong, what is to be expected."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.geometry import Size

from tui import formats
from tui.drawing.wrapping import prose_lines
from tui.form.fields import FieldSpec
from tui.form.submitting import Judged
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, cut, length, line

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from tui.form.run import RunForm

_MOST_NOTES = 4
_LEAST_TOLD = 2
# More take at most one of so many lines of the screen.
_PART_TOLD = 5
_ARTICLE = re.compile("^(the|an?) ", re.IGNORECASE)
_NOT_KNOWN = "how long is not known yet"


def told_lines(
    spec: FieldSpec | None,
    unread: str,
    problems: Mapping[str, str],
    warnings: Mapping[str, str],
    room: Size,
    *,
    label_of: Callable[[str], str] = lambda _: "",
) -> list[Line]:
    """Return what is wrong with the field in focus, else with the first, else what it means.

    What is wrong with another field begins with the label of that. `unread` is what of the field
    cannot be read in full on its line. There are always two lines, so that the form seldom moves,
    and more where they are needed and the room allows them.
    """
    name = spec.name if spec is not None else ""
    if wrong := problems.get(name) or _of_first(problems, label_of):
        text, style = f"! {wrong}", "bad"
    elif name in warnings:
        text, style = f"! {warnings[name]}", "warn"
    else:
        parts = (unread, *((spec.hint, spec.besides) if spec is not None else ()))
        text, style = " · ".join(part for part in parts if part), "dim"
    return _between(
        prose_lines(text, room.width, style), max(_LEAST_TOLD, room.height // _PART_TOLD), room.width
    )


def _of_first(problems: Mapping[str, str], label_of: Callable[[str], str]) -> str:
    """Return the first of the problems, named by its field unless the sentence begins with that."""
    name, sentence = next(iter(problems.items()), ("", ""))
    label = label_of(name)
    begins = _ARTICLE.sub("", sentence).lower().startswith(label.lower())
    return sentence if begins else f"{label}: {sentence}"


def _between(lines: list[Line], most: int, width: int) -> list[Line]:
    """Return at least two of these lines; of more than `most` the first, which say that there are more."""
    if len(lines) > most:
        *kept, last = lines[:most]
        return [*kept, cut((*last, Cell(" …", last[-1].style)), width)]
    return [*lines, *[line("")] * (_LEAST_TOLD - len(lines))]


def note_lines(judged: Judged | None, width: int) -> list[Line]:
    """Return what is to be said of the model before it is asked anything."""
    asking = [] if judged is None else [one for one in judged.prepared if one.run.uses_model]
    if judged is None or not asking:
        return []
    notes = [part for note in judged.notes for part in prose_lines(note, width, "warn")]
    settings = asking[0].run.settings
    calls = formats.plural(judged.calls, "call")
    where = f"to {settings.get('model')} at {settings.get('endpoint')}"
    return [*notes[:_MOST_NOTES], line(f"at most {calls} {where}")]


def expected(
    form: "RunForm", requests: "Sequence[RunRequest]", judged: Judged | None, key: str, width: int
) -> Line:
    """Return how much the runs have before them, how long that takes, and which key starts them."""
    known = judged is not None
    bars = judged.bars if judged is not None else form.data.bars(requests[0].start, requests[0].end)
    several = len(requests) > 1
    counted = f"{'' if known else 'about '}{formats.plural(bars, 'bar')}"
    amount = f"{len(requests)} runs, {counted} in all" if several else counted
    made_up = "  on made-up prices" if all(market.data.synthetic for market in form.data.markets) else ""
    end = f"{made_up}  {key} starts {'them' if several else 'the run'}"
    lines: list[Line] = [
        (Cell(amount, "mark"), Cell(f"  {taking}{end}" if taking else end), *pip)
        for pip in ((Cell(_pip(judged), "dim"),), ())
        for taking in _taking(judged)
    ]
    return next((one for one in lines if length(one) <= width), lines[-1])


def _pip(judged: Judged | None) -> str:
    """Return what a pip is, where all runs have the same: distances and costs are given in pips."""
    pips = {one.pip for one in judged.prepared} if judged is not None else set()
    return f"  a pip is {pips.pop():.10f}".rstrip("0").rstrip(".") if len(pips) == 1 else ""


def _taking(judged: Judged | None) -> Sequence[str]:
    """Return how long the runs take, the fewer words last; nothing while it is being judged."""
    if judged is None:
        return ("",)
    if any(one.run.uses_model for one in judged.prepared):
        return ("as long as the model takes",)  # the line above says how many calls at most
    if judged.seconds is not None:
        return (f"about {formats.taken(max(0.1, judged.seconds))}",)
    return (
        "how long is known after a first run" if judged.is_first else "longer than any so far",
        _NOT_KNOWN,
    )


def unexpected(form: "RunForm", problems: Mapping[str, str]) -> Line:
    """Return why nothing is to be expected yet."""
    if form.is_unknown:
        return line("Its parameters are being found out by running its file ...", "live")
    return line(f"and {len(problems) - 1} more to mend" if len(problems) > 1 else "", "bad")

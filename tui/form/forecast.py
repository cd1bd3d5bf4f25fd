"""What the new-run form says below its fields: what one means, what is wrong, what is to be expected."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui import formats
from tui.drawing.wrapping import prose_lines
from tui.form.fields import FieldSpec
from tui.form.submitting import Judged
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from tui.form.run import RunForm

_MOST_NOTES = 4
_LEAST_WIDTH = 20


def told_lines(
    spec: FieldSpec | None, problems: Mapping[str, str], warnings: Mapping[str, str], width: int
) -> list[Line]:
    """Return two lines: what is wrong with the field in focus, else with the first, else what it means."""
    name = spec.name if spec is not None else ""
    first = next(iter(problems.values()), "")
    if wrong := problems.get(name, first):
        text, style = f"! {wrong}", "bad"
    elif name in warnings:
        text, style = f"! {warnings[name]}", "warn"
    else:
        text, style = (spec.hint if spec is not None else ""), "dim"
    lines = [line(part, style) for part in textwrap.wrap(text, max(_LEAST_WIDTH, width))]
    return [*lines, line(""), line("")][:2]


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


def expected(form: "RunForm", requests: "Sequence[RunRequest]", judged: Judged | None, key: str) -> Line:
    """Return how much the runs have before them, and which key starts them."""
    known = judged is not None
    bars = judged.bars if judged is not None else form.data.bars(requests[0].start, requests[0].end)
    several = len(requests) > 1
    counted = f"{'' if known else 'about '}{formats.plural(bars, 'bar')}"
    amount = f"{len(requests)} runs, {counted} in all" if several else counted
    taking = _taking(judged)
    made_up = "  on made-up prices" if all(market.data.synthetic for market in form.data.markets) else ""
    return (
        Cell(amount, "mark"),
        Cell(f"{taking}{made_up}  {key} starts {'them' if several else 'the run'}"),
    )


def _taking(judged: Judged | None) -> str:
    if judged is None or judged.seconds is None:
        return ""
    return f"  about {formats.taken(max(0.1, judged.seconds))}"


def unexpected(form: "RunForm", problems: Mapping[str, str]) -> Line:
    """Return why nothing is to be expected yet."""
    if form.is_unknown:
        return line("Its parameters are being found out by running its file ...", "live")
    return line(f"and {len(problems) - 1} more to mend" if len(problems) > 1 else "", "bad")

"""What a run asked a language model, call by call, and what came of it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.text import plural
from db import llm_calls, runs
from db.columns import ACTIVE
from db.llm_calls import CallRecord
from db.runs import RunRecord
from tui import formats
from tui.drawing.wrapping import bounded, prose_lines
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell, Column
from tui.widgets.lines import Line, length, line

if TYPE_CHECKING:
    from core.llm.configured import ModelFacts
    from db.connection import Connection
    from db.llm_totals import Totals
    from tui.app import BacktapeApp
    from tui.screens.text import TextScreen

_STATES = {"answered": "", "failed": "bad", "reserved": "warn"}
_MILLION = 1e6
_BETWEEN = " · "


def totals_lines(run: RunRecord, totals: "Totals", facts: "ModelFacts | None", width: int) -> list[Line]:
    """Return what the calls come to, in as many lines as it takes; the cost where prices are configured."""
    parts = [
        f"{totals.answered:,} answered",
        f"{totals.failed:,} failed",
        f"{totals.replayed:,} replayed",
        f"{plural(totals.prompt_tokens + totals.completion_tokens, 'token')}",
    ]
    # What was stored with the result is by the prices of that time.
    cost = run.statistics.get("llm_cost", cost_of(totals, facts))
    if cost is not None:
        parts.append(f"cost {formats.number(cost, 4)}")
    lines = [_asked(run, totals)]
    for part in parts:
        if length(lines[-1]) + len(_BETWEEN) + len(part) <= width:
            lines[-1] = (*lines[-1], Cell(f"{_BETWEEN}{part}", "dim"))
        else:
            lines.append((Cell(part, "dim"),))
    return lines


def _asked(run: RunRecord, totals: "Totals") -> Line:
    asked = f"{totals.requests:,} of at most {plural(run.max_llm_calls, 'request')}"
    used_up = ", all used up" if totals.requests >= run.max_llm_calls else ""
    return (Cell(asked), Cell(used_up, "warn"))


def cost_of(totals: "Totals", facts: "ModelFacts | None") -> float | None:
    """Return what the requests cost that this run made itself, None where a price is not known."""
    if facts is None or facts.input_price is None or facts.output_price is None:
        return None
    paid = totals.paid_prompt_tokens * facts.input_price + totals.paid_completion_tokens * facts.output_price
    return paid / _MILLION


def why_empty(run: RunRecord) -> str:
    """Return what to say where no call is."""
    if run.max_llm_calls == 0:
        return "Nothing was asked: the budget of the run is 0 calls."
    if run.status in ACTIVE:
        return "Nothing has been asked yet."
    return "Nothing was asked."


def call_columns(is_active: Callable[[], bool]) -> list[Column[CallRecord]]:
    """Return the columns; `is_active` says whether an answer may still come."""
    return [
        Column("number", "#", 6, lambda call: Cell(str(call.number)), right=True),
        Column("bar_time", "bar", 16, lambda call: Cell(formats.minute(call.bar_time))),
        Column("state", "state", 9, lambda call: _state(call, active=is_active())),
        Column(
            "replayed", "from", 8, lambda call: Cell("replayed" if call.replayed else "", "dim"), priority=1
        ),
        Column("seconds", "seconds", 7, lambda c: Cell(formats.number(c.seconds)), right=True, priority=3),
        Column("tokens", "tokens", 7, lambda c: Cell(formats.count(c.tokens)), right=True, priority=2),
        Column("decision", "decision", 20, lambda call: Cell(call.decision or formats.UNDEFINED), grows=60),
        Column("outcome", "outcome", 11, _outcome, right=True),
    ]


def _state(call: CallRecord, *, active: bool) -> Cell:
    """Return how a call stands; what nobody waits for any more has no answer."""
    if call.state == "reserved":
        return Cell("asking", "live") if active else Cell("no answer", "warn")
    return Cell(call.state, _STATES.get(call.state, ""))


def _outcome(call: CallRecord) -> Cell:
    return Cell(formats.number(call.profit, signed=True), gain_style(call.profit))


def call_screen(bench: "BacktapeApp", run_id: int, number: int) -> "TextScreen":
    """Return a page about one call; its answer shows when it comes."""
    from tui.screens.text import Draw, TextScreen

    async def read() -> Draw:
        call, run = await bench.link.read(_call_and_run, run_id, number)
        if call is None or run is None:
            return lambda width: prose_lines("The run has been deleted.", width)
        return partial(call_lines, call, run.status in ACTIVE)

    return TextScreen(f"Run {run_id} · call {number}", read, follows=True)


def _call_and_run(
    connection: "Connection", run_id: int, number: int
) -> tuple[CallRecord | None, RunRecord | None]:
    return llm_calls.call_of_run(connection, run_id, number), runs.get(connection, run_id)


def call_lines(call: CallRecord, active: bool, width: int) -> list[Line]:
    """Return one call in full: what was asked, what came back, and what was made of it."""
    about = [_state(call, active=active).text, call.model]
    if call.replayed:
        about.append("replayed from an earlier run")
    if call.seconds is not None:
        about.append(f"{call.seconds:.2f} s")
    if call.tokens is not None:
        prompt, answer = formats.count(call.prompt_tokens), formats.count(call.completion_tokens)
        about.append(f"{prompt} tokens asked, {answer} answered")
    lines = prose_lines(" · ".join(about), width, "dim")
    for title, text, style in _parts(call):
        lines += [line(""), line(title, "title"), *prose_lines(text, width, style)]
    return bounded(lines)


def _parts(call: CallRecord) -> list[tuple[str, str, str]]:
    outcome = "It neither opened nor closed a position."
    if call.position is not None:
        profit = formats.number(call.profit, signed=True)
        brought = f"which brought {profit}" if call.profit is not None else "which is not closed yet"
        outcome = f"Position {call.position}, {brought}."
    parts = [
        ("asked", call.prompt, ""),
        ("answered", call.answer or "Nothing.", "" if call.answer else "dim"),
        ("decided", call.decision or "Nothing.", "" if call.decision else "dim"),
        ("came of it", outcome, "" if call.position is not None else "dim"),
    ]
    if call.error:
        parts.insert(2, ("error", call.error, "bad"))
    return parts

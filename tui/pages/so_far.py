"""What is known of a run without a result: what came of it so far, or its place among those that wait."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.results.plain_curve import drawdowns
from db.queue import Place
from db.runs import RunRecord, RunSummary
from tui import formats
from tui.drawing.curves import Curve
from tui.run_list.columns import gain_style

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Gain(NamedTuple):
    """A figure of what came of a run so far: name, value as text, unit, and the style of the value."""

    name: str
    value: str
    unit: str
    style: str


@dataclass(frozen=True)
class SoFar:
    """How far a run without a result is, or was when it ended: its bars, and what its worker told of them.

    `values` are the equity that was told, which is not that of every bar.
    """

    status: str
    done: int
    total: int
    trades: int
    equity: float | None
    initial: float
    values: Sequence[float]

    @property
    def has_ended(self) -> bool:
        """Whether there is no more to come."""
        return self.status in {"failed", "cancelled"}

    @property
    def none_done(self) -> str:
        """What is to be said where a run ended before its first bar was done; "" elsewhere."""
        if not self.has_ended or self.done:
            return ""
        if self.status == "cancelled" and not self.total:
            return "It was cancelled before it began."
        return f"None of its {f'{self.total:,} ' if self.total else ''}bars was done."

    @property
    def net(self) -> float | None:
        """What equity is above the balance at the start."""
        return None if self.equity is None else self.equity - self.initial

    def figures(self) -> list[Gain]:
        """Return profit, return and the largest drawdown; of a curve with gaps that may have been larger."""
        net = self.net
        gain = None if net is None or self.initial <= 0 else net / self.initial * 100.0
        deepest = max((-fall for fall in drawdowns(self.values) if math.isfinite(fall)), default=None)
        least = "at least " if deepest is not None and len(self.values) < self.done else ""
        return [
            Gain("net profit", formats.number(net, signed=True), "", gain_style(net)),
            Gain("return", formats.number(gain, signed=True), "%", gain_style(gain)),
            Gain("max drawdown", f"{least}{formats.number(deepest)}", "%", ""),
        ]


def of_run(run: RunRecord, curve: Curve) -> SoFar:
    """Return how far a run is."""
    job = run.job
    if job is None:
        return SoFar(run.status, 0, 0, 0, None, run.initial_balance, ())
    return SoFar(
        run.status, job.bars_done, job.bars_total, job.trades, job.equity, run.initial_balance, curve[1]
    )


def of_summary(run: RunSummary, curve: Curve) -> SoFar:
    """Return how far the run of a row is."""
    return SoFar(
        run.status,
        run.bars_done,
        run.bars_total,
        run.live_trades,
        run.live_equity,
        run.initial_balance,
        curve[1],
    )


def place_sentences(place: Place, pause_key: str) -> tuple[str, ...]:
    """Return what holds a waiting run up: those before it, and a queue that is paused."""
    which = "to ask a model" if place.uses_model else ""
    many = f"of {place.of:,} that wait {which}".rstrip()
    if place.number > 1:
        told = f"It is the {ordinal(place.number)} {many}."
    else:
        told = f"It is the next to begin{f', the first {many}' if place.of > 1 else ''}."
    return (told, f"The queue is paused: {pause_key} on Runs lets it go on.") if place.paused else (told,)


def ordinal(number: int) -> str:
    """Return a number as in "the third": a word up to ten."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 % 10 != 1 else "th"
    return f"{number:,}{ending}"

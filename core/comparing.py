"""Runs side by side: what was set differently, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

from core.formats import UNDEFINED
from core.jobs.settings import RunSettings
from core.results.figures import FIGURES, Figure, Kind, value_of
from core.run_documents import Curve
from core.run_settings import SECTIONS, settings_of
from db.runs import RunRecord


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of several runs in their order: as text, as values, and which is the best.

    `best` is the index of the one run that is better than all others in it; None where
    several are as good, where more is neither better nor worse, and for money of
    accounts that began differently.
    """

    figure: Figure
    texts: list[str]
    values: list[float | None]
    best: int | None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.figure.label


def compared_figures(runs: Sequence[RunRecord]) -> list[ComparedFigure]:
    """Return all figures that at least one of the runs has, in the order people read them."""
    found = (_compared(runs, figure) for figure in FIGURES)
    return [one for one in found if any(value is not None for value in one.values)]


def differing_settings(runs: Sequence[RunRecord]) -> list[tuple[str, list[str]]]:
    """Return what was not set alike: its label and one text per run, a dash where a run has no such."""
    by_run = [settings_of(run) for run in runs]
    together = dict.fromkeys(name for settings in by_run for name in settings)
    names = sorted(together, key=lambda name: SECTIONS.index(name.section))
    found = ((name, [settings.get(name, UNDEFINED) for settings in by_run]) for name in names)
    return [(name.label, texts) for name, texts in found if len(set(texts)) > 1]


def in_percent(curve: Curve | None, initial: float) -> Curve:
    """Return an equity curve in % of the balance it began with, so that accounts of any size compare."""
    times, values = curve or ([], [])
    return (times, [value / initial * 100.0 for value in values]) if initial > 0 else ([], [])


def _compared(runs: Sequence[RunRecord], figure: Figure) -> ComparedFigure:
    values = [value_of(run, figure) for run in runs]
    comparable = figure.kind is not Kind.MONEY or _began_alike(runs)
    best = _best(values, figure.better) if comparable else None
    return ComparedFigure(figure, [figure.text(value) for value in values], values, best)


def _began_alike(runs: Sequence[RunRecord]) -> bool:
    return len({(run.initial_balance, RunSettings.of_run(run).account_currency) for run in runs}) == 1


def _best(values: Sequence[float | None], better: int) -> int | None:
    ranked = sorted(
        ((value * better, index) for index, value in enumerate(values) if value is not None), reverse=True
    )
    if not better or len(ranked) < 2 or isclose(ranked[0][0], ranked[1][0], rel_tol=1e-9):
        return None
    return ranked[0][1]

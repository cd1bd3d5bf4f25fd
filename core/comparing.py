"""Runs side by side: what was set differently, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.formats import UNDEFINED, day, last_moment
from core.jobs.settings import RunSettings
from core.results.figures import FIGURES, Figure, Kind, value_of
from core.run_documents import Curve
from core.run_settings import SECTIONS, VERSIONS, settings_of
from db.runs import RunRecord


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of several runs in their order: as text, as values, and which is the best.

    `best` is the index of the one run that is better than all others in it, as it is written;
    None where several are as good, where more is neither better nor worse, and for money of
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


def unlike(runs: Sequence[RunRecord]) -> str:
    """Return what keeps runs from being compared like for like, in a sentence; "" where nothing does."""
    told: dict[str, set[object]] = {
        "markets": {run.symbol for run in runs},
        "periods": {(day(run.start_date), day(last_moment(run.start_date, run.end_date))) for run in runs},
        "currencies": {_currency(run) for run in runs},
    }
    *others, last = [name for name, values in told.items() if len(values) > 1] or [""]
    if not last:
        return ""
    names = f"{', '.join(others)} and {last}" if others else last
    return f"Different {names}: money and returns are not like for like."


def differing_settings(runs: Sequence[RunRecord]) -> list[tuple[str, list[str]]]:
    """Return what was not set alike: its label and one text per run, a dash where a run has no such."""
    by_run = [settings_of(run) for run in runs]
    together = dict.fromkeys(name for settings in by_run for name in settings)
    names = sorted(together, key=lambda name: SECTIONS.index(name.section))
    found = ((name, [settings.get(name, UNDEFINED) for settings in by_run]) for name in names)
    return [(name.label, texts) for name, texts in found if len(set(texts)) > 1]


def telling_first(settings: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Return settings that differ with the parameters together, and last the versions, which say least."""
    return sorted(settings, key=lambda setting: setting[0] in VERSIONS)


def in_percent(curve: Curve | None, initial: float) -> Curve:
    """Return an equity curve in % of the balance it began with, so that accounts of any size compare."""
    times, values = curve or ([], [])
    return (times, [value / initial * 100.0 for value in values]) if initial > 0 else ([], [])


def _compared(runs: Sequence[RunRecord], figure: Figure) -> ComparedFigure:
    values = [value_of(run, figure) for run in runs]
    comparable = figure.kind is not Kind.MONEY or _began_alike(runs)
    texts = [figure.text(value) for value in values]
    best = _best(values, texts, figure.better) if comparable else None
    return ComparedFigure(figure, texts, values, best)


def _began_alike(runs: Sequence[RunRecord]) -> bool:
    return len({(run.initial_balance, _currency(run)) for run in runs}) == 1


def _currency(run: RunRecord) -> str:
    return RunSettings.of_run(run).account_currency


def _best(values: Sequence[float | None], texts: Sequence[str], better: int) -> int | None:
    """Return the index of the best value; None of those that nobody could tell apart."""
    ranked = sorted(
        ((value * better, index) for index, value in enumerate(values) if value is not None), reverse=True
    )
    if not better or len(ranked) < 2:
        return None
    first, second = ranked[0][1], ranked[1][1]
    return None if texts[first] == texts[second] else first

"""The trades of a stored run taken apart: by the time of entry, by size, by excursion, by reason of exit.

Everything is added up by the store, so that a run of a million trades takes a
few seconds and no memory; not for the thread that draws.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import BacktapeError
from core.home import Home
from core.results.groups import Entered, Group
from core.results.spread_of_trades import (
    USUAL,
    Bins,
    Quartiles,
    bins_for,
    deviation,
    places_of,
    quantile,
    quartiles,
    quartiles_of,
    round_up,
    skewness,
)
from db import datasets, trade_breakdowns
from db.connection import Connection
from db.runs import RunRecord

# MAE against MFE is added up in this many columns and rows; drawings have fewer.
GRID = (120, 48)
# Beyond this many times the mean an excursion is drawn at the edge: about one in fifty is.
_MEANS = 4.0
# An axis ends at a round number of so many steps at most.
_STEPS = 8
# Of more trades than these the times held are those of evenly chosen ones.
_MOST_SPANS = 50_000

Sides = Mapping[str, Group]

# What people call the positions of either direction.
_SIDES = {"buys": "BUY", "sells": "SELL"}
_NONE = Group(0, 0, 0.0)


@dataclass(frozen=True)
class Profits:
    """How profits are spread, in account currency; `in_bins` are (trades, profit) by number of bin."""

    count: int
    mean: float
    deviation: float | None
    skewness: float | None
    quartiles: Quartiles
    bins: Bins
    in_bins: dict[int, tuple[int, float]]


@dataclass(frozen=True)
class Excursions:
    """The worst (MAE) against the best (MFE) that trades stood at, in account currency, on `GRID`.

    Columns go from 0 to a loss of `deepest`, rows from 0 to a profit of
    `highest`; `cells` are (winners, losers) by (column, row). `undefined` trades
    have no excursions and are left out, those `beyond` an edge are drawn at it.
    """

    count: int
    undefined: int
    beyond: int
    deepest: float
    highest: float
    cells: dict[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Held:
    """How long trades were held: hours by the clock, and bars between entry and exit.

    `bars` is None where the bars of the run are gone. Where there are very many
    trades, `of` of them were looked at, evenly chosen.
    """

    of: int
    is_sample: bool
    hours: Quartiles | None
    bars: Quartiles | None


@dataclass(frozen=True)
class Distribution:
    """All that the trades of a run tell apart from their order.

    `sides` are the buys and the sells, both, `reasons` those of their exits that there were.
    """

    profits: Profits
    excursions: Excursions
    sides: Sides
    reasons: dict[str, Group]
    held: Held


def entries_of(connection: Connection, run_id: int) -> list[Entered]:
    """Return the trades of a run by weekday and hour of their entry, in UTC."""
    return [
        Entered((sunday_first - 1) % 7, hour, Group(trades, wins, profit))
        for sunday_first, hour, trades, wins, profit in trade_breakdowns.by_entry(connection, run_id)
    ]


def distribution_of(home: Home, connection: Connection, run: RunRecord) -> Distribution | None:
    """Return how the trades of a run are distributed; None without trades."""
    profits = _profits(connection, run.id)
    if profits is None:
        return None
    return Distribution(
        profits,
        _excursions(connection, run.id, profits.count),
        sides_of(connection, run.id),
        {
            reason: Group(trades, wins, profit)
            for reason, trades, wins, profit in trade_breakdowns.by_reason(connection, run.id)
        },
        _held(home, connection, run, profits.count),
    )


def sides_of(connection: Connection, run_id: int) -> Sides:
    """Return the trades of a run that were buys, and those that were sells."""
    groups = {
        direction: Group(trades, wins, profit)
        for direction, trades, wins, profit in trade_breakdowns.by_direction(connection, run_id)
    }
    return {name: groups.get(direction, _NONE) for name, direction in _SIDES.items()}


def _profits(connection: Connection, run_id: int) -> Profits | None:
    count, total = trade_breakdowns.profits(connection, run_id)
    if not count:
        return None
    mean = total / count
    second, third = trade_breakdowns.powers(connection, run_id, mean)
    ranked = trade_breakdowns.profits_at(connection, run_id, places_of(count, (*USUAL, 0.25, 0.5, 0.75)))
    bins = bins_for(*(quantile(ranked, count, share) for share in USUAL))
    quarters = quartiles(ranked, count)
    assert quarters is not None  # noqa: S101 - there are trades
    return Profits(
        count,
        mean,
        deviation(count, second),
        skewness(count, mean, second, third),
        quarters,
        bins,
        {
            number: (trades, profit)
            for number, trades, profit in trade_breakdowns.binned(
                connection, run_id, bins.step, bins.first, bins.count
            )
        },
    )


def _excursions(connection: Connection, run_id: int, trades: int) -> Excursions:
    count, mean_worst, mean_best, worst, best = trade_breakdowns.excursions(connection, run_id)
    deepest, highest = _edge(-worst, -mean_worst), _edge(best, mean_best)
    cells = trade_breakdowns.scattered(connection, run_id, deepest, highest, GRID)
    return Excursions(
        count,
        trades - count,
        sum(beyond for *_, beyond in cells),
        deepest,
        highest,
        {(column, row): (winners, losers) for column, row, winners, losers, _ in cells},
    )


def _edge(farthest: float, mean: float) -> float:
    """Return a round end for an axis from zero."""
    wanted = min(farthest, _MEANS * mean) if mean > 0 else farthest
    if wanted <= 0:
        return 1.0
    step = round_up(wanted / _STEPS)
    return step * math.ceil(wanted / step - 1e-9)


def _held(home: Home, connection: Connection, run: RunRecord, trades: int) -> Held:
    spans = trade_breakdowns.spans(connection, run.id, _MOST_SPANS)
    hours = quartiles_of([(left - entered) / 3600.0 for entered, left in spans])
    bars = quartiles_of(_bars_held(home, connection, run, spans))
    return Held(len(spans), trades > _MOST_SPANS, hours, bars)


def _bars_held(
    home: Home, connection: Connection, run: RunRecord, spans: list[tuple[int, int]]
) -> list[float]:
    """Return how many bars lie between entry and exit; none where the bars of the run are gone."""
    from core.datasets import open_bars

    record = datasets.by_digest(connection, run.dataset_version) if run.dataset_version else None
    if record is None:
        return []
    try:
        bars = open_bars(home, record, run.timeframe)
    except BacktapeError:
        return []
    import numpy as np

    rows = np.searchsorted(bars.time.astype(np.int64), np.array(spans, np.int64).reshape(-1, 2))
    held: list[float] = (rows[:, 1] - rows[:, 0]).astype(float).tolist()
    return held

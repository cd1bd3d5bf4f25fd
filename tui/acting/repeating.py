"""Making runs again from the screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from db import runs
from db.connection import Connection

if TYPE_CHECKING:
    from core.jobs.repeat import Repeat
    from tui.app import BacktapeApp


@dataclass(frozen=True)
class Repeated:
    """The runs that were stored, and a sentence that says what they repeat."""

    ids: list[int]
    sentence: str


async def repeat_runs(bench: "BacktapeApp", ids: Sequence[int]) -> Repeated:
    """Store a run for each of `ids` that does the same as that did, and make sure of a runner.

    Raises:
        BacktapeError: one of them cannot be repeated; none is stored.
    """
    key_of = bench.keymap.key_of
    plans = await bench.link.read(_plans, bench.home, ids, key_of("undo"))
    stored = await bench.link.write(_store, plans)
    bench.ensure_runner()
    return Repeated(stored, _sentence(plans, stored, key_of("clone")))


def _plans(connection: Connection, home: Home, ids: Sequence[int], undo: str) -> "list[Repeat]":
    from core.jobs.repeat import plan_repeat

    found = [(run_id, runs.get(connection, run_id)) for run_id in ids]
    gone = [run_id for run_id, run in found if run is None]
    if gone:
        raise BacktapeError(f"Run {gone[0]} has been deleted; {undo} brings back what was deleted last.")
    return [plan_repeat(connection, home, run) for _, run in found if run is not None]


def _store(connection: Connection, plans: "Sequence[Repeat]") -> list[int]:
    from core.jobs.repeat import store_repeat

    return [store_repeat(connection, plan) for plan in plans]


def _sentence(plans: "Sequence[Repeat]", stored: Sequence[int], clone: str) -> str:
    """Return what is repeated, and what of it is another today: the key `clone` takes that.

    Where that is so it has one line of 80 columns.
    """
    told, chosen, which = f"{len(stored):,} runs repeat those", " chosen", "one "
    if len(plans) == 1:
        told, chosen, which = f"Run {stored[0]} repeats run {plans[0].of}", "", ""
    newer = list(dict.fromkeys(name for plan in plans for name in plan.newer))
    if newer:
        return f"{told} with the old {' and '.join(newer)}; {clone} clones {which}with today's."
    remarks = dict.fromkeys(remark for plan in plans for remark in plan.remarks)
    return " ".join([f"{told}{chosen}.", *remarks])

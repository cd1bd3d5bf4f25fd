"""A run as the texts of the new-run form."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from db import runs, strategies
from db.connection import Connection
from tui.form import broker
from tui.form.periods import OWN
from tui.form.strategy import PARAMETER, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.jobs.request import RunRequest
    from core.strategies.registry import Description
    from tui.form.run import RunForm

_NOT_KEPT = "that of then is not kept"


@dataclass(frozen=True)
class Cloned:
    """A stored run as texts of the form, by field name, and the versions that it was made with."""

    run_id: int
    texts: dict[str, str]
    strategy_version: str | None
    dataset_version: str | None
    has_source: bool = True

    def refuse_without_strategy(self, known: "Sequence[Description]", repeat: str) -> None:
        """Refuse where the strategy cannot be used now: the form would be one of another.

        `repeat` is the key that repeats a run.

        Raises:
            BacktapeError: there is no such strategy among those that are known, or it has an error.
        """
        name = self.texts["strategy"]
        found = [one for one in known if one.name == name]
        if any(one.error is None for one in found):
            return
        why = f"{name} cannot be used as it is now" if found else f"There is no strategy {name} any more"
        kept = (
            f"{repeat} makes it again from its kept source" if self.has_source else "its source is not kept"
        )
        raise BacktapeError(f"{why}, so run {self.run_id} cannot be cloned; {kept}.")

    def remarks(self, form: "RunForm", repeat: str) -> list[str]:
        """Return what a form made of the texts says of them; `repeat` is the key that repeats a run."""
        told, same = list(form.remarks), f"{repeat} repeats run {self.run_id} as it was"
        if form.strategy.name == self.texts["strategy"] and form.strategy.version != self.strategy_version:
            then = f"{repeat} on run {self.run_id} takes that of then" if self.has_source else _NOT_KEPT
            told.append(f"{form.strategy.name} has changed since: this takes today's file; {then}.")
        data = [market.data for market in form.data.markets]
        if self._has_market_of(form) and [one.digest for one in data] != [self.dataset_version]:
            told.append(f"The library has other bars of {self.texts['symbol']} now; {same}.")
        return told

    def _has_market_of(self, form: "RunForm") -> bool:
        return all(form.texts[name] == self.texts[name] for name in ("symbol", "timeframe"))


def cloned_run(connection: Connection, run_id: int) -> Cloned:
    """Return a stored run as the form takes it.

    Raises:
        BacktapeError: there is no such run, or its row holds what no form could.
    """
    from core.jobs.repeat import request_of

    run = runs.get(connection, run_id)
    if run is None:
        raise BacktapeError(f"Run {run_id} has been deleted; it cannot be cloned any more.")
    texts = texts_of_request(request_of(connection, run))
    kept = strategies.source_of(connection, run.strategy_version or "", run.strategy)
    return Cloned(run_id, texts, run.strategy_version, run.dataset_version, kept is not None)


def texts_of_request(request: "RunRequest") -> dict[str, str]:
    """Return the texts that make this request, its note left out: that was about another run."""
    return {
        "strategy": request.strategy,
        **{PARAMETER + name: value_text(value) for name, value in request.params.items()},
        "symbol": request.symbol,
        "timeframe": request.timeframe,
        **({} if request.source is None else {"source": request.source}),
        "period": OWN,
        "start": _moment(request.start),
        "end": _moment(request.end),
        **broker.texts(request),
    }


def _moment(moment: "datetime | None") -> str:
    """Return a time in UTC as it is typed, its date alone where that says it all."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")

"""A run as the texts of the new-run form."""

from typing import TYPE_CHECKING

from core.errors import BacktapeError
from db import runs
from db.connection import Connection
from tui.form import broker
from tui.form.periods import OWN
from tui.form.strategy import PARAMETER, value_text

if TYPE_CHECKING:
    from datetime import datetime

    from core.jobs.request import RunRequest


def texts_of_run(connection: Connection, run_id: int) -> dict[str, str]:
    """Return every setting of a stored run as a text of the form, by field name.

    Raises:
        BacktapeError: there is no such run, or its row holds what no form could.
    """
    from core.jobs.repeat import request_of

    run = runs.get(connection, run_id)
    if run is None:
        raise BacktapeError(f"Run {run_id} has been deleted; these are the values used last.")
    return texts_of_request(request_of(connection, run))


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

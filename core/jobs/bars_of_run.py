"""The bars that a stored run was tested on, as they lie in the library."""

from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from core.text import clean
from db import datasets
from db.connection import Connection
from db.runs import RunRecord

if TYPE_CHECKING:
    from core.market.bars import Bars


def bars_of_run(connection: Connection, home: Home, run: RunRecord) -> "Bars":
    """Return the bars of a run's period, memory-mapped; warm-up before them is left out.

    Raises:
        BacktapeError: they were removed or changed since; the sentence says how to get them back.
    """
    record = datasets.by_digest(connection, run.dataset_version or "")
    if record is None:
        market = clean(f"{run.symbol} {run.timeframe}", limit=60)
        raise BacktapeError(
            f"The library no longer has the bars of {market} that this run was tested on; "
            "import the file again, with 'backtape import'."
        )
    from core.datasets import open_bars  # with numpy, which a report without bars does not wait for
    from core.jobs.period import bounds

    whole = open_bars(home, record, run.timeframe)
    return whole.slice(*bounds(whole, run.start_date, run.end_date))

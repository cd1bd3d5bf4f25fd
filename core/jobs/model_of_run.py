"""The language model of a run in its worker: made from the run's row, asked while the worker is heard of."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config import read_config
from core.home import Home
from core.jobs.beats import Beats
from core.jobs.ledgers import pages_of
from core.jobs.process import Identity
from core.jobs.settings import RunSettings
from core.llm.configured import ModelFacts
from core.llm.endpoint import BASE_URL, HOW_TO_SET, Endpoint, configured_endpoint
from core.llm.secret import Secret
from db import jobs
from db.connection import Connection
from db.runs import RunRecord

if TYPE_CHECKING:
    from core.engine.simulation import Progress
    from core.llm.asking import Asking
    from core.market.bars import Bars

WAITING = "waiting for the model"
_PAUSE = 0.1


@dataclass(frozen=True)
class Worker:
    """What a worker has at hand: data folder, store, signs of life, the key from its environment."""

    home: Home
    connection: Connection
    beats: Beats
    key: Secret | None = None


def model_of(worker: Worker, run: RunRecord, bars: "Bars", first: int) -> "Asking | None":
    """Return the model that a run asks, None for one that asks none; the period begins at `bars[first]`.

    Raises:
        BacktapeError: `config.toml` has a mistake.
    """
    settings = RunSettings.of_run(run)
    if settings.model is None:
        return None
    from core.llm.asking import Asking, Terms
    from core.llm.book import Book
    from core.llm.client import Client
    from core.llm.figures import Figures

    endpoint, why_not = _endpoint(worker.home, settings)

    def waiting() -> None:
        worker.beats.waiting(WAITING)

    return Asking(
        Terms(
            run.id, settings.model, run.max_llm_calls, 0 if endpoint is None else endpoint.retries, why_not
        ),
        bars,
        first,
        Book(
            worker.connection,
            pages_of(run),
            run.id,
            run.max_llm_calls,
            waiting=waiting,
            is_living=lambda other: _is_living(worker.connection, other),
        ),
        None if endpoint is None else Client(endpoint, worker.key, waiting),
        Figures(read_config(worker.home).llm.models.get(settings.model, ModelFacts())),
        lambda seconds: _sleep(seconds, waiting),
    )


def telling(beats: Beats, asking: "Asking | None", first: int) -> Callable[["Progress"], None]:
    """Return what the engine is to call after every chunk."""
    if asking is None:
        return beats.progress

    def tell(progress: "Progress") -> None:
        asking.passed(first + progress.done)
        beats.progress(progress)

    return tell


def _endpoint(home: Home, settings: RunSettings) -> tuple[Endpoint | None, str]:
    """Return where the run's model is asked now, or why it cannot be."""
    endpoint = configured_endpoint(home)
    if endpoint is None:
        return None, f"The run has a question that no kept answer covers, and no model to ask; {HOW_TO_SET}."
    if endpoint.host != settings.endpoint:
        return None, (
            f"The run has a question that no kept answer covers; it asks at {settings.endpoint}, but "
            f"{endpoint.host} is set now; set {BASE_URL} to where it was asked, then repeat the run."
        )
    return endpoint, ""


def _is_living(connection: Connection, run_id: int) -> bool:
    """Return whether the worker of a run is there, be it stopped."""
    for job in jobs.active(connection):
        if job.run_id == run_id and None not in (job.pid, job.process_start, job.boot):
            return Identity(job.pid or 0, job.process_start or 0.0, job.boot or "").lives()
    return False


def _sleep(seconds: float, waiting: Callable[[], None]) -> None:
    """Wait, being heard of meanwhile."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _PAUSE))
        waiting()

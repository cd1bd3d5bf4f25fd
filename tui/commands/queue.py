"""Say what waits and what runs; pause the queue, let it go on, set how many runs are worked on at once."""

import argparse
from dataclasses import asdict, dataclass

from core.home import Home
from db import queue, runs
from db.connection import Connection
from db.runs import Order, RunFilter
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import write, write_json
from tui.formats import plural

_NAMED = 10
_SAID = "queue"
_ORIGINS = {
    _SAID: "as 'backtape queue --workers' has set it",
    "BACKTAPE_WORKERS": "as BACKTAPE_WORKERS says",
    "config.toml": "as workers in config.toml says",
    "cores": "as many as this machine has cores",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    held = parser.add_mutually_exclusive_group()
    held.add_argument(
        "--pause", action="store_true", help="let no waiting run begin; what is under way goes on"
    )
    held.add_argument("--resume", action="store_true", help="let waiting runs begin again")
    parser.add_argument(
        "--workers",
        type=parsing.workers,
        metavar="N|auto",
        help="how many runs are worked on at once, from now on; 'auto' goes back to BACKTAPE_WORKERS, "
        "config.toml or the cores of the machine",
    )
    parsing.add_json(parser)
    parser.epilog = parsing.examples("queue", "queue --workers 4")


@dataclass(frozen=True)
class _Stand:
    """How the queue stands: `workers` runs at once, and what says so; runs by their numbers.

    `workers_configured` is whether nothing was said of them by this command.
    """

    paused: bool
    workers: int
    workers_configured: bool
    workers_from: str
    running: list[int]
    waiting: list[int]

    def text(self) -> str:
        """Return it in a line, and one each for what runs and what waits."""
        state = "paused" if self.paused else "open"
        lines = [
            f"The queue is {state}; {plural(self.workers, 'run')} at once, {_ORIGINS[self.workers_from]}.",
            f"running  {_named(self.running)}",
            f"waiting  {_named(self.waiting)}",
        ]
        if self.paused and self.waiting:
            lines.append("'backtape queue --resume' lets them begin.")
        return "\n".join(lines)


def execute(options: argparse.Namespace) -> int:
    """Do what is asked, then say how the queue stands."""
    with opened_store() as (home, connection):
        if options.workers is not None:
            queue.set_workers(connection, options.workers or None)
        if options.pause or options.resume:
            queue.pause(connection, options.pause)
        _keep_runner(home, connection)
        stand = _stand(home, connection)
    if options.json:
        write_json(asdict(stand))
    else:
        write(stand.text())
    return DONE


def _keep_runner(home: Home, connection: Connection) -> None:
    from core.jobs.launch import ensure_runner, runner_status

    if runner_status(connection).needs_runner:
        ensure_runner(home, hand_over=False)


def _stand(home: Home, connection: Connection) -> _Stand:
    from core.jobs.places import configured_places, origin_of_places

    said = queue.read(connection)
    is_said = said.workers is not None
    return _Stand(
        paused=said.paused,
        workers=said.workers or configured_places(home).computing,
        workers_configured=not is_said,
        workers_from=_SAID if is_said else origin_of_places(home),
        running=_ids(connection, "running"),
        waiting=_ids(connection, "pending"),
    )


def _ids(connection: Connection, status: str) -> list[int]:
    return list(runs.ids(connection, RunFilter.exactly(status=status), Order("id", descending=False)))


def _named(ids: list[int]) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return (" ".join(str(run_id) for run_id in ids[:_NAMED]) or "none") + more

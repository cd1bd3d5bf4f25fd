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
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = parsing.examples("queue", "queue --workers 4")


@dataclass(frozen=True)
class _Stand:
    """How the queue stands: `workers` runs at once, as said here or as configured; runs by their numbers."""

    paused: bool
    workers: int
    workers_configured: bool
    running: list[int]
    waiting: list[int]

    def text(self) -> str:
        """Return it in a line, and one each for what runs and what waits."""
        origin = "as configured" if self.workers_configured else "as said here"
        state = "paused" if self.paused else "open"
        lines = [
            f"The queue is {state}; {plural(self.workers, 'run')} at once, {origin}.",
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
    from core.jobs.places import configured_places

    said = queue.read(connection)
    return _Stand(
        paused=said.paused,
        workers=said.workers or configured_places(home).computing,
        workers_configured=said.workers is None,
        running=_ids(connection, "running"),
        waiting=_ids(connection, "pending"),
    )


def _ids(connection: Connection, status: str) -> list[int]:
    return list(runs.ids(connection, RunFilter.exactly(status=status), Order("id", descending=False)))


def _named(ids: list[int]) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return (" ".join(str(run_id) for run_id in ids[:_NAMED]) or "none") + more

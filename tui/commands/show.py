"""Show one run: its configuration, its figures, its equity curve and its trades."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from core.home import Home
from core.run_documents import calls_of, equity_of, run_document
from db.connection import Connection
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import table, write, write_json
from tui.commands.results import known, report_of, trades_of
from tui.formats import minute, number
from tui.model_lines import call_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("id", type=parsing.run_id, metavar="ID", help=parsing.RUN_ID)
    parser.add_argument("--trades", action="store_true", help="every trade")
    parser.add_argument("--equity", action="store_true", help="the equity curve, point by point")
    parser.add_argument("--calls", action="store_true", help="every call to a language model, word for word")
    parser.add_argument(
        "--source", action="store_true", help="the source of its strategy, and how today's differs"
    )
    parsing.add_json(parser)
    parser.epilog = parsing.examples("show 7", "show 7 --trades --equity --json")


def execute(options: argparse.Namespace) -> int:
    """Show it as it is now."""
    with opened_store() as (home, connection):
        run = known(connection, options.id)
        if options.json:
            document = run_document(
                connection,
                run,
                with_trades=options.trades,
                with_equity=options.equity,
                with_calls=options.calls,
            )
            source = {"source": _source_object(home, connection, run)} if options.source else {}
            write_json(document | source)
            return DONE
        write(report_of(home, connection, run, full=True))
        if changed := _changed_since(home, connection, run):
            write(f"\n{changed}")
        if options.trades:
            write(f"\n{trades_of(home, connection, run)}")
        if options.equity:
            times, values = equity_of(connection, run) or ((), ())
            write(f"\n{_equity_table(times, values)}")
        if options.calls:
            write(f"\n{_calls_text(connection, run)}")
        if options.source:
            write(f"\n{_source_text(home, connection, run)}")
    return DONE


def _calls_text(connection: Connection, run: RunRecord) -> str:
    lines = ["\n".join(call_lines(call)) for call in calls_of(connection, run.id)]
    return "\n\n".join(lines) or "No calls to a language model."


def _source_object(home: Home, connection: Connection, run: RunRecord) -> dict[str, object]:
    from core.jobs.provenance import strategy_state

    state = strategy_state(connection, home, run)
    return {
        "strategy": state.name,
        "version": state.version,
        "today": state.today,
        "state": state.state,
        "remark": state.sentence,
        "files": dict(state.files),
        "difference": list(state.difference),
    }


def _source_text(home: Home, connection: Connection, run: RunRecord) -> str:
    """Return the source that the run used, then how today's differs."""
    from core.jobs.provenance import strategy_state
    from tui.commands.strategies import source_text

    state = strategy_state(connection, home, run)
    parts = [state.sentence]
    if state.files:
        parts.append(source_text(dict(state.files)))
    if state.difference:
        parts.append("\n".join(line.expandtabs() for line in state.difference))
    return "\n\n".join(parts)


def _changed_since(home: Home, connection: Connection, run: RunRecord) -> str:
    """Return what is not as it was when the run was made, of its data and its strategy, a line each."""
    from core.jobs.provenance import provenance

    return "\n".join(provenance(connection, home, run).remarks)


def _equity_table(times: Sequence[float], values: Sequence[float]) -> str:
    rows = [
        (minute(datetime.fromtimestamp(time, UTC)), number(value))
        for time, value in zip(times, values, strict=True)
    ]
    return table(("time", "equity"), rows, (1,)) if rows else "No equity curve yet."

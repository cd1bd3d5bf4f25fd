"""Opening the screens, and printing the table of their keys."""

import argparse
import os
import sys

from core.home import Home
from tui.commands.endings import DONE
from tui.commands.opening import usable_home
from tui.commands.output import ascii_only, complain, remark, write
from tui.commands.parsing import UsageError
from tui.formats import plural


def execute(options: argparse.Namespace) -> int:
    """Open the screens, or print their keys."""
    if options.keys:
        from tui.actions import keys_table

        write(keys_table())
        return DONE
    _refuse_odd_terminals()
    home = usable_home()
    from tui.app import BacktapeApp

    app = BacktapeApp(home, ascii_only=options.ascii or ascii_only())
    app.run()
    if app.refusal:
        complain(app.refusal)
    code = app.return_code or DONE
    if code == DONE:
        _say_what_goes_on(home)
    return code


def _refuse_odd_terminals() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The screens need a terminal for input and output; 'backtape --help' lists what needs none."
        )
    if os.environ.get("TERM", "dumb") in {"dumb", "unknown", ""}:
        raise UsageError(
            "This terminal (TERM=dumb) cannot show the screens; 'backtape --help' lists commands for it."
        )


def _say_what_goes_on(home: Home) -> None:
    """Say on the way out that work under way does not end with the screens."""
    from contextlib import closing

    from core.jobs.launch import runner_status
    from db.connection import connect

    with closing(connect(home.store)) as connection:
        status = runner_status(connection)
    active = status.running + status.waiting
    if active:
        goes = "goes" if active == 1 else "go"
        remark(f"{plural(active, 'run')} {goes} on in the background; 'backtape' shows them again.")

"""Opening the screens, here or in a browser, and printing the table of their keys."""

import argparse
import os
import signal
import sys

from core.errors import BacktapeError
from core.home import Home
from db.errors import StoreError
from db.upgrade import open_store
from tui.commands.endings import DONE
from tui.commands.opening import usable_home
from tui.commands.output import ascii_only, complain, remark, write
from tui.commands.parsing import UsageError
from tui.formats import plural
from tui.terminal.guard import post_guard

_NO_WEB = (
    "The screens are served through the package textual-serve, which is not installed; "
    "install it with: pip install 'backtape[web]'"
)

# The prompt is worth more than a sentence.
_PATIENCE_SECONDS = 0.3


def execute(options: argparse.Namespace) -> int:
    """Open the screens, or print their keys."""
    if options.keys:
        return _print_keys()
    if options.web is not None:
        return _serve(options)
    _refuse_odd_terminals()
    home = usable_home()
    code = _show(home, ascii_only=options.ascii or ascii_only(), theme=options.theme)
    if code == DONE:
        _say_what_goes_on(home)
    return code


def _print_keys() -> int:
    """Print the keys as they are now, and what is wrong with those that the user wrote."""
    from tui.keys.keymap import read_keymap
    from tui.keys.registry import keys_table

    keymap = read_keymap(Home.locate())
    write(keys_table(keymap.actions))
    for problem in keymap.problems:
        complain(problem)
    return DONE


def _serve(options: argparse.Namespace) -> int:
    """Serve the screens to a browser until that is interrupted."""
    try:
        from tui.web.server import serve
    except ModuleNotFoundError as error:
        raise BacktapeError(_NO_WEB) from error
    home = usable_home()
    open_store(home.store)
    theme = [] if options.theme is None else ["--theme", options.theme]
    serve(options.web, [*(["--ascii"] if options.ascii else []), *theme])
    _say_what_goes_on(home)
    return DONE


def _show(home: Home, *, ascii_only: bool, theme: str | None) -> int:
    """Show the screens until they are left; whatever ends them, the terminal is whole afterwards."""
    # Forked first: nothing is imported yet that would have a thread, or weigh anything.
    guard = post_guard(sys.stdin.fileno())
    # Until the screens have the terminal an interruption ends the program as any other signal does;
    # Textual would take the exception for an end in order.
    interrupted = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from tui.app import BacktapeApp

        app = BacktapeApp(home, ascii_only=ascii_only, theme=theme, guard=guard)
        app.run()
    finally:
        signal.signal(signal.SIGINT, interrupted)
        if guard is not None:
            guard.dismiss()
    if app.refusal:
        complain(app.refusal)
    return app.return_code or DONE


def _refuse_odd_terminals() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The screens need a terminal for input and output; 'backtape --help' lists what needs none."
        )
    kind = os.environ.get("TERM", "")
    if kind in {"dumb", "unknown", ""}:
        named = f"TERM={kind}" if kind else "TERM is not set"
        raise UsageError(
            f"This terminal ({named}) cannot show the screens; 'backtape --help' lists commands for it."
        )


def _say_what_goes_on(home: Home) -> None:
    """Say on the way out that work under way does not end with the screens, if the store can be asked."""
    from contextlib import closing

    from core.jobs.launch import runner_status
    from db.connection import connect

    try:
        with closing(connect(home.store, patience=_PATIENCE_SECONDS)) as connection:
            status = runner_status(connection)
    except StoreError:
        return
    active = status.running + status.waiting
    if active:
        goes = "goes" if active == 1 else "go"
        remark(f"{plural(active, 'run')} {goes} on in the background; 'backtape' shows them again.")

"""The command line: `backtape` alone opens the screens, every other command is one module.

Nothing is imported with this module, so that an interruption is heeded as early as it can be.
Later it is only the module of the command that was asked for, and what that needs to act.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

_INTERRUPTED = 130

# name: module in tui.commands, what it does
COMMANDS = {
    "demo": ("demo", "import the built-in sample market and run two strategies on it"),
    "import": ("import_files", "read price files into the data library"),
    "data": ("data", "list the data library, or delete from it"),
    "strategies": ("strategies", "list the strategies and their parameters, or show one"),
    "new-strategy": ("new_strategy", "write a commented start for a strategy of your own"),
    "guide": ("guide", "print the guide to writing strategies"),
    "run": ("run", "backtest a strategy on price history"),
    "check": ("check", "look whether a strategy sees what it cannot know"),
    "runs": ("runs", "list the runs"),
    "show": ("show", "one run: its figures, equity curve and trades"),
    "compare": ("compare", "runs side by side: curves, figures, the settings that differ"),
    "export": ("export", "write runs as files: tables, JSON, an HTML or a text report"),
    "note": ("note", "write a note on a run"),
    "log": ("log", "what a run's strategy printed, or what the runner did"),
    "watch": ("watch", "follow runs until they have ended"),
    "repeat": ("repeat", "make runs again, as they were or with what there is today"),
    "cancel": ("cancel", "cancel runs that wait or are under way"),
    "queue": ("queue", "what waits and runs; pause, resume, how many at once"),
    "delete": ("delete", "delete runs; can be undone for 30 days"),
    "undo": ("undo", "bring back the runs deleted last"),
    "backup": ("backup", "copy the store, list the copies, put one back"),
    "doctor": ("doctor", "say what is wrong with this installation or data folder"),
}

_CODES = """exit codes: 0 done; 1 refused or failed; 2 wrong usage; ended by a signal:
129 HUP, 130 INT, 131 QUIT, 143 TERM
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        from tui.commands.endings import guarded
        from tui.commands.output import own_streams
    except KeyboardInterrupt:
        sys.stderr.write("backtape: Interrupted.\n")
        return _INTERRUPTED

    with own_streams():
        return guarded(lambda: _dispatch(given))


def _dispatch(given: list[str]) -> int:
    from tui.commands.parsing import UsageError

    if given[:1] == ["help"]:
        given = [*given[1:2], "--help"]
    if given and given[0] in COMMANDS:
        return _do(given[0], given[1:])
    if given and not given[0].startswith("-"):
        raise UsageError(_unknown_command(given[0]))
    options = _screen_options(given)
    _heed_ascii(options)
    return _open_screens(options)


def _do(name: str, given: list[str]) -> int:
    """Do a command; what it writes is ASCII where that is asked for."""
    from tui.commands.parsing import Parser

    command = import_module(f"tui.commands.{COMMANDS[name][0]}")
    parser = Parser(prog=f"backtape {name}", description=command.__doc__)
    command.add_arguments(parser)
    parser.add_argument("--ascii", action="store_true", help="write ASCII characters only")
    options = parser.read(given)
    _heed_ascii(options)
    code: int = command.execute(options)
    return code


def _heed_ascii(options: argparse.Namespace) -> None:
    if options.ascii:
        from tui.commands.output import ask_for_ascii

        ask_for_ascii()


def _screen_options(given: list[str]) -> argparse.Namespace:
    from core.themes import THEMES
    from core.version import RELEASE
    from tui.commands.parsing import Parser, UsageError, port
    from tui.web import DEFAULT_PORT

    parser = Parser(
        prog="backtape",
        usage="backtape [--ascii] [--theme NAME] [--web [PORT]] [--keys] [--version]\n"
        "       backtape COMMAND [...]",
        description="Backtests forex strategies. Without a command, opens the screens.",
        epilog=_commands_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII characters only")
    parser.add_argument(
        "--theme",
        choices=THEMES,
        metavar="NAME",
        help="colours of the screens, also at the next start: %(choices)s",
    )
    parser.add_argument(
        "--web",
        nargs="?",
        type=port,
        const=DEFAULT_PORT,
        metavar="PORT",
        help=f"show the screens in a browser of this machine, at port {DEFAULT_PORT} unless another is named",
    )
    parser.add_argument("--keys", action="store_true", help="print the table of keys and leave")
    parser.add_argument(
        "--version", action="version", version=f"backtape {RELEASE}", help="print the version"
    )
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args(given)
    if options.command is not None:
        raise UsageError(_unknown_command(options.command))
    parser.refuse(rest)
    return options


def _commands_text() -> str:
    lines = [f"  {name:<14}{says}" for name, (_, says) in COMMANDS.items()]
    advice = "'backtape COMMAND --help' lists the options of a command."
    return "\n".join(["commands:", *lines, "", _CODES, advice])


def _unknown_command(name: str) -> str:
    if name in COMMANDS:
        return f"The command comes first: backtape {name} ..."
    from difflib import get_close_matches

    from core.text import clean

    near = get_close_matches(name, COMMANDS, n=1)
    advice = f"did you mean 'backtape {near[0]}'?" if near else "'backtape --help' lists the commands."
    return f"There is no command '{clean(name, limit=40)}'; {advice}"


def _open_screens(options: argparse.Namespace) -> int:
    from tui.commands import screens

    return screens.execute(options)


if __name__ == "__main__":
    sys.exit(main())

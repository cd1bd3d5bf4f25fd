"""Look whether a strategy sees what it cannot know: it must decide the same whatever comes later."""

import argparse
from typing import TYPE_CHECKING

from core.home import Home
from core.text import clean
from db.connection import Connection
from tui.commands import parsing
from tui.commands.choosing import add_choices
from tui.commands.endings import DONE, REFUSED
from tui.commands.opening import opened_store
from tui.commands.output import terminal_width, write, write_json
from tui.commands.parsing import UsageError
from tui.commands.progress import ProgressLine
from tui.folding import wrapped
from tui.formats import count, plural

if TYPE_CHECKING:
    from core.checking.findings import CheckReport, Finding

_WIDTH = 100
_NARROWEST = 40
_LONGEST = 2_000
_PHASES = {
    "loading": "loading the strategy",
    "whole history": "deciding on the whole history",
    "look-ahead": "deciding on histories that are cut",
    "warm-up": "deciding on histories that begin later",
    "randomness": "deciding once more in other processes",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add = parser.add_argument
    add("strategy", metavar="STRATEGY", help="what to check; 'backtape strategies' lists them")
    add("symbol", metavar="SYMBOL", help="on the bars of this symbol")
    add("timeframe", metavar="TIMEFRAME", help="and this timeframe, such as M15")
    add_choices(parser)
    add(
        "--context",
        dest="context_tfs",
        type=parsing.names,
        default=[],
        metavar="H1,H4",
        help="coarser timeframes that the strategy looks at too (default: those it names itself)",
    )
    add(
        "--bars",
        type=parsing.count,
        metavar="N",
        help="check the last N bars of the period; more take longer (default: 20000)",
    )
    parsing.add_json(parser)
    parser.epilog = parsing.examples(
        "check sma_cross EURUSD H1", "check my_breakout EURUSD M15 --set lookback=40 --bars 50000"
    )


def execute(options: argparse.Namespace) -> int:
    """Check the strategy; the exit code is 0 if nothing was found, else 1."""
    with opened_store() as (home, connection):
        report = _checked(home, connection, options)
    if options.json:
        write_json(_document(report))
    else:
        write(_text(options, report))
    return DONE if report.passed else REFUSED


def _checked(home: Home, connection: Connection, options: argparse.Namespace) -> "CheckReport":
    from core.jobs.checking import BARS, CheckRequest, check

    params = dict(options.params)
    if len(params) < len(options.params):
        raise UsageError("--set names a parameter twice; give it once.")
    request = CheckRequest(
        strategy=options.strategy,
        symbol=options.symbol,
        timeframe=options.timeframe,
        params=params,
        start=options.start,
        end=options.end,
        source=options.source,
        context_tfs=tuple(options.context_tfs),
        bars=options.bars or BARS,
    )
    line = ProgressLine()
    try:
        return check(home, connection, request, lambda *steps: line.show(_progress_text(*steps)))
    finally:
        line.clear()


def _progress_text(what: str, done: int, total: int) -> str:
    share = f"  {100 * done // total} %" if total > 1 else ""
    return f"▶ {_PHASES.get(what, clean(what, limit=40))}{share}"


def _document(report: "CheckReport") -> dict[str, object]:
    document = report.as_json()
    for given, finding in zip(document["findings"], report.findings, strict=True):
        given["mending"] = finding.mending
    return {"passed": report.passed, **document}


def _text(options: argparse.Namespace, report: "CheckReport") -> str:
    name = clean(f"{options.strategy} on {options.symbol} {options.timeframe}", limit=120)
    verdict = plural(len(report.findings), "finding") if report.findings else "nothing found"
    blocks = [f"{'✗' if report.findings else '✓'} {name}: {verdict}"]
    blocks += [_finding_text(finding) for finding in report.findings]
    blocks += [_wrapped(f"Note: {clean(note, limit=_LONGEST)}") for note in report.notes]
    if report.bars:
        decided = f"{plural(report.bars, 'bar')}, {count(report.decisions)} of them decide something"
        blocks.append(_wrapped(f"{decided}; cut at {plural(report.cuts, 'point')}; {report.seconds:.1f} s"))
    return "\n\n".join(blocks)


def _finding_text(finding: "Finding") -> str:
    sentence = _wrapped(clean(finding.sentence, limit=_LONGEST), "  ")
    return "\n".join([finding.kind.upper(), sentence, _wrapped(f"To mend it: {finding.mending}", "  ")])


def _wrapped(text: str, indent: str = "") -> str:
    width = max(_NARROWEST, min(_WIDTH, (terminal_width() or _WIDTH + 1) - 1))
    return "\n".join(indent + row for row in wrapped(text, width - len(indent), whole=True))

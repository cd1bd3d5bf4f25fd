"""The page as a whole."""

from collections.abc import Iterable, Iterator
from typing import TextIO

from core.html_report import sections
from core.html_report.charts import Curve, charts
from core.html_report.markup import element, text
from core.html_report.style import CSS, POLICY
from core.html_report.trades import trades_section
from core.run_breakdowns import Sides
from core.version import RELEASE
from db.runs import RunRecord
from db.trades import TradeRecord


def write_report(
    file: TextIO,
    run: RunRecord,
    curve: Curve | None,
    trades: Iterable[TradeRecord],
    *,
    held: Curve | None = None,
    sides: Sides | None = None,
) -> None:
    """Write a completed run as one HTML page that needs nothing beside itself.

    `curve` is times (seconds since 1970) and equity, None where there is none;
    `trades` are taken one by one, no more than are shown; `held` is what buying
    and holding would have made, None where its bars are gone; `sides` are all trades
    as buys and sells.

    Raises:
        OSError: it cannot be written.
    """
    drawn = charts(curve or ((), ()), run.initial_balance, held or ((), ()))
    file.writelines(_parts(run, drawn + sections.sides(sides or {}), trades))


def _parts(run: RunRecord, drawn: str, trades: Iterable[TradeRecord]) -> Iterator[str]:
    yield "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    yield '<meta name=viewport content="width=device-width,initial-scale=1">\n'
    yield "<meta name=referrer content=no-referrer>\n"
    yield f"{element('title', text(sections.title_of(run)))}\n<style>{CSS}</style>\n</head>\n<body>\n"
    yield f"{element('header', sections.heading(run))}\n"
    for part in (
        sections.main_figures(run),
        drawn,
        sections.calendar(run),
        sections.further_figures(run),
        sections.settings(run),
    ):
        yield f"{part}\n"
    yield from trades_section(run, trades)
    yield f"\n{element('footer', f'Backtape {RELEASE}. All times are UTC, the opening of the bar.')}"
    yield "\n</body>\n</html>\n"

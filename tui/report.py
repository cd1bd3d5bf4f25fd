"""The report of a run as plain text: for a terminal, a chat or a file."""

from collections.abc import Sequence

from core.formats import MONTHS
from core.home import Home
from core.jobs.holding import holding_if_there
from core.results.figures import FURTHER, MAIN, Figure, text_of
from core.results.groups import Group
from core.results.months import Year, years
from core.run_breakdowns import Sides, sides_of
from core.run_documents import equity_of
from core.run_remarks import remarks, verdict
from core.run_settings import parameters_in_short, terms_in_short
from core.text import clean, harmless
from db.connection import Connection
from db.runs import RunRecord
from tui.drawing.curves import until
from tui.drawing.held import held_legend
from tui.drawing.plots import drawdown_chart, drawdowns, equity_chart, label_cells
from tui.folding import folded
from tui.formats import day, last_moment, number, percent_of_one, plural, status_word, taken
from tui.run_curve import period_of

Curve = tuple[Sequence[float], Sequence[float]]

WIDTH = 100
_CURVE_HEIGHT, _DRAWDOWN_HEIGHT, _AXIS = 12, 5, 7
_LEFT_LABEL, _LEFT_VALUE, _RIGHT_LABEL, _RIGHT_VALUE = 18, 16, 20, 12
_MONTH, _YEAR = 6, 9
_GLYPHS = {"pending": "… ", "running": "▶ ", "completed": "✓ ", "failed": "✗ "}


def report(
    run: RunRecord,
    curve: Curve | None,
    held: Curve | None = None,
    *,
    sides: Sides | None = None,
    width: int = WIDTH,
    prose: int | None = None,
    ascii_only: bool = False,
    full: bool = False,
    with_reason: bool = True,
) -> str:
    """Return what there is to say of a run, harmless: what it was, its figures, its equity curve.

    `curve` is times (seconds since 1970) and equity, None while there is none; `held` is what
    buying and holding would have made, None where its bars are gone, `sides` all trades as buys and sells.
    With `full` the further figures and the months come too, `with_reason` why it failed.
    Charts are `width` wide, words are folded at `prose`; None folds none.
    """
    parts = [folded("\n".join(_heading(run)), prose)]
    if with_reason and run.status == "failed" and run.error_message:
        why = f"Failed: {clean(run.error_message, limit=2000, keep_lines=True)}"
        parts.append(folded(why, prose))
    said = verdict(run)
    if run.total_trades is not None:
        parts += [folded(said, prose), "\n".join(_figure_lines(run, MAIN))]
    if curve is not None and len(curve[0]) > 1:
        beside = until(held or ((), ()), curve[0][-1])
        parts.append("\n".join(_drawn(run, curve, beside, width, ascii_only)))
    if full and run.total_trades is not None:
        parts.append("\n".join(["more figures", *_figure_lines(run, FURTHER)]))
        parts.append("\n".join(_side_lines(sides or {})))
        parts.append("\n".join(_monthly_table(run)))
    parts.append(folded("\n".join(remark for remark in remarks(run) if remark != said), prose))
    lines = "\n\n".join(filter(None, parts)).split("\n")
    return "\n".join(map(harmless, lines))


def whole_report(home: Home, connection: Connection, run: RunRecord, *, width: int = WIDTH) -> str:
    """Return all there is to say of a run that has ended, its curves read from store and library."""
    curve = equity_of(connection, run)
    held = holding_if_there(connection, home, run) if curve is not None else None
    sides = sides_of(connection, run.id)
    return report(run, curve, held, sides=sides, width=width, full=True)


def one_line(run: RunRecord) -> str:
    """Return the result of a run in one line, for lists of several."""
    line = f"#{run.id} {run.strategy} {run.symbol} {run.timeframe}  {_status(run)}"
    if run.total_trades is None:
        return line
    return (
        f"{line}  {plural(run.total_trades, 'trade')}  return {number(run.total_return_pct, signed=True)} %"
        f"  drawdown {number(run.max_drawdown_pct, 1)} %  sharpe {number(run.sharpe_ratio)}"
    )


def _status(run: RunRecord) -> str:
    return _GLYPHS.get(run.status, "") + status_word(clean(run.status, limit=20))


def _heading(run: RunRecord) -> list[str]:
    span = f"{day(run.start_date)} to {day(last_moment(run.start_date, run.end_date))}"
    status = _status(run) + _how_far(run)
    if run.started_at is not None and run.finished_at is not None:
        status += f" in {taken((run.finished_at - run.started_at).total_seconds())}"
    lines = [
        f"Run {run.id} · {run.strategy} · {run.symbol} {run.timeframe} · {span}  {status}",
        " · ".join(parameters_in_short(run.params)) or "no parameters",
        " · ".join(terms_in_short(run)),
    ]
    return [*lines, f"note: {clean(run.notes, limit=2000)}"] if run.notes else lines


def _how_far(run: RunRecord) -> str:
    """Return how far a run is, or was when it ended without a result."""
    if run.status == "running":
        return f" {run.progress_pct} %"
    ended = run.status in {"failed", "cancelled"}
    return f" at {run.progress_pct} %" if ended and run.progress_pct else ""


def _figure_lines(run: RunRecord, figures: Sequence[Figure]) -> list[str]:
    """Return figures in two columns, the first half on the left; what is undefined is a dash."""
    half = -(-len(figures) // 2)
    told = [(figure.label, text_of(run, figure)) for figure in figures]
    right = [*told[half:], *[("", "")] * (2 * half - len(told))]
    return [
        f"{name:<{_LEFT_LABEL}}{value:>{_LEFT_VALUE}}      "
        f"{other:<{_RIGHT_LABEL}}{text:>{_RIGHT_VALUE}}".rstrip()
        for (name, value), (other, text) in zip(told[:half], right, strict=True)
    ]


def _side_lines(sides: Sides) -> list[str]:
    """Return what buys brought and what sells did; nothing without trades."""
    if not any(group.trades for group in sides.values()):
        return []
    heading = f"{'':<6}{'trades':>8}{'win %':>8}{'net profit':>14}{'a trade':>11}"
    return [heading, *(_side_line(name, group) for name, group in sides.items())]


def _side_line(name: str, group: Group) -> str:
    won, money = percent_of_one(group.win_rate), number(group.profit, signed=True)
    return f"{name:<6}{group.trades:>8,}{won:>8}{money:>14}{number(group.mean, signed=True):>11}"


def _drawn(run: RunRecord, curve: Curve, held: Curve, width: int, ascii_only: bool) -> list[str]:
    period = None if run.status == "completed" else period_of(run)
    axis = max(_AXIS, label_cells(drawdowns(curve[1]), _DRAWDOWN_HEIGHT, period=period))
    equity = equity_chart(
        curve, held, width=width, height=_CURVE_HEIGHT, ascii_only=ascii_only, axis_width=axis, period=period
    )
    drawdown = drawdown_chart(
        *curve,
        width=width,
        height=_DRAWDOWN_HEIGHT,
        ascii_only=ascii_only,
        axis_width=equity.axis_width,
        period=period,
    )
    legend = held_legend(equity, held[1], run.initial_balance)
    return [f"equity   {legend}".rstrip(), *equity.lines, "drawdown %", *drawdown.lines]


def _monthly_table(run: RunRecord) -> list[str]:
    """Return what each month brought in % of the equity before it, a line a year; none without months."""
    found = years(run.statistics.get("monthly_returns"))
    if not found:
        return []
    heading = "%   " + "".join(f"{name:>{_MONTH}}" for name in MONTHS) + f"{'year':>{_YEAR}}"
    return [heading, *map(_year_line, found)]


def _year_line(year: Year) -> str:
    cells = "".join(_month_cell(year, month) for month in range(1, 13))
    return f"{year.name:<4}{cells}{number(year.return_pct, signed=True):>{_YEAR}}"


def _month_cell(year: Year, number_of_month: int) -> str:
    """Return a month; one without bars stays empty, one without a return is a dash."""
    month = year.months.get(number_of_month)
    return " " * _MONTH if month is None else f"{number(month.return_pct, 1):>{_MONTH}}"

"""The report of a run as plain text: for a terminal, a chat or a file."""

from collections.abc import Sequence

from core.jobs.ledgers import cutoff_warning
from core.jobs.settings import RunSettings
from core.text import clean
from db.runs import RunRecord
from tui.formats import count, day, duration, last_moment, number, percent_of_one, plural
from tui.further import columns, further_figures, further_terms, monthly_table, with_percent
from tui.model_lines import figures_of_model
from tui.plots import drawdown_chart, line_chart

WIDTH = 100
_CURVE_HEIGHT, _DRAWDOWN_HEIGHT = 12, 5

_STATUS = {
    "pending": "… waiting",
    "running": "▶ running",
    "completed": "✓ done",
    "failed": "✗ failed",
    "cancelled": "cancelled",
}
_REFUSED = {
    "margin": "for lack of margin",
    "size": "for a size below the smallest lot",
    "stop": "for a stop that the price had reached already",
}
_SYNTHETIC_SYMBOL = "SYNTHETIC"
_SYNTHETIC = (
    "SYNTHETIC prices: made by a formula, not by a market. The figures show the program, not a profit."
)
_FLATTERED = (
    "Note: spreads as recorded; brokers record the smallest spread of a bar, so this flatters the result."
)


def report(
    run: RunRecord,
    curve: tuple[Sequence[float], Sequence[float]] | None,
    *,
    width: int = WIDTH,
    ascii_only: bool = False,
    full: bool = False,
    with_reason: bool = True,
) -> str:
    """Return what there is to say of a run: what it was, its figures, its equity curve.

    `curve` is times (seconds since 1970) and equity, None while there is none.
    With `full` the further figures and the months come too, `with_reason` why it failed.
    """
    parts = ["\n".join(_heading(run))]
    if with_reason and run.status == "failed" and run.error_message:
        parts.append(f"Failed: {clean(run.error_message, limit=2000, keep_lines=True)}")
    if run.total_trades is not None:
        parts.append("\n".join(_figures(run)))
    if curve is not None and len(curve[0]) > 1:
        parts.append("\n".join(_drawn(curve, width, ascii_only)))
    if full and run.total_trades is not None:
        parts.append("\n".join(["more figures", *further_figures(run)]))
        parts.append("\n".join(monthly_table(run)))
    remarks = _remarks(run)
    if remarks:
        parts.append("\n".join(remarks))
    return "\n\n".join(filter(None, parts))


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
    return _STATUS.get(run.status) or clean(run.status, limit=20)


def _heading(run: RunRecord) -> list[str]:
    span = f"{day(run.start_date)} to {day(last_moment(run.start_date, run.end_date))}"
    status = _status(run) + _how_far(run)
    if run.started_at is not None and run.finished_at is not None:
        status += f" in {_took((run.finished_at - run.started_at).total_seconds())}"
    return [
        f"Run {run.id} · {run.strategy} · {run.symbol} {run.timeframe} · {span}  {status}",
        " · ".join(_parameters(run)) or "no parameters",
        " · ".join(_terms(run)),
    ]


def _how_far(run: RunRecord) -> str:
    """Return how far a run is, or was when it failed."""
    if run.status == "running":
        return f" {run.progress_pct} %"
    return f" at {run.progress_pct} %" if run.status == "failed" and run.progress_pct else ""


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else duration(seconds)


def _parameters(run: RunRecord) -> list[str]:
    return [f"{clean(str(name), limit=60)} {_value(value)}" for name, value in run.params.items()]


def _value(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else clean(str(value), limit=60)


def _terms(run: RunRecord) -> list[str]:
    settings = RunSettings.of_run(run)
    size = f"{run.volume:g} lots" if run.risk_pct is None else f"risk {run.risk_pct:g} %"
    spread = "spread as recorded" if _recorded(run) else f"spread {run.spread_pips:g}"
    currency = clean(settings.account_currency, limit=3)
    terms = [f"{run.initial_balance:,.2f} {currency}", size, spread, run.execution_mode]
    terms.append(f"commission {run.commission_per_lot:g}")
    return [*terms, f"leverage {settings.leverage:g}", *further_terms(run)]


def _figures(run: RunRecord) -> list[str]:
    """Return the metrics in two columns; what is undefined is a dash."""
    extra = run.statistics
    left = [
        ("net profit", number(extra.get("net_profit"), signed=True)),
        ("return", with_percent(number(run.total_return_pct, signed=True))),
        ("return a year", with_percent(number(extra.get("cagr_pct"), signed=True))),
        ("profit factor", number(run.profit_factor)),
        ("max drawdown", with_percent(number(run.max_drawdown_pct))),
        ("recovery factor", number(run.recovery_factor)),
        ("sharpe", number(run.sharpe_ratio)),
        ("sortino", number(run.sortino_ratio)),
        ("expectancy", number(run.expectancy, signed=True)),
        ("final equity", number(extra.get("final_equity"))),
    ]
    right = [
        ("trades", count(run.total_trades)),
        ("won", with_percent(percent_of_one(run.win_rate))),
        ("average win", number(run.avg_win, signed=True)),
        ("average loss", number(run.avg_loss, signed=True)),
        ("longest winning", count(run.max_consec_wins)),
        ("longest losing", count(run.max_consec_losses)),
        ("exposure", with_percent(number(extra.get("exposure_pct"), 1))),
        ("average spread", number(run.avg_spread)),
        ("ambiguous exits", count(extra.get("ambiguous_exits"))),
        ("refused entries", count(extra.get("refused_entries"))),
    ]
    return columns(left, right)


def _drawn(curve: tuple[Sequence[float], Sequence[float]], width: int, ascii_only: bool) -> list[str]:
    times, values = curve
    axis = max(len(f"{max(values):,.0f}"), 7)
    equity = line_chart(
        times, values, width=width, height=_CURVE_HEIGHT, ascii_only=ascii_only, axis_width=axis
    )
    drawdown = drawdown_chart(
        times, values, width=width, height=_DRAWDOWN_HEIGHT, ascii_only=ascii_only, axis_width=axis
    )
    return ["equity", *equity.lines, "drawdown %", *drawdown.lines]


def _remarks(run: RunRecord) -> list[str]:
    remarks = []
    if run.symbol == _SYNTHETIC_SYMBOL:
        remarks.append(_SYNTHETIC)
    if refused := _refused(run):
        remarks.append(refused)
    if run.statistics.get("stopped_out"):
        remarks.append("The account went broke: the run was stopped out and traded no more.")
    if _recorded(run):
        remarks.append(_FLATTERED)
    remarks += filter(None, (figures_of_model(run), cutoff_warning(run)))
    return remarks


def _refused(run: RunRecord) -> str:
    """Return why entries were refused; "" where none were, or where it was not written down."""
    reasons = {name: int(run.statistics.get(f"refused_{name}") or 0) for name in _REFUSED}
    told = [f"{amount:,} {_REFUSED[name]}" for name, amount in reasons.items() if amount]
    return f"Refused entries: {', '.join(told)}." if told else ""


def _recorded(run: RunRecord) -> bool:
    return RunSettings.of_run(run).spread_source == "data"

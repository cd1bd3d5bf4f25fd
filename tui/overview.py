"""The overview of a run as lines: how far it is, its curves, its figures, its settings."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.text import clean
from db.runs import RunRecord
from tui import formats
from tui.curves import Curve
from tui.further import further_terms
from tui.run_columns import gain_style, silence, time_left
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

_GAP = 3
_LEAST_COLUMN = 24
_MOST_COLUMN = 30

# Figures kept beside the columns of a run: name, what people call it, decimals (0: a count).
_FURTHER = (
    ("cagr_pct", "return a year %", 2),
    ("calmar_ratio", "calmar", 2),
    ("ulcer_index", "ulcer index", 2),
    ("time_under_water_pct", "under water %", 1),
    ("longest_under_water_days", "longest, days", 1),
    ("max_drawdown", "drawdown, money", 2),
    ("best_trade", "best trade", 2),
    ("worst_trade", "worst trade", 2),
    ("avg_mae", "average worst", 2),
    ("avg_mfe", "average best", 2),
    ("avg_bars_held", "bars held", 1),
    ("positions", "positions", 0),
    ("position_win_rate", "positions won %", 1),
    ("best_five_share", "five best, %", 1),
    ("gross_profit", "gross profit", 2),
    ("gross_loss", "gross loss", 2),
    ("commission", "commission", 2),
    ("sqn", "SQN", 2),
    ("z_score", "z score", 2),
    ("probabilistic_sharpe", "chance sharpe>0 %", 1),
)
# Those of them that are kept as shares of one.
_SHARES = {"position_win_rate", "best_five_share", "probabilistic_sharpe"}


@dataclass(frozen=True)
class Room:
    """The cells there are, and whether the terminal knows more than ASCII."""

    width: int
    height: int
    ascii_only: bool


def status_line(run: RunRecord, moment: datetime) -> Line:
    """Return the state of a run in a few words."""
    if run.status == "pending":
        return line("… waiting for its turn", "dim")
    if run.status == "failed":
        return line(f"✗ failed{_where(run)}", "bad")
    if run.status == "cancelled":
        return line(f"■ cancelled{_where(run)}", "dim")
    if run.status == "completed":
        taken = (run.finished_at - run.started_at) if run.finished_at and run.started_at else None
        return line("✓ done" + (f" in {formats.taken(taken.total_seconds())}" if taken else ""))
    return _running(run, moment)


def _where(run: RunRecord) -> str:
    return f" at {run.progress_pct} %" if run.progress_pct else ""


def _running(run: RunRecord, moment: datetime) -> Line:
    job = run.job
    if job is None:
        return line("▶ starting", "live")
    silent = silence(job.heartbeat, moment)
    if silent:
        return line(f"▶ {run.progress_pct} %  no sign for {silent} s", "warn")
    if job.cancel_requested:
        return line(f"▶ {run.progress_pct} %  cancelling", "live")
    if not job.bars_done:
        return line(f"▶ {job.phase or 'starting'}", "live")
    parts = [f"▶ {run.progress_pct} %"]
    if run.started_at and job.heartbeat and job.heartbeat > run.started_at:
        speed = job.bars_done / (job.heartbeat - run.started_at).total_seconds()
        parts.append(f"{formats.compact(speed)} bars/s")
    left = time_left(run.started_at, job.heartbeat, job.bars_done, job.bars_total)
    if left:
        parts.append(f"{formats.duration(left)} left")
    return line("  ".join(parts), "live")


def overview_lines(run: RunRecord, curve: Curve, room: Room) -> list[Line]:
    """Return the whole page; it may be longer than the room is high. Without room there is none."""
    if room.width < _LEAST_COLUMN:
        return []
    lines = _state_lines(run, room)
    settings = _settings_lines(run, room.width)
    if run.status != "completed":
        left = room.height - len(lines) - len(settings) - 1
        return [*lines, *_charts(curve, room, left), *settings]
    figures = _figure_lines(_main_figures(run), room.width)
    further = _figure_lines(_further_figures(run), room.width)
    below = [*figures, line(""), *settings, line(""), *further]
    left = room.height - len(lines) - len(below) - 1
    return [*lines, *_charts(curve, room, left), *below]


def _state_lines(run: RunRecord, room: Room) -> list[Line]:
    if run.status == "failed":
        reason = run.error_message or "It ended without a reason."
        return [*(line(text, "bad") for text in textwrap.wrap(reason, room.width)), line("")]
    if run.status == "running" and run.job is not None and run.job.bars_total:
        return [_progress(run, room), line("")]
    if run.statistics.get("stopped_out"):
        return [line("The account was used up before the end; the run traded no more.", "bad"), line("")]
    return []


def _progress(run: RunRecord, room: Room) -> Line:
    job = run.job
    assert job is not None  # noqa: S101 - looked at by the caller
    width = 40 if room.width >= 110 else 16
    done = round(job.bars_done / job.bars_total * width)
    full, empty = ("#", ".") if room.ascii_only else ("━", "─")
    bars = f"  {formats.count(job.bars_done)} of {formats.count(job.bars_total)} bars"
    so_far = f"  {formats.plural(job.trades, 'trade')}"
    equity = f"  equity {formats.number(job.equity)}" if job.equity is not None else ""
    return (
        Cell(full * done, "live"),
        Cell(empty * (width - done), "dim"),
        Cell(bars + so_far + equity),
    )


def _charts(curve: Curve, room: Room, left: int) -> list[Line]:
    times, values = curve
    if not times:
        return []
    from tui.plots import drawdown_chart, line_chart

    height = min(max(left, 11), 26)
    low = max(3, (height - 2) // 3)
    axis = 10
    width = min(room.width, 160)
    equity = line_chart(
        times, values, width=width, height=height - 2 - low, ascii_only=room.ascii_only, axis_width=axis
    )
    fall = drawdown_chart(times, values, width=width, height=low, ascii_only=room.ascii_only, axis_width=axis)
    drawn = [
        *((Cell(side, "dim"), Cell(canvas, "accent")) for side, canvas in equity.rows[:-1]),
        *((Cell(side, "dim"), Cell(canvas, "bad")) for side, canvas in fall.rows),
    ]
    titled: list[Line] = [line("equity", "dim"), *drawn[: height - 3 - low], line("drawdown %", "dim")]
    return [*titled, *drawn[height - 3 - low :], line("")]


# Figures


Figure = tuple[str, str, str]


def _figure_lines(figures: Sequence[Figure], width: int) -> list[Line]:
    columns = max(1, min((width + _GAP) // (_LEAST_COLUMN + _GAP), 4))
    each = min((width + _GAP) // columns - _GAP, _MOST_COLUMN)
    rows = -(-len(figures) // columns)
    return [_figure_row(figures[row::rows], each) for row in range(rows)]


def _figure_row(figures: Sequence[Figure], each: int) -> Line:
    cells: list[Cell] = []
    for index, (name, value, style) in enumerate(figures):
        cells.append(Cell((" " * _GAP if index else "") + name, "dim"))
        cells.append(Cell(" " * max(1, each - len(name) - len(value)) + value, style))
    return tuple(cells)


def _main_figures(run: RunRecord) -> list[Figure]:
    net = _net(run)
    return [
        ("net profit", formats.number(net, signed=True), gain_style(net)),
        ("return %", formats.number(run.total_return_pct, signed=True), gain_style(run.total_return_pct)),
        ("profit factor", formats.number(run.profit_factor), ""),
        ("expectancy", formats.number(run.expectancy, signed=True), gain_style(run.expectancy)),
        ("trades", formats.count(run.total_trades), ""),
        ("won %", formats.percent_of_one(run.win_rate), ""),
        ("average win", formats.number(run.avg_win, signed=True), ""),
        ("average loss", formats.number(run.avg_loss, signed=True), ""),
        ("longest winning", formats.count(run.max_consec_wins), ""),
        ("longest losing", formats.count(run.max_consec_losses), ""),
        ("max drawdown %", formats.number(run.max_drawdown_pct), ""),
        ("recovery factor", formats.number(run.recovery_factor), ""),
        ("sharpe", formats.number(run.sharpe_ratio), ""),
        ("sortino", formats.number(run.sortino_ratio), ""),
        ("exposure %", _statistic(run, "exposure_pct", 1), ""),
        ("ambiguous exits", _statistic(run, "ambiguous_exits", 0), ""),
        ("refused entries", _statistic(run, "refused_entries", 0), ""),
    ]


def _net(run: RunRecord) -> float | None:
    if run.total_return_pct is None:
        return None
    return run.total_return_pct / 100.0 * run.initial_balance


def _further_figures(run: RunRecord) -> list[Figure]:
    spread = ("average spread", formats.number(run.avg_spread), "")
    return [spread, *((label, _statistic(run, name, digits), "") for name, label, digits in _FURTHER)]


def _statistic(run: RunRecord, name: str, digits: int) -> str:
    value = run.statistics.get(name)
    if not isinstance(value, int | float):
        return formats.UNDEFINED
    return formats.percent_of_one(value, digits) if name in _SHARES else formats.number(value, digits)


# Settings


def _settings_lines(run: RunRecord, width: int) -> list[Line]:
    params = " · ".join(f"{name} {_setting(value)}" for name, value in run.params.items())
    size = f"risk {run.risk_pct:g} %" if run.risk_pct is not None else f"{run.volume:g} lots"
    recorded = run.settings.get("spread_source") == "data"
    spread = "spread as recorded" if recorded else f"spread {run.spread_pips:g}"
    terms = [
        run.execution_mode,
        size,
        spread,
        f"commission {run.commission_per_lot:g}",
        f"balance {formats.number(run.initial_balance, 0)}",
        *further_terms(run),
    ]
    currency = run.settings.get("account_currency", "USD")
    if currency != "USD":
        terms.append(clean(str(currency), limit=3))
    texts = [params, " · ".join(terms)] if params else [" · ".join(terms)]
    if run.notes:
        texts.append(run.notes)
    return [line(part, "dim") for text in texts for part in textwrap.wrap(text, width)]


def _setting(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

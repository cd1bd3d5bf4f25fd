"""The run under the cursor: its equity and key figures, below the list."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from db.runs import RunSummary
from tui import formats
from tui.drawing.curves import preview_values, spaced
from tui.run_list.columns import gain_style, status_cell
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line

LEAST_HEIGHT = 9
_FIGURES_WIDTH = 30


class Preview(Lines):
    """A few lines that follow the cursor once it rests."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__([line("")] * LEAST_HEIGHT, id=id)
        self._show_again: Callable[[], None] | None = None

    def on_resize(self) -> None:
        """Show the same run in the new room."""
        if self._show_again is not None:
            self._show_again()

    def show_run(self, run: RunSummary, moment: datetime, *, ascii_only: bool) -> None:
        """Show a run."""
        self._show_again = partial(self.show_run, run, moment, ascii_only=ascii_only)
        width = max(24, self.size.width - _FIGURES_WIDTH - 3)
        height = max(LEAST_HEIGHT, self.size.height) - 2
        chart = _chart(run, width, height, ascii_only=ascii_only)
        figures = _figures(run)
        rows: list[Line] = [(Cell("─" * self.size.width, "dim"),), _title(run, moment)]
        for index in range(height):
            axis, canvas = chart[index] if index < len(chart) else ("", "")
            figure = figures[index] if index < len(figures) else ()
            left = (Cell(axis, "dim"), Cell(canvas.ljust(width - len(axis)), "accent"), Cell("   "))
            rows.append((*left, *figure))
        self.show(rows)


def _title(run: RunSummary, moment: datetime) -> Line:
    status = status_cell(run, now=lambda: moment)
    period = (
        f"{formats.day(run.start_date)} to {formats.day(formats.last_moment(run.start_date, run.end_date))}"
    )
    about = f"#{run.id} {run.strategy} {run.symbol} {run.timeframe} · {period}"
    costs = f" · {run.execution_mode} · spread {run.spread_pips:g} · "
    return (Cell(about, "title"), Cell(costs, "dim"), status)


def _chart(run: RunSummary, width: int, height: int, *, ascii_only: bool) -> tuple[tuple[str, str], ...]:
    times, values = spaced(preview_values(run.preview), run.start_date, run.end_date)
    if not values:
        return (("", ""), ("", run.error_message or ""))
    from tui.drawing.plots import line_chart

    return line_chart(times, values, width=width, height=height, ascii_only=ascii_only).rows


def _figures(run: RunSummary) -> list[Line]:
    net = None
    if run.total_return_pct is not None:
        net = run.total_return_pct / 100.0 * run.initial_balance
    pairs = [
        ("net profit", formats.number(net, signed=True), gain_style(net)),
        ("expectancy", formats.number(run.expectancy, signed=True), gain_style(run.expectancy)),
        ("won %", formats.percent_of_one(run.win_rate), ""),
        ("max drawdown %", formats.number(run.max_drawdown_pct), ""),
        ("recovery", formats.number(run.recovery_factor), ""),
        ("average win", formats.number(run.avg_win, signed=True), ""),
        ("average loss", formats.number(run.avg_loss, signed=True), ""),
        # From here on there is room on high terminals only.
        ("trades", formats.count(run.total_trades), ""),
        ("profit factor", formats.number(run.profit_factor), ""),
        ("sharpe", formats.number(run.sharpe_ratio), ""),
        ("sortino", formats.number(run.sortino_ratio), ""),
    ]
    return [(Cell(f"{name:<15}", "dim"), Cell(f"{value:>13}", style)) for name, value, style in pairs]

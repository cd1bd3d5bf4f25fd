"""The run under the cursor: its equity and key figures, below the list."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from core.text import clean
from db.runs import RunSummary
from tui import formats
from tui.drawing.curves import Curve, live_values, preview_values, spaced
from tui.folding import wrapped
from tui.pages.so_far import SoFar, of_summary, place_sentences
from tui.run_curve import Known, known_of, live_curve, period_of
from tui.run_list.columns import gain_style, parameters_of, status_cell
from tui.widgets.columns import Cell
from tui.widgets.growing import Growing
from tui.widgets.lines import Line, cut, length, line

if TYPE_CHECKING:
    from tui.screens.base import WorkScreen

LEAST_HEIGHT = 10
# The line above, the title, and what the run was made with.
_HEAD = 3
_FIGURES_WIDTH = 30
_FIGURE = 28
# A reason that is longer leaves no room for the curve below it.
_MOST_REASON = 3

_NOTHING = Known()

# The name of a figure, its value as text and the style of that.
Told = tuple[str, str, str]


class _Shown(NamedTuple):
    """What is shown: a run, the moment it is looked at, and whether in plain characters."""

    run: RunSummary
    moment: datetime
    ascii_only: bool


class Preview(Growing):
    """A few lines that follow the cursor once it rests."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__([line("")] * LEAST_HEIGHT, id=id)
        self._shown: _Shown | None = None
        self._known: dict[int, Known] = {}

    def on_resize(self) -> None:
        """Show the same run in the new room."""
        self._draw()

    def show_run(self, run: RunSummary, moment: datetime, *, ascii_only: bool) -> None:
        """Show a run; what the row of one without a result does not tell is read, and shown then."""
        before, self._shown = self._shown, _Shown(run, moment, ascii_only)
        if run.status == "completed":
            self._draw()
            return
        if before is None or before.run.id != run.id:
            self._known.clear()
            self._draw()
        self._host.start(partial(self._read, run.id), group="preview", alone=True)

    def show_nothing(self) -> None:
        """Show no run: there is none under the cursor."""
        if self._shown is not None:
            self._shown = None
            self.show([line("")] * LEAST_HEIGHT)

    async def _read(self, run_id: int) -> None:
        known = await self._host.bench.link.read(known_of, run_id)
        if self.is_attached:
            self._known = {run_id: known}
            self._draw()

    @property
    def _host(self) -> "WorkScreen":
        return cast("WorkScreen", self.screen)

    def _draw(self) -> None:
        if self._shown is None:
            return
        run, moment, ascii_only = self._shown
        width = max(24, self.size.width - _FIGURES_WIDTH - 3)
        height = max(LEAST_HEIGHT, self.size.height) - _HEAD
        if run.status == "completed":
            left, told = _chart(run, _result(run), width, height, ascii_only=ascii_only), _figures(run)
        else:
            known = self._known.get(run.id, _NOTHING)
            curve = live_curve(run, live_values(known.packed), run.bars_done, run.bars_total)
            so_far = of_summary(run, curve)
            said = _said(run, so_far, known, self._host.key("pause"), width)
            chart = _chart(run, curve, width, height - len(said), ascii_only=ascii_only)
            left, told = [*said, *chart], _figures_so_far(so_far)
        rule: Line = (Cell("─" * self.size.width, "dim"),)
        head = [rule, title_line(run, moment, self.size.width), _made_with(run, self.size.width)]
        self.show([*head, *_beside(left, told, width, height)])


def _beside(left: Sequence[Line], told: Sequence[Told], width: int, height: int) -> list[Line]:
    """Return lines with a figure at the right of each, as far as there are figures."""
    rows: list[Line] = []
    for index in range(height):
        parts = left[index] if index < len(left) else ()
        name, value, style = told[index] if index < len(told) else ("", "", "")
        filled = (*parts, Cell(" " * (width + 3 - length(parts))))
        rows.append((*filled, Cell(name, "dim"), Cell(value.rjust(_FIGURE - len(name)), style)))
    return rows


def title_line(run: RunSummary, moment: datetime, width: int) -> Line:
    """Return what a run is, in at most so many cells; a long name gives way to market and status."""
    status = status_cell(run, now=lambda: moment)
    period = (
        f"{formats.day(run.start_date)} to {formats.day(formats.last_moment(run.start_date, run.end_date))}"
    )
    spread = "as recorded" if run.spread_is_recorded else f"{run.spread_pips:g}"
    market = Cell(f" {run.symbol} {run.timeframe} · {period}", "title")
    behind: Line = (market, Cell(f" · {run.execution_mode} · spread {spread} · ", "dim"), status)
    return (*cut(line(f"#{run.id} {run.strategy}", "title"), width - length(behind)), *behind)


def _made_with(run: RunSummary, width: int) -> Line:
    """Return what tells runs of one strategy apart: its parameters, and the note."""
    told = [*parameters_of(run), *([f"note: {clean(run.notes)}"] if run.notes else [])]
    return cut(line(" · ".join(told), "dim"), width)


def _result(run: RunSummary) -> Curve:
    return spaced(preview_values(run.preview), run.start_date, run.end_date)


def _chart(run: RunSummary, curve: Curve, width: int, height: int, *, ascii_only: bool) -> list[Line]:
    """Draw a curve; that of a run without a result as the part of its period that is known."""
    if not curve[0]:
        return []
    from tui.drawing.plots import line_chart

    period = None if run.status == "completed" else period_of(run)
    chart = line_chart(*curve, width=width, height=height, ascii_only=ascii_only, period=period)
    return [(Cell(axis, "dim"), Cell(canvas, "accent")) for axis, canvas in chart.rows]


def _said(run: RunSummary, so_far: SoFar, known: Known, pause_key: str, width: int) -> list[Line]:
    """Return what there is to be said of a run without a result: why it failed, or what it waits for."""
    sentences = () if known.place is None else place_sentences(known.place, pause_key)
    reason = run.error_message if run.status == "failed" else None
    told = [(reason or "", "bad"), *((sentence, "") for sentence in sentences), (so_far.none_done, "dim")]
    return [line(part, style) for text, style in told for part in wrapped(text, width, most=_MOST_REASON)]


def _figures_so_far(so_far: SoFar) -> list[Told]:
    """Return what a worker told last; nothing before the first bar."""
    if not so_far.done or not so_far.total:
        return []
    return [
        ("bars", f"{formats.count(so_far.done)} of {formats.count(so_far.total)}", ""),
        ("trades", formats.count(so_far.trades), ""),
        ("equity", formats.number(so_far.equity), ""),
        *(
            (f"{name.removeprefix('max ')} {unit}".rstrip(), value, style)
            for name, value, unit, style in so_far.figures()
        ),
    ]


def _figures(run: RunSummary) -> list[Told]:
    net = None
    if run.total_return_pct is not None:
        net = run.total_return_pct / 100.0 * run.initial_balance
    return [
        ("net profit", formats.number(net, signed=True), gain_style(net)),
        ("expectancy", formats.number(run.expectancy, signed=True), gain_style(run.expectancy)),
        ("win %", formats.percent_of_one(run.win_rate), ""),
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

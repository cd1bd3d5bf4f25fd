"""The lines above a chart."""

from datetime import UTC, datetime

from tui.chart.chart import Chart, Reading
from tui.chart.picture import Scene, line_names
from tui.chart.player import Player
from tui.chart.sentences import (
    bar_line,
    columns_line,
    replay_line,
    trade_line,
    trades_line,
    unmarked_said,
)
from tui.chart.standing import Standing, standing_at
from tui.drawing.curves import Curve
from tui.widgets.lines import Line, line


def head_lines(
    chart: Chart, reading: Reading, curve: Curve, player: Player, why_no_trades: str | None, *, width: int
) -> list[Line]:
    """Return what is said of the bar, and of the replay, the trade in view or all trades."""
    terms, digits = chart.loaded.terms, chart.loaded.digits
    spread = reading.bar.spread if terms.spread is None else terms.spread / terms.pip
    first = bar_line(reading.bar, digits, spread, width)
    if reading.is_replay:
        standing = _standing(chart, reading, curve)
        told = replay_line(
            standing,
            reading.levels,
            digits,
            width,
            speed=player.speed,
            is_playing=player.is_playing,
            is_at_end=chart.view.is_at_end,
        )
        return [first, told]
    if chart.trades is None or why_no_trades is not None:
        return [first, line(why_no_trades or "", "dim")]
    count = len(chart.trades)
    if reading.chosen is not None:
        trade = reading.chosen.trade
        number = (chart.trades.index_of(trade.id) or 0) + 1
        above, rule = datetime.fromtimestamp(reading.bar.second, UTC), chart.loaded.stop_rule
        return [first, trade_line(trade, number, count, digits, width, above=above, stop_rule=rule)]
    chosen = None if chart.chosen is None else chart.chosen + 1
    return [first, trades_line(count, len(reading.in_view), chosen=chosen)]


def drawn_lines(
    scene: Scene, reading: Reading, *, width: int, zoom_key: str, is_computing: bool
) -> list[Line]:
    """Return what the strategy's lines are, or that they are to come, and what is drawn in another way."""
    glyphs, lines, told = scene.line_glyphs, "", []
    if glyphs:
        told.append(line_names(scene, reading.values))
        lines = "lines at its last bar" if any(glyphs.values()) else "lines inside are not drawn"
    elif is_computing:
        told.append(line("The strategy's lines are being computed ...", "dim"))
    unmarked = unmarked_said(reading.marking, len(reading.shown), zoom_key)
    bars, is_line = reading.columns.window.bars, scene.style.is_line
    if said := columns_line(bars, width, is_line=is_line, lines=lines, unmarked=unmarked):
        told.append(said)
    return told


def _standing(chart: Chart, reading: Reading, curve: Curve) -> Standing | None:
    if chart.trades is None:
        return None
    return standing_at(chart.trades, curve, chart.loaded.terms, reading.bar)

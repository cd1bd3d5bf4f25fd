"""The lines above a chart."""

from tui.chart.chart import Chart, Reading
from tui.chart.player import Player
from tui.chart.sentences import bar_line, replay_line, trade_line, trades_line
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
        return [first, trade_line(trade, number, count, digits, width, stop_rule=chart.loaded.stop_rule)]
    chosen = None if chart.chosen is None else chart.chosen + 1
    return [first, trades_line(count, len(reading.in_view), is_marked=bool(reading.shown), chosen=chosen)]


def _standing(chart: Chart, reading: Reading, curve: Curve) -> Standing | None:
    if chart.trades is None:
        return None
    return standing_at(chart.trades, curve, chart.loaded.terms, reading.bar)

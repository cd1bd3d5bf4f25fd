"""A chart of which each column holds several bars: candles, trades and lines as far as they can be read."""

import numpy as np
import pytest

from core.home import Home
from core.market.bars import Bars, Floats
from db.trades import TradeRecord
from tests.shots.reading import screen_text
from tests.tui.chart.making import bars_of, climbing, trade
from tests.tui.chart.opening import FIRST, moment, open_chart
from tests.tui.chart.test_drawn import at, columns_of, lines_of, scene_of, text_of
from tests.tui.conftest import make_app, until, until_shown
from tui.chart import chart as chart_module
from tui.chart.bars_drawn import draw_candles
from tui.chart.canvas import Canvas
from tui.chart.columns import read_columns
from tui.chart.marks import ARROWS, Marker, Marking, Shown, marking_of
from tui.chart.picture import CHART_STYLES, line_names
from tui.chart.scale import Scale
from tui.chart.sentences import columns_line, style_said, unmarked_said
from tui.chart.window import Window
from tui.widgets.lines import Line, length


def text(line: Line) -> str:
    return "".join(cell.text for cell in line)


# Candles


def test_several_bars_make_a_candle_from_their_first_open_to_their_last_close() -> None:
    rising, falling = [(2, 3, 1, 1), (1, 4, 0, 3)], [(3, 4, 2, 3), (3, 3, 0, 2)]
    columns = read_columns(bars_of([*rising, *falling]), Window(4, 2, bars=2), 4, {})
    canvas = Canvas(2, 4)
    draw_candles(canvas, columns, Scale(0, 4, 4), ascii_only=False)
    assert text_of(canvas) == ["││", "║┃", "╨╿", "││"]


@pytest.mark.parametrize("bars", [2, 8, 64])
def test_bars_are_candles_however_many_stand_in_a_column_unless_a_line_is_wanted(bars: int) -> None:
    columns = read_columns(climbing(bars * 20), Window(bars * 20, 20, bars=bars), bars * 20, {})
    candles, a_line = ("".join(lines_of(scene_of(columns, style=CHART_STYLES[n]), 20)) for n in (0, 2))
    assert "║" in candles
    assert "║" not in a_line
    assert any("\u2800" < glyph <= "\u28ff" for glyph in a_line)


# Marks


@pytest.mark.parametrize(
    ("trades", "marking"), [(0, "all"), (55, "all"), (56, "entries"), (165, "entries"), (166, "chosen")]
)
def test_marks_are_as_many_as_can_be_told_apart(trades: int, marking: Marking) -> None:
    assert marking_of(trades, 110) == marking


def marked(*shown: Shown, chosen: int | None = None) -> list[str]:
    columns = columns_of([(5, 6, 4, 5)] * 8)
    canvas, scale = Canvas(8, 10), Scale(0, 10, 10)
    Marker(canvas, columns, scale, ARROWS).mark_entries(shown, chosen)
    return text_of(canvas)


def test_of_entries_alone_several_in_a_column_are_one_mark_for_buys_and_one_for_sells() -> None:
    buys = [Shown(trade(number, 1, 3, profit=5), at(1), at(3)) for number in (1, 2)]
    sell = Shown(trade(3, 1, 6, side="SELL"), at(1), at(6))
    drawn = marked(*buys, sell)
    assert [drawn[row].strip() for row in (3, 7)] == ["▼", "▲"]
    assert len("".join(drawn).replace(" ", "")) == 2


def test_among_entries_alone_the_chosen_trade_has_its_exit_too() -> None:
    shown = [Shown(trade(number, 1, 3, profit=5), at(1), at(3)) for number in (1, 2)]
    drawn = marked(*shown, chosen=2)
    assert [drawn[row] for row in (3, 7)] == ["   +    ", " ▲      "]


def test_where_trades_are_too_many_it_is_said_what_is_marked_and_which_key_shows_more() -> None:
    assert unmarked_said("all", 40, "+") == ()
    assert unmarked_said("entries", 80, "+") == ("only entries are marked", "+ zooms in")
    assert unmarked_said("chosen", 1, "F4") == ("only this trade is marked", "F4 zooms in")
    assert unmarked_said("chosen", 0, "+") == ("too many trades to mark", "+ zooms in")


def test_a_style_is_confirmed_only_as_far_as_it_is_seen() -> None:
    assert style_said("candles", "letters", 9, 9) == "Drawn with candles, letters."
    assert style_said("candles", "letters", 900, 0) == (
        "Drawn with candles; here are too many trades to mark with letters."
    )
    assert (
        style_said("a line", "arrows", 0, 0) == "Drawn with a line; no trade is in view to mark with arrows."
    )


async def test_zoomed_out_the_chart_says_which_trades_are_marked_and_zoomed_in_marks_all(
    filled: Home, bars: Bars, listed: list[TradeRecord]
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        assert "marked" not in await open_chart(pilot)
        await pilot.press("0")
        screen = await until_shown(pilot, "bars a candle; only entries are marked; + zooms in")
        assert min(screen.count("▲"), screen.count("▼")) > 10
        assert _marks_of_exits(screen) == 1
        await pilot.press("plus", "plus")
        await until(pilot, lambda: "marked" not in screen_text(pilot.app))


def _marks_of_exits(screen: str) -> int:
    """Return how many exits are marked among the prices."""
    rows = [row[:71] for row in screen.splitlines()[5:-4] if "bars a candle" not in row]
    return sum(row.count(sign) for row in rows for sign in "+-=")


async def test_of_too_many_trades_only_the_chosen_one_is_marked_and_a_style_confirmed_only_with_it(
    filled: Home, bars: Bars, listed: list[TradeRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_module, "marking_of", lambda *_: "chosen")
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot)
        await pilot.press("0")
        screen = await until_shown(pilot, "bars a candle; only this trade is marked; + zooms in")
        assert (screen.count("▲"), screen.count("▼")) == (1, 0)
        await pilot.press("m")
        await until_shown(pilot, "Drawn with candles, letters.")
        await pilot.press("g", *moment(bars, FIRST - 5), "enter")
        screen = await until_shown(pilot, "bars a candle; too many trades to mark; + zooms in")
        await pilot.press("m")
        await until_shown(pilot, "Drawn with a line; here are too many trades to mark with arrows.")
        assert "▲" not in screen_text(pilot.app)


# What is said of a column


def test_what_a_column_holds_is_said_and_nothing_where_it_is_one_bar() -> None:
    assert columns_line(1, 80) == ()
    assert text(columns_line(4, 80)) == "4 bars a candle"
    assert text(columns_line(4, 80, is_line=True)) == "4 bars a column, from low to high"
    assert (
        text(columns_line(4, 80, lines="lines at its last bar")) == "4 bars a candle; lines at its last bar"
    )
    unmarked = ("too many trades to mark", "+ zooms in")
    assert text(columns_line(1, 80, unmarked=unmarked)) == "too many trades to mark; + zooms in"


@pytest.mark.parametrize("bars", [2, 1_052])
@pytest.mark.parametrize("unmarked", ["only entries are marked", "only this trade is marked"])
def test_however_narrow_it_is_the_key_that_marks_more_is_told(bars: int, unmarked: str) -> None:
    line = columns_line(bars, 60, lines="lines at its last bar", unmarked=(unmarked, "+ zooms in"))
    assert length(line) <= 60
    assert text(line) == f"{bars:,} bars a candle; {unmarked}; + zooms in"


# Lines


def test_a_line_that_hardly_leaves_columns_of_several_bars_is_not_drawn_and_has_no_sign() -> None:
    bars = climbing(80)
    lines: dict[str, Floats] = {"hidden": bars.close, "below": bars.low - 20, "gone": np.full(80, np.nan)}
    columns = read_columns(bars, Window(80, 20, bars=4), 80, lines)
    scene = scene_of(columns, has_volume=False)
    drawn = "".join(lines_of(scene, 40))
    assert "·" not in drawn
    assert drawn.count("•") > 10
    named = text(line_names(scene, {"hidden": 101.0, "below": 81.0, "gone": None}))
    assert named.startswith("hidden 101.00   • below 81.00")


def test_of_single_bars_every_line_is_drawn() -> None:
    bars = climbing(20)
    columns = read_columns(bars, Window(20, 20), 20, {"hidden": bars.close})
    assert scene_of(columns).line_glyphs == {"hidden": "·"}

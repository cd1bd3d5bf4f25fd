"""What a chart looks like."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from core.market.bars import Floats
from tests.tui.chart.making import BEGIN, HOUR, Prices, bars_of, climbing, trade
from tui.chart.bars_drawn import draw_candles, draw_ranges
from tui.chart.canvas import Canvas
from tui.chart.columns import Columns, read_columns
from tui.chart.drawing import same_end
from tui.chart.levels import Levels
from tui.chart.marks import ARROWS, LETTERS, PLAIN_ARROWS, Marker, Shown
from tui.chart.picture import CHART_STYLES, Scene, draw, line_names
from tui.chart.scale import Scale, scale_of
from tui.chart.strips import CURSOR, draw_volume, time_lines
from tui.chart.window import Window
from tui.widgets.columns import Cell


def text_of(canvas: Canvas) -> list[str]:
    return ["".join(cell.text for cell in canvas.line(row)) for row in range(canvas.rows)]


def columns_of(rows: Sequence[Prices], **shape: int) -> Columns:
    window = Window(total=len(rows), width=len(rows) * shape.get("columns", 1), **shape)
    return read_columns(bars_of(rows), window, len(rows), {})


def test_candles_are_told_apart_by_their_glyphs() -> None:
    rows = [(2, 4, 0, 3), (3, 4, 0, 2), (2, 4, 0, 2), (2, 2, 2, 2)]
    canvas = Canvas(4, 4)
    draw_candles(canvas, columns_of(rows), Scale(0, 4, 4), ascii_only=False)
    assert text_of(canvas) == ["│││ ", "║┃│ ", "╨╿┼─", "│││ "]
    canvas = Canvas(4, 4)
    draw_candles(canvas, columns_of(rows), Scale(0, 4, 4), ascii_only=True)
    assert text_of(canvas) == ["||| ", "=#| ", "=#--", "||| "]


def test_wicks_are_as_long_in_ascii_as_they_are_to_half_a_row() -> None:
    canvas = Canvas(3, 3)
    rows = [(1.2, 2.4, 0.6, 1.8), (1.8, 2.9, 0.1, 1.2), (1.2, 1.8, 0.6, 1.8)]
    draw_candles(canvas, columns_of(rows), Scale(0, 3, 3), ascii_only=True)
    assert text_of(canvas) == [",| ", "=#=", "'|'"]


def test_candles_stand_apart_where_there_is_room() -> None:
    canvas = Canvas(6, 2)
    draw_candles(
        canvas, columns_of([(0, 2, 0, 2), (2, 2, 0, 0)], columns=3), Scale(0, 2, 2), ascii_only=False
    )
    assert text_of(canvas) == [" ║  ┃ ", " ║  ┃ "]


def test_ranges_have_two_halves_a_column() -> None:
    columns = columns_of([(0, 4, 0, 1)] * 2 + [(2, 2, 2, 2)] * 2, bars=2)
    canvas = Canvas(2, 1)
    draw_ranges(canvas, columns, Scale(0, 4, 1), ascii_only=False)
    assert text_of(canvas) == ["⣿⠤"]
    canvas = Canvas(2, 2)
    draw_ranges(canvas, columns, Scale(0, 4, 2), ascii_only=True)
    assert text_of(canvas) == ["| ", "|'"]


# Marks


def marked(*shown: Shown, glyphs: object = ARROWS, chosen: int | None = None) -> list[str]:
    columns = columns_of([(5, 6, 4, 5)] * 8)
    canvas, scale = Canvas(8, 10), Scale(0, 10, 10)
    draw_candles(canvas, columns, scale, ascii_only=False)
    marker = Marker(canvas, columns, scale, glyphs)  # type: ignore[arg-type]
    marker.mark(shown, chosen)
    return text_of(canvas)


def at(bar: int) -> int:
    return BEGIN + bar * HOUR


def test_buys_are_entered_below_and_left_above_their_bars_and_sells_the_other_way() -> None:
    bought = Shown(trade(1, 1, 3, profit=5), at(1), at(3))
    sold = Shown(trade(2, 4, 6, side="SELL", profit=-5), at(4), at(6))
    drawn = marked(bought, sold)
    assert [drawn[row] for row in (3, 7)] == ["   +▼   ", " ▲    - "]
    assert marked(bought, glyphs=LETTERS)[7] == " B      "
    assert marked(bought, glyphs=PLAIN_ARROWS)[7] == " ^      "


def test_what_happens_in_one_bar_stands_one_beyond_the_other() -> None:
    turned = [Shown(trade(1, 1, 3, profit=5), at(1), at(3)), Shown(trade(2, 3, 6, side="SELL"), at(3), None)]
    drawn = marked(*turned)
    assert [drawn[row][3] for row in (2, 3)] == ["▼", "+"]


def test_a_position_left_in_parts_is_entered_once() -> None:
    parts = [Shown(trade(n, 1, 2 + n, position=1, profit=0), at(1), at(2 + n)) for n in (1, 2)]
    drawn = marked(*parts)
    assert "".join(drawn).count("▲") == 1
    assert drawn[3] == "   ==   "


def test_trades_beyond_the_window_are_not_marked() -> None:
    early, late = Shown(trade(1, -9, -2), at(-9), at(-2)), Shown(trade(2, 8, 9), at(8), at(9))
    assert marked(early, late) == marked()


# The whole picture


def scene_of(columns: Columns, **parts: object) -> Scene:
    return Scene(columns=columns, digits=2, **parts)  # type: ignore[arg-type]


def lines_of(scene: Scene, rows: int) -> list[str]:
    return ["".join(cell.text for cell in line) for line in draw(scene, rows).lines]


def test_a_picture_fills_its_rows_and_every_row_its_width() -> None:
    columns = read_columns(climbing(60), Window(60, 60), 60, {})
    for rows in (8, 15, 24, 40):
        drawn = lines_of(scene_of(columns, cursor=3), rows)
        assert len(drawn) == rows
        assert {len(line) for line in drawn[:-2]} <= {61, 61 + len(" 170.00")}
        assert drawn[-2][3] == CURSOR


def test_stop_target_and_way_of_the_chosen_trade_are_drawn() -> None:
    columns = read_columns(climbing(20), Window(20, 40, columns=2), 20, {})
    record = trade(7, 4, 15, price=105.0, profit=3)
    object.__setattr__(record, "exit_price", 114.0)
    chosen, levels = Shown(record, at(4), at(15)), Levels(at(4), at(15), 103.0, 118.0)
    drawn = lines_of(scene_of(columns, trades=[chosen], chosen=chosen, levels=levels, has_volume=False), 30)
    level = next(line for line in drawn if "s╌" in line)
    assert level.index("s") == 10  # beside bar 4, which stands in column 9 itself
    assert any("t╌╌╌" in line for line in drawn)
    assert sum(line.count(ARROWS.way) for line in drawn) > 5
    unknown = Shown(record, at(4), None)
    drawn = lines_of(scene_of(columns, trades=[unknown], chosen=unknown, has_volume=False), 30)
    assert not any("╌" in line or ARROWS.way in line for line in drawn)


def test_a_stop_that_moves_is_drawn_only_where_it_was_last() -> None:
    columns = read_columns(climbing(20), Window(20, 40, columns=2), 20, {})
    drawn = {
        rule: lines_of(scene_of(columns, levels=Levels(at(4), at(15), 103.0, None, rule)), 30)
        for rule in ("stays", "moves")
    }
    begins = {rule: next(line.index("s╌") for line in lines if "s╌" in line) for rule, lines in drawn.items()}
    assert begins == {"stays": 2 * 4 + 1, "moves": 2 * 15 + 1 - 4}


def test_where_a_column_is_many_bars_the_levels_of_a_short_trade_stand_at_it_alone() -> None:
    columns = read_columns(climbing(400), Window(400, 20, bars=20), 400, {})
    canvas = Canvas(20, 10)
    Marker(canvas, columns, Scale(100, 500, 10), ARROWS).levels(Levels(at(105), at(107), 200.0, None))
    (row,) = (line for line in text_of(canvas) if line.strip())
    assert (row.index("s"), row.strip()) == (5, "s╌")


def test_lines_are_drawn_where_nothing_else_stands_and_named_with_their_values() -> None:
    lines: dict[str, Floats] = {
        "low": climbing(24).low[:20] - 2.5,
        "gone": np.full(20, np.nan, dtype=np.float64),
    }
    columns = read_columns(climbing(20), Window(20, 20), 20, lines)
    scene = scene_of(columns, cursor=4)
    assert "".join(lines_of(scene, 30)).count("·") == 20
    named = line_names(scene, {"low": 101.0, "gone": None})
    assert "".join(cell.text for cell in named) == "· low 101.00   • gone \N{EN DASH}"


def test_a_style_draws_candles_as_a_line() -> None:
    columns = read_columns(climbing(20), Window(20, 40, columns=2), 20, {})
    candles, letters, a_line = ("".join(lines_of(scene_of(columns, style=one), 20)) for one in CHART_STYLES)
    assert candles == letters
    assert "║" in candles
    assert "║" not in a_line
    assert any("\u2800" < glyph <= "\u28ff" for glyph in a_line)


def test_a_picture_for_a_plain_terminal_is_ascii() -> None:
    columns = read_columns(climbing(20), Window(20, 20), 20, {"a": climbing(20).close})
    record = trade(7, 4, 15, price=105.0)
    chosen, levels = Shown(record, at(4), at(15)), Levels(at(4), at(15), 103.0, None)
    parts = {"trades": [chosen], "chosen": chosen, "levels": levels, "cursor": 3, "close": 104.0}
    for style in CHART_STYLES:
        scene = scene_of(columns, **parts, style=style, ascii_only=True)
        assert "".join(lines_of(scene, 20)).isascii()
        assert "".join(cell.text for cell in line_names(scene, {"a": 1.5})).isascii()


def test_without_known_bars_there_is_nothing() -> None:
    columns = read_columns(climbing(20), Window(20, 20, first=10), 5, {})
    assert lines_of(scene_of(columns), 12) == [""] * 12


@pytest.mark.parametrize("bars", [1, 20, 500])
def test_that_the_times_are_utc_stands_beside_them(bars: int) -> None:
    columns = read_columns(climbing(bars), Window(bars, 71), bars, {})
    times = lines_of(scene_of(columns, cursor=0), 12)[-1]
    assert times.endswith("  UTC")
    assert len(times) == 71 + len("  UTC")


# The price axis


def axis_of(scene: Scene, rows: int) -> list[str]:
    """Return what stands at the right of each row of prices, without its line."""
    return [line[scene.columns.window.width + 1 :] for line in lines_of(scene, rows)[:-2]]


def test_the_close_that_is_looked_at_stands_on_the_axis_and_gives_way_to_nothing() -> None:
    columns = read_columns(climbing(60), Window(60, 60), 60, {})
    scene = scene_of(columns, close=131.37, has_volume=False)
    told = axis_of(scene, 24)
    assert sum("▸131.37" in text for text in told) == 1
    without = axis_of(scene_of(columns, has_volume=False), 24)
    assert sum(text != other for text, other in zip(told, without, strict=True)) == 1
    assert sum(text.strip() != "" for text in told) >= sum(text.strip() != "" for text in without)
    assert axis_of(scene_of(columns, close=9_000.0, has_volume=False), 24) == without
    plain = axis_of(scene_of(columns, close=131.37, has_volume=False, ascii_only=True), 24)
    assert sum(">131.37" in text for text in plain) == 1


def test_the_close_stands_beside_the_bar_that_closed_there() -> None:
    columns = columns_of([(5, 9, 1, 5), (5, 6, 4, 6)])
    drawn = lines_of(scene_of(columns, close=6.0, has_volume=False), 20)
    row = next(line for line in drawn if "▸6.00" in line)
    assert row[1] in "╥╨║"


@pytest.mark.parametrize("rows", [9, 10, 11, 13, 16, 27, 50])
def test_where_there_are_nine_rows_three_round_prices_are_named_each_in_a_row_of_its_own(rows: int) -> None:
    for low in (0.6512, 1.0899, 109.2, 1_893.4):
        for span in np.geomspace(low * 1e-4, low, 50):
            scale = scale_of(low, low + span, rows)
            ticks = [*scale.ticks().values()]
            step = ticks[1] - ticks[0]
            digit = step / 10.0 ** np.floor(np.log10(step) + 1e-9)
            assert len(ticks) >= 3
            assert min(abs(digit - round_one) for round_one in (1, 2, 2.5, 5, 10)) < 1e-3
            assert np.allclose(np.diff(ticks), step, rtol=1e-6)


@pytest.mark.parametrize("rows", [5, 6, 7, 8])
def test_where_there_are_few_rows_two_prices_are_named(rows: int) -> None:
    for low in (0.6512, 1.0899, 1_893.4):
        assert all(len(scale_of(low, low * (1 + part), rows).ticks()) >= 2 for part in (1e-4, 3e-3, 0.07))


# Scale


def test_a_scale_leaves_rows_free_and_is_round() -> None:
    scale = scale_of(1.1002, 1.1048, 20)
    assert 1 <= scale.place(1.1048) <= 4
    assert 15 <= scale.place(1.1002) <= 18
    assert scale.ticks()[scale.place(1.102)] == pytest.approx(1.102)


def test_a_scale_stays_until_prices_leave_it_or_need_little_of_it() -> None:
    scale = scale_of(1.10, 1.11, 20)
    assert scale_of(1.101, 1.1099, 20, before=scale) is scale
    assert scale_of(1.101, 1.12, 20, before=scale) is not scale
    assert scale_of(1.104, 1.105, 20, before=scale) is not scale
    assert scale_of(1.101, 1.1099, 19, before=scale) is not scale


def test_a_level_far_away_does_not_press_the_bars_flat() -> None:
    assert scale_of(1.10, 1.11, 20, wanted=[1.115]).holds(1.115)
    assert scale_of(1.10, 1.11, 20, wanted=[1.3]) == scale_of(1.10, 1.11, 20)


@pytest.mark.parametrize("price", [0.0, 1e-5, 1.1, 123_456.0])
def test_a_market_that_does_not_move_has_a_scale(price: float) -> None:
    scale = scale_of(price, price, 10)
    assert 0 < scale.place(price) < 9
    assert scale.ticks()


# Volume and times


def test_volume_stands_on_the_ground() -> None:
    bars = bars_of([(1, 1, 1, 1)] * 4)
    object.__setattr__(bars, "volume", np.array([0.0, 1.0, 50.0, 100.0]))
    columns = read_columns(bars, Window(4, 4), 4, {})
    canvas = Canvas(4, 2)
    draw_volume(canvas, columns, ascii_only=False)
    assert text_of(canvas) == ["   █", " ▁██"]


@pytest.mark.parametrize(
    ("hours", "label"), [(1, "27 12:00"), (5, "02-03"), (24, "02-03"), (24 * 20, "2021"), (24 * 3, "2020-04")]
)
def test_labels_stand_at_the_first_bar_of_a_round_moment(hours: int, label: str) -> None:
    bars = climbing(80)
    seconds = BEGIN + 3600 * hours * np.arange(80)
    object.__setattr__(bars, "time", seconds.astype("datetime64[s]"))
    rule, labels = time_lines(read_columns(bars, Window(80, 80), 80, {}), None, ascii_only=False)
    assert (len(rule), len(labels)) == (80, 80)
    assert label in labels
    starts = [i for i, (a, b) in enumerate(pairwise(f" {labels}")) if a == " " and b != " "]
    assert all(b - a > len(label.split(maxsplit=1)[0]) for a, b in pairwise(starts))
    assert rule.count("┬") >= 2


def test_one_bar_has_a_label() -> None:
    _, labels = time_lines(read_columns(climbing(1), Window(1, 40), 1, {}), 0, ascii_only=True)
    assert labels.strip() == "2020-01-27 00:00"


# What is sent


def test_only_what_changed_and_what_is_left_of_it_is_drawn_again() -> None:
    wall = Cell("│", "dim")
    before = (Cell("┃", "bad"), Cell(" " * 9), wall)
    after = (Cell("┃", "bad"), Cell("║", "good"), Cell(" " * 8), wall)
    assert same_end(before, after) == 9
    assert same_end(before, before) == 11
    assert same_end((Cell("a  "),), (Cell("b  "),)) == 2
    assert same_end((Cell("a  ", "bad"),), (Cell("b  ", "good"),)) == 0

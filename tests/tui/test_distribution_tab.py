"""How the trades of a run are distributed."""

from contextlib import closing
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.results.groups import Group
from core.results.spread_of_trades import Bins, Quartiles
from core.run_breakdowns import GRID, Distribution, Excursions, Held, Profits
from db.connection import connect
from tests.records import run
from tests.shots.filling import COMPLETED, RUNNING, spread_trades
from tests.tui.conftest import make_app, until_shown
from tui.drawing.room import Room
from tui.pages.distribution import distribution_lines
from tui.pages.scatter import scatter_lines
from tui.widgets.lines import length

PROFITS = Profits(
    count=10,
    mean=1.5,
    deviation=12.25,
    skewness=-0.5,
    quartiles=Quartiles(-5.0, 2.0, 8.0),
    bins=Bins(2.5, -2, 4),
    in_bins={0: (1, -50.0), 2: (4, -5.0), 3: (5, 10.0)},
)
EXCURSIONS = Excursions(
    count=6,
    undefined=2,
    beyond=1,
    deepest=30.0,
    highest=20.0,
    cells={
        (0, 0): (1, 0),
        (GRID[0] - 1, 0): (0, 2),
        (0, GRID[1] - 1): (2, 1),
        (GRID[0] // 2, GRID[1] // 2): (0, 0),
    },
)
FOUND = Distribution(
    PROFITS,
    EXCURSIONS,
    {"buys": Group(10, 4, 15.0), "sells": Group(0, 0, 0.0)},
    {"sl": Group(6, 0, -60.0), "tp": Group(4, 4, 75.0)},
    Held(10, False, Quartiles(0.5, 2.0, 71.25), Quartiles(2.0, 8.0, 93.0)),
)


def page(width: int, *, found: Distribution = FOUND, ascii_only: bool = False) -> list[str]:
    lines = distribution_lines(run(), found, Room(width, 20, ascii_only))
    assert all(length(one) <= width for one in lines)
    return ["".join(part.text for part in one).rstrip() for one in lines]


def scatter(width: int, height: int, found: Excursions = EXCURSIONS) -> list[str]:
    lines = scatter_lines(found, "USD", width, height)
    assert all(length(one) <= width for one in lines)
    return ["".join(part.text for part in one).rstrip() for one in lines]


def test_bins_are_named_by_their_edges_and_bars_are_as_long_as_there_are_trades() -> None:
    lines = page(80)
    start = lines.index("profit of a trade, USD") + 2
    rows = lines[start : start + 5]
    assert [one.split("  ")[0].strip() or one.split("  ")[1].strip() for one in rows] == [
        "below -5.0",
        "-5.0 to -2.5",
        "-2.5 to 0.0",
        "0.0 to +2.5",
        "+2.5 to +5.0",
    ]
    assert [one.split()[-3:-1] if "█" in one else one.split()[-2:] for one in rows] == [
        ["1", "10.0"],
        ["0", "0.0"],
        ["4", "40.0"],
        ["5", "50.0"],
        ["0", "0.0"],
    ]
    bars = [one.count("█") + one.count("▌") / 2 for one in rows]
    assert bars[3] == max(bars) > 40
    assert bars[2] == pytest.approx(bars[3] * 0.8, abs=0.5)
    assert bars[0] == pytest.approx(bars[3] * 0.2, abs=0.5)


def test_figures_reasons_and_times_held_are_told() -> None:
    lines = [" ".join(one.split()) for one in page(80)]
    for expected in (
        "mean +1.50",
        "median +2.00",
        "middle half -5.00 to +8.00",
        "deviation 12.25",
        "skew -0.50",
        "hours 0.5 2.0 71.2",
        "bars 2 8 93",
    ):
        assert expected in lines
    assert any(one.startswith("buys 10 100.0 40.0 +15.00 +1.50") for one in lines)
    assert any(one.startswith("sells 0 0.0 \N{EN DASH}") for one in lines)
    assert next(one for one in lines if one.startswith("stop ")).startswith("stop 6 60.0 0.0 -60.00 -10.00")
    assert next(one for one in lines if one.startswith("target ")).startswith(
        "target 4 40.0 100.0 +75.00 +18.75"
    )


def test_bars_that_are_gone_are_told_and_a_choice_of_trades_too() -> None:
    held = Held(50_000, True, Quartiles(0.5, 2.0, 71.25), None)
    lines = page(80, found=replace(FOUND, held=held))
    assert "time held, at most, of 50,000 trades" in lines
    assert next(one for one in lines if one.startswith("bars")).split()[1:] == ["\N{EN DASH}"] * 3
    assert "The bars of this run are no longer in the library." in lines


def test_the_scatter_has_winners_losers_and_both_where_they_belong() -> None:
    title, *rows = scatter(80, 10)
    canvas = [row.partition("│")[2] for row in rows[:10]]
    assert title == "MFE upwards, MAE to the right, USD"
    assert canvas[0] == "*"
    assert canvas[-1] == "+" + " " * 67 + "x"
    assert canvas[4].strip() == "o"
    assert [row.partition("│")[0].strip() for row in rows[:10]].count("") < 10
    assert rows[10].strip() == "└" + "─" * 69
    assert rows[11].split() == ["0", "-10", "-20", "-30"]
    assert " ".join(rows[12:]).endswith(
        "2 trades without MAE or MFE left out. 1 beyond the edges, drawn at them."
    )


def test_the_sign_of_trades_without_gain_and_loss_is_explained_where_it_stands() -> None:
    said = ", o neither won nor lost."
    assert said in " ".join(scatter(80, 10))
    without = replace(EXCURSIONS, cells={(0, 0): (1, 0)})
    assert "o neither" not in " ".join(scatter(80, 10, without))


def test_bars_have_a_heading_that_says_what_they_measure() -> None:
    for width in (120, 200):
        lines = page(width)
        head = lines[lines.index(next(one for one in lines if "why trades ended" in one)) + 1]
        losses = next(one for one in lines if "stop   " in one)
        assert head.endswith("net loss net profit")
        assert head.rindex("net loss") + len("net loss") == losses.rindex("│")
    assert page(80)[1].split() == ["trades", "share", "%", "trades"]
    heads = [lines[lines.index("why trades ended") + 1] for lines in (page(60), page(80))]
    assert [head.split()[-4:] for head in heads] == [["%", "win", "%", "net"], ["net", "a", "trade", "net"]]


def test_without_excursions_there_is_no_scatter_but_a_sentence() -> None:
    none = Excursions(0, 10, 0, 1.0, 1.0, {})
    assert scatter(80, 10, none)[1:] == ["No trade of this run has MAE and MFE."]


@pytest.mark.parametrize("width", [60, 80, 107, 108, 120, 179, 180, 200, 300])
def test_the_page_fits_every_width(width: int) -> None:
    page(width)
    huge = replace(PROFITS, mean=1e9, bins=Bins(2.5e7, -10, 20), in_bins={n: (n + 1, 1e9) for n in range(22)})
    page(width, found=replace(FOUND, profits=huge, reasons={"[red]x" * 9: Group(1_000_000, 1, -1e12)}))


def test_bars_are_ascii_where_they_must_be() -> None:
    drawn = "".join(page(60, ascii_only=True)).replace("\N{EN DASH}", "")
    assert set(drawn) - set(map(chr, range(128))) <= set("│└─")


# The tab


async def _distribution(pilot: Pilot[int], run_id: int) -> None:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    await until_shown(pilot, f"Run {run_id} ·", "│ Distribution │")
    await pilot.press(*["less_than_sign"] * 3)


async def test_the_tab_shows_all_of_it_and_uses_the_room(filled: Home) -> None:
    spread_trades(filled)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _distribution(pilot, COMPLETED)
        await until_shown(pilot, "profit of a trade, USD", "share %", "█")
        await pilot.press("G")
        await until_shown(pilot, "x mostly losers", "3 trades without")
        await pilot.resize_terminal(200, 60)
        await until_shown(pilot, "profit of a trade", "MFE upwards", "why trades ended", "time held", "skew")


async def test_hostile_reasons_are_shown_as_text(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute("UPDATE backtest_trades SET exit_reason = ? WHERE position = 2", ("[/]\x1b]52;c",))
    async with make_app(filled).run_test(size=(120, 60)) as pilot:
        await _distribution(pilot, COMPLETED)
        screen = await until_shown(pilot, "why trades ended", "[/]")
        assert "\x1b" not in screen


async def test_a_run_under_way_is_read_when_it_has_ended(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _distribution(pilot, RUNNING)
        await until_shown(pilot, "The trades can be read when the run has ended.")
        with closing(connect(filled.store)) as connection:
            connection.execute("UPDATE backtest_trades SET run_id = ? WHERE run_id = ?", (RUNNING, COMPLETED))
            connection.execute(
                "UPDATE backtest_runs SET status = 'completed', total_trades = 120 WHERE id = ?", (RUNNING,)
            )
        await until_shown(pilot, "profit of a trade, USD", "why trades ended")


async def test_a_store_that_cannot_be_read_is_told_in_a_sentence(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "j", "enter")
        await until_shown(pilot, "│ Distribution │", "1 waiting")
        filled.store.rename(filled.path / "moved.db")
        await pilot.press(*["less_than_sign"] * 3)
        await until_shown(pilot, "store.db cannot be opened;")

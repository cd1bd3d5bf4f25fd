"""Buy and hold beside the equity, in the overview of a run."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count, takewhile
from typing import Any
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.jobs import holding
from core.jobs.bars_of_run import bars_of_run
from core.market.bars import Bars
from core.results.figures import FIGURES
from core.run_settings import parameters_in_short, terms_in_short
from db.connection import Connection, connect
from db.jobs import JobRecord
from db.runs import RunRecord
from tests.records import START, STATISTICS, run
from tests.shots.charting import fill_chart
from tests.shots.filling import COMPLETED, PENDING, RUNNING
from tests.tui.conftest import make_app, until, until_shown
from tui.drawing import plots
from tui.drawing.curves import Curve
from tui.drawing.room import Room
from tui.messages import RunsChanged
from tui.pages.meanings import meaning_lines
from tui.pages.overview import overview_lines
from tui.pages.run_charts import Held, Latest
from tui.panes.overview import OverviewPane
from tui.widgets.lines import Line

ROOM = Room(100, 40, ascii_only=False)

SHOWN = "equity, USD   · buy and hold "
HIDDEN = "equity, USD   b shows buy and hold"
GONE = "equity, USD   buy and hold is not drawn: its bars are gone"


@pytest.fixture
def bars(filled: Home) -> Bars:
    """The bars of the completed run and of the one under way."""
    return fill_chart(filled)


@pytest.fixture
def reads() -> Iterator[list[int]]:
    """The runs whose bars were read."""
    found: list[int] = []

    def watched(connection: Connection, home: Home, run: RunRecord) -> Bars:
        found.append(run.id)
        return bars_of_run(connection, home, run)

    with patch.object(holding, "bars_of_run", watched):
        yield found


async def _open(pilot: Pilot[int], run_id: int = COMPLETED) -> None:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    await until_shown(pilot, f"Run {run_id} ·", "Overview")


def _chart(screen: str) -> list[str]:
    """The lines of the equity chart."""
    lines = screen.splitlines()
    return lines[next(row for row, line in enumerate(lines) if line.startswith("equity, ")) :][1:12]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_it_is_drawn_behind_the_equity_and_named_in_the_title(
    filled: Home, bars: Bars, size: tuple[int, int]
) -> None:
    gain = (bars.close[-1] / bars.open[0] - 1) * 100
    async with make_app(filled).run_test(size=size) as pilot:
        await _open(pilot)
        screen = await until_shown(pilot, f"{SHOWN}{gain:+.2f} %\n")
        assert "·" in "".join(_chart(screen)[:3])


async def test_in_ascii_it_has_a_marker_of_its_own(filled: Home, bars: Bars) -> None:
    async with make_app(filled, ascii_only=True).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "j", "enter")
        screen = await until_shown(pilot, "equity, USD   . buy and hold ")
        drawn = "".join(_chart(screen))
        assert drawn.isascii()
        assert "." in drawn
        assert "_" in drawn


async def test_a_key_hides_it_and_shows_it_and_the_choice_is_remembered(
    filled: Home, bars: Bars, reads: list[int]
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        both = _chart(await until_shown(pilot, SHOWN))
        await pilot.press("b")
        alone = _chart(await until_shown(pilot, HIDDEN))
        assert "·" not in "".join(alone)
        await pilot.press("b")
        assert _chart(await until_shown(pilot, SHOWN)) == both
        assert reads == [COMPLETED]
        await pilot.press("b")
        await until_shown(pilot, HIDDEN)
    reads.clear()
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·", HIDDEN)
        assert reads == []
        await pilot.press("b")
        await until_shown(pilot, SHOWN)


async def test_a_run_under_way_has_it_as_it_goes_and_its_bars_read_once(
    filled: Home, bars: Bars, reads: list[int]
) -> None:
    app = make_app(filled)
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE backtest_runs SET end_date = '2020-02-27 00:00:00.000000' WHERE id = ?", (RUNNING,)
        )
        async with app.run_test(size=(120, 40)) as pilot:
            await _open(pilot, RUNNING)
            before = _title(await until_shown(pilot, SHOWN))
            connection.execute("UPDATE run_jobs SET bars_done = 45000 WHERE run_id = ?", (RUNNING,))
            app.screen.post_message(RunsChanged())
            assert _title(await until_shown(pilot, "45,000 of 49,777 bars", SHOWN)) != before
    assert reads == [RUNNING]


def _title(screen: str) -> str:
    return next(line for line in screen.splitlines() if line.startswith("equity, "))


async def test_where_its_bars_are_gone_the_title_says_so_and_the_key_says_more(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot)
        screen = await until_shown(pilot, GONE)
        assert "·" not in "".join(_chart(screen))
        await pilot.press("b")
        await until_shown(pilot, "The library no longer has the bars of SYNTHETIC M15")


async def test_bars_that_came_back_are_read_when_the_tab_is_visited_again(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        await until_shown(pilot, GONE)
        fill_chart(filled)
        await pilot.press("q")
        await until_shown(pilot, "41 runs")
        await pilot.press("enter")
        await until_shown(pilot, SHOWN)


async def test_a_period_that_begins_at_a_price_of_zero_has_none(filled: Home, bars: Bars) -> None:
    with patch("core.results.holding.holding", return_value=([], [])):
        async with make_app(filled).run_test(size=(120, 40)) as pilot:
            await _open(pilot)
            await until_shown(pilot, "equity, USD   buy and hold is not drawn: no first price")
            await pilot.press("b")
            await until_shown(pilot, "so there was nothing to buy and hold.")


async def test_where_there_is_no_equity_there_is_nothing_to_draw_it_beside(
    filled: Home, reads: list[int]
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot, PENDING)
        await pilot.press("b")
        await until_shown(pilot, "There is no equity curve to draw it beside.")
        assert reads == []


async def test_the_page_is_there_before_the_bars_are_read(filled: Home, bars: Bars) -> None:
    with patch("tui.panes.overview.OverviewPane.call_after_refresh", return_value=True):
        async with make_app(filled).run_test(size=(120, 40)) as pilot:
            await _open(pilot)
            assert "\nequity, USD\n" in await until_shown(pilot, "drawdown %", "profit factor")


# As lines

WEEK = [START.timestamp() + 86_400 * day for day in range(8)]
RISING = [10_000.0 + 10 * day for day in range(8)]
FALLING = [10_000.0 - 500 * day for day in range(8)]


def test_it_stands_back_in_colour_and_the_scale_covers_both() -> None:
    lines = overview_lines(run(), (WEEK, RISING), ROOM, Held((WEEK, FALLING)))
    styles = {(cell.style, "·" in cell.text) for parts in lines[1:12] for cell in parts if cell.text.strip()}
    assert styles == {("dim", False), ("dim", True), ("accent", False)}
    assert any(cell.text.strip().startswith("8,000") for parts in lines for cell in parts)
    assert lines[0][0].text == "equity, USD   · buy and hold -35.00 %"


def test_no_more_of_it_is_drawn_than_of_the_equity() -> None:
    lines = overview_lines(run(), (WEEK[:4], RISING[:4]), ROOM, Held((WEEK, FALLING)))
    assert lines[0][0].text == "equity, USD   · buy and hold -15.00 %"
    before = overview_lines(run(), (WEEK[:4], RISING[:4]), ROOM, Held(([WEEK[5]], [9_000.0])))
    assert before == overview_lines(run(), (WEEK[:4], RISING[:4]), ROOM)


@pytest.mark.parametrize("value", [math.nan, math.inf, -500.0, 1e300])
def test_whatever_it_came_to_is_drawn_without_a_fault(value: float) -> None:
    for values in ([value] * 8, [*RISING[:7], value]):
        lines = overview_lines(run(), (WEEK, RISING), ROOM, Held((WEEK, values)))
        assert lines[0][0].text.startswith("equity")


def test_a_balance_of_nothing_has_no_figure() -> None:
    lines = overview_lines(run(initial_balance=0.0), (WEEK, RISING), ROOM, Held((WEEK, [0.0] * 8)))
    assert lines[0][0].text == "equity, USD"


def _texts(lines: Sequence[Line]) -> list[str]:
    return ["".join(cell.text for cell in parts).rstrip() for parts in lines]


@pytest.mark.parametrize("curve", [(WEEK, RISING), ([], [])])
def test_what_money_is_counted_in_is_said_once_whether_there_is_a_curve_or_not(curve: Curve) -> None:
    page = "\n".join(_texts(overview_lines(run(settings={"account_currency": "EUR"}), curve, ROOM)))
    figures = page.partition("lookback 20")[0]
    assert figures.count("EUR") == 1
    assert figures.index("EUR") < figures.index("net profit")


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_the_line_of_settings_is_broken_between_settings_only(width: int) -> None:
    changed = run(params={f"parameter_{n}": n * 1000 for n in range(9)}, commission_per_lot=7.0)
    texts = _texts(overview_lines(changed, ([], []), Room(width, 40, ascii_only=False)))
    told = [*parameters_in_short(changed.params), *terms_in_short(changed)]
    begin = next(row for row, text in enumerate(texts) if text.startswith("parameter_0"))
    rows = list(takewhile(lambda text: not text.startswith("14 bars touch"), texts[begin:]))
    assert max(map(len, rows)) <= width
    assert [part for row in rows for part in row.split(" · ")] == told


def test_a_note_and_a_setting_longer_than_a_line_are_still_broken() -> None:
    changed = run(params={"words": "so many " * 12}, notes="and then " * 12)
    texts = _texts(overview_lines(changed, ([], []), Room(60, 40, ascii_only=False)))
    assert max(map(len, texts)) <= 60
    assert " ".join(" ".join(texts).split()).count("and then") == 12


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"total_trades": 0, "statistics": {"refused_entries": 4, "refused_margin": 4}},
            "No trade: all 4 entries were refused for lack of margin.",
        ),
        ({"statistics": STATISTICS | {"stopped_out": True}}, "The account went broke"),
        (
            {"statistics": STATISTICS | {"refused_entries": 7, "refused_stop": 7, "positions": 3}},
            "7 entries refused for a stop that the price had reached already, 3 taken.",
        ),
    ],
)
def test_what_makes_the_figures_mean_nothing_comes_before_them_and_once(
    changed: dict[str, Any], said: str
) -> None:
    lines = overview_lines(run(**changed), (WEEK, RISING), Room(80, 20, ascii_only=False))
    texts = _texts(lines)
    assert texts[0].startswith(said)
    assert {cell.style for cell in lines[0]} == {"bad"}
    assert "\n".join(texts).count(said) == 1


def test_a_doubt_of_less_weight_stays_below_the_figures() -> None:
    texts = _texts(overview_lines(run(), (WEEK, RISING), ROOM))
    assert texts[0].startswith("equity, USD")
    (doubt,) = (row for row, text in enumerate(texts) if text.startswith("14 bars touch stop and target"))
    assert doubt > next(row for row, text in enumerate(texts) if text.startswith("net profit"))


def test_without_a_trade_the_figures_of_trades_are_dashes() -> None:
    undefined = dict.fromkeys(
        ("win_rate", "profit_factor", "expectancy", "recovery_factor", "sharpe_ratio", "avg_win", "avg_loss")
    )
    texts = _texts(overview_lines(run(total_trades=0, statistics={}, **undefined), ([], []), ROOM))
    page = "\n".join(texts)
    for label in ("profit factor", "expectancy", "recovery factor", "sharpe", "win rate", "average win"):
        assert re.search(f"{label} +\N{EN DASH}", page), label


@pytest.mark.parametrize(("status", "ended"), [("cancelled", "was cancelled"), ("failed", "failed")])
def test_a_run_that_ended_without_a_result_shows_what_it_had_done(status: str, ended: str) -> None:
    job = JobRecord(
        7, None, 1, None, None, None, None, None, cancel_requested=False, cancel_requested_at=None,
        uses_model=False, phase=None, bars_done=430, bars_total=1000, trades=12, equity=10_250.0,
    )  # fmt: skip
    changed = run(status=status, progress_pct=43, error_message="Oh dear.", total_trades=None, job=job)
    page = "\n".join(_texts(overview_lines(changed, (WEEK, RISING), ROOM)))
    assert "430 of 1,000 bars  12 trades  equity 10,250.00" in page
    assert f"equity, USD until it {ended} at 43 %" in page
    assert ("Oh dear." in page) == (status == "failed")
    assert "profit factor" not in page


# Drawn no more often than needed


@pytest.fixture
def drawn() -> Iterator[dict[str, int]]:
    """How often each part was made."""
    made = {"equity": 0, "falls": 0, "unpacked falls": 0, "page": 0}

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            made[name] += 1
            return function(*args, **kwargs)

        return call

    with (
        patch("tui.drawing.plots.equity_chart", counted("equity", plots.equity_chart)),
        patch("tui.drawing.plots.line_chart", counted("falls", plots.line_chart)),
        patch("tui.pages.run_charts.drawdowns", counted("unpacked falls", plots.drawdowns)),
        patch("tui.panes.overview.overview_lines", counted("page", overview_lines)),
    ):
        yield made


async def test_nothing_is_drawn_anew_that_is_made_from_the_same(
    filled: Home, bars: Bars, drawn: dict[str, int]
) -> None:
    async with make_app(filled).run_test(size=(60, 20)) as pilot:
        await _open(pilot)
        await until_shown(pilot, SHOWN)
        # Equity alone, then with buy and hold behind it.
        assert drawn == {"equity": 2, "falls": 1, "unpacked falls": 1, "page": 2}
        pane = pilot.app.screen.query_one(OverviewPane)
        times, values = pane.curve
        pane.follow(replace(pane.run), ([*times], [*values]))
        pane.come_forward(replace(pane.run), ([*times], [*values]))
        assert drawn == {"equity": 2, "falls": 1, "unpacked falls": 1, "page": 2}
        await pilot.press("b")
        await until_shown(pilot, HIDDEN)
        assert drawn == {"equity": 3, "falls": 1, "unpacked falls": 1, "page": 3}
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: drawn["page"] == 4)
        assert drawn == {"equity": 4, "falls": 2, "unpacked falls": 1, "page": 4}


def test_the_latest_is_made_anew_for_whatever_is_new() -> None:
    made = count(1)
    latest = Latest(lambda *_: next(made))
    assert [latest(1), latest(1), latest(1, 2), latest(1)] == [1, 1, 2, 3]


def test_a_drawn_curve_has_the_deepest_fall_of_every_point() -> None:
    times = [START.timestamp() + 900 * bar for bar in range(30_000)]
    values = [10_000.0 + bar for bar in range(30_000)]
    values[17_001] = 5_000.0
    texts = _texts(overview_lines(run(), (times, values), ROOM))
    begin = next(row for row, text in enumerate(texts) if text.startswith("drawdown %"))
    deepest = next(row for row in range(begin + 1, begin + 9) if not texts[row + 1].partition("┤")[2].strip())
    assert texts[deepest].strip(" │┤0123456789-⠉⠁⠈")


# What the figures mean


async def test_the_figures_are_explained_by_a_key_the_palette_and_the_help(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot)
        await pilot.press("w")
        await until_shown(pilot, "What the figures mean", "net profit over the largest fall in money")
        await pilot.press("escape", "colon", *"what figures mean")
        await until_shown(pilot, "> w               what the figures mean")
        await pilot.press("enter")
        await until_shown(pilot, "What the figures mean", "net profit over the largest fall in money")
        await pilot.press("escape", "question_mark")
        await until_shown(pilot, "Keys of Run detail · Overview; below them, what the figures mean")
        await pilot.press("G")
        await until_shown(pilot, "how likely the true Sharpe ratio is above zero")


async def test_where_no_figures_are_shown_the_help_has_none(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("question_mark")
        screen = await until_shown(pilot, "Keys of Runs\n")
        assert "what the figures mean" not in screen


def test_every_figure_is_explained_as_the_table_says() -> None:
    told = " ".join(" ".join(_texts(meaning_lines(60))).split())
    for figure in FIGURES:
        assert f"{figure.label} {figure.meaning}" in told
    assert max(map(len, _texts(meaning_lines(60)))) <= 60

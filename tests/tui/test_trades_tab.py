"""The list of a run's trades: its columns in any width, pips, bars and risks, and its order."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.trade_terms import TradeTerms, read_terms
from db import runs
from db.connection import StoreConnection, connect
from db.trades import TradeRecord
from tests.shots.charting import HELD, fill_chart
from tests.shots.filling import COMPLETED
from tests.shots.reading import screen_text
from tests.tui.chart.making import trade
from tests.tui.conftest import make_app, until, until_shown
from tui.pages.trades import trade_columns
from tui.widgets.columns import fit
from tui.widgets.table_lines import header_text

NONE = "\N{EN DASH}"
TERMS = TradeTerms(5, 0.0001, has_risks=True, bars_held=lambda _: 12)
# Sold at 1.1 with a stop 20 pips away, and left 30 pips below.
SOLD = replace(
    trade(7, 0, 3, side="SELL", price=1.1, profit=30.0), exit_price=1.097, stop_loss=1.102, exit_reason="tp"
)


async def _trades(pilot: Pilot[int]) -> None:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - COMPLETED), "enter")
    await until_shown(pilot, f"Run {COMPLETED} ·", "Overview")
    await pilot.press("greater_than_sign")
    await until_shown(pilot, "entered UTC", "reverse signal")


def _heads(pilot: Pilot[int]) -> str:
    return screen_text(pilot.app).splitlines()[3]


def shown_at(width: int, terms: TradeTerms = TERMS, sorted_by: str = "position") -> list[str]:
    return header_text(fit(trade_columns(terms, 1_177), width, sorted_by), (sorted_by, False)).split()


def cell_of(name: str, of: TradeRecord = SOLD, terms: TradeTerms = TERMS) -> str:
    (column,) = (one for one in trade_columns(terms) if one.name == name)
    return column.cell(of).text


# What is shown


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_that_times_are_utc_is_said_once_in_any_width(width: int) -> None:
    assert shown_at(width).count("UTC") == 1


def test_in_80_columns_stands_what_matters_most() -> None:
    assert shown_at(80) == ["#▲", "side", "entered", "UTC", "left", "why", "pips", "profit"]


def test_in_120_columns_bars_prices_and_risks_stand_too() -> None:
    heads = [*("#▲", "side", "entered", "UTC", "at", "left", "at", "bars", "why", "pips"), "R", "profit"]
    assert shown_at(120) == heads
    without = shown_at(120, replace(TERMS, has_risks=False))
    assert without == ["#▲", "side", "lots", *(one for one in heads[2:] if one != "R")]


def test_in_160_columns_the_room_is_used_and_in_60_no_figure_is_cut() -> None:
    assert shown_at(160)[-5:] == ["R", "profit", "MAE", "MFE", "balance"]
    assert shown_at(60) == ["#▲", "side", "entered", "UTC", "why", "profit"]


@pytest.mark.parametrize("name", [column.name for column in trade_columns(TERMS) if column.letter])
@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_whatever_is_sorted_by_is_shown_in_any_width_with_its_whole_title(name: str, width: int) -> None:
    columns = fit(trade_columns(TERMS, 1_000_000), width, name)
    (title,) = (column.title for column in columns if column.name == name)
    heads = header_text(columns, (name, True))
    assert f"{title}▼" in heads
    assert len(heads.rstrip()) <= width


def test_every_letter_sorts_by_one_column() -> None:
    letters = [column.letter for column in trade_columns(TERMS) if column.letter]
    assert len(set(letters)) == len(letters)


# Figures


def test_pips_and_risks_are_what_the_price_did_for_the_trade() -> None:
    assert (cell_of("pips"), cell_of("r"), cell_of("bars")) == ("+30.0", "+1.50", "12")
    lost = replace(SOLD, exit_price=1.1025)
    assert (cell_of("pips", lost), cell_of("r", lost)) == ("-25.0", "-1.25")
    assert cell_of("r", replace(SOLD, stop_loss=None)) == NONE
    assert cell_of("r", replace(SOLD, stop_loss=1.1)) == NONE


def test_of_an_unknown_market_and_bars_that_are_gone_there_are_no_figures() -> None:
    assert (cell_of("pips", terms=TradeTerms()), cell_of("bars", terms=TradeTerms())) == (NONE, NONE)
    assert "r" not in {column.name for column in trade_columns(TradeTerms())}


def test_when_a_trade_was_left_has_no_year_where_the_entry_tells_it() -> None:
    entered = datetime(2020, 12, 31, 22, 15, tzinfo=UTC)
    for days, text in ((1, "01-01 22:15"), (364, "12-30 22:15"), (365, "2021-12-31"), (900, "2023-06-19")):
        held = replace(SOLD, entry_time=entered, exit_time=entered + timedelta(days=days))
        assert cell_of("exit_time", held) == text


@pytest.mark.parametrize("value", [0.004, 123_456.78, 98_765_432.1, 4e9])
def test_every_figure_fits_its_column(value: float) -> None:
    huge = replace(
        SOLD, profit=-value, mae=-value, mfe=value, equity_after=value, commission=value, volume=value,
        exit_price=1.1 + value, stop_loss=1.1 + 1e-5,
    )  # fmt: skip
    terms = replace(TERMS, bars_held=lambda _: int(value))
    for column in trade_columns(terms):
        if column.title not in ("#", "at", "stop", "target"):
            assert len(column.cell(huge).text) <= column.width, column.name


# What they are made with


@pytest.fixture
def opened(filled: Home) -> Iterator[StoreConnection]:
    """The store with a run whose bars are there, and its strategy with its source."""
    fill_chart(filled, lines=True)
    with closing(connect(filled.store)) as connection:
        yield connection


def _terms(home: Home, connection: StoreConnection) -> TradeTerms:
    run = runs.get(connection, COMPLETED)
    assert run is not None
    return read_terms(connection, home, run)


def test_a_run_has_the_pip_of_its_market_its_bars_and_risks(filled: Home, opened: StoreConnection) -> None:
    terms = _terms(filled, opened)
    assert (terms.digits, terms.pip, terms.has_risks) == (5, 0.0001, True)


def test_where_stops_move_or_there_are_none_no_risk_is_told(filled: Home, opened: StoreConnection) -> None:
    opened.execute(
        "UPDATE backtest_runs SET params = json_set(params, '$.trailing_pips', 20) WHERE id = ?", (COMPLETED,)
    )
    assert not _terms(filled, opened).has_risks
    opened.execute(
        "UPDATE backtest_runs SET params = json_set(params, '$.trailing_pips', 0) WHERE id = ?", (COMPLETED,)
    )
    assert _terms(filled, opened).has_risks
    opened.execute("UPDATE backtest_trades SET stop_loss = NULL WHERE run_id = ?", (COMPLETED,))
    assert not _terms(filled, opened).has_risks


def test_a_run_whose_bars_and_market_are_gone_has_trades_all_the_same(
    filled: Home, opened: StoreConnection
) -> None:
    opened.execute("DELETE FROM datasets")
    opened.execute("UPDATE backtest_runs SET symbol = '?' WHERE id = ?", (COMPLETED,))
    assert _terms(filled, opened) == TradeTerms(has_risks=True)


# On the screen


async def test_bars_are_counted_and_what_is_sorted_by_pips_is_in_that_order(
    filled: Home, opened: StoreConnection
) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - COMPLETED), "enter")
        await until_shown(pilot, "Overview")
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "R" in _heads(pilot).split())
        first = screen_text(pilot.app).splitlines()[4].split()
        assert str(HELD) in first
        await pilot.press("s", "s")
        await until(pilot, lambda: "pips▼" in _heads(pilot))
        await until(pilot, lambda: _figures(pilot, "pips▼") == sorted(_figures(pilot, "pips▼"), reverse=True))
        assert len(_figures(pilot, "pips▼")) > 10


def _figures(pilot: Pilot[int], head: str) -> list[float]:
    """Return the figures of a column, which end where its head does."""
    ends = _heads(pilot).index(head) + len(head)
    rows = (line[:ends].split() for line in screen_text(pilot.app).splitlines()[4:-1])
    return [float(row[-1]) for row in rows if row]


async def test_the_order_is_marked_from_the_start(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _trades(pilot)
        assert "#▲" in _heads(pilot)
        await pilot.press("S")
        await until(pilot, lambda: "#▼" in _heads(pilot))


@pytest.mark.parametrize(
    ("letter", "head"), [("v", "lots▼"), ("b", "balance▼"), ("m", "MAE▲"), ("f", "MFE▼"), ("c", "cost▼")]
)
async def test_a_column_that_is_sorted_by_is_shown_though_there_is_little_room(
    filled: Home, letter: str, head: str
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _trades(pilot)
        assert head[:-1] not in _heads(pilot)
        await pilot.press("s", letter)
        await until(pilot, lambda: head in _heads(pilot))
        assert "profit" in _heads(pilot)
        await pilot.press("s", "p")
        await until(pilot, lambda: "profit▼" in _heads(pilot) and head[:-1] not in _heads(pilot))
        assert "left" in _heads(pilot)

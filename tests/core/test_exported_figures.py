"""What an export tells beside what is stored: pips, bars held and R of a trade, and no lots not used."""

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.datasets import import_bars
from core.exporting import Source, export
from core.home import Home
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.run_documents import run_document
from core.trade_terms import TradeTerms
from db import runs
from db.connection import StoreConnection, connect
from db.times import utc_text
from db.upgrade import open_store
from tests.tui.commands.conftest import completed
from tui.acting.export_forms import FORMS


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def with_bars(home: Home, store: StoreConnection) -> int:
    """A run over hours that are in the library, of a market whose pip is known."""
    bars = synthetic_bars(timeframe=Timeframe.H1, start=date(2020, 1, 1), years=1)
    record = import_bars(home, store, bars, dialect="synthetic").record
    return completed(store, symbol="EURUSD", timeframe="H1", dataset_version=record.digest)


def table(store: StoreConnection, run_id: int, folder: Path, name: str) -> list[dict[str, str]]:
    write(store, run_id, folder, "csv")
    with (folder / name.format(run_id)).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(store: StoreConnection, run_id: int, folder: Path) -> dict[str, Any]:
    write(store, run_id, folder, "json")
    found: dict[str, Any] = json.loads((folder / f"run-{run_id}.json").read_text())
    return found


def write(store: StoreConnection, run_id: int, folder: Path, form: str) -> None:
    run = runs.get(store, run_id)
    assert run is not None
    export(Source(Home.locate(), store), [run], folder, FORMS[form])


def test_trades_bring_pips_bars_and_risks_in_tables_and_documents(
    home: Home, store: StoreConnection, tmp_path: Path
) -> None:
    run_id = with_bars(home, store)
    entered = datetime(2020, 1, 27, 13, tzinfo=UTC)
    store.execute(
        "UPDATE backtest_trades SET entry_price = 1.1, exit_price = 1.097, stop_loss = 1.102,"
        " entry_time = ?, exit_time = ?",
        (utc_text(entered), utc_text(entered + timedelta(hours=30))),
    )
    bought, sold = table(store, run_id, tmp_path / "csv", "run-{}-trades.csv")
    assert (bought["pips"], bought["bars"], bought["r"]) == ("-30.0", "30", "-1.5")
    assert (sold["pips"], sold["bars"], sold["r"]) == ("30.0", "30", "1.5")
    told = document(store, run_id, tmp_path)["trades"]
    assert [(one["pips"], one["bars"], one["r"]) for one in told] == [(-30.0, 30, -1.5), (30.0, 30, 1.5)]


def test_what_is_not_known_of_a_trade_is_undefined(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store, symbol="UNHEARD", params={"trailing_pips": 20})
    first = table(store, run_id, tmp_path / "csv", "run-{}-trades.csv")[0]
    assert (first["pips"], first["bars"], first["r"]) == ("", "", "")
    one = document(store, run_id, tmp_path)["trades"][0]
    assert (one["pips"], one["bars"], one["r"]) == (None, None, None)


def test_a_run_sized_by_risk_is_written_without_the_lots_that_it_did_not_use(
    store: StoreConnection, tmp_path: Path
) -> None:
    by_risk, by_lots = completed(store, risk_pct=1.0), completed(store, volume=0.3)
    names = ("risk_pct", "volume")
    for run_id, lots, written in ((by_risk, None, ["1.0", ""]), (by_lots, 0.3, ["", "0.3"])):
        found = {row["name"]: row["value"] for row in table(store, run_id, tmp_path / "csv", "run-{}.csv")}
        assert [found[name] for name in names] == written
        assert document(store, run_id, tmp_path)["volume"] == lots


def test_a_run_that_paid_the_recorded_spread_is_written_without_one_of_its_own(
    store: StoreConnection, tmp_path: Path
) -> None:
    run_id = completed(store)
    assert document(store, run_id, tmp_path)["spread_pips"] == 1.5
    store.execute("UPDATE backtest_runs SET settings = json_set(settings, '$.spread_source', 'data')")
    assert document(store, run_id, tmp_path / "recorded")["spread_pips"] is None


def test_what_has_no_meaning_of_pips_and_risks_is_rounded_in_tables_and_documents(
    home: Home, store: StoreConnection, tmp_path: Path
) -> None:
    run_id = with_bars(home, store)
    store.execute(
        "UPDATE backtest_trades SET entry_price = 1.1, exit_price = 1.10001000000011, stop_loss = 1.098"
    )
    bought, sold = table(store, run_id, tmp_path / "csv", "run-{}-trades.csv")
    assert (bought["pips"], bought["r"]) == ("0.1", "0.005")
    assert (sold["pips"], sold["r"]) == ("-0.1", "-0.005")
    told = document(store, run_id, tmp_path)["trades"]
    assert [(one["pips"], one["r"]) for one in told] == [(0.1, 0.005), (-0.1, -0.005)]


@pytest.mark.parametrize(
    ("digits", "pip", "places"), [(5, 0.0001, 2), (3, 0.01, 2), (2, 0.1, 2), (0, 1.0, 1), (2, 0.25, 3)]
)
def test_pips_are_told_to_a_tenth_of_the_last_digit_of_prices(digits: int, pip: float, places: int) -> None:
    assert TradeTerms(digits, pip).pip_places == places


def test_the_profit_of_a_month_is_rounded_as_money(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    months = '{"monthly_returns": [{"month": "2022-02", "profit": 0.700000000004366}]}'
    store.execute("UPDATE run_statistics SET statistics = ? WHERE run_id = ?", (months, run_id))
    found = {row["name"]: row["value"] for row in table(store, run_id, tmp_path, "run-{}.csv")}
    assert found["monthly_returns.1.profit"] == "0.7"


@pytest.mark.parametrize("asks", [True, False])
def test_what_belongs_to_a_model_is_told_only_of_a_run_that_asks_one(
    asks: bool, store: StoreConnection, tmp_path: Path
) -> None:
    settings = {"leverage": 100, "model": "m", "endpoint": "e", "generation": 0, "cutoff": None}
    run_id = completed(store, max_llm_calls=100, uses_model=asks, settings=settings)
    names = {row["name"] for row in table(store, run_id, tmp_path / "csv", "run-{}.csv")}
    of_model = {"max_llm_calls", *(f"settings.{name}" for name in settings if name != "leverage")}
    assert (of_model & names) == (of_model if asks else set())
    assert "settings.leverage" in names
    assert document(store, run_id, tmp_path)["max_llm_calls"] == (100 if asks else None)


def test_show_tells_the_row_as_it_is_stored(store: StoreConnection) -> None:
    run = runs.get(store, completed(store, risk_pct=1.0))
    assert run is not None
    shown = run_document(store, run, with_trades=True)
    assert (shown["volume"], shown["risk_pct"]) == (0.1, 1.0)
    assert "pips" not in shown["trades"][0]

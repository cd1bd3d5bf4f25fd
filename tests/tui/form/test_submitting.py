"""What is known of runs before they start."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from core.home import Home
from core.strategies.registry import describe_all
from db import datasets
from db.connection import StoreConnection, connect
from db.times import utc_text
from tests.db.samples import finished_run
from tui.form.forecast import expected
from tui.form.run import RunForm
from tui.form.submitting import judge
from tui.widgets.lines import length

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def connection(stocked: Home) -> Iterator[StoreConnection]:
    with closing(connect(stocked.store)) as found:
        yield found


def _form(home: Home, connection: StoreConnection, **texts: str) -> RunForm:
    return RunForm(describe_all(home.strategies), datasets.list_all(connection), texts)


def _has_taken(connection: StoreConnection, form: RunForm, bars: int, seconds: float) -> None:
    run_id = finished_run(connection, strategy=form.strategy.name, strategy_version=form.strategy.version)
    times = (utc_text(BEGUN), utc_text(BEGUN + timedelta(seconds=seconds)), run_id)
    connection.execute("UPDATE backtest_runs SET started_at = ?, finished_at = ? WHERE id = ?", times)
    connection.execute("UPDATE run_jobs SET bars_total = ? WHERE run_id = ?", (bars, run_id))


def _seconds(home: Home, connection: StoreConnection, form: RunForm) -> float | None:
    requests, _ = form.check()
    return judge(connection, home, requests).seconds


def test_nothing_is_said_of_a_strategy_that_never_ran(stocked: Home, connection: StoreConnection) -> None:
    _has_taken(connection, _form(stocked, connection, strategy="sma_cross"), 25_016, 3)
    assert _seconds(stocked, connection, _form(stocked, connection)) is None


def test_a_run_takes_as_long_as_one_like_it_took(stocked: Home, connection: StoreConnection) -> None:
    form = _form(stocked, connection)
    _has_taken(connection, form, 25_016, 3)
    assert _seconds(stocked, connection, form) == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize(("workers", "seconds"), [("1", 6), ("2", 3), ("8", 3)])
def test_several_runs_go_side_by_side(
    stocked: Home, connection: StoreConnection, monkeypatch: pytest.MonkeyPatch, workers: str, seconds: float
) -> None:
    monkeypatch.setenv("BACKTAPE_WORKERS", workers)
    form = _form(stocked, connection, symbol="EURUSD,SYNTHETIC", timeframe="M15")
    _has_taken(connection, form, 25_016, 3)
    assert _seconds(stocked, connection, form) == pytest.approx(seconds, abs=0.05)


# How long it takes, in words


def _expected(home: Home, connection: StoreConnection, form: RunForm, width: int = 120) -> str:
    requests, _ = form.check()
    found = expected(form, requests, judge(connection, home, requests), "Enter", width)
    assert length(found) <= width
    return "".join(cell.text for cell in found)


def test_of_a_strategy_that_never_ran_it_is_said_when_it_will_be_known(
    stocked: Home, connection: StoreConnection
) -> None:
    form = _form(stocked, connection)
    said = "25,016 bars  how long is known after a first run  Enter starts the run  a pip is 0.0001"
    assert _expected(stocked, connection, form) == said
    assert "  how long is not known yet  Enter" in _expected(stocked, connection, form, 65)
    _has_taken(connection, form, 25_016, 3)
    assert (
        _expected(stocked, connection, form)
        == "25,016 bars  about 3.0 s  Enter starts the run  a pip is 0.0001"
    )


def test_of_a_run_far_longer_than_any_before_that_is_said(stocked: Home, connection: StoreConnection) -> None:
    form = _form(stocked, connection)
    _has_taken(connection, form, 100, 3)
    assert "25,016 bars  longer than any so far  Enter" in _expected(stocked, connection, form)


def test_one_that_asks_a_model_takes_as_long_as_the_model(
    stocked: Home, connection: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_LLM_BASE_URL", "http://models.example/v1")
    monkeypatch.setenv("BACKTAPE_LLM_MODEL", "gpt-4o-mini")
    form = _form(stocked, connection, strategy="llm_filter")
    said = "25,016 bars  as long as the model takes  Enter starts the run  a pip is 0.0001"
    assert _expected(stocked, connection, form) == said

"""The form for a new run, by keyboard alone."""

from contextlib import closing

import pytest

from core.home import Home
from db import runs
from db.connection import connect
from db.runs import RunRecord
from tests.shots.filling import fill_data, open_empty
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.screens.detail import DetailScreen
from tui.widgets.fields import Field


@pytest.fixture
def stocked(home: Home) -> Home:
    """A store with two datasets and no run."""
    open_empty(home)
    with closing(connect(home.store)) as connection:
        fill_data(home, connection)
    return home


def _runs(home: Home) -> list[RunRecord]:
    with closing(connect(home.store)) as connection:
        found = [runs.get(connection, run_id) for run_id in runs.ids(connection)]
    return [run for run in found if run is not None]


async def test_enter_alone_starts_a_run_of_what_is_offered(stocked: Home, ensured: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "25,016 bars  Enter starts the run")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until(pilot, lambda: True in ensured)
    [run] = _runs(stocked)
    assert (run.strategy, run.symbol, run.timeframe, run.status) == (
        "donchian_breakout",
        "EURUSD",
        "M15",
        "pending",
    )
    assert run.execution_mode == "close_price"


async def test_every_field_reaches_the_run(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"sma", "down", *"12", "tab", *"34", "down", *"25", "down", "0")  # parameters
        await pilot.press("down", *"synth", "down", *"h1")  # symbol and timeframe
        await pilot.press("down", *"2020-03-02", "down", *"2020-06-01")
        await pilot.press("down", "right", "down", *"1%", "down", *"2.5", "down", "7", "down", *"5000")
        await until_shown(pilot, "1,561 bars  on made-up prices  Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    [run] = _runs(stocked)
    assert run.strategy == "sma_cross"
    assert run.params == {"fast": 12, "slow": 34, "stop_pips": 25.0, "target_pips": 0.0}
    assert (run.symbol, run.timeframe, run.execution_mode) == ("SYNTHETIC", "H1", "intra_candle")
    assert (str(run.start_date)[:10], str(run.end_date)[:10]) == ("2020-03-02", "2020-06-01")
    assert (run.risk_pct, run.spread_pips, run.commission_per_lot) == (1.0, 2.5, 7.0)
    assert run.initial_balance == 5000.0


async def test_the_fields_at_the_end_reach_the_run_too(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*["down"] * 5, *"synth", "down", *"h1", *["down"] * 3, "right")
        await pilot.press(*["down"] * 5, *"JPY", *["down"] * 3, *"H4 D1", "down", *"M15")
        await pilot.press("down", *"USDJPY=150", "down", *"0.3", "down", *"-3.5,1.25")
        await until_shown(pilot, "on made-up prices  Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    [run] = _runs(stocked)
    assert (run.timeframe, run.execution_mode, run.context_tfs) == ("H1", "intra_candle", ["H4", "D1"])
    settings = {
        "account_currency": "JPY",
        "finer": "M15",
        "finer_version": run.dataset_version,
        "rates": {"USDJPY": 150.0},
        "slippage_pips": 0.3,
        "swap_long": -3.5,
        "swap_short": 1.25,
    }
    assert {name: run.settings[name] for name in settings} == settings


@pytest.mark.parametrize(
    ("downs", "typed", "told"),
    [
        (1, "0", "lookback must be a whole number from 1 to 5000, not 0."),
        (1, "abc", "lookback must be a whole number"),
        (7, "2020-02-30", "The first day must be a date"),
        (7, "2031-01-01", "The end (2021-01-27) must lie after the beginning"),
        (8, "1999-01-01", "The end (1999-01-01) must lie after the beginning"),
        (10, "-1", "The size must be a number of lots above 0"),
        (11, "nan", "The spread must be a number of pips"),
        (13, "1,000", "The balance must be a plain number"),
        (14, "EURO", "The account currency must be a code of three letters"),
        (16, "2", "The part closed at a target must be above 0 and at most 1"),
        (17, "M5", "The context timeframe M5 must be above the primary one, M15"),
        (17, "H5", "The context timeframes must be timeframes above the primary one"),
        (19, "USDJPY", "A fixed rate must be a pair and a number above 0, such as USDJPY=150"),
        (20, "-1", "The slippage must be a number of pips"),
        (21, "1", "The swap must be an amount per lot and night"),
    ],
)
async def test_what_is_wrong_is_told_and_cannot_be_sent(
    stocked: Home, downs: int, typed: str, told: str
) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*["down"] * downs, *typed)
        await until_shown(pilot, told)
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first")
    assert _runs(stocked) == []


async def test_what_only_the_library_knows_is_told_too(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*["down"] * 14, *"CHF")
        await until_shown(pilot, "! ")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first")
    assert _runs(stocked) == []


async def test_a_pasted_megabyte_does_not_hang_the_form(stocked: Home) -> None:
    from textual.events import Paste

    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down")
        app.post_message(Paste("9" * 1_000_000 + "\x1b]52;c;x\x07"))
        await until_shown(pilot, "lookback must be a whole number")


async def test_each_strategy_keeps_its_own_values(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "second_target_pips")
        await pilot.press("down", *"77", "up", *"sma")
        screen = await until_shown(pilot, "bars in the slow average")
        assert "stop_pips             20" in screen
        await pilot.press(*"donc")
        screen = await until_shown(pilot, "second_target_pips")
        assert "lookback              77" in screen


async def test_ctrl_r_takes_everything_back(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "lookback              20")
        await pilot.press("down", *"77", "ctrl+r")
        await until_shown(pilot, "lookback              20")


async def test_without_data_the_form_says_where_they_come_from(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "There is no price history yet.")
        await pilot.press("enter")
        await until_shown(pilot, "There are no data yet; Esc, then 4 imports some.")


COMPUTED = '''
from core.strategies import Signals, Strategy, parameter

LEAST = 2 + 1


class Computed(Strategy):
    """Has a parameter that only running the file can tell."""

    length: int = parameter(LEAST * 4, minimum=LEAST)

    def signals(self, bars):
        return Signals()
'''


async def test_parameters_that_are_no_plain_values_are_found_out_when_picked(stocked: Home) -> None:
    (stocked.strategies / "computed.py").write_text(COMPUTED)
    (stocked.strategies / "ends.py").write_text(
        COMPUTED.replace("2 + 1", "exit(3)").replace("Computed", "Ends")
    )
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"comp")
        await until_shown(pilot, "length                12", "25,016 bars  Enter starts the run")
        await pilot.press("down", "2")
        await until_shown(pilot, "length must be a whole number of at least 3, not 2.")
        await pilot.press("up", *"ends")
        await until_shown(pilot, "! ends.py")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first: strategy.")
        await pilot.press(*"comp", "down", *"15")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    assert _runs(stocked)[0].params == {"length": 15}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is set up; nothing is ever asked of it here."""
    monkeypatch.setenv("BACKTAPE_LLM_BASE_URL", "http://models.example/v1")
    monkeypatch.setenv("BACKTAPE_LLM_MODEL", "gpt-4o-mini")


@pytest.mark.usefixtures("model")
async def test_a_strategy_that_asks_a_model_has_a_budget_and_says_whom_it_asks(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.press("n")
        screen = await until_shown(pilot, "25,016 bars  Enter starts the run")
        assert "model calls" not in screen
        await pilot.press(*"llm_f")
        await until_shown(
            pilot,
            "model calls           100",
            "ask afresh            no",
            "gpt-4o-mini may know what happened until 2023-10-31",
            "at most 100 calls to gpt-4o-mini at models.example",
        )
        await pilot.press(*["tab"] * _place(app, "max_llm_calls"), *"x7")
        await until_shown(pilot, "The budget of model calls must be a whole number")
        await pilot.press("backspace", "backspace", "7")
        await until_shown(pilot, "at most 7 calls to gpt-4o-mini", "Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until_shown(pilot, "Overview │ Trades │ Model │ Settings │ Log")
    [run] = _runs(stocked)
    assert (run.strategy, run.max_llm_calls) == ("llm_filter", 7)
    assert run.settings["model"] == "gpt-4o-mini"


def _place(app: BacktapeApp, name: str) -> int:
    """Return how many fields stand before the one called so."""
    return [field.spec.name for field in app.screen.query(Field)].index(name)


async def test_without_a_model_its_strategies_say_how_to_set_one_up(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKTAPE_LLM_BASE_URL", raising=False)
    async with make_app(stocked).run_test(size=(160, 50)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "25,016 bars  Enter starts the run")
        await pilot.press(*"llm_f")
        await until_shown(pilot, "! llm_filter asks a language model, and there is none to ask")


async def test_limits_of_memory_and_time_reach_the_run(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "25,016 bars  Enter starts the run")
        await pilot.press(*["tab"] * _place(app, "memory_limit_mb"), "7")
        await until_shown(pilot, "The memory must be a whole number of megabytes")
        await pilot.press("0", "0", "tab", *"2.5")
        await until_shown(pilot, "25,016 bars  Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    [run] = _runs(stocked)
    assert (run.settings["memory_limit_mb"], run.settings["time_limit_minutes"]) == (700, 2.5)


async def test_a_form_whose_last_strategy_is_gone_begins_with_another(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        app.last_form = {"strategy": "vanished", "params.lookback": "77"}
        await pilot.press("n")
        await until_shown(pilot, "donchian_breakout", "lookback              20", "Enter starts the run")

"""The form for a new run, by keyboard alone."""

import asyncio

import pytest
from textual import events

from core.home import Home
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs, keys_to, shown_fields, strategy_field
from tui.form.presets import KeptForms
from tui.screens.detail import DetailScreen
from tui.widgets.field_list import FieldList
from tui.widgets.fields import TextField


async def test_enter_alone_starts_a_run_of_what_is_offered(stocked: Home, ensured: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "25,016 bars  how long is known after a first run  Enter starts the run")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until(pilot, lambda: True in ensured)
    [run] = all_runs(stocked)
    assert (run.strategy, run.symbol, run.timeframe, run.status) == (
        "donchian_breakout",
        "EURUSD",
        "M15",
        "pending",
    )
    assert run.execution_mode == "close_price"


@pytest.mark.slow
async def test_every_field_reaches_the_run(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"sma", "down", *"12", "tab", *"34", "down", *"25", "down", "0")  # parameters
        await pilot.press("down", *"synth", "down", *"h1")  # symbol and timeframe
        await pilot.press(*keys_to(app, "start"), *"2020-03-02", "down", *"2020-06-01")
        await pilot.press("down", "right", "down", *"1%", "down", *"2.5", "down", "7", "down", *"5000")
        await until_shown(
            pilot, "1,561 bars  how long is not known yet  on made-up prices  Enter starts the run"
        )
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    [run] = all_runs(stocked)
    assert run.strategy == "sma_cross"
    assert run.params == {"fast": 12, "slow": 34, "stop_pips": 25.0, "target_pips": 0.0}
    assert (run.symbol, run.timeframe, run.execution_mode) == ("SYNTHETIC", "H1", "intra_candle")
    assert (str(run.start_date)[:10], str(run.end_date)[:10]) == ("2020-03-02", "2020-06-01")
    assert (run.risk_pct, run.spread_pips, run.commission_per_lot) == (1.0, 2.5, 7.0)
    assert run.initial_balance == 5000.0


@pytest.mark.slow
async def test_the_fields_at_the_end_reach_the_run_too(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), *"synth", "down", *"h1")
        await pilot.press(*keys_to(app, "execution_mode"), "right")
        await pilot.press(*keys_to(app, "account_currency"), *"JPY")
        await pilot.press(*keys_to(app, "context_tfs"), *"H4 D1", "down", *"M15")
        await pilot.press("down", *"USDJPY=150", "down", *"0.3", "down", *"-3.5,1.25")
        await until_shown(pilot, "on made-up prices  Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    [run] = all_runs(stocked)
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("params.lookback", "0", "lookback must be a whole number from 1 to 5,000, not 0."),
        ("params.lookback", "abc", "lookback must be a whole number"),
        ("start", "2020-02-30", "The first day must be a date"),
        ("start", "2031-01-01", "EURUSD M15 has bars from 2020-01-27 to 2021-01-26; choose a beginning"),
        ("end", "1999-01-01", "EURUSD M15 has bars from 2020-01-27 to 2021-01-26; choose an end"),
        ("size", "-1", "The size must be a number of lots above 0"),
        ("spread", "nan", "The spread must be a number of pips"),
        ("initial_balance", "1,000", "The balance must be a plain number"),
        ("account_currency", "EURO", "The account currency must be a code of three letters"),
        ("tp_partial_close_ratio", "2", "The part closed at a target must be above 0 and at most 1"),
        ("context_tfs", "M5", "The context timeframe M5 must be coarser than the run's own, M15"),
        (
            "context_tfs",
            "H5",
            "A context timeframe must be one of M2 to MN1, coarser than the run's own, such as H4",
        ),
        ("rates", "USDJPY", "A fixed rate must be a pair and a number above 0, such as USDJPY=150"),
        ("slippage_pips", "-1", "The slippage must be a number of pips"),
        ("swap", "1", "The swap must be two amounts per lot and night"),
    ],
)
async def test_what_is_wrong_is_told_and_cannot_be_sent(
    stocked: Home, name: str, typed: str, told: str
) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, name), *typed)
        await until_shown(pilot, told)
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first")
    assert all_runs(stocked) == []


@pytest.mark.slow
async def test_what_only_the_library_knows_is_told_too(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "account_currency"), *"CHF")
        await until_shown(pilot, "! ")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first")
    assert all_runs(stocked) == []


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
        await pilot.press("home", *"donc")
        screen = await until_shown(pilot, "second_target_pips")
        assert "lookback              77" in screen


async def test_ctrl_r_takes_back_all_but_strategy_market_and_period_and_says_so(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "lookback              20")
        await pilot.press("down", *"77", "ctrl+r")
        await until_shown(
            pilot,
            "lookback              20",
            "New run with defaults for all but strategy, market and period",
            "ctrl+r again brings back what was there.",
        )


async def test_without_data_the_form_says_where_they_come_from(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "There is no price history yet.")
        await pilot.press("enter")
        await until_shown(pilot, "There are no data yet; m imports the sample market, 4 leads to")


COMPUTED = '''
from core.strategies import Signals, Strategy, parameter

LEAST = 2 + 1


class Computed(Strategy):
    """Has a parameter that only running the file can tell."""

    length: int = parameter(LEAST * 4, minimum=LEAST)

    def signals(self, bars):
        return Signals()
'''


@pytest.mark.slow
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
        await until_shown(pilot, "length                12", "25,016 bars  how long")
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
    assert all_runs(stocked)[0].params == {"length": 15}


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
        screen = await until_shown(pilot, "25,016 bars  how long")
        assert "model calls" not in screen
        await pilot.press(*"llm_f")
        await until_shown(
            pilot,
            "model calls           100",
            "ask afresh            no",
            "gpt-4o-mini may know what happened until 2023-10-31",
            "at most 100 calls to gpt-4o-mini at models.example",
        )
        await pilot.press(*keys_to(app, "max_llm_calls"), *"x7")
        await until_shown(pilot, "The budget of model calls must be a whole number")
        await pilot.press("backspace", "backspace", "7")
        await until_shown(pilot, "at most 7 calls to gpt-4o-mini", "as long as the model takes  Enter starts")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until_shown(pilot, "│ Model │")
    [run] = all_runs(stocked)
    assert (run.strategy, run.max_llm_calls) == ("llm_filter", 7)
    assert run.settings["model"] == "gpt-4o-mini"


@pytest.mark.slow
async def test_without_a_model_its_strategies_say_how_to_set_one_up(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKTAPE_LLM_BASE_URL", raising=False)
    async with make_app(stocked).run_test(size=(160, 50)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "25,016 bars  how long is known after a first run  Enter starts the run")
        await pilot.press(*"llm_f")
        await until_shown(pilot, "! llm_filter asks a language model, and there is none to ask")


@pytest.mark.slow
async def test_limits_of_memory_and_time_reach_the_run(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "25,016 bars  how long is known after a first run  Enter starts the run")
        await pilot.press(*keys_to(app, "memory_limit_mb"), "7")
        await until_shown(pilot, "The memory must be a whole number of megabytes")
        await pilot.press("0", "0", "tab", *"2.5")
        await until_shown(pilot, "25,016 bars  how long is known after a first run  Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    [run] = all_runs(stocked)
    assert (run.settings["memory_limit_mb"], run.settings["time_limit_minutes"]) == (700, 2.5)


async def test_a_form_whose_last_strategy_is_gone_begins_with_another(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        KeptForms(app.memory).keep_last({"strategy": "vanished", "params.lookback": "77"})
        await pilot.press("n")
        told = "There is no strategy vanished any more."
        await until_shown(
            pilot, told, "donchian_breakout", "lookback              20", "Enter starts the run"
        )


# Keys that come faster than anything is drawn


async def test_the_fields_belong_to_the_choice_as_soon_as_it_is_made(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        strategy_field(app).action_last_value()
        assert shown_fields(app)[:5] == [
            "strategy",
            "params.fast",
            "params.slow",
            "params.stop_pips",
            "params.target_pips",
        ]


@pytest.mark.slow
async def test_choices_may_follow_each_other_at_any_moment_of_laying_out(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        choice = strategy_field(app)
        for turns in range(40):
            choice.action_last_value()
            for _ in range(turns):
                await asyncio.sleep(0)
            choice.action_first_value()
            await asyncio.sleep(0)
        choice.action_last_value()
        await until_shown(pilot, "bars in the slow average", "Enter starts the run")
        assert shown_fields(app)[1:3] == ["params.fast", "params.slow"]


async def test_keys_typed_at_once_stand_in_the_fields_that_they_were_meant_for(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        for key in (*"sma", "tab", *"12", "tab", *"34", "tab", *"5.5"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until_shown(
            pilot, "fast                  12", "slow                  34", "stop_pips             5.5"
        )


@pytest.mark.slow
async def test_what_the_form_fills_in_does_not_come_back_as_if_typed(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        form = app.screen.query_one(FieldList)
        spread = form.field("spread").editor
        assert isinstance(spread, TextField)
        spread.value = "7"
        await app.run_action("screen.act('defaults')")
        await until_shown(pilot, "spread                1.5", "Enter starts the run")
        await pilot.press("ctrl+s", *"plain", "enter")
        assert KeptForms(app.memory).preset("plain")["spread"] == "1.5"


@pytest.mark.slow
async def test_if_the_field_in_focus_goes_the_one_in_its_place_takes_the_keys(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down", *"77")
        strategy_field(app).action_last_value()
        await pilot.press(*"31")
        await until_shown(pilot, "fast                  31")


@pytest.mark.slow
async def test_values_stand_below_each_other_whatever_the_names_before_them(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        for letters, name in (("atr", "range_bars"), ("sma", "slow"), ("atr", "range_bars")):
            await pilot.press("home", *letters)
            screen = await until_shown(pilot, name, "Enter starts the run")
            columns = {
                line.index(value) for line in screen.splitlines() for value in _VALUES if value in line
            }
            assert len(columns) == 1, screen


# Values of fields to choose from and to type in.
_VALUES = ("EURUSD  ", "2020-01-27  ", "10000  ", "0.1  ")

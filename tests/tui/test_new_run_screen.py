"""The form for a new run, by keyboard alone."""

import asyncio
from contextlib import closing

import pytest
from textual import events

from core.home import Home
from db import runs
from db.connection import connect
from db.runs import RunRecord
from tests.shots.filling import fill_data, open_empty
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.form.presets import KeptForms
from tui.screens.detail import DetailScreen
from tui.screens.new_run import NewRunScreen
from tui.screens.runs import RunsScreen
from tui.widgets.choice import Choice
from tui.widgets.field_list import FieldList
from tui.widgets.fields import Field, TextField


@pytest.fixture
def stocked(home: Home) -> Home:
    """A store with two datasets and no run."""
    open_empty(home)
    with closing(connect(home.store)) as connection:
        fill_data(home, connection)
    return home


def keys_to(app: BacktapeApp, name: str) -> list[str]:
    """Return the keys that lead from the field in focus down to the one called `name`."""
    form = app.screen.query_one(FieldList)
    names = [field.spec.name for field in form.fields]
    assert form.field_in_focus is not None
    return ["down"] * (names.index(name) - names.index(form.field_in_focus.spec.name))


def _shown(app: BacktapeApp) -> list[str]:
    """Return the names of the fields that can be seen, from top to bottom."""
    return [field.spec.name for field in app.screen.query(Field) if field.display]


def _strategy(app: BacktapeApp) -> Choice:
    editor = app.screen.query(Field).first().editor
    assert isinstance(editor, Choice)
    return editor


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
        await pilot.press(*keys_to(app, "start"), *"2020-03-02", "down", *"2020-06-01")
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
        await pilot.press(*keys_to(app, "symbol"), *"synth", "down", *"h1")
        await pilot.press(*keys_to(app, "execution_mode"), "right")
        await pilot.press(*keys_to(app, "account_currency"), *"JPY")
        await pilot.press(*keys_to(app, "context_tfs"), *"H4 D1", "down", *"M15")
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
    ("name", "typed", "told"),
    [
        ("params.lookback", "0", "lookback must be a whole number from 1 to 5000, not 0."),
        ("params.lookback", "abc", "lookback must be a whole number"),
        ("start", "2020-02-30", "The first day must be a date"),
        ("start", "2031-01-01", "The end (2021-01-27) must lie after the beginning"),
        ("end", "1999-01-01", "The end (1999-01-01) must lie after the beginning"),
        ("size", "-1", "The size must be a number of lots above 0"),
        ("spread", "nan", "The spread must be a number of pips"),
        ("initial_balance", "1,000", "The balance must be a plain number"),
        ("account_currency", "EURO", "The account currency must be a code of three letters"),
        ("tp_partial_close_ratio", "2", "The part closed at a target must be above 0 and at most 1"),
        ("context_tfs", "M5", "The context timeframe M5 must be above the primary one, M15"),
        ("context_tfs", "H5", "The context timeframes must be timeframes above the primary one"),
        ("rates", "USDJPY", "A fixed rate must be a pair and a number above 0, such as USDJPY=150"),
        ("slippage_pips", "-1", "The slippage must be a number of pips"),
        ("swap", "1", "The swap must be an amount per lot and night"),
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
    assert _runs(stocked) == []


async def test_what_only_the_library_knows_is_told_too(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "account_currency"), *"CHF")
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
        await pilot.press(*keys_to(app, "max_llm_calls"), *"x7")
        await until_shown(pilot, "The budget of model calls must be a whole number")
        await pilot.press("backspace", "backspace", "7")
        await until_shown(pilot, "at most 7 calls to gpt-4o-mini", "Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until_shown(pilot, "│ Model │")
    [run] = _runs(stocked)
    assert (run.strategy, run.max_llm_calls) == ("llm_filter", 7)
    assert run.settings["model"] == "gpt-4o-mini"


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
        await pilot.press(*keys_to(app, "memory_limit_mb"), "7")
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
        KeptForms(app.memory).keep_last({"strategy": "vanished", "params.lookback": "77"})
        await pilot.press("n")
        await until_shown(pilot, "donchian_breakout", "lookback              20", "Enter starts the run")


# Keys that come faster than anything is drawn


async def test_the_fields_belong_to_the_choice_as_soon_as_it_is_made(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        _strategy(app).action_last_value()
        assert _shown(app)[:5] == [
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
        choice = _strategy(app)
        for turns in range(40):
            choice.action_last_value()
            for _ in range(turns):
                await asyncio.sleep(0)
            choice.action_first_value()
            await asyncio.sleep(0)
        choice.action_last_value()
        await until_shown(pilot, "bars in the slow average", "Enter starts the run")
        assert _shown(app)[1:3] == ["params.fast", "params.slow"]


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


async def test_if_the_field_in_focus_goes_the_one_in_its_place_takes_the_keys(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down", *"77")
        _strategy(app).action_last_value()
        await pilot.press(*"31")
        await until_shown(pilot, "fast                  31")


# Several markets


async def test_several_symbols_and_timeframes_make_a_run_each(stocked: Home, ensured: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), "asterisk", "down", "space", *"h1", "space")
        await until_shown(pilot, "2 symbols, a run each", "● H1", "3/12 2 marked")
        await until_shown(pilot, "4 runs, 62,540 bars in all  Enter starts them")
        await pilot.press("enter")
        await until_shown(pilot, "Runs 1 to 4 were submitted.", "4 runs")
        assert isinstance(app.screen, RunsScreen)
        await until(pilot, lambda: True in ensured)
        assert app.screen.table.cursor_id == 4
    markets = [(run.symbol, run.timeframe) for run in sorted(_runs(stocked), key=lambda run: run.id)]
    assert markets == [("EURUSD", "M15"), ("EURUSD", "H1"), ("SYNTHETIC", "M15"), ("SYNTHETIC", "H1")]


async def test_of_several_runs_none_is_started_if_one_cannot_be(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), "asterisk", "down", "space", *"d1", "space")
        await until_shown(pilot, "4 runs, ")
        await pilot.press(*keys_to(app, "context_tfs"), *"D1")
        await until_shown(pilot, "! The context timeframe D1 must be above the primary one, D1.")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first: context.")
    assert _runs(stocked) == []


async def test_a_field_that_takes_one_value_cannot_be_marked(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("space", "asterisk", "right")
        await until_shown(pilot, "llm_analyst ", " 4/8")


async def test_a_period_is_chosen_by_name_until_a_day_is_typed(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "period                all there is", "from                  2020-01-27")
        await pilot.press(*keys_to(app, "start"), *"2020-06-01")
        await until_shown(pilot, "period                as typed below")
        await pilot.press("up", "home")
        await until_shown(pilot, "all there is ", "1/2", "from                  2020-01-27")


async def test_a_share_at_risk_without_a_stop_is_doubted(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "params.stop_pips"), "0")
        await pilot.press(*keys_to(app, "size"), *"1%")
        await until_shown(
            pilot, "1%                        ! A share at risk needs a stop, and stop_pips is 0."
        )
        await until_shown(pilot, "Enter starts the run")


# Values that are kept


async def test_a_preset_is_kept_under_a_name_and_taken_again(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("ctrl+o")
        await until_shown(pilot, "There are no presets yet; ctrl+s keeps one.")
        await pilot.press("down", *"77", "ctrl+s", *"wide", "enter")
        await until_shown(pilot, "Preset wide is kept; ctrl+o takes it.")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "lookback              20")
        await pilot.press("ctrl+o", "tab", "enter")
        await until_shown(pilot, "New run from preset wide", "lookback              77")
        await pilot.press("ctrl+t", *"wi", "enter", "y")
        await until_shown(pilot, "Preset wide is deleted.")
        await pilot.press("ctrl+o")
        await until_shown(pilot, "There are no presets yet")


async def test_a_preset_of_that_name_is_replaced_only_if_wanted(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_preset("mine", {"spread": "3"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "keep all values as preset:", "mine")
        await pilot.press(*"mine", "enter")
        await until_shown(pilot, "There is a preset mine.")
        await pilot.press("x")
        assert KeptForms(app.memory).preset("mine")["spread"] == "3"
        await pilot.press("ctrl+s", *"mine", "enter", "y")
        await until_shown(pilot, "Preset mine is kept")
        assert KeptForms(app.memory).preset("mine")["spread"] == "1.5"


async def test_a_preset_says_what_of_it_is_gone(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_preset("old", {"strategy": "vanished", "symbol": "XAUUSD", "size": "0.3"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("ctrl+o", *"old", "enter")
        await until_shown(
            pilot,
            "There is no strategy vanished any more.",
            "There are no data of XAUUSD any more.",
            "size                  0.3",
            "Enter starts the run",
        )


async def test_the_values_used_last_are_there_at_the_next_start(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down", *"33", "enter")
        await until_shown(pilot, "lookback 33")
    again = make_app(stocked)
    async with again.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 run")
        await pilot.press("n")
        await until_shown(pilot, "lookback              33", "period                all there is")


async def test_a_run_is_cloned_into_the_form_with_every_setting(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"sma", "down", *"12")
        await pilot.press(*keys_to(app, "size"), *"1.5%")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until_shown(pilot, "Run 1 · sma_cross")
        await pilot.press("C")
        await until_shown(pilot, "New run like run 1", "sma_cross", "1.5%", "Enter starts the run")
        await pilot.press("enter")
        await until_shown(pilot, "Run 2 · sma_cross")
    first, second = sorted(_runs(stocked), key=lambda run: run.id)
    same = ("params", "settings", "start_date", "end_date", "risk_pct", "volume", "dataset_version")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]


async def test_a_clone_of_a_run_that_is_gone_begins_with_the_last_values(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        app.push_screen(NewRunScreen(clone_of=7))
        await until_shown(pilot, "Run 7 has been deleted", "bars  Enter starts the run")


async def test_a_key_that_comes_as_the_program_ends_is_no_mistake(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        app.leave()
        _strategy(app).action_last_value()
    assert app.refusal is None

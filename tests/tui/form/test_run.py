from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.home import Home
from core.jobs.request import RunRequest
from core.strategies.registry import describe_all
from db.datasets import DatasetRecord
from tui.form.fields import FieldSpec
from tui.form.run import MOST_RUNS, RunForm

JANUARY, FEBRUARY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
MIDDLE, LATER = datetime(2020, 1, 15, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
DATASET = DatasetRecord(
    id=1,
    symbol="EURUSD",
    timeframe="M15",
    source="",
    version_id=1,
    digest="digest",
    folder="folder",
    csv_path="csv",
    rows=1_000,
    first_time=JANUARY,
    last_time=FEBRUARY,
    dialect="plain CSV",
    timezone="UTC",
    day_rule="{}",
    digits=5,
    has_spread=False,
    synthetic=False,
    dropped=(),
    warnings=(),
    created_at=FEBRUARY,
    current=True,
)


def _form(home: Home, *datasets: DatasetRecord, **texts: str) -> RunForm:
    return RunForm(describe_all(home.strategies), datasets, texts)


def _names(form: RunForm) -> list[str]:
    return [spec.name for group in form.groups() for spec in group.fields]


def _spec(form: RunForm, name: str) -> FieldSpec:
    return next(spec for group in form.groups() for spec in group.fields if spec.name == name)


def _requests(form: RunForm) -> list[RunRequest]:
    requests, problems = form.check()
    assert problems == {}
    return requests


def _markets(form: RunForm) -> list[tuple[str, str]]:
    return [(request.symbol, request.timeframe) for request in _requests(form)]


# Sources


def test_a_single_source_is_nothing_to_choose(home: Home) -> None:
    form = _form(home, replace(DATASET, source="only"))
    assert "source" not in _names(form)
    assert [request.source for request in _requests(form)] == [None]
    assert [market.data.source for market in form.data.markets] == ["only"]


def test_of_several_sources_one_is_chosen_and_its_timeframes_offered(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, source="broker", timeframe="H1", rows=7))
    assert "source" in _names(form)
    assert [request.source for request in _requests(form)] == [""]
    assert form.set("source", "broker")
    assert form.texts["timeframe"] == "H1"
    assert [request.source for request in _requests(form)] == ["broker"]


def test_another_symbol_has_sources_of_its_own(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, source="a"), replace(DATASET, symbol="USDJPY", source="b"))
    form.set("source", "a")
    form.set("symbol", "USDJPY")
    assert "source" not in _names(form)
    assert [(market.symbol, market.data.source) for market in form.data.markets] == [("USDJPY", "b")]


def test_symbols_from_different_sources_are_refused_one_by_one(home: Home) -> None:
    yen = replace(DATASET, symbol="USDJPY")
    form = _form(
        home, DATASET, replace(DATASET, source="a"), replace(yen, source="b"), replace(yen, source="c")
    )
    form.set("symbol", "EURUSD,USDJPY")
    assert [value for value, _ in _spec(form, "source").choices] == ["", "a"]
    assert [market.symbol for market in form.data.markets] == ["EURUSD"]
    assert _markets(form) == [("EURUSD", "M15"), ("USDJPY", "M15")]


# Several markets


def test_every_symbol_and_timeframe_makes_a_request(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, symbol="USDJPY"))
    form.set("symbol", "EURUSD,USDJPY")
    form.set("timeframe", "M15,H1")
    assert _markets(form) == [("EURUSD", "M15"), ("EURUSD", "H1"), ("USDJPY", "M15"), ("USDJPY", "H1")]
    assert form.data.bars(None, None) == 2 * 1_000 + 2 * 250


def test_only_timeframes_that_all_symbols_have_are_offered(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, symbol="USDJPY", timeframe="H4"), timeframe="M15,D1")
    form.set("symbol", "EURUSD,USDJPY")
    assert [value for value, _ in _spec(form, "timeframe").choices] == ["H4", "H8", "H12", "D1", "W1", "MN1"]
    assert form.texts["timeframe"] == "D1"


def test_so_many_runs_at_once_are_refused(home: Home) -> None:
    many = [replace(DATASET, symbol=f"PAIR{number}") for number in range(MOST_RUNS + 1)]
    form = _form(home, *many)
    form.set("symbol", ",".join(one.symbol for one in many))
    assert form.check() == ([], {"symbol": "These are 201 runs; start at most 200 at once."})


def test_what_is_wrong_for_one_timeframe_is_wrong(home: Home) -> None:
    form = _form(home, DATASET, timeframe="M15,H4", context_tfs="H4")
    _, problems = form.check()
    assert problems == {"context_tfs": "The context timeframe H4 must be coarser than the run's own, H4."}


def test_bars_inside_bars_fit_in_the_bars_of_every_run(home: Home) -> None:
    form = _form(home, DATASET, timeframe="M30,H4")
    assert [value for value, _ in _spec(form, "finer").choices] == ["", "M15"]


def test_values_that_exclude_each_other_are_told_beside_the_one_that_must_be_above(home: Home) -> None:
    form = _form(home, DATASET, strategy="sma_cross", **{"params.fast": "60"})
    assert form.check() == ([], {"params.slow": "slow must be above fast, which is 60; 50 is not."})
    form.set("params.slow", "61")
    assert [request.params["slow"] for request in _requests(form)] == [61]


# Periods


def test_data_of_the_same_days_are_gone_over_from_end_to_end(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, symbol="USDJPY"))
    form.set("symbol", "EURUSD,USDJPY")
    assert (form.texts["start"], form.texts["end"]) == ("2020-01-01", "2020-02-02")


def test_data_of_different_days_have_their_own_or_those_in_common(home: Home) -> None:
    later = replace(DATASET, symbol="USDJPY", first_time=MIDDLE, last_time=FEBRUARY + timedelta(days=9))
    form = _form(home, DATASET, later)
    form.set("symbol", "EURUSD,USDJPY")
    assert [(request.start, request.end) for request in _requests(form)] == [(None, None)] * 2
    hint = _spec(form, "start").hint
    assert hint == "2020-01-15 to 2020-02-01 have bars of all; empty: from the first of each"
    form.set("period", "common")
    assert (form.texts["start"], form.texts["end"]) == ("2020-01-15", "2020-02-02")


def test_data_without_a_day_in_common_have_their_own(home: Home) -> None:
    form = _form(
        home,
        DATASET,
        replace(DATASET, symbol="USDJPY", first_time=LATER, last_time=LATER + timedelta(days=9)),
    )
    form.set("symbol", "EURUSD,USDJPY")
    assert [value for value, _ in _spec(form, "period").choices] == ["all", "own"]
    assert "no day has bars of all" in _spec(form, "start").hint
    assert _markets(form) == [("EURUSD", "M15"), ("USDJPY", "M15")]


def test_the_last_years_count_from_the_last_bar(home: Home) -> None:
    long = replace(DATASET, first_time=datetime(2016, 2, 29, tzinfo=UTC))
    form = _form(home, long, period="3")
    assert [value for value, _ in _spec(form, "period").choices] == ["all", "1", "2", "3", "own"]
    assert (form.texts["start"], form.texts["end"]) == ("2017-02-02", "2020-02-02")


def test_a_period_that_does_not_fit_another_market_is_all_there_is(home: Home) -> None:
    long = replace(DATASET, first_time=datetime(2016, 2, 29, tzinfo=UTC))
    form = _form(home, long, replace(DATASET, symbol="USDJPY"), symbol="EURUSD", period="3")
    form.set("symbol", "USDJPY")
    assert (form.texts["period"], form.texts["start"]) == ("all", "2020-01-01")


def test_days_that_were_typed_stay_in_another_market(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, symbol="USDJPY"))
    form.set("start", "2020-01-10")
    form.set("symbol", "USDJPY")
    assert (form.texts["period"], form.texts["start"]) == ("own", "2020-01-10")


def test_a_beginning_after_the_last_bar_is_told_where_it_was_typed(home: Home) -> None:
    form = _form(home, DATASET)
    form.set("start", "2030-01-01")
    assert form.texts["end"] == "2020-02-02"
    told = "EURUSD M15 has bars from 2020-01-01 to 2020-02-01; choose a beginning within them."
    assert form.check() == ([], {"start": told})


def test_an_end_before_the_first_bar_is_told_where_it_was_typed(home: Home) -> None:
    form = _form(home, DATASET)
    form.set("end", "1999-01-01")
    told = "EURUSD M15 has bars from 2020-01-01 to 2020-02-01; choose an end within them."
    assert form.check() == ([], {"end": told})


def test_the_market_that_has_no_bars_of_the_days_is_named(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, symbol="USDJPY", last_time=JANUARY + timedelta(days=3)))
    form.set("symbol", "EURUSD,USDJPY")
    form.set("start", "2020-01-15")
    told = "USDJPY M15 has bars from 2020-01-01 to 2020-01-04; choose a beginning within them."
    assert form.check() == ([], {"start": told})


# What stands for several values

_SWAP = "The swap must be two amounts per lot and night, for buys and for sells, such as -3.5,1.2"
_RATE = "A fixed rate must be a pair and a number above 0, such as USDJPY=150"


@pytest.mark.parametrize("typed", ["1", "1,x", "1,", "1,2,3", "nan,1", "1 2"])
def test_a_swap_that_is_not_two_amounts_is_told_as_it_was_typed(home: Home, typed: str) -> None:
    assert _form(home, DATASET, swap=typed).check() == ([], {"swap": f"{_SWAP}; '{typed}' is not."})


def test_a_swap_that_is_left_out_is_told(home: Home) -> None:
    assert _form(home, DATASET, swap="").check() == ([], {"swap": f"{_SWAP}; nothing is given."})


@pytest.mark.parametrize("typed", ["USDJPY", "USDJPY=x", "FOO=1", "=1", "USDJPY=1e400"])
def test_a_rate_that_is_none_is_told_as_it_was_typed(home: Home, typed: str) -> None:
    assert _form(home, DATASET, rates=typed).check() == ([], {"rates": f"{_RATE}; '{typed}' is not."})


def test_a_rate_given_twice_is_not_chosen_from(home: Home) -> None:
    form = _form(home, DATASET, rates="USDJPY=150, usdjpy=151")
    assert form.check() == ([], {"rates": "The fixed rates name USDJPY twice; give it once."})


def test_rates_may_be_typed_with_blanks(home: Home) -> None:
    form = _form(home, DATASET, rates="USDJPY = 150; EURUSD= 1.1")
    assert [request.rates for request in _requests(form)] == [{"USDJPY": 150.0, "EURUSD": 1.1}]


# What is kept


def test_a_market_named_twice_by_hand_makes_one_run(home: Home) -> None:
    assert _markets(_form(home, DATASET, symbol="EURUSD,EURUSD")) == [("EURUSD", "M15")]


def test_a_named_period_is_kept_by_its_name(home: Home) -> None:
    form = _form(home, DATASET)
    assert not {"start", "end"} & form.kept().keys()
    form.set("start", "2020-01-10")
    assert form.kept()["start"] == "2020-01-10"


def test_a_form_made_from_what_it_keeps_is_the_same(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, symbol="USDJPY"))
    for name, text in {"symbol": "EURUSD,USDJPY", "size": "2%", "params.lookback": "7"}.items():
        form.set(name, text)
    again = _form(home, DATASET, replace(DATASET, symbol="USDJPY"), **form.kept())
    assert (again.texts, again.remarks) == (form.texts, [])


def test_what_is_gone_is_told_and_left_out(home: Home) -> None:
    kept = {
        "strategy": "sma_cross",
        "params.fast": "7",
        "params.gone": "1",
        "symbol": "GBPUSD,EURUSD",
        "timeframe": "M1,H1",
        "execution_mode": "magic",
    }
    form = _form(home, DATASET, **kept)
    assert form.remarks == [
        "sma_cross has no parameter gone any more.",
        "There are no data of GBPUSD any more.",
        "There are no M1 bars of EURUSD any more.",
    ]
    assert "params.gone" not in form.texts
    assert (form.texts["params.fast"], form.texts["execution_mode"]) == ("7", "close_price")
    assert _markets(form) == [("EURUSD", "H1")]


def test_a_source_that_is_gone_is_told(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, source="a"), symbol="EURUSD", source="b")
    assert form.remarks == ["EURUSD has no source b any more."]
    assert form.texts["source"] == ""


def test_a_strategy_that_is_broken_says_why(home: Home) -> None:
    (home.strategies / "broken.py").write_text("class Broken(")
    form = _form(home, DATASET, **{"strategy": "broken", "params.a": "1"})
    assert "broken.py" in form.remarks[0]
    assert form.strategy.name == "donchian_breakout"


def test_a_parameter_found_gone_by_running_the_file_is_told_then(home: Home) -> None:
    lines = [
        "N = 3",
        "class Own(Strategy):",
        "    n: int = parameter(N)",
        "    def on_bar(self, context): ...",
    ]
    (home.strategies / "own.py").write_text(
        "from core.strategies import Strategy, parameter\n" + "\n".join(lines)
    )
    form = _form(home, DATASET, **{"strategy": "own", "params.gone": "1"})
    assert (form.is_unknown, form.remarks) == (True, [])
    whole = replace(form.strategy, unread=(), parameters=())
    assert form.describe(whole) == ["own has no parameter gone any more."]
    assert "params.gone" not in form.texts


def test_files_that_cannot_be_used_are_told_besides_and_not_on_the_line_of_one_that_can(home: Home) -> None:
    (home.strategies / "broken.py").write_text("class Broken(")
    form = _form(home, DATASET)
    assert "broken" not in {value for value, _ in _spec(form, "strategy").choices}
    assert _spec(form, "strategy").hint == form.strategy.summary
    assert _spec(form, "strategy").besides == "The file of broken cannot be used; Strategies tells why."
    for name in ("torn", "cut"):
        (home.strategies / f"{name}.py").write_text("class Broken(")
    besides = _spec(_form(home, DATASET), "strategy").besides
    assert besides == "3 other files cannot be used; Strategies tells why."


def test_a_form_made_anew_still_knows_why_a_strategy_is_not_offered(home: Home) -> None:
    (home.strategies / "broken.py").write_text("class Broken(")
    again = RunForm(_form(home, DATASET).known, [DATASET], {"strategy": "broken"})
    assert "broken.py" in again.remarks[0]


def test_each_strategy_keeps_its_own_values_of_parameters_with_one_name(home: Home) -> None:
    form = _form(home, DATASET)
    form.set("params.stop_pips", "11")
    form.set("strategy", "sma_cross")
    assert form.texts["params.stop_pips"] == "20"
    form.set("strategy", "donchian_breakout")
    assert form.texts["params.stop_pips"] == "11"


# Doubts


@pytest.mark.parametrize(
    ("size", "stop", "doubted"), [("1%", "0", True), ("1%", "5", False), ("1", "0", False)]
)
def test_a_share_at_risk_is_doubted_without_a_stop(home: Home, size: str, stop: str, doubted: bool) -> None:
    form = _form(home, DATASET, **{"strategy": "sma_cross", "size": size, "params.stop_pips": stop})
    assert ("size" in form.warnings()) is doubted
    assert len(_requests(form)) == 1

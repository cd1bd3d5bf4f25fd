import datetime as dt
from typing import Any

import pytest

from core.jobs.request import RefusedRequestError, RunRequest, parse_request
from core.market.timeframes import Timeframe

LEAST: dict[str, Any] = {"strategy": "sma_cross", "symbol": "EURUSD", "timeframe": "M15"}


def refused(**values: object) -> RefusedRequestError:
    with pytest.raises(RefusedRequestError) as caught:
        parse_request(LEAST | values)
    return caught.value


def test_the_least_request_has_the_defaults_of_the_store() -> None:
    request = parse_request(LEAST)
    assert (request.initial_balance, request.spread_pips, request.volume) == (10_000.0, 1.5, 0.1)
    assert (request.execution_mode, request.tp_partial_close_ratio) == ("close_price", 0.5)
    assert (request.max_llm_calls, request.leverage, request.account_currency) == (100, 100.0, "USD")
    assert request.context_tfs == ()


def test_texts_as_typed_are_understood() -> None:
    request = parse_request(
        LEAST
        | {
            "initial_balance": " 2500.50 ",
            "max_llm_calls": "7",
            "context_tfs": "H1, H4",
            "account_currency": "eur",
            "rates": {"eurusd": "1.1"},
        }
    )
    assert (request.initial_balance, request.max_llm_calls) == (2500.5, 7)
    assert request.context_tfs == ("H1", "H4")
    assert request.account_currency == "EUR"
    assert request.rates == {"EURUSD": 1.1}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-31", dt.datetime(2020, 1, 31, tzinfo=dt.UTC)),
        ("2020-01-31 13:30", dt.datetime(2020, 1, 31, 13, 30, tzinfo=dt.UTC)),
        ("2020-01-31T13:30:00+02:00", dt.datetime(2020, 1, 31, 11, 30, tzinfo=dt.UTC)),
        (dt.date(2020, 1, 31), dt.datetime(2020, 1, 31, tzinfo=dt.UTC)),
    ],
)
def test_times_are_read_as_utc(text: object, moment: dt.datetime) -> None:
    assert parse_request(LEAST | {"start": text}).start == moment


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("initial_balance", "0"),
        ("initial_balance", -1),
        ("initial_balance", 1e300),
        ("initial_balance", "nan"),
        ("initial_balance", float("inf")),
        ("initial_balance", "1,000"),
        ("initial_balance", ""),
        ("initial_balance", True),
        ("spread_pips", -0.1),
        ("spread_pips", "1e9"),
        ("spread_source", "broker"),
        ("commission_per_lot", -7),
        ("tp_partial_close_ratio", 0),
        ("tp_partial_close_ratio", 1.01),
        ("tp_partial_close_ratio", -0.5),
        ("max_llm_calls", -1),
        ("max_llm_calls", 10**12),
        ("max_llm_calls", "2.5"),
        ("volume", 0),
        ("volume", "🙂"),
        ("risk_pct", 0),
        ("risk_pct", 101),
        ("memory_limit_mb", 49),
        ("memory_limit_mb", 1_000_001),
        ("memory_limit_mb", "0.5"),
        ("memory_limit_mb", True),
        ("time_limit_minutes", 0),
        ("time_limit_minutes", "-1"),
        ("time_limit_minutes", "nan"),
        ("time_limit_minutes", 1e9),
        ("leverage", 0),
        ("leverage", -100),
        ("leverage", 1e9),
        ("account_currency", "EURO"),
        ("rates", {"USDJPY": 0}),
        ("rates", {"USDJPY": "nan"}),
        ("rates", {"yen": 150}),
        ("slippage_pips", -1),
        ("swap_long", "inf"),
        ("swap_short", 1e9),
        ("execution_mode", "tick"),
        ("timeframe", "M7"),
        ("timeframe", ""),
        ("symbol", ""),
        ("symbol", "EUR USD"),
        ("symbol", "../../etc"),
        ("symbol", "E" * 1_000_000),
        ("strategy", "no such/name"),
        ("strategy", "\x1b]0;title\x07"),
        ("start", "2020-02-30"),
        ("start", "9999-12-31"),
        ("start", "0001-01-01T00:00+05:00"),
        ("start", "1580000000"),
        ("start", 1580000000),
        ("start", "yesterday"),
        ("end", "9999-12-31T23:00-05:00"),
        ("context_tfs", "M15"),
        ("context_tfs", "M5"),
        ("context_tfs", "H5"),
        ("params", {"fast": None}),
    ],
)
def test_an_impossible_value_is_refused_at_its_field_in_one_sentence(field: str, value: object) -> None:
    error = refused(**{field: value})
    assert [problem.field for problem in error.problems] == [field]
    sentence = error.problems[0].sentence
    assert 20 < len(sentence) < 400
    assert sentence.isprintable()
    assert error.field == field


@pytest.mark.parametrize("named", ["H4,H4", "H4 h4,H4", ["H4", "H4"]])
def test_a_context_that_is_named_twice_is_one(named: object) -> None:
    assert parse_request(LEAST | {"context_tfs": named}).context_tfs == (Timeframe.H4,)


def test_every_field_at_fault_has_its_own_sentence() -> None:
    error = refused(initial_balance=0, spread_pips=-1, leverage=0)
    assert [problem.field for problem in error.problems] == ["initial_balance", "spread_pips", "leverage"]


def test_a_reversed_period_names_both_days() -> None:
    error = refused(start="2020-02-01", end="2020-01-01")
    assert error.problems[0].field == "end"
    assert str(error) == "The end (2020-01-01) must lie after the beginning (2020-02-01)."


def test_an_empty_period_is_refused() -> None:
    assert refused(start="2020-02-01", end="2020-02-01").field == "end"


def test_a_missing_field_and_an_unknown_one_are_named() -> None:
    with pytest.raises(RefusedRequestError) as caught:
        parse_request({"symbol": "EURUSD", "timeframe": "M15", "balanec": 1})
    assert {problem.field for problem in caught.value.problems} == {"strategy", "balanec"}


def test_a_request_survives_json() -> None:
    request = parse_request(LEAST | {"start": "2020-01-01", "context_tfs": "H1", "params": {"fast": 5}})
    assert RunRequest.model_validate_json(request.model_dump_json()) == request


def test_a_note_keeps_its_lines_and_nothing_that_acts_on_a_terminal() -> None:
    request = parse_request(LEAST | {"notes": "gold\nat \x1b]52;c;x\x07 \u202enight"})
    mark = "\N{REPLACEMENT CHARACTER}"
    assert request.notes == f"gold\nat {mark}]52;c;x{mark} {mark}night"

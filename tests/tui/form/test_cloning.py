"""A run as the texts of the form: what is made of them is the request that the run came from."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import BacktapeError
from core.home import Home
from core.jobs.request import RunRequest, parse_request
from core.market.timeframes import Timeframe
from core.strategies.registry import describe_all
from tests.tui.form.test_run import DATASET
from tui.form.cloning import Cloned, texts_of_request
from tui.form.run import RunForm

# A value that is not the default for every field but those about the strategy and the data.
OTHERS: dict[str, Any] = {
    "start": datetime(2020, 1, 3, 7, 30, tzinfo=UTC),
    "end": datetime(2020, 1, 20, 13, 0, 59, tzinfo=UTC),
    "initial_balance": 1234.56,
    "spread_pips": 0.123456789,
    "execution_mode": "intra_candle",
    "volume": 1234567.0 / 100,
    "commission_per_lot": 1e-05,
    "tp_partial_close_ratio": 1 / 3,
    "context_tfs": (Timeframe.H4, Timeframe.D1),
    "finer": Timeframe.M15,
    "max_llm_calls": 7,
    "fresh": True,
    "memory_limit_mb": 700,
    "time_limit_minutes": 2.5,
    "leverage": 33.3,
    "account_currency": "EUR",
    "rates": {"USDJPY": 150.25, "EURUSD": 1.0},
    "slippage_pips": 0.3,
    "swap_long": -3.5,
    "swap_short": 1.125,
}
# Told by another field, or about another run.
LEFT_OUT = {"spread_source", "risk_pct", "notes"}
PARAMS = {"lookback": 24, "stop_pips": 30.5, "target_pips": 60.0, "review_bars": 4, "bars_shown": 30}


def _request(**changes: object) -> RunRequest:
    base = {"strategy": "llm_filter", "symbol": "EURUSD", "timeframe": "H1", "source": "broker"}
    params = {**PARAMS, "anonymous": False}
    days = {"start": datetime(2020, 1, 3, tzinfo=UTC), "end": datetime(2020, 1, 20, tzinfo=UTC)}
    return parse_request({**base, **days, "params": params, **changes})


def _cloned(home: Home, request: RunRequest) -> RunRequest:
    data = [DATASET, DATASET.__class__(**{**_values(), "source": "broker"})]
    form = RunForm(describe_all(home.strategies), data, texts_of_request(request))
    requests, problems = form.check()
    assert (problems, form.remarks) == ({}, [])
    [made] = requests
    return made


def _values() -> dict[str, Any]:
    return {name: getattr(DATASET, name) for name in DATASET.__dataclass_fields__}


def test_every_field_of_a_request_is_tried() -> None:
    named = {"strategy", "symbol", "timeframe", "source", "params"}
    assert OTHERS.keys() | named | LEFT_OUT == RunRequest.model_fields.keys()


def test_every_setting_arrives_at_once(home: Home) -> None:
    request = _request(**OTHERS)
    assert _cloned(home, request) == request


@pytest.mark.parametrize("name", OTHERS)
def test_every_setting_arrives_alone(home: Home, name: str) -> None:
    others = {"execution_mode": "intra_candle"} if name == "finer" else {}
    request = _request(**{name: OTHERS[name]}, **others)
    assert _cloned(home, request) == request


@pytest.mark.parametrize("changes", [{"spread_source": "data"}, {"risk_pct": 1.25}], ids=str)
def test_what_takes_the_place_of_a_number_arrives_too(home: Home, changes: dict[str, object]) -> None:
    request = _request(**changes)
    assert _cloned(home, request) == request


def _remarks(
    home: Home, *, strategy: str | None = None, digest: str = DATASET.digest, has_source: bool = True
) -> list[str]:
    found = describe_all(home.strategies)
    version = next(one.version for one in found if one.name == "llm_filter")
    texts = texts_of_request(_request(source=None))
    cloned = Cloned(7, texts, version if strategy is None else strategy, digest, has_source)
    return cloned.remarks(RunForm(found, [DATASET], texts), "r")


def test_a_run_of_today_s_strategy_and_bars_is_cloned_without_a_word(home: Home) -> None:
    assert _remarks(home) == []


def test_a_strategy_that_has_changed_since_is_told(home: Home) -> None:
    told = "llm_filter has changed since: this takes today's file; "
    assert _remarks(home, strategy="a" * 64) == [f"{told}r on run 7 takes that of then."]
    assert _remarks(home, strategy="a" * 64, has_source=False) == [f"{told}that of then is not kept."]


@pytest.mark.parametrize(
    ("error", "has_source", "told"),
    [
        (None, True, "There is no strategy mine any more, so run 7 cannot be cloned; r makes it again "),
        (None, False, "There is no strategy mine any more, so run 7 cannot be cloned; its source is not "),
        ("Broken.", True, "mine cannot be used as it is now, so run 7 cannot be cloned; r makes it again "),
    ],
)
def test_a_run_whose_strategy_cannot_be_used_is_not_cloned_into_a_form_of_another(
    home: Home, error: str | None, has_source: bool, told: str
) -> None:
    known = describe_all(home.strategies)
    broken = [] if error is None else [replace(known[0], name="mine", error=error)]
    cloned = Cloned(7, {"strategy": "mine"}, "a" * 64, DATASET.digest, has_source)
    with pytest.raises(BacktapeError) as raised:
        cloned.refuse_without_strategy([*known, *broken], "r")
    assert str(raised.value).startswith(told)


def test_a_run_whose_strategy_is_there_is_cloned(home: Home) -> None:
    known = describe_all(home.strategies)
    Cloned(7, {"strategy": known[0].name}, None, None).refuse_without_strategy(known, "r")


def test_bars_that_are_others_now_are_told(home: Home) -> None:
    assert _remarks(home, digest="another") == [
        "The library has other bars of EURUSD now; r repeats run 7 as it was."
    ]


def test_of_bars_that_are_gone_it_is_not_told_that_they_are_others(home: Home) -> None:
    texts = texts_of_request(_request(symbol="USDJPY", source=None))
    form = RunForm(describe_all(home.strategies), [DATASET], texts)
    told = Cloned(7, texts, form.strategy.version, "another").remarks(form, "r")
    assert told == ["There are no data of USDJPY any more."]


def test_a_note_stays_with_the_run_it_is_about(home: Home) -> None:
    assert _cloned(home, _request(notes="before the holiday")).notes is None

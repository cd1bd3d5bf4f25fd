"""Wrong input in every field of the new-run form: one plain sentence beside the field that is at fault."""

from contextlib import closing

import pytest

from core.errors import BacktapeError
from core.home import Home
from core.jobs.request import parse_request
from core.strategies.registry import describe_all
from db import datasets
from db.connection import connect
from tests.tui.form.test_run import DATASET
from tui.form.run import RunForm
from tui.form.submitting import Judged, judge

# The fields that are typed in, and what of the wrong texts each may be.
TAKEN: dict[str, set[str]] = {
    "params.fast": set(),
    "params.slow": set(),
    "params.stop_pips": {"0", "0.001"},
    "start": {""},
    "end": {""},
    "size": {"0.001"},
    "spread": {"0", "0.001"},
    "commission_per_lot": {"0", "0.001"},
    "initial_balance": {"0.001"},
    "account_currency": {"abc", "nan"},
    "leverage": set(),
    "tp_partial_close_ratio": {"0.001"},
    "context_tfs": {""},
    "rates": {""},
    "slippage_pips": {"0", "0.001"},
    "swap": set(),
    "memory_limit_mb": {""},
    "time_limit_minutes": {"", "0.001"},
    "max_llm_calls": {"0"},
}
WRONG = ("abc", "-5", "9" * 30, "1e400", "", "0", "0.001", "x" * 500, "nan", "1_000", "\x1b[2J", "٣", "1 2")


def _of(name: str) -> str:
    return "llm_filter" if name == "max_llm_calls" else "sma_cross"


@pytest.mark.parametrize("wrong", WRONG, ids=lambda text: ascii(text[:10]))
@pytest.mark.parametrize("name", TAKEN)
def test_what_is_wrong_is_told_in_one_sentence_beside_its_field(home: Home, name: str, wrong: str) -> None:
    form = RunForm(describe_all(home.strategies), [DATASET], {"strategy": _of(name)})
    form.set(name, wrong)
    requests, problems = form.check()
    if wrong in TAKEN[name]:
        assert requests
        return
    assert (requests, list(problems)) == ([], [name])
    assert problems[name].isprintable()
    assert problems[name].endswith(".")
    assert len(problems[name]) < 200
    assert not any(odd in problems[name] for odd in ("nothing is not", "not inf", "not ''"))


def test_every_field_that_is_typed_in_is_tried(home: Home) -> None:
    form = RunForm(describe_all(home.strategies), [DATASET], {"strategy": "sma_cross"})
    typed = {spec.name for group in form.groups() for spec in group.fields if not spec.choices}
    assert typed - {"params.target_pips"} == set(TAKEN) - {"max_llm_calls"}


# All at once


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ({"start": "2009-01-01", "end": "2030-01-01"}, {"start", "end"}),
        ({"start": "2009-01-01", "end": "2020-01-10"}, {"start"}),
        ({"start": "yesterday", "end": "tomorrow"}, {"start", "end"}),
        ({"start": "2020-01-20", "end": "2020-01-10"}, {"end"}),
        ({"start": "2030-01-01"}, {"start"}),
    ],
)
def test_days_are_judged_whatever_else_is_wrong(home: Home, days: dict[str, str], wrong: set[str]) -> None:
    others = {"strategy": "sma_cross", "params.fast": "0", "size": "x", "leverage": "0", "context_tfs": "M1"}
    form = RunForm(describe_all(home.strategies), [DATASET], {**others, "period": "own", **days})
    requests, problems = form.check()
    assert requests == []
    assert set(problems) == wrong | others.keys() - {"strategy"}


def _judged(home: Home, **texts: str) -> tuple[RunForm, Judged]:
    with closing(connect(home.store)) as connection:
        form = RunForm(describe_all(home.strategies), datasets.list_all(connection), texts)
        requests, problems = form.check()
        assert problems == {}
        return form, judge(connection, home, requests)


def test_what_only_the_library_knows_is_told_beside_its_field(stocked: Home) -> None:
    with pytest.raises(BacktapeError) as refused:
        _judged(stocked, strategy="sma_cross", symbol="EURUSD", timeframe="M15", size="0.001")
    assert str(refused.value) == "The size must be at least 0.01 lots for EURUSD, not 0.001."
    form = RunForm(describe_all(stocked.strategies), [DATASET])
    assert form.field_of(refused.value.field) == "size"


@pytest.mark.parametrize(
    ("timeframe", "name", "day"),
    [
        *((name, "start", day) for name in ("M15", "D1", "MN1") for day in ("2019-06-01", "2031-01-01")),
        *((name, "end", day) for name in ("M15", "D1", "MN1") for day in ("1999-01-01", "2025-06-01")),
    ],
)
def test_days_beyond_the_bars_are_refused_as_the_library_would(
    stocked: Home, timeframe: str, name: str, day: str
) -> None:
    texts = {"symbol": "EURUSD", "timeframe": timeframe, "period": "own"}
    asked = {"strategy": "sma_cross", "symbol": "EURUSD", "timeframe": timeframe, name: day}
    with closing(connect(stocked.store)) as connection:
        form = RunForm(describe_all(stocked.strategies), datasets.list_all(connection), {**texts, name: day})
        with pytest.raises(BacktapeError) as refused:
            judge(connection, stocked, [parse_request(asked)])
    assert list(form.check()[1]) == [refused.value.field] == [name]
    if timeframe == "M15":
        assert form.check()[1] == {name: str(refused.value)}


@pytest.mark.parametrize("timeframe", ["M15", "D1", "W1", "MN1"])
def test_days_that_the_library_takes_are_taken(stocked: Home, timeframe: str) -> None:
    days = {"start": "2020-01-22", "end": "2021-02-01"}
    _, judged = _judged(stocked, symbol="EURUSD", timeframe=timeframe, period="own", **days)
    assert judged.bars > 10


def test_a_fixed_rate_that_is_not_needed_is_doubted_beside_its_field(stocked: Home) -> None:
    asked = {"strategy": "sma_cross", "symbol": "EURUSD", "timeframe": "M15"}
    _, judged = _judged(stocked, **asked, rates="USDJPY=150")
    told = "The fixed rate of USDJPY is not used: in a USD account EURUSD needs none."
    assert judged.warnings == {"rates": told}
    _, judged = _judged(stocked, **asked, rates="USDJPY=150", account_currency="JPY")
    assert judged.warnings == {}

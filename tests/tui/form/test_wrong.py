"""Wrong input in every field of the new-run form: one plain sentence beside the field that is at fault."""

from contextlib import closing

import pytest

from core.errors import BacktapeError
from core.home import Home
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


def _judged(home: Home, **texts: str) -> tuple[RunForm, Judged]:
    with closing(connect(home.store)) as connection:
        form = RunForm(describe_all(home.strategies), datasets.list_all(connection), texts)
        requests, problems = form.check()
        assert problems == {}
        return form, judge(connection, home, requests)


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("size", "0.001", "The size must be at least 0.01 lots for EURUSD, not 0.001."),
        (
            "start",
            "2019-06-01",
            "EURUSD M15 has bars from 2020-01-27 to 2021-01-26; choose a beginning within",
        ),
        (
            "end",
            "2025-06-01",
            "EURUSD M15 has bars from 2020-01-27 to 2021-01-26; choose an end within them.",
        ),
    ],
)
def test_what_only_the_library_knows_is_told_beside_its_field(
    stocked: Home, name: str, typed: str, told: str
) -> None:
    with pytest.raises(BacktapeError) as refused:
        _judged(
            stocked, strategy="sma_cross", symbol="EURUSD", timeframe="M15", period="own", **{name: typed}
        )
    assert str(refused.value).startswith(told)
    form = RunForm(describe_all(stocked.strategies), [DATASET])
    assert form.field_of(refused.value.field) == name


def test_a_fixed_rate_that_is_not_needed_is_doubted_beside_its_field(stocked: Home) -> None:
    asked = {"strategy": "sma_cross", "symbol": "EURUSD", "timeframe": "M15"}
    _, judged = _judged(stocked, **asked, rates="USDJPY=150")
    told = "The fixed rate of USDJPY is not used: in a USD account EURUSD needs none."
    assert judged.warnings == {"rates": told}
    _, judged = _judged(stocked, **asked, rates="USDJPY=150", account_currency="JPY")
    assert judged.warnings == {}

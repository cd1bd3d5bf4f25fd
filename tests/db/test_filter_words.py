"""Filter words for figures as they are shown, and for the parameters of strategies."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from core.home import Home
from db import runs, strategies
from db.connection import StoreConnection, connect, transaction
from db.errors import FilterError
from db.runs import RunFilter
from db.upgrade import open_store
from tests.db.samples import add_run, finished_run

NAMES = {"fast", "slow", "lookback", "with_trend", "context_timeframes", "ma2"}


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def found(store: StoreConnection, text: str, names: set[str] | None = NAMES) -> list[int]:
    return sorted(runs.ids(store, RunFilter.parse(text, parameters=names)))


# Figures


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("sharpe:0.51", True),
        ("sharpe=0.51", True),
        ("sharpe:0.51,3", True),
        ("sharpe:0.50", False),
        ("sharpe:0.52", False),
        ("sharpe:0.5", False),
        ("sharpe:0.513", True),
        ("sharpe:0.514", False),
        ("sharpe!=0.51", False),
        ("sharpe!=0.52", True),
        ("-sharpe:0.51", False),
        ("sharpe>0.5134", False),
        ("sharpe>0.5133", True),
        ("sharpe<0.5134", False),
        ("sharpe<=0.5134", True),
        ("sharpe > 0.5133", True),
        ("sharpe >0.5134", False),
        ("sharpe<= 0.5134 dd:4.8", True),
        ("return % > -10", True),
        ("return%>-10", True),
        ("return%:-3.34", True),
        ("dd:4.8", True),
        ("dd:4.81", True),
        ("dd:4.9", False),
        ("win:41.2", True),
        ("win:41.3", False),
        ("return:-3.34", True),
        ("return:-3.35", False),
        ("trades:612", True),
        ("trades:612.4", False),
        ("avg_loss:nan", False),
        ("pf:1.2e0", True),
    ],
)
def test_a_figure_is_matched_as_it_is_shown_and_compared_as_it_is(
    store: StoreConnection, text: str, is_found: bool
) -> None:
    run_id = finished_run(
        store,
        {
            "sharpe_ratio": 0.5134,
            "max_drawdown_pct": 4.8123,
            "win_rate": 0.4118,
            "total_return_pct": -3.3399,
            "total_trades": 612,
            "profit_factor": 1.2,
        },
    )
    assert (found(store, text) == [run_id]) is is_found


@pytest.mark.parametrize("negation", ["-sharpe:0.5", "sharpe!=0.5"])
def test_an_undefined_figure_is_like_none_and_unlike_none_but_by_a_minus(
    store: StoreConnection, negation: str
) -> None:
    run_id = finished_run(store, {"sharpe_ratio": None})
    assert found(store, "sharpe:0.5") == []
    assert found(store, negation) == ([run_id] if negation.startswith("-") else [])


def test_a_figure_with_an_index_of_its_own_is_still_looked_up_in_it(store: StoreConnection) -> None:
    condition, values = RunFilter.parse("sharpe:0.51").where()
    statement = f"EXPLAIN QUERY PLAN SELECT r.id FROM backtest_runs r WHERE {condition}"  # noqa: S608
    (plan,) = store.execute(statement, values).fetchall()
    assert "SEARCH r USING COVERING INDEX ix_backtest_runs_sharpe_ratio" in plan[3]


# Parameters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lookback:30", "b"),
        ("lookback=30.0", "b"),
        ("lookback:20,30", "ab"),
        ("lookback>20", "b"),
        ("lookback>=20", "ab"),
        ("lookback<30", "a"),
        ("lookback!=30", "a"),
        ("-lookback:30", "ac"),
        ("LOOKBACK:30", "b"),
        ("with_trend:yes", "a"),
        ("with_trend:false", "b"),
        ("context_timeframes:h4", "a"),
        ("context_timeframes>1", ""),
        ("ma2:0.5", "c"),
        ("ma2:0.51", ""),
        ("lookback:30 symbol:EUR", "b"),
        ("lookback:30 symbol:GBP", ""),
        ("lookback:", "abc"),
    ],
)
def test_a_parameter_of_a_strategy_is_a_filter_word(store: StoreConnection, text: str, expected: str) -> None:
    made = {
        "a": add_run(store, params={"lookback": 20, "with_trend": True, "context_timeframes": "H4"}),
        "b": add_run(store, params={"lookback": 30, "with_trend": False, "context_timeframes": "H1"}),
        "c": add_run(store, params={"ma2": 0.5}),
    }
    assert found(store, text) == [made[one] for one in expected]


def test_a_word_of_the_list_comes_before_a_parameter_of_the_same_name(store: StoreConnection) -> None:
    run_id = add_run(store, params={"spread": 9, "note": 3}, spread_pips=1.5)
    assert found(store, "spread:1.5", {"spread", "note"}) == [run_id]
    assert found(store, "spread:9", {"spread", "note"}) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lockback:30", "There is no filter word 'lockback'; did you mean lookback?"),
        ("zzz9:1", "of strategies context_timeframes, fast, lookback, ma2, slow, with_trend."),
        ("lookback>many", "lookback is compared with a number, not with 'many'."),
    ],
)
def test_a_name_that_nothing_has_is_told_with_those_there_are(text: str, sentence: str) -> None:
    with pytest.raises(FilterError) as refused:
        RunFilter.parse(text, parameters=NAMES)
    assert sentence in str(refused.value)


def test_without_the_names_any_may_be_a_parameter_and_without_parameters_none() -> None:
    assert RunFilter.parse("lookback:30", parameters=None).names == {"params.lookback"}
    with pytest.raises(FilterError, match="There is no filter word 'lookback'; there are avg_loss"):
        RunFilter.parse("lookback:30")


def test_nothing_of_a_name_or_a_value_reaches_the_statement(store: StoreConnection) -> None:
    add_run(store, params={"a": 1})
    condition, values = RunFilter.parse('a:"1\' OR 1=1 --"', parameters={"a"}).where()
    assert "1' OR" not in condition
    assert "1' OR 1=1 --" in values
    with pytest.raises(FilterError):
        RunFilter.parse("a\"b:1 params.a:1 c'd:1 zzz:1", parameters=set())


def test_a_row_whose_parameters_are_damaged_has_none_and_spoils_no_list(store: StoreConnection) -> None:
    damaged, whole = add_run(store, params={"fast": 1}), add_run(store, params={"fast": 1})
    store.execute("UPDATE backtest_runs SET params = '{oops' WHERE id = ?", (damaged,))
    assert found(store, "fast:1") == [whole]
    assert found(store, "-fast:1") == [damaged]


def test_whether_a_run_is_listed_for_its_parameters_never_changes() -> None:
    assert RunFilter.parse("fast:1", parameters=None).is_settled
    assert not RunFilter.parse("fast:1 sharpe>1", parameters=None).is_settled


def test_the_names_of_parameters_are_those_of_every_version(store: StoreConnection) -> None:
    strategies.register(store, "one", "1" * 64, "{}", '[{"name": "fast"}, {"name": "slow"}]')
    strategies.register(store, "one", "2" * 64, "{}", '[{"name": "fast"}, {"name": "length"}]')
    strategies.register(store, "two", "3" * 64, "{}", "no JSON")
    assert strategies.parameter_names(store) == {"fast", "slow", "length"}


def test_a_spread_that_each_bar_has_of_its_own_is_no_figure_of_the_run(store: StoreConnection) -> None:
    fixed = add_run(store, spread_pips=1.5)
    recorded = add_run(store, spread_pips=1.5, settings={"spread_source": "data"})
    spoilt = add_run(store, spread_pips=1.5)
    with transaction(store):
        store.execute("UPDATE backtest_runs SET settings = '{spoilt' WHERE id = ?", (spoilt,))
    assert found(store, "spread:1.5") == [fixed, spoilt]
    rows = runs.summaries(store, [fixed, recorded, spoilt])
    assert [row.spread_is_recorded for row in rows] == [False, True, False]

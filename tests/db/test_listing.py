from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import pytest

from db import jobs, runs
from db.connection import StoreConnection
from db.errors import FilterError
from db.jobs import Beat
from db.runs import Order, RunFilter, key_of
from tests.db.samples import CURVE, add_run, claimed, finished_run


def found(connection: StoreConnection, text: str) -> list[int]:
    wanted = RunFilter.parse(text)
    listed = sorted(runs.ids(connection, wanted))
    assert runs.count(connection, wanted) == len(listed)
    return listed


def a_few(connection: StoreConnection) -> dict[str, int]:
    """Runs that differ in everything that can be asked for."""
    made = {
        "euro": finished_run(connection, {"sharpe_ratio": 0.75, "win_rate": 0.45, "total_trades": 10}),
        "gold": finished_run(
            connection, {"sharpe_ratio": -0.5, "win_rate": 0.3, "total_return_pct": 2.5},
            symbol="XAUUSD", timeframe="H1", notes="gold at night 100%",
            start_date=datetime(2021, 3, 1, tzinfo=UTC),
        ),
        "none": finished_run(connection, {"total_trades": 0}, strategy="macd_trend", timeframe="H1"),
    }  # fmt: skip
    made["failed"] = add_run(connection, symbol="GBPUSD")
    claimed(connection, "f")
    jobs.end(connection, made["failed"], "f", "failed", "killed by signal 9")
    made["waiting"] = add_run(connection, symbol="EURJPY", strategy="donchian_breakout")
    return made


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "euro gold none failed waiting"),
        ("symbol:EURUSD", "euro none"),
        ("symbol:eur", "euro none waiting"),
        ("symbol=EUR", ""),
        ("symbol:XAU symbol:GBP", "gold failed"),
        ("symbol:XAU,GBP", "gold failed"),
        ("-symbol:EUR", "gold failed"),
        ("symbol!=EURUSD", "gold failed waiting"),
        ("tf:H1", "gold none"),
        ("tf:H", ""),
        ("timeframe:m15", "euro failed waiting"),
        ("status:done", "euro gold none"),
        ("status:failed,waiting", "failed waiting"),
        ("status:comp", "euro gold none"),
        ("status:d", "euro gold none"),
        ("status:waiting", "waiting"),
        ("status!=done", "failed waiting"),
        ("made>2026-01-01", "euro gold none failed waiting"),
        ("made<2000", ""),
        ("net>0", "gold"),
        ("took>=0", "euro gold none failed"),
        ("mode:close", "euro gold none failed waiting"),
        ("balance=10000 spread<2", "euro gold none failed waiting"),
        ("sharpe>-", "euro gold none failed waiting"),
        ("-status:completed", "failed waiting"),
        ("strategy:macd", "none"),
        ("-strategy:macd symbol:EURUSD", "euro"),
        ("strategy:_", "euro gold none failed waiting"),
        ("sharpe>0.5", "euro"),
        ("sharpe<=0.75", "euro gold"),
        ("-sharpe>0.5", "gold none failed waiting"),
        ("sharpe_ratio>-1 sharpe<0", "gold"),
        ("win>=45", "euro"),
        ("win_rate<0.4", "gold"),
        ("trades=0", "none"),
        ("start>2020", "gold"),
        ("start:2021-03", "gold"),
        ("start<2021-03-01", "euro none failed waiting"),
        ("end>=2022-01-01", "euro gold none failed waiting"),
        ("note:night", "gold"),
        ("note:100%", "gold"),
        ("note:0_%", ""),
        ("error:signal", "failed"),
        ('"gold at night"', "gold"),
        ('note:"gold at"', "gold"),
        ("macd", "none"),
        ("-macd -gold", "euro failed waiting"),
        ("usd h1", "gold none"),
        ("Waiting", "waiting"),
        ("-done", "failed waiting"),
        ("failed", "failed"),
        ("#2", "gold"),
        ("id>3", "failed waiting"),
        ("symbol:", "euro gold none failed waiting"),
        ("sharpe> -", "euro gold none failed waiting"),
        ("'; DROP TABLE backtest_runs; --", ""),
    ],
)
def test_filter_words_find_their_runs(connection: StoreConnection, text: str, names: str) -> None:
    made = a_few(connection)
    assert found(connection, text) == sorted(made[name] for name in names.split())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour:red", "no filter word 'colour'"),
        ("status:sleeping", "no status 'sleeping'"),
        ("sharpe>good", "sharpe is compared with a number"),
        ("sharp>1", "did you mean sharpe?"),
        ("made>yesterday", "made is compared with a date"),
        ("made>2026-13-01", "made is compared with a date"),
        ("made>2026-02-30", "made is compared with a date"),
        ("made<2026-00", "made is compared with a date"),
        ("symbol>EUR", "symbol is text"),
    ],
)
def test_a_filter_word_that_means_nothing_is_named(text: str, sentence: str) -> None:
    with pytest.raises(FilterError, match=sentence):
        RunFilter.parse(text)


def test_the_marked_runs_are_those_that_are_told(connection: StoreConnection) -> None:
    made = a_few(connection)
    marked = [made["gold"], made["failed"], 999]
    for text, names in [
        ("marked", "gold failed"),
        ("-marked", "euro none waiting"),
        ("MARKED status:done", "gold"),
        ('"marked"', ""),
    ]:
        wanted = RunFilter.parse(text, marked)
        assert sorted(runs.ids(connection, wanted)) == sorted(made[name] for name in names.split())
        assert wanted.needs_marks is ("marked" in text.lower() and '"' not in text)
    assert list(runs.ids(connection, RunFilter.parse("marked"))) == []


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("", True),
        ("symbol:EURUSD -strategy:macd tf:H1 made>2026 marked id>3", True),
        ("status:done", False),
        ("sharpe>1", False),
        ("gold", False),
        ("note:gold", False),
    ],
)
def test_a_filter_knows_whether_runs_stay_in_it(text: str, settled: bool) -> None:
    assert RunFilter.parse(text).is_settled is settled


def test_a_filter_of_whole_values_leaves_out_what_is_not_given(connection: StoreConnection) -> None:
    made = a_few(connection)
    wanted = RunFilter.exactly(symbol="EURUSD", status="completed", strategy=None)
    assert sorted(runs.ids(connection, wanted)) == sorted([made["euro"], made["none"]])


def test_lists_and_counts_leave_deleted_runs_out(connection: StoreConnection) -> None:
    made = a_few(connection)
    runs.delete(connection, [made["euro"], made["waiting"]])
    assert len(runs.ids(connection)) == runs.count(connection) == 3
    assert runs.counts_by_status(connection) == {
        "pending": 0, "running": 0, "completed": 2, "failed": 1, "cancelled": 0,
    }  # fmt: skip
    assert runs.summaries(connection, [made["euro"]]) == []


def test_undefined_values_come_last_in_both_directions_and_ids_break_ties(
    connection: StoreConnection,
) -> None:
    metrics: list[Mapping[str, float]] = [
        {"sharpe_ratio": 1.0}, {}, {"sharpe_ratio": -2.0}, {"sharpe_ratio": 1.0}, {},
    ]  # fmt: skip
    a, b, c, d, e = (finished_run(connection, given) for given in metrics)
    assert list(runs.ids(connection, order=Order("sharpe_ratio", descending=True))) == [d, a, c, e, b]
    assert list(runs.ids(connection, order=Order("sharpe_ratio", descending=False))) == [c, a, d, b, e]


def test_newest_runs_come_first_by_default(connection: StoreConnection) -> None:
    first, second = add_run(connection), add_run(connection)
    assert list(runs.ids(connection)) == [second, first]


@pytest.mark.parametrize("column", runs.SORTABLE)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_by_key_hold_what_the_ids_hold(
    connection: StoreConnection, column: str, descending: bool
) -> None:
    a_few(connection)
    for notes in (None, "same", "same", "other"):
        add_run(connection, notes=notes)
    order = Order(column, descending)
    paged, after = list[int](), None
    while page := runs.page(connection, None, order, after, limit=2):
        paged += [row.id for row in page]
        after = key_of(page[-1], order)
    assert paged == list(runs.ids(connection, order=order))
    assert len(paged) == 9


def test_a_page_keeps_to_its_filter(connection: StoreConnection) -> None:
    made = a_few(connection)
    order = Order("sharpe_ratio")
    first = runs.page(connection, RunFilter.parse("status:done"), order, None, limit=2)
    assert [row.id for row in first] == [made["euro"], made["gold"]]
    rest = runs.page(connection, RunFilter.parse("status:done"), order, key_of(first[-1], order))
    assert [row.id for row in rest] == [made["none"]]


def test_a_column_that_lists_do_not_have_cannot_be_sorted_by() -> None:
    with pytest.raises(ValueError, match="luck"):
        _ = Order("luck").clause


def test_a_row_has_the_figures_of_a_run_and_its_preview(connection: StoreConnection) -> None:
    run_id = finished_run(connection, {"sharpe_ratio": 0.75, "total_trades": 2, "avg_spread": 1.5})
    (row,) = runs.summaries(connection, [run_id])
    assert (row.strategy, row.symbol, row.timeframe, row.status) == (
        "sma_cross", "EURUSD", "M15", "completed",
    )  # fmt: skip
    assert (row.sharpe_ratio, row.total_trades, row.avg_spread, row.win_rate) == (0.75, 2, 1.5, None)
    assert row.preview == CURVE.preview
    assert row.net_profit is None
    assert row.seconds_taken is not None
    assert row.seconds_taken >= 0.0
    assert row.start_date == datetime(2020, 1, 1, tzinfo=UTC)
    assert row.finished_at is not None
    assert row.finished_at.tzinfo is UTC


def test_a_row_moves_with_a_run_under_way(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    claimed(connection)
    jobs.beat(connection, "token", Beat(43, 100, trades=6, equity=9_900.5, phase="simulating"))
    runs.request_cancel(connection, [run_id])
    (row,) = runs.summaries(connection, [run_id])
    assert (row.progress_pct, row.bars_done, row.bars_total) == (43, 43, 100)
    assert (row.live_trades, row.live_equity, row.phase) == (6, 9_900.5, "simulating")
    assert row.heartbeat is not None
    assert row.cancel_requested is True
    assert row.preview is None


def test_rows_come_in_the_order_asked_for_without_those_that_are_gone(connection: StoreConnection) -> None:
    first, second, third = (add_run(connection) for _ in range(3))
    rows = runs.summaries(connection, [third, 999, first, second])
    assert [row.id for row in rows] == [third, first, second]
    assert runs.summaries(connection, []) == []


def plans(connection: StoreConnection, read: Callable[[], object]) -> list[str]:
    """Return how SQLite carries out every statement of `read`, in order."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    read()
    connection.set_trace_callback(None)
    return [
        " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall())
        for statement in statements
    ]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("created_at", "SCAN r USE TEMP B-TREE FOR ORDER BY"),
        ("symbol", "SCAN r USE TEMP B-TREE FOR ORDER BY"),
        *(
            (name, f"SCAN r USING COVERING INDEX ix_backtest_runs_{name}")
            for name in (
                "id",
                "status",
                "sharpe_ratio",
                "total_return_pct",
                "profit_factor",
                "max_drawdown_pct",
            )
        ),
    ],
)
def test_a_main_column_is_sorted_and_paged_by_its_index(
    connection: StoreConnection, column: str, expected: str, descending: bool
) -> None:
    run_id = finished_run(connection, {"sharpe_ratio": 1.0, "total_return_pct": 1.0})
    order = Order(column, descending)
    (row,) = runs.summaries(connection, [run_id])
    whole = plans(connection, lambda: runs.ids(connection, order=order))
    assert whole == [expected]
    for plan in plans(connection, lambda: runs.page(connection, None, order, key_of(row, order))):
        assert "TEMP B-TREE" not in plan
        assert plan.startswith("SEARCH r USING")


@pytest.mark.parametrize(
    "text", ["symbol:EUR", "note:holiday", "gold", "sharpe>1 win>40", "status:done sharpe>1"]
)
def test_a_filter_reads_the_rows_as_they_lie_and_not_in_the_order_of_an_index(
    connection: StoreConnection, text: str
) -> None:
    for column in ("sortino_ratio", "strategy", "id"):
        read = partial(runs.ids, connection, RunFilter.parse(text), Order(column))
        (plan,) = plans(connection, read)
        assert plan.startswith("SCAN r ") or plan == "SCAN r"
        assert "INDEX ix" not in plan


def test_the_state_of_the_lists_tells_what_has_come_gone_and_become(connection: StoreConnection) -> None:
    made = a_few(connection)
    before = runs.list_state(connection)
    assert before.total == 5
    assert runs.list_state(connection) == before
    runs.request_cancel(connection, [made["waiting"]])
    cancelled = runs.list_state(connection)
    assert cancelled != before
    assert cancelled.has_same_runs(before)
    runs.delete(connection, [made["gold"]])
    deleted = runs.list_state(connection)
    assert not deleted.has_same_runs(cancelled)
    runs.undelete(connection, [made["gold"]])
    assert runs.list_state(connection) == cancelled
    add_run(connection)
    assert not runs.list_state(connection).has_same_runs(cancelled)


def test_an_order_knows_whether_runs_stay_in_their_places() -> None:
    assert {column for column in runs.SORTABLE if Order(column).is_settled} == {
        "id", "strategy", "symbol", "timeframe", "start_date", "end_date", "execution_mode",
        "initial_balance", "spread_pips", "created_at",
    }  # fmt: skip


def test_live_rows_and_counts_are_looked_up_by_index(connection: StoreConnection) -> None:
    for read in (jobs.active, jobs.waiting, runs.counts_by_status):
        (plan,) = plans(connection, lambda read=read: read(connection))  # type: ignore[misc]
        assert "INDEX ix_backtest_runs_" in plan

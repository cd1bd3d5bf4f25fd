"""What holds for every run, whatever the market."""

import math
import os
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.decision import Decision
from core.market.bars import Bars
from core.market.prices import Floats, normalise
from tests.core.engine.market import Case
from tests.core.engine.random_markets import cases, random_bars, random_decisions

often = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def simple(seed: int, *, orders: bool = True, **terms: object) -> Case:
    """A case in the quote currency, with costs that a test chooses."""
    bars = random_bars(seed, "EURUSD")
    decisions = random_decisions(seed + 1, bars, orders=orders, needs_stop=False, often=0.3)
    case = Case(bars, decisions)
    return replace(case, terms=replace(case.terms, initial_balance=1e6, **terms))  # type: ignore[arg-type]


seeds = st.integers(0, 2**31)
modes = st.sampled_from(["intra_candle", "close_price"])


@often
@given(seeds, modes)
def test_no_trade_lies_outside_the_prices_of_its_bar(seed: int, mode: str) -> None:
    case = simple(seed, mode=mode)
    bars, spread = case.bars, 1.5 * case.bars.pip
    for trade in case.run().trades:
        for side, direction in (("entry", trade["direction"]), ("exit", -trade["direction"])):
            bar = trade[f"{side}_index"]
            bid = trade[f"{side}_price"] - (spread if direction > 0 else 0.0)
            assert bars.low[bar] - 1e-9 <= bid <= bars.high[bar] + 1e-9


@often
@given(cases())
def test_equity_is_the_balance_while_flat_and_profits_add_up_to_it(case: Case) -> None:
    if case.conversion is not None:
        return
    broker = case.run()
    trades, balance = broker.trades, case.terms.initial_balance
    assert math.isclose(balance + trades["profit"].sum(), broker.equity[-1], rel_tol=1e-9, abs_tol=1e-6)
    last_exit = np.append(trades["position"][1:] != trades["position"][:-1], True)[: len(trades)]
    held = np.zeros(len(case.bars), bool)
    for entry, leaving in zip(
        trades["entry_index"][np.append(True, last_exit[:-1])[: len(trades)]],
        trades["exit_index"][last_exit],
        strict=True,
    ):
        held[entry:leaving] = True
    for bar in np.flatnonzero(~held[case.first :]) + case.first:
        done = trades["exit_index"] <= bar
        expected = trades["equity_after"][done][-1] if done.any() else balance
        assert broker.equity[bar - case.first] == expected


@often
@given(cases(), st.lists(st.integers(0, 70), max_size=6))
def test_splitting_a_run_in_chunks_changes_nothing(case: Case, pieces: list[int]) -> None:
    if case.conversion is not None:
        return
    whole, split = case.run(), case.run(*sorted(piece for piece in pieces if piece >= case.first))
    assert whole.trades.tobytes() == split.trades.tobytes()
    assert whole.equity.tobytes() == split.equity.tobytes()


@often
@given(cases(), st.lists(st.booleans(), min_size=1, max_size=7))
def test_asking_for_position_and_equity_on_the_way_changes_nothing(case: Case, ask: list[bool]) -> None:
    if case.conversion is not None:
        return
    at_once, asked = case.run(), case.step(ask)
    assert at_once.trades.tobytes() == asked.trades.tobytes()
    assert at_once.equity.tobytes() == asked.equity.tobytes()


@often
@given(cases())
def test_what_a_strategy_is_told_is_what_a_run_up_to_there_shows(case: Case) -> None:
    """On the way a trade's balance and the marked equity are those of the plain broker."""
    if case.conversion is not None or case.terms.mode == "close_price":
        return
    equity = case.plainly().equity
    assert case.step([True]).equity == pytest.approx(equity, rel=1e-9, abs=1e-6)


def mirrored(bars: Bars, spread: float) -> Bars:
    """The market seen from the other side: what was an ask becomes a bid, upside down."""

    def turned(column: Floats) -> Floats:
        return normalise(3.0 - (column + spread), bars.instrument)

    return replace(
        bars,
        open=turned(bars.open),
        high=turned(bars.low),
        low=turned(bars.high),
        close=turned(bars.close),
    )


def turned_over(decision: Decision, spread: float) -> Decision:
    def price(level: float) -> float:
        # An order to buy waits for the ask, one to sell for the bid.
        return 3.0 - level if level else 0.0

    return replace(
        decision,
        direction=-decision.direction,
        exit_buy=decision.exit_sell,
        exit_sell=decision.exit_buy,
        at_stop=price(decision.at_stop),
        at_limit=price(decision.at_limit),
    )


@often
@given(seeds, modes)
def test_mirrored_prices_mirror_the_trades(seed: int, mode: str) -> None:
    case = simple(seed, mode=mode, leverage=1e6)
    spread = 1.5 * case.bars.pip
    other = replace(
        case,
        bars=mirrored(case.bars, spread),
        decisions={bar: turned_over(decision, spread) for bar, decision in case.decisions.items()},
    )
    ours, theirs = case.run(), other.run()
    for name in ("position", "entry_index", "exit_index", "exit_reason", "volume"):
        assert ours.trades[name].tolist() == theirs.trades[name].tolist()
    assert ours.trades["direction"].tolist() == (-theirs.trades["direction"]).tolist()
    for name in ("entry_price", "exit_price"):
        np.testing.assert_allclose(3.0 - ours.trades[name], theirs.trades[name], atol=1e-9)
    for name in ("profit", "mae", "mfe"):
        np.testing.assert_allclose(ours.trades[name], theirs.trades[name], atol=1e-5)


@often
@given(seeds, modes)
def test_ten_times_the_lots_make_ten_times_the_profit(seed: int, mode: str) -> None:
    # Shares of 0.5 and lots of 1.28 stay whole in lot steps through several targets.
    one = simple(seed, mode=mode, volume=1.28, commission_per_lot=7.0, leverage=1e6).run()
    ten = simple(seed, mode=mode, volume=12.8, commission_per_lot=7.0, leverage=1e6).run()
    for name in ("profit", "commission", "volume", "mae", "mfe"):
        np.testing.assert_allclose(one.trades[name] * 10, ten.trades[name], rtol=1e-9, atol=1e-6)


@often
@given(cases())
def test_excursions_hold_the_result_between_them(case: Case) -> None:
    if case.conversion is not None:
        return
    trades = case.run().trades
    swaps = case.terms.swap_long != 0 or case.terms.swap_short != 0
    assert (trades["mae"] <= 0).all()
    assert (trades["mfe"] >= 0).all()
    if not swaps:
        gross = trades["profit"] + trades["commission"]
        assert (trades["mae"] <= gross + 1e-6).all()
        assert (gross <= trades["mfe"] + 1e-6).all()


def test_the_machine_s_time_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    results = set()
    for zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
        monkeypatch.setitem(os.environ, "TZ", zone)
        time.tzset()
        broker = simple(7, swap_long=-5.0, swap_short=1.0).run()
        results.add((broker.trades.tobytes(), broker.equity.tobytes()))
    monkeypatch.undo()
    time.tzset()
    assert len(results) == 1

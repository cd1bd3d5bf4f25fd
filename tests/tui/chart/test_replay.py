"""The clock of a replay, and how a run stood at a bar."""

import pytest

from tests.tui.chart.making import BEGIN, HOUR, climbing, run_trades, trade
from tui.chart.chart import Chart
from tui.chart.columns import Bar, read_bar
from tui.chart.dates import moment_of
from tui.chart.loading import Loaded
from tui.chart.replay import SPEEDS, Clock, other_speed
from tui.chart.standing import Position, Standing, Terms, needed_for, standing_at

TERMS = Terms(balance=10_000.0, contract=100.0, commission=0.0, pip=0.01, spread=0.0, money="same")


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_bar_is_played_once_at_the_speed_that_was_chosen(speed: int) -> None:
    clock = Clock(speed, now=100.0)
    assert clock.due(100.0) == 0
    frames = [clock.due(100.0 + frame * clock.pause) for frame in range(1, 51)]
    assert sum(frames) == int(50 * clock.pause * speed + 1e-6)
    assert clock.pause >= 0.1
    assert max(frames) - min(frames) <= 1


def test_a_clock_that_was_held_up_catches_up_on_a_second_at_most() -> None:
    clock = Clock(10, now=0.0)
    assert clock.due(0.5) == 5
    assert clock.due(3_600.0) == 10
    assert clock.due(3_600.1) == 1


def test_speeds_follow_each_other_and_end() -> None:
    assert [other_speed(10, by) for by in (-1, 0, 1)] == [5, 10, 25]
    assert (other_speed(1, -1), other_speed(50, 1)) == (1, 50)


# How a run stood


def bar(index: int) -> Bar:
    return read_bar(climbing(30), index)


TRADES = run_trades(
    trade(1, 2, 5, price=102.0, profit=30.0, after=10_030.0),
    trade(2, 5, 8, side="SELL", price=105.0, profit=-30.0, after=10_000.0),
    trade(3, 10, 14, position=3, lots=0.06, price=110.0, profit=24.0, after=10_024.0),
    trade(4, 10, 20, position=3, lots=0.04, price=110.0, profit=40.0, after=10_064.0),
)


def test_before_the_first_trade_there_is_the_balance() -> None:
    standing = standing_at(TRADES, ([], []), TERMS, bar(1))
    assert (standing.position, standing.profit, standing.equity) == (None, None, 10_000.0)
    assert (standing.is_exact, standing.closed) == (True, 0)


def test_a_position_is_open_from_the_bar_of_its_entry_and_not_in_that_of_its_exit() -> None:
    sides = [standing.position and standing.position.side for standing in map(standing_of, range(10))]
    assert sides == [None, None, "buy", "buy", "buy", "sell", "sell", "sell", None, None]
    assert [standing_of(index).closed for index in (4, 5, 8, 13, 14, 20)] == [0, 1, 2, 2, 3, 4]


def standing_of(index: int) -> Standing:
    return standing_at(TRADES, ([], []), TERMS, bar(index))


def test_what_is_closed_in_parts_is_open_with_what_is_left() -> None:
    held = standing_of(11).position
    assert held is not None
    assert (held.side, held.price) == ("buy", 110.0)
    assert held.lots == pytest.approx(0.1)
    assert standing_of(14).position == Position("buy", 0.04, 110.0)


def test_equity_is_that_of_the_curve_where_it_has_the_bar_and_profit_what_it_is_above_the_balance() -> None:
    curve = ([float(BEGIN + HOUR * 6)], [10_022.5])
    standing = standing_at(TRADES, curve, TERMS, bar(6))
    assert (standing.equity, standing.is_exact) == (10_022.5, True)
    assert standing.profit == pytest.approx(-7.5)


def test_equity_that_the_curve_does_not_have_is_worked_out_and_called_so() -> None:
    # The close of bar 3 is 104: bought at 102, 0.1 lots of 100.
    standing = standing_at(TRADES, ([], []), TERMS, bar(3))
    assert (standing.equity, standing.profit, standing.is_exact) == (10_020.0, 20.0, False)
    costly = Terms(10_000.0, 100.0, 7.0, 0.01, 0.5, "same")
    # Sold at 105, bar 6 closes at 107, and the ask is half above; the commission is taken, too.
    assert standing_at(TRADES, ([], []), costly, bar(6)).profit == pytest.approx(-25.0 - 0.7)
    base = Terms(10_000.0, 100.0, 0.0, 0.01, 0.0, "base")
    assert standing_at(TRADES, ([], []), base, bar(3)).profit == pytest.approx(20.0 / 104)


def test_where_another_pair_converts_the_last_known_equity_stands() -> None:
    other = Terms(10_000.0, 100.0, 0.0, 0.01, 0.0, "")
    curve = ([float(BEGIN), float(BEGIN + 2 * HOUR), float(BEGIN + 5 * HOUR)], [1.0, 10_005.0, 9.0])
    standing = standing_at(TRADES, curve, other, bar(4))
    assert (standing.equity, standing.is_exact) == (10_005.0, False)
    assert standing_at(TRADES, ([], []), other, bar(4)).equity is None


def test_nothing_of_the_future_is_needed_but_the_size_of_what_is_open() -> None:
    assert needed_for(TRADES, BEGIN + HOUR) == range(0)
    assert needed_for(TRADES, BEGIN + 6 * HOUR) == range(2)
    assert needed_for(TRADES, BEGIN + 9 * HOUR) == range(1, 2)
    assert needed_for(TRADES, BEGIN + 11 * HOUR) == range(1, 4)


def test_trades_are_found_by_time() -> None:
    assert TRADES.between(BEGIN + 6 * HOUR, BEGIN + 9 * HOUR) == range(1, 2)
    assert TRADES.between(BEGIN + 5 * HOUR, BEGIN + 10 * HOUR) == range(4)
    assert (TRADES.after(BEGIN + 5 * HOUR), TRADES.before(BEGIN + 5 * HOUR)) == (2, 0)
    assert (TRADES.after(BEGIN + 10 * HOUR), TRADES.before(BEGIN + 2 * HOUR)) == (None, None)
    assert [TRADES.index_of(number) for number in (1, 4, 9)] == [0, 3, None]


# Which trade is chosen after it


@pytest.mark.parametrize(
    ("bar", "reached"),
    [(2, 1), (4, 1), (5, 2), (8, 2), (9, 2), (10, 3), (13, 3), (14, 4), (20, 4), (29, 4)],
)
@pytest.mark.parametrize("chosen", [None, 0, 1])
def test_the_trade_that_a_replay_has_reached_is_chosen_when_it_is_left(
    bar: int, reached: int, chosen: int | None
) -> None:
    chart = replayed_to(bar, chosen=chosen)
    assert chart.trade_id == reached
    chart.leave_replay()
    assert (chart.trade_id, chart.view.is_replay) == (reached, False)


def test_where_a_replay_has_reached_no_trade_the_one_before_stays_chosen() -> None:
    chart = replayed_to(1, chosen=2)
    chart.leave_replay()
    assert chart.trade_id == 3


def test_of_trades_that_close_one_position_the_chosen_one_stays() -> None:
    chart = replayed_to(12, chosen=3)
    chart.leave_replay()
    assert chart.trade_id == 4


def test_a_run_that_keeps_no_trades_has_none_chosen_after_a_replay() -> None:
    chart = Chart(Loaded(climbing(30), 5, 600.0, TERMS), None, 70)
    chart.view.is_replay = True
    chart.leave_replay()
    assert chart.trade_id is None


def replayed_to(bar: int, *, chosen: int | None) -> Chart:
    chart = Chart(Loaded(climbing(30), 5, 600.0, TERMS), TRADES, 70)
    chart.chosen = chosen
    chart.view.is_replay = True
    chart.view.go_to(bar)
    return chart


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-03-31", "2020-03-31T00:00:00+00:00"),
        (" 2020-03-31 14:30 ", "2020-03-31T14:30:00+00:00"),
        ("2020-03-31T14:30+02:00", "2020-03-31T14:30:00+02:00"),
        ("2020-03", "2020-03-01T00:00:00+00:00"),
        ("2020", "2020-01-01T00:00:00+00:00"),
        ("2020-3", "2020-03-01T00:00:00+00:00"),
        ("2020-3-5", "2020-03-05T00:00:00+00:00"),
        ("2020-3-5 7:30", "2020-03-05T07:30:00+00:00"),
        ("2020-03-31 9:30-05:00", "2020-03-31T09:30:00-05:00"),
        ("2020-W10-1", "2020-03-02T00:00:00+00:00"),
    ],
)
def test_a_date_is_understood(text: str, moment: str) -> None:
    found = moment_of(text)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize("text", ["", "tomorrow", "31.03.2020", "2020-13-01", "2020-02-30", "\x1b[0m"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment_of(text) is None

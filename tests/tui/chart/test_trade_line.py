"""What the line above a chart says of the trade that is looked at, in any width."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.trades import TradeRecord
from tests.tui.chart.making import BEGIN, HOUR, trade
from tui.chart.sentences import trade_line
from tui.widgets.lines import length

TRADE = replace(
    trade(1, 3, 5, position=4, price=1.14567, profit=-1_100.02),
    exit_price=1.14267,
    stop_loss=1.14267,
    take_profit=1.15167,
    exit_reason="signal_reverse",
)
ENTRY = datetime.fromtimestamp(BEGIN + 3 * HOUR, UTC)
DAILY = replace(
    trade(1, 0, 0, price=0.5367, profit=9.0),
    entry_time=datetime(1971, 1, 15, tzinfo=UTC),
    exit_time=datetime(1972, 12, 27, tzinfo=UTC),
    exit_reason="sl",
)


def told(record: TradeRecord, number: int, count: int, width: int, **more: Any) -> str:  # noqa: ANN401
    line = trade_line(record, number, count, 5, width, **{"above": record.entry_time, **more})
    assert length(line) <= width
    return "".join(cell.text for cell in line)


@pytest.mark.parametrize("width", [60, 80])
def test_profit_stop_and_target_of_a_trade_are_told_however_narrow_it_is(width: int) -> None:
    line = told(TRADE, 4_157, 12_345, width)
    assert line.startswith("4,157")
    assert "  -1,100.02  " in line
    assert line.endswith("  s 1.14267 t 1.15167")


def test_what_is_least_missed_goes_first_where_there_is_little_room_and_comes_back_if_it_can() -> None:
    begin, levels = "4 of 12  buy 0.1", "stop 1.14267 target 1.15167"
    middle = "1.14567 to 1.14267  reverse signal  -1,100.02"
    shorter = [
        f"{begin}  {middle}  2020-01-27 03:00 to 05:00  {levels}",
        f"{begin}  {middle}  01-27 03:00 to 05:00  {levels}",
        f"{begin}  {middle}  to 05:00  {levels}",
        f"{begin}  {middle}  to 05:00  s 1.14267 t 1.15167",
        f"4  buy 0.1  {middle}  to 05:00  s 1.14267 t 1.15167",
        f"{begin}  reverse signal  -1,100.02  to 05:00  {levels}",
    ]
    for before, line in zip([f"{shorter[0]} ", *shorter], shorter, strict=False):
        assert told(TRADE, 4, 12, len(before) - 1) == line
        assert told(TRADE, 4, 12, len(line)) == line


def test_at_80_columns_times_and_prices_of_a_trade_are_told() -> None:
    line = told(replace(TRADE, position=1, profit=-30.0, exit_reason="sl"), 1, 239, 80)
    assert line == "1  buy 0.1  1.14567 to 1.14267  stop  -30.00  to 05:00  s 1.14267 t 1.15167"


def test_of_a_position_that_several_trades_close_the_number_in_the_list_is_told_too() -> None:
    line = told(replace(TRADE, profit=-7.3), 6, 2_317, 120)
    assert line.startswith("6 of 2,317  #4  buy 0.1  1.14567 to 1.14267  reverse signal  -7.30  ")
    assert "#" not in told(TRADE, 4, 2_317, 120)


def test_where_the_stop_moves_that_of_a_trade_is_called_its_last() -> None:
    assert told(TRADE, 4, 12, 140, stop_rule="moves").endswith("  last stop 1.14267 target 1.15167")
    assert "last" not in told(TRADE, 4, 12, 140)
    assert "last" not in told(replace(TRADE, stop_loss=None), 4, 12, 140, stop_rule="moves")


# Times


def test_the_year_of_the_exit_is_told_where_it_is_another_than_that_of_the_entry() -> None:
    assert "  1971-01-15 to 1972-12-27" in told(DAILY, 1, 239, 120)
    assert told(DAILY, 1, 239, 55).endswith("  to 1972-12-27  ")
    same = replace(DAILY, exit_time=datetime(1971, 2, 3, tzinfo=UTC))
    assert "  1971-01-15 to 02-03  " in told(same, 1, 239, 120)
    assert "  01-15 to 02-03  " in told(same, 1, 239, 68)


def test_the_years_of_a_trade_are_told_where_the_line_above_is_in_another_year() -> None:
    line = told(TRADE, 4, 12, 140, above=ENTRY + timedelta(days=400))
    assert "  2020-01-27 03:00 to 2020-01-27 05:00  " in line
    narrow = told(TRADE, 4, 12, 110, above=ENTRY + timedelta(days=400))
    assert "  to 2020-01-27 05:00  " in narrow


def test_the_day_of_the_exit_is_told_where_it_is_not_that_of_the_line_above() -> None:
    assert "  2020-01-27 03:00 to 05:00  " in told(TRADE, 4, 12, 140)
    assert "  2020-01-27 03:00 to 01-27 05:00  " in told(TRADE, 4, 12, 140, above=ENTRY + timedelta(days=1))
    longer = replace(TRADE, exit_time=TRADE.exit_time + timedelta(days=1))
    assert "  2020-01-27 03:00 to 01-28 05:00  " in told(longer, 4, 12, 140)


def test_of_days_no_time_is_told() -> None:
    assert "00:00" not in told(DAILY, 1, 239, 140)
    evening = replace(DAILY, exit_time=DAILY.exit_time + timedelta(hours=22))
    assert "  1971-01-15 00:00 to 1972-12-27 22:00" in told(evening, 1, 239, 140)

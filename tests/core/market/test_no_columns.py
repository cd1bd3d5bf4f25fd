"""Files whose lines have no five columns, and what their header tells of why."""

from pathlib import Path

import pytest

from tests.core.market.refusing import read, refusal


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("time,open,high,low,close", "2020-01-06 00:00,1.1,1.2,1.0"),
        ("time;open;high;low;close", "2020-01-06 00:00;1,1;1,2;1,0"),
        ("<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>", "2020.01.06\t1.1\t1.2\t1.0"),
    ],
)
@pytest.mark.parametrize("count", [1, 30])
def test_a_line_with_fewer_values_than_its_header_has_names_is_told_as_that(
    tmp_path: Path, header: str, row: str, count: int
) -> None:
    assert refusal(tmp_path, "\n".join([header, *[row] * count])) == (
        "EURUSD_M15.csv, line 2: there are 4 values where the header in line 1 names 5 columns; "
        "make them agree."
    )


def test_the_line_at_fault_is_the_first_that_is_short_of_values(tmp_path: Path) -> None:
    content = (
        "Exported for you\n\n\ntime,open,high,low,close,volume\n"
        "2020-01-06 00:00,1.1,1.2,1.0,1.1,5\n2020-01-06 00:15\n2020-01-06 00:30,1.1\n"
    )
    assert refusal(tmp_path, content) == (
        "EURUSD_M15.csv, line 6: there is 1 value where the header in line 4 names 6 columns; "
        "make them agree."
    )


def test_a_header_that_lacks_nothing_below_it_is_not_blamed(tmp_path: Path) -> None:
    content = "\n".join(["words"] * 5 + ["time,open,high,low,close", "2020-01-06 00:00,1.1,1.2,1.0,1.1"])
    assert "line 1: this is not a price file" in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("time,bid,ask", "2020-01-06 00:00:00.123,1.1000,1.1001"),
        ("time;bid;ask", "2020-01-06 00:00:00.123;1,1000;1,1001"),
        ("Gmt time,Ask,Bid,AskVolume,BidVolume", "06.01.2020 00:00:00.123,1.1001,1.1000,1.5,0.75"),
        (
            "<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>",
            "2020.01.06\t00:00:00.123\t1.1000\t1.1001\t\t\t6",
        ),
    ],
)
def test_ticks_are_told_to_be_ticks_and_what_is_read_is_bars(tmp_path: Path, header: str, row: str) -> None:
    assert refusal(tmp_path, f"{header}\n{row}\n{row}\n") == (
        "EURUSD_M15.csv, line 1: these look like ticks (bid and ask), and Backtape reads bars "
        "(time, open, high, low, close); export bars, or make bars of the ticks first."
    )


def test_bars_that_bring_bid_and_ask_beside_their_prices_are_bars(tmp_path: Path) -> None:
    rows = "".join(f"2020-01-06 00:{minute},1.1,1.2,1.0,1.1,1.1,1.2\n" for minute in ("00", "15"))
    assert len(read(tmp_path, f"time,open,high,low,close,bid,ask\n{rows}").bars) == 2


def test_bars_that_lack_a_price_and_bring_bid_and_ask_are_told_which(tmp_path: Path) -> None:
    content = "time,open,high,low,bid,ask\n2020-01-06 00:00,1.1,1.2,1.0,1.1,1.2\n"
    assert "line 1: no column is named close" in refusal(tmp_path, content)

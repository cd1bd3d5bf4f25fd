"""One small file of each export format, as literal text."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.market.days import DayRule
from core.market.reading import MarketFile, read_market_file
from tests.core.market.making import texts, write

HISTDATA = (
    "20200106 000000;1.116380;1.116450;1.116350;1.116430;0\n"
    "20200106 000100;1.116430;1.116440;1.116420;1.116420;0\n"
)
MT4 = (
    "2020.01.06,00:00,1.11638,1.11645,1.11635,1.11643,105\n"
    "2020.01.06,00:01,1.11643,1.11644,1.11642,1.11642,78\n"
)
MT5 = (
    "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
    "2020.01.06\t00:00:00\t1.11638\t1.11645\t1.11635\t1.11643\t105\t0\t2\n"
    "2020.01.06\t00:01:00\t1.11643\t1.11644\t1.11642\t1.11642\t78\t0\t0\n"
)
CHART = (
    "2020.01.06 00:00,1.11638,1.11645,1.11635,1.11643,105,0\r\n"
    "2020.01.06 00:01,1.11643,1.11644,1.11642,1.11642,78,0\r\n"
)
DUKASCOPY = (
    "Gmt time,Open,High,Low,Close,Volume\r\n"
    "06.01.2020 00:00:00.000,1.11638,1.11645,1.11635,1.11643,105.5\r\n"
    "06.01.2020 00:01:00.000,1.11643,1.11644,1.11642,1.11642,78.25"
)
LOCAL = DUKASCOPY.replace("Gmt time", "Local time").replace(".000", ".000 GMT+0700")
PYTHON = (
    "time,open,high,low,close,tick_volume,spread,real_volume\n"
    "2020-01-06 00:00:00,1.11638,1.11645,1.11635,1.11643,105,2,0\n"
    "2020-01-06 00:01:00,1.11643,1.11644,1.11642,1.11642,78,3,0\n"
)
EPOCHS = PYTHON.replace("2020-01-06 00:00:00", "1578268800").replace("2020-01-06 00:01:00", "1578268860")
VIEW = (
    "time,open,high,low,close,EMA,EMA,Volume,ATR\n"
    "2020-01-06T05:30:00+05:30,1.11638,1.11645,1.11635,1.11643,NaN,1.1,105,\n"
    "2020-01-06T05:31:00+05:30,1.11643,1.11644,1.11642,1.11642,1.1,NaN,78,0.1\n"
)
VIEW_EPOCHS = (
    "time,open,high,low,close,Shapes,Shapes\n"
    "1578268800,1.11638,1.11645,1.11635,1.11643,0,0\n1578268860,1.11643,1.11644,1.11642,1.11642,0,0\n"
)
PLAIN = (
    "time,open,high,low,close,volume\n"
    "2020-01-06 00:00,1.11638,1.11645,1.11635,1.11643,105\n"
    "2020-01-06 00:01,1.11643,1.11644,1.11642,1.11642,78\n"
)
BARE = PLAIN.partition("\n")[2]
OWN = PLAIN.replace("2020-01-06 00:00", "2020-01-06T00:00:00Z").replace(
    "2020-01-06 00:01", "2020-01-06T00:01:00Z"
)

GIVEN = [
    ("HistData ASCII", HISTDATA, "-05:00", 5, 0),
    ("MT4 History Center", MT4, "Europe/Athens", -2, 105),
    ("MT5 Export Bars", MT5, "Europe/Athens", -2, 105),
    ("MT5 chart save", CHART, "Europe/Athens", -2, 105),
    ("Dukascopy", DUKASCOPY, "UTC", 0, 105.5),
    ("Dukascopy", LOCAL, "+07:00", -7, 105.5),
    ("MT5 Python API", PYTHON, "Europe/Athens", -2, 105),
    ("MT5 Python API", EPOCHS, "Europe/Athens", -2, 105),
    ("TradingView", VIEW, "+05:30", 0, 105),
    ("TradingView", VIEW_EPOCHS, "UTC", 0, 0),
    ("plain CSV", PLAIN, "UTC", 0, 105),
    ("plain CSV", PLAIN.replace(",", "\t"), "UTC", 0, 105),
    ("plain CSV", OWN, "UTC", 0, 105),
    ("plain CSV without header", BARE, "UTC", 0, 105),
    ("plain CSV without header", BARE.replace(",", "\t"), "UTC", 0, 105),
]


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: f"{given[0]} {given[2]}")
def test_a_format_is_recognised_and_read_on_its_clock(
    tmp_path: Path, given: tuple[str, str, str, int, float]
) -> None:
    dialect, text, timezone, hours, volume = given
    found = read_market_file(write(tmp_path, "EURUSD1.csv", text))
    assert (found.dialect, found.timezone) == (dialect, timezone)
    bars = found.bars
    first = np.datetime64("2020-01-06T00:00", "m") + np.timedelta64(hours, "h")
    assert bars.time.tolist() == [first.tolist(), (first + 1).tolist()]
    assert bars.timeframe == "M1"
    assert bars.open.tolist() == [1.11638, 1.11643]
    assert bars.high.tolist() == [1.11645, 1.11644]
    assert bars.low.tolist() == [1.11635, 1.11642]
    assert bars.close.tolist() == [1.11643, 1.11642]
    assert bars.volume[0] == volume
    assert found.dropped == []


def one(tmp_path: Path, text: str | bytes, name: str = "EURUSD1.csv", **options: str) -> MarketFile:
    return read_market_file(write(tmp_path, name, text), **options)  # type: ignore[arg-type]


def test_mt5_spreads_are_points_and_zero_is_a_value(tmp_path: Path) -> None:
    spread = one(tmp_path, MT5).bars.spread
    assert spread is not None
    assert spread.tolist() == [2, 0]


def test_spreads_in_a_brokers_other_digit_are_converted(tmp_path: Path) -> None:
    text = MT5.replace("1.11638", "1.1163").replace("1.11645", "1.1164").replace("1.11635", "1.1163")
    text = text.replace("1.11643", "1.1164").replace("1.11644", "1.1164").replace("1.11642", "1.1164")
    found = one(tmp_path, text)
    assert found.bars.spread is not None
    assert found.bars.spread.tolist() == [20, 0]
    assert "The file quotes EURUSD with 4 digits, not 5; its spreads were converted." in found.warnings


def test_a_named_timezone_wins_over_the_dialects_and_moves_the_days(tmp_path: Path) -> None:
    found = one(tmp_path, MT4, timezone="UTC")
    assert found.timezone == "UTC"
    assert texts(found.bars.time) == ["2020-01-06T00:00", "2020-01-06T00:01"]
    assert found.bars.days == DayRule("UTC")


def test_a_named_timezone_is_not_used_for_times_that_name_their_own(tmp_path: Path) -> None:
    found = one(tmp_path, VIEW, timezone="Europe/Athens")
    assert texts(found.bars.time)[0] == "2020-01-06T00:00"
    assert "The times name their own zone; Europe/Athens was not used." in found.warnings


def test_histdatas_metatrader_export_is_told_from_a_brokers_by_its_name(tmp_path: Path) -> None:
    found = one(tmp_path, MT4, "DAT_MT_EURUSD_M1_2020.csv")
    assert (found.dialect, found.timezone) == ("HistData MetaTrader", "-05:00")


def test_stooq_yahoo_and_investing_are_recognised(tmp_path: Path) -> None:
    stooq = one(
        tmp_path, "Date,Open,High,Low,Close\r\n2020-01-06,1.1,1.2,1.0,1.15\r\n2020-01-07,1.1,1.2,1.0,1.15\r\n"
    )
    assert (stooq.dialect, stooq.bars.timeframe) == ("Stooq", "D1")
    yahoo = one(
        tmp_path,
        "Date,Open,High,Low,Close,Adj Close,Volume\n"
        "2020-01-06,1.1,1.2,1.0,1.15,9,0\n2020-01-07,1.1,1.2,1.0,1.15,9,0\n",
        "EURUSD=X.csv",
    )
    assert (yahoo.dialect, yahoo.bars.close.tolist()) == ("Yahoo Finance", [1.15, 1.15])
    investing = one(
        tmp_path,
        '\ufeff"Date","Price","Open","High","Low","Vol.","Change %"\n'
        '"01/13/2020","1,850.50","1,840.10","1,851.00","1,839.90","12.5K","0.1%"\n'
        '"01/12/2020","1,840.20","1,841.00","1,842.00","1,838.00","1.1M","-0.1%"\n',
        "XAU_USD Historical Data.csv",
    )
    assert investing.dialect == "investing.com"
    assert investing.bars.close.tolist() == [1840.2, 1850.5]
    assert investing.bars.volume.tolist() == [1_100_000, 12_500]


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        "Volume,Low,Close,Open,High,Date,Time\n5,1.0,1.15,1.1,1.2,2020-01-06,00:15\n6,1.0,1.1,1.1,1.2,2020-01-06,00:30\n",
    )
    assert found.bars.timeframe == "M15"
    assert (found.bars.open[0], found.bars.high[0], found.bars.low[0], found.bars.close[0]) == (
        1.1,
        1.2,
        1.0,
        1.15,
    )
    assert found.bars.volume.tolist() == [5, 6]


def test_metastock_columns_are_understood(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        "<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n"
        "EURUSD,20200106,000000,1.1,1.2,1.0,1.15,4\nEURUSD,20200106,010000,1.1,1.2,1.0,1.15,4\n",
    )
    assert texts(found.bars.time) == ["2020-01-06T00:00", "2020-01-06T01:00"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2020-01-06 09:00:00", "2020-01-06 10:00:00"),
        ("2020/1/6 9:00", "2020/1/6 10:00"),
        ("2020.01.06 09:00", "2020.01.06 10:00"),
        ("06.01.2020 09:00", "06.01.2020 10:00"),
        ("20200106 0900", "20200106 1000"),
        ("202001060900", "202001061000"),
        ("20200106090000", "20200106100000"),
        ("20200106T090000", "20200106T100000"),
        ("2020-01-06T09:00:00.000Z", "2020-01-06T10:00:00.000Z"),
        ("2020-01-06 10:00+01", "2020-01-06 11:00+01"),
        ("2020-01-06 09:00:00 UTC", "2020-01-06 10:00:00 UTC"),
        ("2020-01-06 9:00 AM", "2020-01-06 10:00 AM"),
        ("1578301200", "1578304800"),
        ("1578301200.0", "1578304800.0"),
        ("1578301200000", "1578304800000"),
        ("1578301200000000", "1578304800000000"),
        ("1578301200000000000", "1578304800000000000"),
    ],
)
def test_times_are_read_in_every_spelling(tmp_path: Path, first: str, second: str) -> None:
    found = one(
        tmp_path, f"time,open,high,low,close,volume\n{first},1.1,1.2,1.0,1.1,1\n{second},1.1,1.2,1.0,1.1,1\n"
    )
    assert texts(found.bars.time) == ["2020-01-06T09:00", "2020-01-06T10:00"]


def test_noon_and_midnight_are_read_right_in_twelve_hour_times(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        "time,open,high,low,close,volume\n"
        "2020-01-06 12:00 AM,1.1,1.2,1.0,1.1,1\n2020-01-06 12:00 PM,1.1,1.2,1.0,1.1,1\n",
    )
    assert texts(found.bars.time) == ["2020-01-06T00:00", "2020-01-06T12:00"]


def test_a_bare_date_among_times_is_midnight(tmp_path: Path) -> None:
    text = PLAIN.replace("2020-01-06 00:00", "2020-01-06")
    assert texts(one(tmp_path, text).bars.time) == ["2020-01-06T00:00", "2020-01-06T00:01"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_bars(tmp_path: Path, encoding: str) -> None:
    found = one(tmp_path, PLAIN.encode(encoding))
    assert texts(found.bars.time) == ["2020-01-06T00:00", "2020-01-06T00:01"]


def test_latin_1_is_read_and_told(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        PLAIN.replace("volume", "volume,Größe")
        .replace("105", "105,ä")
        .replace("78", "78,ö")
        .encode("latin-1"),
    )
    assert "The file is no UTF-8; it was read as Latin-1." in found.warnings
    assert len(found.bars) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_every_line_end_gives_the_same_bars(tmp_path: Path, end: str) -> None:
    assert len(one(tmp_path, PLAIN.replace("\n", end)).bars) == 2


def test_semicolons_with_decimal_commas_are_read(tmp_path: Path) -> None:
    found = one(tmp_path, PLAIN.replace(",", ";").replace(".", ","))
    assert found.bars.open.tolist() == [1.11638, 1.11643]


def test_blanks_around_fields_do_no_harm(tmp_path: Path) -> None:
    found = one(tmp_path, PLAIN.replace(",", " , "))
    assert found.bars.open.tolist() == [1.11638, 1.11643]
    assert found.dropped == []


def test_a_file_in_gzip_or_zip_is_the_same_file(tmp_path: Path) -> None:
    packed = write(tmp_path, "EURUSD1.csv.gz", gzip.compress(MT4.encode()))
    assert len(read_market_file(packed).bars) == 2
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("DAT_ASCII_EURUSD_M1_2020.csv", HISTDATA)
        file.writestr("DAT_ASCII_EURUSD_M1_2020.txt", "Gaps: none")
    found = read_market_file(archive)
    assert (found.bars.symbol, found.dialect, len(found.bars)) == ("EURUSD", "HistData ASCII", 2)


def test_the_first_bar_of_a_file_without_header_is_not_eaten(tmp_path: Path) -> None:
    for text in (HISTDATA, MT4, CHART, BARE):
        assert len(one(tmp_path, text).bars) == 2


def test_a_line_before_the_header_is_told(tmp_path: Path) -> None:
    found = one(tmp_path, "sep=,\n" + PLAIN)
    assert len(found.bars) == 2
    assert "The first line holds no bar and was left out." in found.warnings


def test_days_of_a_daily_file_are_found_from_its_bars(tmp_path: Path) -> None:
    text = (
        "Gmt time,Open,High,Low,Close,Volume\n"
        "05.01.2020 22:00:00.000,1.1,1.2,1.0,1.1,1\n06.01.2020 22:00:00.000,1.1,1.2,1.0,1.1,1\n"
        "05.07.2020 21:00:00.000,1.1,1.2,1.0,1.1,1\n06.07.2020 21:00:00.000,1.1,1.2,1.0,1.1,1\n"
    )
    found = one(tmp_path, text)
    assert found.bars.days == DayRule("America/New_York", 17)
    assert texts(found.bars.close_time)[0] == "2020-01-06T22:00"


def test_days_that_no_known_rule_explains_begin_at_their_own_hour(tmp_path: Path) -> None:
    rows = "".join(f"2020-01-{day:02} 06:00,1.1,1.2,1.0,1.1,1\n" for day in (6, 7, 8))
    found = one(tmp_path, "time,open,high,low,close,volume\n" + rows)
    assert found.bars.days == DayRule("UTC", 6)
    assert texts(found.bars.close_time)[0] == "2020-01-07T06:00"

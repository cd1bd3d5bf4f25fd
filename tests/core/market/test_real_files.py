"""Every real file, against the table in the README beside them: nothing is lost unless it is told."""

from pathlib import Path

import pytest

from core.market.days import DayRule
from core.market.reading import MarketFile, read_market_file

HIST, MT4A, MT4B = "histdata-ascii", "mt4-history-center-a", "mt4-history-center-b"
CHART, DUKA, VIEW, PYTHON = "mt5-chart-save-utf16", "dukascopy-web", "tradingview", "mt5-python-api"
UTC, TAB = "generic-no-header-utc", "generic-tab-no-header-utc"
EET, NEW_YORK, DAY = DayRule("Europe/Athens"), DayRule("America/New_York", 17), DayRule("UTC")

# file: symbol, timeframe, rows of the file, rows dropped, first and last on the file's clock, dialect, days
Row = tuple[str, str, int, int, str, str, str, DayRule]
HISTDATA, MT4, CHART_SAVE, API = "HistData ASCII", "MT4 History Center", "MT5 chart save", "MT5 Python API"
BARE = "plain CSV without header"
FILES: dict[str, Row] = {
    f"{HIST}/DAT_ASCII_EURUSD_M1_2019.csv.gz": (
        "EURUSD", "M1", 372_530, 60, "2019-01-01T17:02", "2019-12-31T16:59", HISTDATA, NEW_YORK),
    f"{HIST}/HISTDATA_COM_ASCII_XAUUSD_M12019.zip": (
        "XAUUSD", "M1", 352_688, 60, "2019-01-01T18:00", "2019-12-31T16:58", HISTDATA, NEW_YORK),
    f"{HIST}/HISTDATA_COM_ASCII_USDJPY_M12019.zip": (
        "USDJPY", "M1", 372_585, 60, "2019-01-01T17:00", "2019-12-31T16:58", HISTDATA, NEW_YORK),
    f"{HIST}/DAT_ASCII_EURUSD_M1_201701.csv": (
        "EURUSD", "M1", 31_500, 0, "2017-01-02T02:00", "2017-01-31T23:58", HISTDATA, NEW_YORK),
    f"{HIST}/DAT_ASCII_EURUSD_M1_201702.csv": (
        "EURUSD", "M1", 28_779, 0, "2017-02-01T00:00", "2017-02-28T23:58", HISTDATA, NEW_YORK),
    f"{MT4A}/XAUUSD5.csv": ("XAUUSD", "M5", 65_000, 0, "2019-08-19T13:45", "2020-08-14T23:50", MT4, EET),
    f"{MT4A}/XAUUSD15.csv": ("XAUUSD", "M15", 65_000, 0, "2017-10-16T20:15", "2020-08-14T23:45", MT4, EET),
    f"{MT4A}/XAUUSD60.csv": ("XAUUSD", "H1", 65_000, 0, "2009-06-25T19:00", "2020-08-14T23:00", MT4, EET),
    f"{MT4A}/EURUSD60.csv": ("EURUSD", "H1", 65_000, 0, "2010-02-22T07:00", "2020-08-14T23:00", MT4, EET),
    f"{MT4B}/GBPUSD60_cut.csv": (
        "GBPUSD", "H1", 32_723, 0, "2021-01-04T00:00", "2026-04-08T10:00", MT4, EET),
    f"{MT4B}/USDJPY60_cut.csv": (
        "USDJPY", "H1", 29_279, 0, "2021-01-04T00:00", "2026-04-08T22:00", MT4, EET),
    "mt4-history-center-c/EURUSD1.csv": (
        "EURUSD", "M1", 34_342, 0, "2022-08-15T10:06", "2022-10-25T16:16", MT4, EET),
    "mt5-export-bars/EURUSD_M15.csv": (
        "EURUSD", "M15", 49_744, 0, "2020-01-27T00:00", "2022-01-25T00:00", "MT5 Export Bars", EET),
    f"{CHART}/XAUUSDM5.csv": (
        "XAUUSD", "M5", 16_210, 0, "2025-04-16T01:00", "2025-07-09T21:20", CHART_SAVE, EET),
    f"{CHART}/XAUUSDM15.csv": (
        "XAUUSD", "M15", 5_409, 0, "2025-04-16T01:00", "2025-07-09T21:15", CHART_SAVE, EET),
    f"{CHART}/XAUUSDDaily.csv": (
        "XAUUSD", "D1", 359, 0, "2024-03-11T00:00", "2025-07-30T00:00", CHART_SAVE, EET),
    f"{DUKA}/EURUSD_Candlestick_1_M_BID_01.04.2025-30.04.2025.csv": (
        "EURUSD", "M1", 43_200, 11_585, "2025-04-01T00:00", "2025-04-30T23:59", "Dukascopy", DAY),
    f"{DUKA}/EURUSD_Candlestick_1_M_ASK_01.04.2025-30.04.2025.csv": (
        "EURUSD", "M1", 43_200, 11_585, "2025-04-01T00:00", "2025-04-30T23:59", "Dukascopy", DAY),
    # The first and the last rows of this one are filler.
    f"{DUKA}/EURJPY_Candlestick_1_D_BID_01.01.2014-03.08.2024.csv": (
        "EURJPY", "D1", 3_869, 1_114, "2014-01-01T22:00", "2024-08-01T21:00", "Dukascopy", NEW_YORK),
    f"{VIEW}/EURJPY60.csv": (
        "EURJPY", "H1", 14_909, 0, "2019-01-02T20:00", "2021-05-28T00:00", "TradingView", NEW_YORK),
    f"{VIEW}/EURUSD15.csv": (
        "EURUSD", "M15", 10_696, 0, "2022-07-01T01:45", "2022-12-05T12:45", "TradingView", NEW_YORK),
    f"{VIEW}/FX_EURUSD, 1D.csv": (
        "EURUSD", "D1", 1_277, 0, "2020-04-01T21:00", "2025-02-26T22:00", "TradingView", NEW_YORK),
    f"{VIEW}/OANDA_XAUUSD, 240.csv": (
        "XAUUSD", "H4", 3_142, 0, "2022-10-19T01:00", "2024-10-29T13:00", "TradingView", NEW_YORK),
    f"{PYTHON}/XAUUSD_H1.csv": ("XAUUSD", "H1", 51_189, 0, "2007-06-22T03:00", "2026-05-15T23:00", API, EET),
    f"{PYTHON}/XAUUSD_H4.csv": ("XAUUSD", "H4", 15_508, 0, "2007-06-22T00:00", "2026-05-15T20:00", API, EET),
    f"{PYTHON}/XAUUSD_D1.csv": ("XAUUSD", "D1", 4_995, 0, "2007-06-22T00:00", "2026-05-15T00:00", API, EET),
    f"{PYTHON}/XAUUSD_W1.csv": ("XAUUSD", "W1", 987, 0, "2007-06-17T00:00", "2026-05-10T00:00", API, EET),
    f"{UTC}/EURUSD_H1.csv": ("EURUSD", "H1", 50_000, 0, "2012-10-07T23:00", "2020-10-15T14:00", BARE, DAY),
    f"{UTC}/EURUSD_H4.csv": ("EURUSD", "H4", 22_256, 0, "2007-01-01T00:00", "2020-10-15T12:00", BARE, DAY),
    f"{UTC}/EURUSD_D1.csv": ("EURUSD", "D1", 4_316, 0, "2007-01-01T00:00", "2020-10-15T00:00", BARE, DAY),
    f"{TAB}/GBPJPY240.csv": ("GBPJPY", "H4", 25_848, 0, "2009-11-04T04:00", "2025-11-14T20:00", BARE, DAY),
    f"{TAB}/GBPJPY1440.csv": ("GBPJPY", "D1", 5_013, 0, "2009-11-04T00:00", "2025-11-14T00:00", BARE, DAY),
    "stooq/eurusd_d.csv": ("EURUSD", "D1", 12_353, 0, "1971-01-04T00:00", "2019-04-29T00:00", "Stooq", DAY),
    # 29 rows of nulls (the README does not count them), and 97 with another price beyond high or low.
    "yahoo/EURUSD=X.csv": (
        "EURUSD", "D1", 4_739, 126, "2003-12-01T00:00", "2022-01-27T00:00", "Yahoo Finance", DAY),
    "investing-com/EUR_USD Historical Data.csv": (
        "EURUSD", "D1", 5_000, 0, "2000-01-04T00:00", "2019-03-04T00:00", "investing.com", DAY),
}  # fmt: skip


def read(market_files: Path, name: str, timezone: str | None = None) -> MarketFile:
    return read_market_file(market_files / name, timezone=timezone)


def test_the_table_names_every_file(market_files: Path) -> None:
    there = {path.relative_to(market_files).as_posix() for path in market_files.glob("*/*")}
    assert set(FILES) == there
    assert len(there) == 35


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_whole_on_its_own_clock(market_files: Path, name: str) -> None:
    symbol, timeframe, rows, dropped, first, last, dialect, _ = FILES[name]
    explicit = dialect == "TradingView"
    found = read(market_files, name, None if explicit else "UTC")
    assert (found.bars.symbol, found.bars.timeframe, found.dialect) == (symbol, timeframe, dialect)
    assert (len(found.bars), len(found.dropped)) == (rows - dropped, dropped)
    assert (str(found.bars.time[0])[:16], str(found.bars.time[-1])[:16]) == (first, last)
    if not explicit:
        assert found.timezone == "UTC"


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_on_its_dialects_clock_when_none_is_named(market_files: Path, name: str) -> None:
    _, _, rows, dropped, *_, days = FILES[name]
    found = read(market_files, name)
    assert len(found.bars) == rows - dropped
    assert found.bars.days == days
    assert (found.bars.close_time > found.bars.time).all()


@pytest.mark.parametrize(
    ("name", "missing", "holes"),
    [
        (f"{HIST}/DAT_ASCII_EURUSD_M1_2019.csv.gz", "1,552", "208"),
        (f"{HIST}/HISTDATA_COM_ASCII_XAUUSD_M12019.zip", "16,534", "920"),
        (f"{MT4A}/XAUUSD5.csv", "3,922", "199"),
        (f"{MT4A}/XAUUSD60.csv", "2,652", "1,771"),
        (f"{MT4B}/GBPUSD60_cut.csv", "151", "14"),
        (f"{CHART}/XAUUSDM5.csv", "835", "54"),
        (f"{PYTHON}/XAUUSD_H1.csv", "55,759", "4,058"),
    ],
)
def test_missing_bars_are_counted_as_a_separate_reader_counted_them(
    market_files: Path, name: str, missing: str, holes: str
) -> None:
    warnings = read(market_files, name).warnings
    assert any(
        text.startswith(f"{missing} bars are missing inside weeks, in {holes} gaps") for text in warnings
    )


def test_the_hour_that_histdata_has_twice_is_left_out_once_with_its_lines(market_files: Path) -> None:
    found = read(market_files, f"{HIST}/DAT_ASCII_EURUSD_M1_2019.csv.gz")
    assert found.dropped[0].line == 306_019
    assert found.dropped[0].reason == "repeats line 305959"
    told = "60 lines repeat another line exactly and were left out, the first of them line 306019."
    assert told in found.warnings
    assert found.timezone == "-05:00"


def test_a_clock_that_changes_on_other_dates_than_the_file_is_doubted(market_files: Path) -> None:
    warnings = read(market_files, f"{HIST}/DAT_ASCII_EURUSD_M1_2019.csv.gz").warnings
    assert any("read with time zone Europe/Athens-7 they all do" in text for text in warnings)
    named = read(market_files, f"{HIST}/DAT_ASCII_EURUSD_M1_2019.csv.gz", "Europe/Athens-7").warnings
    assert not any("they all do" in text for text in named)


def test_broker_times_that_their_source_calls_utc_are_doubted(market_files: Path) -> None:
    warnings = read(market_files, f"{PYTHON}/XAUUSD_H1.csv", "UTC").warnings
    assert any("read with time zone America/New_York+7 they all do" in text for text in warnings)


def test_a_history_that_is_coarser_in_its_first_years_is_told(market_files: Path) -> None:
    warnings = read(market_files, f"{PYTHON}/XAUUSD_H1.csv").warnings
    assert "11 years from 2007 to 2017 hold few bars: a coarser history stands in." in warnings


def test_yahoos_nulls_are_told_with_their_first_line(market_files: Path) -> None:
    found = read(market_files, "yahoo/EURUSD=X.csv")
    assert (
        "29 lines were left out: the open is 'null', which is no number, the first in line 240."
        in found.warnings
    )
    assert found.dropped[0].line == 104


def test_recorded_spreads_are_kept_in_points_zero_included(market_files: Path) -> None:
    spread = read(market_files, "mt5-export-bars/EURUSD_M15.csv").bars.spread
    assert spread is not None
    assert (spread.min(), spread.max(), float(sorted(spread)[len(spread) // 2])) == (0, 65, 0)


def test_prices_with_float_noise_become_their_decimal_text(market_files: Path) -> None:
    bars = read(market_files, f"{VIEW}/FX_EURUSD, 1D.csv").bars
    assert bars.low[1] == 1.07726


def test_investings_close_comes_first(market_files: Path) -> None:
    bars = read(market_files, "investing-com/EUR_USD Historical Data.csv").bars
    assert (bars.open[-1], bars.high[-1], bars.low[-1], bars.close[-1]) == (1.1380, 1.1398, 1.1309, 1.1340)


def test_the_ask_side_is_told_to_be_so(market_files: Path) -> None:
    warnings = read(market_files, f"{DUKA}/EURUSD_Candlestick_1_M_ASK_01.04.2025-30.04.2025.csv").warnings
    assert any(text.startswith("The file's name says ASK") for text in warnings)

import pytest

from core.market.instruments import Instrument, find_instrument
from core.market.names import read_name


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe"),
    [
        ("EURUSD60.csv", "EURUSD", "H1"),
        ("GBPUSD60_cut.csv", "GBPUSD", "H1"),
        ("GBPJPY1440.csv", "GBPJPY", "D1"),
        ("XAUUSDM15.csv", "XAUUSD", "M15"),
        ("XAUUSDDaily.csv", "XAUUSD", "D1"),
        ("EURUSD_M15_202001270000_202201250000.csv", "EURUSD", "M15"),
        ("DAT_ASCII_EURUSD_M1_2019.csv.gz", "EURUSD", "M1"),
        ("HISTDATA_COM_ASCII_XAUUSD_M12019.zip", "XAUUSD", "M1"),
        ("EURUSD_Candlestick_1_M_BID_01.04.2025-30.04.2025.csv", "EURUSD", "M1"),
        ("EURUSD_Candlestick_15_M_BID_01.04.2025-30.04.2025.csv", "EURUSD", "M15"),
        ("EURUSD_Candlestick_4_Hour_BID_01.04.2025-30.04.2025.csv", "EURUSD", "H4"),
        ("EURJPY_Candlestick_1_D_BID_01.01.2014-03.08.2024.csv", "EURJPY", "D1"),
        ("FX_EURUSD, 1D.csv", "EURUSD", "D1"),
        ("OANDA_XAUUSD, 240.csv", "XAUUSD", "H4"),
        ("eurusd_d.csv", "EURUSD", "D1"),
        ("EURUSD=X.csv", "EURUSD", None),
        ("EUR_USD Historical Data.csv", "EURUSD", None),
        ("EURUSD.m_M15.csv", "EURUSD", "M15"),
        ("EURUSDm_H1.csv", "EURUSD", "H1"),
        ("US30M5.csv", "US30", "M5"),
        ("#US30,M1.csv", "US30", "M1"),
        ("GER40.csv", "GER40", None),
        ("BTC-USD.csv", "BTCUSD", None),
        ("data_2019_H1.csv", None, "H1"),
        ("history.csv", None, None),
        ("EURUSD-2020.csv", "EURUSD", None),
    ],
)
def test_symbol_and_timeframe_are_read_from_a_name(
    name: str, symbol: str | None, timeframe: str | None
) -> None:
    found = read_name(name)
    assert (found.instrument and found.instrument.symbol, found.timeframe) == (symbol, timeframe)


OWN = {
    "COCOA": Instrument("COCOA", "COCOA", "USD", 0, 1.0, 10),
    "US3": Instrument("US3", "US3", "USD", 2, 1.0, 1),
    "XAUUSD": Instrument("XAUUSD", "XAU", "USD", 3, 0.1, 10),
}


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe"),
    [
        ("cocoa_h1.csv", "COCOA", "H1"),
        ("COCOAM5.csv", "COCOA", "M5"),
        ("COCOA60.csv", "COCOA", "H1"),
        ("US30M5.csv", "US30", "M5"),
        ("US3M5.csv", "US3", "M5"),
        ("COCOAS_H1.csv", None, "H1"),
    ],
)
def test_the_users_own_instruments_are_read_from_a_name(
    name: str, symbol: str | None, timeframe: str
) -> None:
    found = read_name(name, OWN)
    assert (found.instrument and found.instrument.symbol, found.timeframe) == (symbol, timeframe)


@pytest.mark.parametrize("name", ["XAUUSD_H1.csv", "XAUUSD.m_H1.csv", "GOLD_H1.csv"])
def test_an_own_instrument_takes_the_place_of_a_built_in_one_in_every_spelling(name: str) -> None:
    assert read_name(name, OWN).instrument == OWN["XAUUSD"]
    assert find_instrument(name.partition("_")[0], OWN) == OWN["XAUUSD"]

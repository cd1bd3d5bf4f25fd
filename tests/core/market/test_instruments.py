from dataclasses import replace

import pytest

from core.errors import BacktapeError
from core.market.instruments import Instrument, find_instrument, instruments, unknown_symbol


def test_a_dollar_pair_has_five_digits_and_a_pip_of_four() -> None:
    assert find_instrument("EURUSD") == Instrument("EURUSD", "EUR", "USD", 5, 0.0001, 100_000, 0.01, 0.01)


def test_a_yen_pair_has_three_digits_and_a_pip_of_two() -> None:
    pair = find_instrument("EURJPY")
    assert (pair.digits, pair.pip, pair.point, pair.price_scale) == (3, 0.01, 0.001, 10_000.0)


def test_gold_and_silver_have_pips_and_lots_of_their_own() -> None:
    gold, silver = find_instrument("XAUUSD"), find_instrument("XAGUSD")
    assert (gold.digits, gold.pip, gold.contract_size) == (2, 0.1, 100)
    assert (silver.digits, silver.pip, silver.contract_size) == (3, 0.01, 5_000)


def test_all_crosses_of_the_eight_majors_are_known() -> None:
    majors = {"EUR", "GBP", "AUD", "NZD", "USD", "CAD", "CHF", "JPY"}
    pairs = {symbol for symbol in instruments() if {symbol[:3], symbol[3:]} <= majors}
    assert len(pairs) == 28
    assert {"AUDNZD", "GBPCHF", "CADJPY", "NZDUSD"} <= pairs


def test_a_pip_is_a_whole_number_of_points_everywhere() -> None:
    for instrument in instruments().values():
        points = instrument.pip / instrument.point
        assert points == pytest.approx(round(points)), instrument.symbol
        assert round(points) >= 1


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("eurusd", "EURUSD"),
        ("EURUSD.m", "EURUSD"),
        ("EURUSD.raw", "EURUSD"),
        ("EURUSDm", "EURUSD"),
        ("EURUSDpro", "EURUSD"),
        ("EURUSD-ECN", "EURUSD"),
        ("EURUSD#", "EURUSD"),
        ("EURUSD+", "EURUSD"),
        ("EURUSD=X", "EURUSD"),
        ("EUR/USD", "EURUSD"),
        ("EUR_USD", "EURUSD"),
        ("eur-usd", "EURUSD"),
        ("OANDA:XAUUSD", "XAUUSD"),
        ("FX_EURUSD", "EURUSD"),
        ("FX_IDC:EURUSD", "EURUSD"),
        ("BTC-USD", "BTCUSD"),
        ("GOLD", "XAUUSD"),
        ("#US30", "US30"),
        ("US30.cash", "US30"),
        ("US30Cash", "US30"),
        (".DE40", "GER40"),
        ("USTEC", "NAS100"),
        ("SPX500", "US500"),
        ("JPN225", "JP225"),
    ],
)
def test_brokers_spellings_are_understood(written: str, symbol: str) -> None:
    assert find_instrument(written).symbol == symbol


@pytest.mark.parametrize(
    "written", ["", "EUR", "EURUSX", "EURUSDT", "EURUSDABC", "XEURUSD", "US3000", "GER4", "€€€"]
)
def test_what_is_not_known_is_refused_and_never_guessed(written: str) -> None:
    with pytest.raises(
        BacktapeError, match=r"is not known; (did you mean [A-Z]|name a known one such as [A-Z])"
    ) as refusal:
        find_instrument(written)
    assert refusal.value.field == "symbol"


@pytest.mark.parametrize("written", ["EURUDS", "EURUSD1", "eurusx", "EUUSD"])
def test_the_refusal_names_what_is_near(written: str) -> None:
    with pytest.raises(BacktapeError, match=r"is not known; did you mean EURUSD\b"):
        find_instrument(written)


def test_what_nothing_is_near_to_is_only_described() -> None:
    with pytest.raises(BacktapeError) as refusal:
        find_instrument("XYZABC")
    assert str(refusal.value) == (
        "The symbol 'XYZABC' is not known; name a known one such as EURUSD or US30. Your own instruments "
        "are described in config.toml of the data folder; the values are yours to fill in: instruments."
        'XYZABC = { base = "XYZ", quote = "ABC", digits = 2, pip = 0.01, contract_size = 1 }.'
    )


@pytest.mark.parametrize(
    ("digits", "pip"), [(0, "1"), (1, "0.1"), (2, "0.01"), (3, "0.01"), (4, "0.0001"), (5, "0.0001")]
)
def test_a_pip_is_assumed_from_the_digits_and_said_to_be(digits: int, pip: str) -> None:
    said = str(unknown_symbol("XYZABC", digits=digits))
    assert f"digits {digits} and pip {pip} are assumed from the prices, the rest is yours" in said
    assert f"digits = {digits}, pip = {pip}, " in said


def test_hostile_text_in_a_symbol_is_made_harmless() -> None:
    with pytest.raises(BacktapeError) as refusal:
        find_instrument("\x1b]0;x\x07")
    assert "\x1b" not in str(refusal.value)


def test_an_instrument_of_the_users_own_comes_first() -> None:
    own = {
        "XAUUSD": replace(find_instrument("XAUUSD"), digits=3),
        "COCOA": Instrument("COCOA", "COCOA", "USD", 0, 1.0, 10),
    }
    assert find_instrument("xauusd", own).digits == 3
    assert find_instrument("COCOA", own).contract_size == 10


def test_the_sample_market_is_quoted_like_euro_in_dollars() -> None:
    sample, euro = find_instrument("SYNTHETIC"), find_instrument("EURUSD")
    assert (sample.digits, sample.pip, sample.contract_size) == (euro.digits, euro.pip, euro.contract_size)
    assert sample.quote == "USD"

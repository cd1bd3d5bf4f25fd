import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.market.instruments import find_instrument
from core.market.prices import decimals_of, normalise

EURUSD = find_instrument("EURUSD")


def test_noise_of_float_arithmetic_is_taken_off() -> None:
    assert normalise([1.0772599999999999, 0.1 + 0.2], EURUSD).tolist() == [1.07726, 0.3]


@given(st.integers(1, 10_000_000), st.sampled_from(["EURUSD", "USDJPY", "XAUUSD", "US30", "SYNTHETIC"]))
def test_a_normalised_price_is_the_float_of_its_decimal_text(tenths: int, symbol: str) -> None:
    instrument = find_instrument(symbol)
    decimals = instrument.digits + 1
    whole, rest = divmod(tenths, 10**decimals)
    exact = float(f"{whole}.{rest:0{decimals}}")
    noisy = [np.nextafter(exact, np.inf), np.nextafter(exact, 0), exact]
    assert normalise(noisy, instrument).tolist() == [exact] * 3


def test_prices_need_a_digit_more_than_the_quote_at_least() -> None:
    assert decimals_of([np.array([1.1, 1.07726])], EURUSD) == 6
    assert decimals_of([np.array([1.0772599999999999])], EURUSD) == 6


def test_finer_prices_need_as_many_decimals_as_they_have() -> None:
    assert decimals_of([np.array([1.1]), np.array([1.1234567])], EURUSD) == 7
    assert decimals_of([np.array([1.12345678901])], EURUSD) == 11


def test_computed_prices_fit_no_number_of_decimals() -> None:
    assert decimals_of([np.array([1 / 3, 2**0.5])], EURUSD) is None

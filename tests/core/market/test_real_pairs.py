"""Real files of one market at two timeframes: the finer gathered must be the coarser, to the last bit."""

from pathlib import Path

import numpy as np
import pytest

from core.market.bars import Bars
from core.market.reading import read_market_file
from core.market.resample import resample

MT4, MT5 = "mt4-history-center-a", "mt5-chart-save-utf16"
UTC, TAB, PYTHON = "generic-no-header-utc", "generic-tab-no-header-utc", "mt5-python-api"

PAIRS = [
    (f"{MT4}/XAUUSD5.csv", f"{MT4}/XAUUSD15.csv", 21_823, 0),
    (f"{MT4}/XAUUSD15.csv", f"{MT4}/XAUUSD60.csv", 16_258, 0),
    (f"{MT5}/XAUUSDM5.csv", f"{MT5}/XAUUSDM15.csv", 5_407, 0),
    (f"{MT5}/XAUUSDM15.csv", f"{MT5}/XAUUSDDaily.csv", 58, 0),
    (f"{UTC}/EURUSD_H1.csv", f"{UTC}/EURUSD_H4.csv", 12_924, 0),
    (f"{UTC}/EURUSD_H1.csv", f"{UTC}/EURUSD_D1.csv", 2_509, 0),
    (f"{UTC}/EURUSD_H4.csv", f"{UTC}/EURUSD_D1.csv", 4_314, 0),
    (f"{TAB}/GBPJPY240.csv", f"{TAB}/GBPJPY1440.csv", 5_011, 0),
    # The source saved its newest bars, all of 2026, before they were complete.
    (f"{PYTHON}/XAUUSD_H1.csv", f"{PYTHON}/XAUUSD_H4.csv", 15_506, 14),
    (f"{PYTHON}/XAUUSD_H4.csv", f"{PYTHON}/XAUUSD_D1.csv", 4_993, 16),
    (f"{PYTHON}/XAUUSD_D1.csv", f"{PYTHON}/XAUUSD_W1.csv", 985, 3),
]


def compare(finer: Bars, coarser: Bars) -> tuple[int, Bars, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return how many bars both have, first and last left out, and which of them differ."""
    made = resample(finer, coarser.timeframe)
    made = made.slice(1, len(made) - 1)
    _, here, there = np.intersect1d(made.time, coarser.time, assume_unique=True, return_indices=True)
    differs = np.zeros(len(here), dtype=np.bool_)
    for name in ("open", "high", "low", "close", "volume"):
        differs |= getattr(made, name)[here] != getattr(coarser, name)[there]
    return len(here), made, here[differs]


@pytest.mark.parametrize("timezone", [None, "UTC"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]} to {pair[1]}")
def test_the_finer_file_gathered_is_the_coarser_one(
    market_files: Path, pair: tuple[str, str, int, int], timezone: str | None
) -> None:
    finer, coarser, bars, different = pair
    low = read_market_file(market_files / finer, timezone=timezone).bars
    high = read_market_file(market_files / coarser, timezone=timezone).bars
    compared, made, unlike = compare(low, high)
    assert compared == bars
    assert len(unlike) == different
    assert (made.time[unlike] >= np.datetime64("2025-12-28")).all()

"""Files spoilt at random: whatever is in them, they are read or refused with a sentence."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BacktapeError
from core.market.reading import read_market_file
from tests.core.market.test_formats import (
    BARE,
    CHART,
    DUKASCOPY,
    EPOCHS,
    HISTDATA,
    LOCAL,
    MT4,
    MT5,
    PLAIN,
    PYTHON,
    VIEW,
)

FORMATS = [BARE, CHART, DUKASCOPY, EPOCHS, HISTDATA, LOCAL, MT4, MT5, PLAIN, PYTHON, VIEW]
# fmt: off
PIECES = st.sampled_from([
    b"", b"\n", b"\r\n", b'"', b",", b";", b"\t", b".", b"-", b"0", b"9" * 30, b"1e400", b"nan", b"null",
    b"\xff", b"\0", b"Z", b"+05:30", b" ",
    b"\xef\xbb\xbf", b"<", b"time", b"close", b"\xc2\xa0", b"x" * 11_000,
])
# fmt: on
CUTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 6), PIECES), max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORMATS), st.integers(1, 12), CUTS, st.sampled_from([None, "UTC", "Europe/Athens"]))
def test_a_spoilt_file_is_read_or_refused_with_a_sentence(
    text: str, times: int, cuts: list[tuple[int, int, bytes]], timezone: str | None
) -> None:
    content = (text * times).encode()
    for start, length, piece in cuts:
        content = content[:start] + piece + content[start + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "EURUSD1.csv"
        path.write_bytes(content)
        try:
            found = read_market_file(path, timezone=timezone)
        except BacktapeError as refusal:
            sentence, bars = str(refusal), None
        else:
            sentence, bars = "", found.bars
    if bars is None:
        assert sentence.startswith("EURUSD1.csv")
        assert "\n" not in sentence
        return
    assert len(bars) > 0
    assert (np.diff(bars.time.astype(np.int64)) > 0).all()
    for column in (bars.open, bars.high, bars.low, bars.close, bars.volume):
        assert np.isfinite(column).all()
    assert (bars.low > 0).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()

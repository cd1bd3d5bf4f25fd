"""Small bars for tests."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.timeframes import Timeframe

UTC_DAYS = DayRule("UTC")


def make_bars(
    times: Sequence[str] | np.ndarray[tuple[int], np.dtype[np.datetime64]],
    closes: Sequence[float] | None = None,
    *,
    timeframe: str = "M15",
    symbol: str = "EURUSD",
    days: DayRule = UTC_DAYS,
    spread: Sequence[float] | None = None,
) -> Bars:
    """Return bars whose high and low are a pip around open and close, volume 1, 2, 3, ..."""
    time = np.array(times, dtype="datetime64[s]")
    close = np.array(
        closes if closes is not None else np.linspace(1.1, 1.2, len(time)).round(5), dtype=np.float64
    )
    opens = np.concatenate([close[:1], close[:-1]])
    return Bars(
        instrument=find_instrument(symbol),
        timeframe=Timeframe(timeframe),
        days=days,
        time=time,
        open=opens,
        high=(np.maximum(opens, close) + 0.0001).round(5),
        low=(np.minimum(opens, close) - 0.0001).round(5),
        close=close,
        volume=np.arange(1.0, len(time) + 1),
        spread=None if spread is None else np.array(spread, dtype=np.float64),
    )


def grid(first: str, count: int, timeframe: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """Return `count` opening times without a hole."""
    step = Timeframe(timeframe).seconds
    return np.datetime64(first, "s") + np.arange(count) * np.timedelta64(step, "s")


def texts(times: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> list[str]:
    """Return times as short text."""
    return [str(time)[:16] for time in times]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file as it is, line ends and all."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def is_mapped(column: object) -> bool:
    """Return whether an array is a view of memory that maps a file."""
    while column is not None and not isinstance(column, np.memmap):
        column = getattr(column, "base", None)
    return column is not None

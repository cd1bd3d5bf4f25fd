"""Price files that are made to be wrong, and what reading them says."""

from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.market.reading import MarketFile, read_market_file
from tests.core.market.making import grid, write

HEADER = "time,open,high,low,close,volume\n"


def lines(count: int, first: str = "2020-01-06T00:00", timeframe: str = "M15") -> list[str]:
    """Return `count` good lines without a hole."""
    return [f"{time},1.1,1.12,1.09,1.115,{n + 1}" for n, time in enumerate(grid(first, count, timeframe))]


def text(rows: list[str]) -> str:
    return HEADER + "\n".join(rows) + "\n"


def read(folder: Path, content: str | bytes, name: str = "EURUSD_M15.csv", **options: str) -> MarketFile:
    return read_market_file(write(folder, name, content), **options)  # type: ignore[arg-type]


def refusal(folder: Path, content: str | bytes, name: str = "EURUSD_M15.csv", **options: str) -> str:
    with pytest.raises(BacktapeError) as refused:
        read(folder, content, name, **options)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    return sentence


def with_line(number: int, line: str, count: int = 40) -> str:
    """Return a good file of which one line (numbered from 1, the header) is another."""
    rows = lines(count)
    rows[number - 2] = line
    return text(rows)


def dated(*dates: str) -> str:
    """Return good bars that open then."""
    return HEADER + "".join(f"{date},1.1,1.2,1.0,1.1,{n + 1}\n" for n, date in enumerate(dates))

"""A run whose bars are there."""

from contextlib import closing

import pytest

from core.home import Home
from core.market.bars import Bars
from db import trades
from db.connection import connect
from db.trades import TradeRecord
from tests.shots.charting import fill_chart
from tests.shots.filling import COMPLETED


@pytest.fixture
def bars(filled: Home) -> Bars:
    """The bars of the completed run, which has trades that belong to them."""
    return fill_chart(filled)


@pytest.fixture
def listed(filled: Home, bars: Bars) -> list[TradeRecord]:
    """The trades of the completed run."""
    with closing(connect(filled.store)) as connection:
        return trades.all_of(connection, COMPLETED)

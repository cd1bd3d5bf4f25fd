"""The compiled broker and the plain one agree, trade by trade."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from core.engine.decision import Decision
from core.engine.terms import Mode, Terms
from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.reading import read_market_file
from tests.core.engine.market import Case, Parts, assert_same
from tests.core.engine.plain_records import Habits, MissingRateError
from tests.core.engine.random_markets import cases


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_random_markets_and_decisions_give_the_same_trades(case: Case) -> None:
    try:
        plain = case.plainly()
    except MissingRateError:
        with pytest.raises(BacktapeError, match="at most a day of trading old"):
            case.run()
        return
    assert_same(case.run(), plain)


REAL = (
    ("mt5-export-bars/EURUSD_M15.csv", "EURUSD", "M15"),
    ("mt4-history-center-b/USDJPY60_cut.csv", "USDJPY", "H1"),
    ("mt4-history-center-a/XAUUSD15.csv", "XAUUSD", "M15"),
    ("generic-tab-no-header-utc/GBPJPY240.csv", "GBPJPY", "H4"),
)


@pytest.mark.parametrize(("file", "symbol", "timeframe"), REAL)
@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
def test_real_prices_give_the_same_trades(
    file: str, symbol: str, timeframe: str, mode: Mode, market_files: Path
) -> None:
    bars = read_market_file(market_files / file, symbol=symbol, timeframe=timeframe, timezone="UTC").bars
    bars = bars.slice(0, 12_000)
    decisions = decisions_on(bars)
    terms = Terms(
        mode=mode,
        initial_balance=100_000.0,
        volume=0.27,
        commission_per_lot=6.5,
        partial_ratio=0.4,
        slippage_pips=0.3,
        swap_long=-7.0,
        swap_short=1.5,
        fixed_rates={"USDJPY": 130.0},
    )
    habits = Habits(trailing_pips=60.0, breakeven=True, max_bars=90)
    broker = Case(bars, decisions, terms, habits).run()
    assert len(broker.trades) > 300
    assert_same(broker, Case(bars, decisions, terms, habits).plainly())


def decisions_on(bars: Bars) -> dict[int, Decision]:
    """Entries of every kind at every new extreme of twenty bars, with levels in pips."""
    pip = bars.pip
    decisions: dict[int, Decision] = {}
    for bar in range(20, len(bars)):
        before = slice(bar - 20, bar)
        up, down = bars.close[bar] > bars.high[before].max(), bars.close[bar] < bars.low[before].min()
        if not up and not down:
            continue
        direction, close = (1 if up else -1), float(bars.close[bar])
        parts: Parts = {"stop": bar % 7 * 5 * pip, "targets": (45 * pip, 15 * pip, 30 * pip)[: bar % 4]}
        if bar % 3 == 0:
            parts |= {"at_limit": close - direction * 12 * pip, "expiry": 8}
        elif bar % 5 == 0:
            parts |= {"at_stop": close + direction * 6 * pip, "expiry": 4}
        decisions[bar] = Decision(direction=direction, **parts)
    return decisions

"""How a run stood at the close of one of its bars: position and equity, from what is stored of it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from db.trades import TradeRecord
from tui.chart.columns import Bar
from tui.chart.run_trades import RunTrades
from tui.drawing.curves import Curve


@dataclass(frozen=True)
class Terms:
    """What turns prices into money: balance at the start, spread in price, contract size, costs.

    `spread` is None where the recorded one of each bar applies (`pip` in price). `money`
    says what one unit of the quote currency is in the account's: "same", "base" where it is
    the price that converts, or "" where another pair would be needed.
    """

    balance: float
    contract: float
    commission: float
    pip: float
    spread: float | None
    money: str


@dataclass(frozen=True)
class Position:
    """What was open: side, lots, entry price."""

    side: str
    lots: float
    price: float


@dataclass(frozen=True)
class Standing:
    """Position, its profit if closed there, equity, and how many trades had been closed.

    `is_exact` where equity and profit are the run's own; else they are worked out from
    the prices, or None where they cannot be.
    """

    position: Position | None
    profit: float | None
    equity: float | None
    is_exact: bool
    closed: int


def needed_for(trades: RunTrades, second: int) -> range:
    """Return the trades whose records tell how the run stood at a bar."""
    open_then = trades.open_at(second)
    return range(max(0, open_then.start - 1), max(open_then.start, open_then.stop))


def standing_at(trades: RunTrades, curve: Curve, terms: Terms, bar: Bar) -> Standing:
    """Return how a run stood at the close of a bar; nothing later is looked at.

    Equity is balance plus what closing everything would bring, as the engine marks it, so
    the profit of the position is the difference; the stored curve has it for every bar, or
    for some of them if there are many.
    """
    open_then = trades.open_at(bar.second)
    parts = [record for index in open_then if (record := trades.record(index)) is not None]
    last = trades.record(open_then.start - 1)
    balance = terms.balance if last is None else last.equity_after
    position = _position(parts)
    stored = _stored(curve, bar.second)
    if position is None:
        return Standing(None, None, balance if stored is None else stored, True, open_then.start)
    if stored is not None:
        return Standing(position, stored - balance, stored, True, open_then.start)
    equity = _worked_out(position, balance, terms, bar)
    if equity is None:
        equity = _last_known(curve, bar.second)
    profit = None if equity is None else equity - balance
    return Standing(position, profit, equity, False, open_then.start)


def _position(parts: list[TradeRecord]) -> Position | None:
    if not parts:
        return None
    return Position(parts[0].direction.lower(), sum(part.volume for part in parts), parts[0].entry_price)


def _stored(curve: Curve, second: int) -> float | None:
    times, values = curve
    index = bisect_left(times, second)
    return values[index] if index < len(times) and times[index] == second else None


def _last_known(curve: Curve, second: int) -> float | None:
    times, values = curve
    index = bisect_right(times, second) - 1
    return values[index] if index >= 0 else None


def _worked_out(position: Position, balance: float, terms: Terms, bar: Bar) -> float | None:
    """Return balance and profit at the close: a buy leaves at the bid, a sell at the ask."""
    if not terms.money:
        return None
    spread = terms.spread if terms.spread is not None else (bar.spread or 0.0) * terms.pip
    price = bar.close if position.side == "buy" else bar.close + spread
    move = (price - position.price) * (1 if position.side == "buy" else -1)
    made = move * position.lots * terms.contract / (price if terms.money == "base" else 1.0)
    return balance + made - terms.commission * position.lots

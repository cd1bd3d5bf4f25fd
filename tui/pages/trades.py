"""The columns of a run's trades, and why there are none."""

from collections.abc import Callable

from core.home import Home
from db.runs import RunRecord
from db.trades import TradeRecord
from tui import formats
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell, Column

_ACTIVE = frozenset({"pending", "running"})


def trade_columns(digits: int) -> list[Column[TradeRecord]]:
    """Return the columns; prices show `digits` decimals."""
    width = max(9, digits + 4)
    return [
        Column("position", "#", 6, lambda trade: Cell(str(trade.position)), right=True, letter="n"),
        Column("direction", "side", 4, lambda trade: Cell(trade.direction.lower()), letter="i"),
        Column("entry_time", "entered", 16, lambda t: Cell(formats.minute(t.entry_time)), letter="e"),
        Column("entry_price", "at", width, _price("entry_price", digits), right=True, priority=4),
        Column("exit_time", "left", 16, lambda t: Cell(formats.minute(t.exit_time)), priority=1, letter="l"),
        Column("exit_price", "at", width, _price("exit_price", digits), right=True, priority=3),
        Column("exit_reason", "why", 14, lambda trade: Cell(trade.exit_reason), letter="w"),
        Column("profit", "profit", 11, _profit, right=True, letter="p"),
        Column("volume", "lots", 6, _money("volume"), right=True, priority=5, letter="v"),
        Column("equity_after", "balance", 12, _money("equity_after"), right=True, priority=6, letter="b"),
        Column("mae", "worst", 10, _money("mae"), right=True, priority=7, letter="m"),
        Column("mfe", "best", 10, _money("mfe"), right=True, priority=8, letter="f"),
        Column("commission", "cost", 8, _money("commission"), right=True, priority=9, letter="c"),
        Column("stop_loss", "stop", width, _price("stop_loss", digits), right=True, priority=10),
        Column("take_profit", "target", width, _price("take_profit", digits), right=True, priority=11),
    ]


def why_no_trades(run: RunRecord) -> str:
    """Return why a run has no trades to be looked at."""
    if run.status in _ACTIVE:
        return "The trades can be read when the run has ended."
    if run.status == "completed":
        return "The run has no trades."
    if run.job is not None and run.job.trades:
        made = formats.plural(run.job.trades, "trade was", "trades were")
        return f"{made} made; only a run that is done keeps them."
    return "Only a run that is done keeps its trades."


def price_digits(symbol: str, home: Home) -> int:
    """Return how many decimals the prices of an instrument are quoted with; 5 if it is unknown."""
    from core.config import own_instruments
    from core.errors import BacktapeError
    from core.market.instruments import find_instrument

    try:
        return find_instrument(symbol, own_instruments(home)).digits
    except BacktapeError:
        return 5


def _price(name: str, digits: int) -> Callable[[TradeRecord], Cell]:
    return lambda trade: Cell(formats.number(getattr(trade, name), digits))


def _money(name: str) -> Callable[[TradeRecord], Cell]:
    return lambda trade: Cell(formats.number(getattr(trade, name)))


def _profit(trade: TradeRecord) -> Cell:
    return Cell(formats.number(trade.profit, signed=True), gain_style(trade.profit))

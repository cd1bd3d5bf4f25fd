"""The columns of a run's trades, and why there are none."""

from collections.abc import Callable
from datetime import timedelta

from core.trade_terms import TradeTerms
from db.columns import ACTIVE
from db.runs import RunRecord
from db.trades import TradeRecord
from tui import formats
from tui.run_list.columns import gain_style, within
from tui.widgets.columns import Cell, Column

_LEAST_NUMBER = 4
# A day and a month name one moment after an entry for so long.
_YEAR = timedelta(days=365)


def trade_columns(terms: TradeTerms, most: int = 0) -> list[Column[TradeRecord]]:
    """Return the columns of trades that are numbered up to `most`."""
    price, number = max(9, terms.digits + 4), max(_LEAST_NUMBER, len(str(most)))
    digits = terms.digits
    risks = Column("r", "R", 6, _risks(terms), right=True, priority=5, letter="r")
    return [
        Column("position", "#", number, lambda trade: Cell(str(trade.position)), right=True, letter="n"),
        Column("direction", "side", 4, lambda trade: Cell(trade.direction.lower()), letter="i"),
        _figure("volume", "lots", 6, priority=8, letter="v"),
        Column("entry_time", "entered UTC", 16, lambda t: Cell(formats.minute(t.entry_time)), letter="e"),
        Column("entry_price", "at", price, _price("entry_price", digits), right=True, priority=7),
        Column("exit_time", "left", 11, _left, priority=3, letter="l"),
        Column("exit_price", "at", price, _price("exit_price", digits), right=True, priority=6),
        Column("bars", "bars", 6, _bars(terms), right=True, priority=4),
        Column("exit_reason", "why", 14, _why, priority=1, letter="w"),
        Column("pips", "pips", 7, _pips(terms), right=True, priority=2, letter="s"),
        *([risks] if terms.has_risks else []),
        Column("profit", "profit", 10, _profit, right=True, letter="p"),
        _figure("mae", "MAE", 9, priority=9, letter="m"),
        _figure("mfe", "MFE", 9, priority=10, letter="f"),
        _figure("equity_after", "balance", 11, priority=11, letter="b"),
        _figure("commission", "cost", 8, priority=12, letter="c"),
        Column("stop_loss", "stop", price, _price("stop_loss", digits), right=True, priority=13),
        Column("take_profit", "target", price, _price("take_profit", digits), right=True, priority=14),
    ]


def why_no_trades(run: RunRecord) -> str:
    """Return why a run has no trades to be looked at."""
    if run.status in ACTIVE:
        return "The trades can be read when the run has ended."
    if run.status == "completed":
        return "The run has no trades."
    if run.job is not None and run.job.trades:
        made = formats.plural(run.job.trades, "trade was", "trades were")
        return f"{made} made; only a run that is done keeps them."
    return "Only a run that is done keeps its trades."


def _figure(name: str, title: str, width: int, *, priority: int = 0, letter: str = "") -> Column[TradeRecord]:
    """Return a column of a figure, with as many digits as there is room for."""

    def cell(trade: TradeRecord) -> Cell:
        return Cell(_within(width, getattr(trade, name), 2))

    return Column(name, title, width, cell, right=True, priority=priority, letter=letter)


def _within(width: int, value: float | None, digits: int, *, signed: bool = False) -> str:
    return formats.UNDEFINED if value is None else within(width, value, digits, signed=signed)


def _price(name: str, digits: int) -> Callable[[TradeRecord], Cell]:
    return lambda trade: Cell(formats.number(getattr(trade, name), digits))


def _left(trade: TradeRecord) -> Cell:
    """Return when a trade was left; the day alone, with its year, if that is not plain from the entry."""
    is_plain = trade.exit_time - trade.entry_time < _YEAR
    return Cell(formats.short_moment(trade.exit_time) if is_plain else formats.day(trade.exit_time))


def _why(trade: TradeRecord) -> Cell:
    return Cell(formats.exit_word(trade.exit_reason))


def _bars(terms: TradeTerms) -> Callable[[TradeRecord], Cell]:
    return lambda trade: Cell(_within(6, terms.bars(trade), 0))


def _pips(terms: TradeTerms) -> Callable[[TradeRecord], Cell]:
    return lambda trade: Cell(_within(7, terms.pips(trade), 1, signed=True))


def _risks(terms: TradeTerms) -> Callable[[TradeRecord], Cell]:
    return lambda trade: Cell(_within(6, terms.risks(trade), 2, signed=True))


def _profit(trade: TradeRecord) -> Cell:
    return Cell(_within(10, trade.profit, 2, signed=True), gain_style(trade.profit))

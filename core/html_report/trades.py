"""The trades in the report: all of them, up to a bound that keeps it light enough to be mailed."""

from collections.abc import Iterable, Iterator
from itertools import islice

from core.errors import BacktapeError
from core.formats import minute, number
from core.html_report.markup import element, text
from core.market.instruments import find_instrument
from core.text import plural
from db.runs import RunRecord
from db.trades import TradeRecord

MOST_TRADES = 5_000

_DIGITS = 5
_LONGEST = 40
_HEADER = (
    *("#", "side", "entered", "at", "left", "at", "why", "lots", "profit", "cost", "balance"),
    *("stop", "target", "MAE", "MFE"),
)


def trades_section(run: RunRecord, trades: Iterable[TradeRecord]) -> Iterator[str]:
    """Yield the table of trades, of which no more are taken than it shows, and a word on those left out."""
    yield element("h2", text(f"Trades, {run.total_trades or 0:,}"))
    beyond = (run.total_trades or 0) - MOST_TRADES
    if beyond > 0:
        yield element("p", text(_left_out(run, beyond)))
    yield '<div class="scroll"><table class="trades"><thead><tr>'
    yield from (f"<th>{name}" for name in _HEADER)
    yield "</thead><tbody>\n"
    digits = _digits(run.symbol)
    yield from (_row(trade, digits) for trade in islice(trades, MOST_TRADES))
    yield "</tbody></table></div>"


def _left_out(run: RunRecord, beyond: int) -> str:
    are = plural(beyond, "more is", "more are")
    return (
        f"The first {MOST_TRADES:,} are shown, {are} left out; "
        f"'backtape export {run.id} --to FOLDER --format csv' writes all of them."
    )


def _row(trade: TradeRecord, digits: int) -> str:
    """Return a row; HTML ends rows and cells by itself, which saves a third of the bytes."""
    gain = " class=good" if trade.profit > 0 else " class=bad" if trade.profit < 0 else ""
    cells = (
        str(trade.position),
        text(trade.direction.lower(), limit=_LONGEST),
        minute(trade.entry_time),
        number(trade.entry_price, digits),
        minute(trade.exit_time),
        number(trade.exit_price, digits),
        text(trade.exit_reason, limit=_LONGEST),
        f"{trade.volume:g}",
        number(trade.commission),
        number(trade.equity_after),
        number(trade.stop_loss, digits),
        number(trade.take_profit, digits),
        number(trade.mae, signed=True),
        number(trade.mfe, signed=True),
    )
    before, after = "<td>".join(cells[:8]), "<td>".join(cells[8:])
    return f"<tr><td>{before}<td{gain}>{number(trade.profit, signed=True)}<td>{after}\n"


def _digits(symbol: str) -> int:
    """Return how many decimals the prices of an instrument are quoted with; 5 if it is unknown."""
    try:
        return find_instrument(symbol).digits
    except BacktapeError:
        return _DIGITS

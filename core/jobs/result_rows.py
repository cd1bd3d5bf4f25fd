"""What the engine returns, turned into rows of the store: numpy ends here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from db.times import seconds_texts

if TYPE_CHECKING:
    from core.engine.simulation import Outcome
    from core.market.bars import Bars

_DIRECTIONS = {1: "BUY", -1: "SELL"}


def trade_rows(outcome: "Outcome", bars: "Bars") -> Sequence[tuple[Any, ...]]:
    """Return the trades as rows in the order of `db.trades.TRADE_COLUMNS`, plain Python throughout."""
    from core.engine.records import EXIT_REASONS

    trades = outcome.trades
    seconds = bars.time.astype(np.int64)
    columns: list[Sequence[Any]] = [
        trades["position"].tolist(),
        [bars.symbol] * len(trades),
        [_DIRECTIONS[direction] for direction in trades["direction"].tolist()],
        seconds_texts(seconds[trades["entry_index"]].tolist()),
        trades["entry_price"].tolist(),
        seconds_texts(seconds[trades["exit_index"]].tolist()),
        trades["exit_price"].tolist(),
        _or_none(trades["stop_loss"]),
        _or_none(trades["take_profit"]),
        trades["volume"].tolist(),
        trades["profit"].tolist(),
        trades["commission"].tolist(),
        [EXIT_REASONS[reason] for reason in trades["exit_reason"].tolist()],
        trades["equity_after"].tolist(),
        _or_none(trades["mae"]),
        _or_none(trades["mfe"]),
    ]
    return list(zip(*columns, strict=True))


def _or_none(column: npt.NDArray[np.float64]) -> list[float | None]:
    """Return plain numbers, None for what is not there."""
    return [value if value == value else None for value in column.tolist()]  # noqa: PLR0124 (NaN alone differs)

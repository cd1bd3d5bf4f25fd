"""Closing a position or a part of it, and writing the trade (compiled)."""

import numpy as np

from core.engine.compiled import compiled, inlined
from core.engine.memory import record_reader
from core.engine.money import commission_of, lots_of, made_at, net, require_rate, whole_steps
from core.engine.prices import normalised, note_price, reached_target, slipped
from core.engine.records import STOP_OUT, TP, TP_PARTIAL, TRADE, Desk

trade_at = record_reader(TRADE)


@compiled
def close_part(desk: Desk, steps: int, price: float, reason: int) -> None:
    """Close so much of the position at a closing-side price and write the trade."""
    require_rate(desk)
    if reason <= STOP_OUT:
        price = slipped(desk, price, -desk.direction)
    note_price(desk, price)
    swap = desk.swap if steps == desk.steps else desk.swap * steps / desk.steps
    lots = lots_of(desk, steps)
    profit = net(made_at(desk, lots, price, price), commission_of(desk, lots), swap)
    desk.balance += profit
    desk.swap -= swap
    write_trade(desk, lots, price, reason, profit)
    desk.steps -= steps
    desk.changes += 1
    if desk.steps == 0:
        desk.direction = 0
        desk.bars_held += desk.bar - desk.entry_bar


@compiled
def close_all(desk: Desk, price: float, reason: int) -> None:
    """Close what is left of the position."""
    close_part(desk, desk.steps, price, reason)


@compiled
def write_trade(desk: Desk, lots: float, price: float, reason: int, profit: float) -> None:
    """Append the trade that closes so many lots; the buffer has room."""
    worst, best = (desk.lowest, desk.highest) if desk.direction > 0 else (desk.highest, desk.lowest)
    at_worst = made_at(desk, lots, normalised(desk, worst), price)
    at_best = made_at(desk, lots, normalised(desk, best), price)
    trade = trade_at(desk.trades, desk.trade_count)
    desk.trade_count += 1
    trade.position = desk.position
    trade.direction = desk.direction
    trade.entry_index = desk.entry_bar
    trade.exit_index = desk.bar
    trade.exit_reason = reason
    trade.entry_price = desk.entry_price
    trade.exit_price = price
    trade.stop_loss = desk.stop
    has_target = desk.target_next < desk.target_count
    trade.take_profit = desk.targets[desk.target_next] if has_target else np.nan
    trade.volume = lots
    trade.profit = profit
    trade.commission = commission_of(desk, lots)
    trade.equity_after = desk.balance
    trade.mae = min(0.0, at_worst)
    trade.mfe = max(0.0, at_best)


@compiled
def fill_target(desk: Desk, price: float) -> None:
    """Fill the next target: the last one closes the rest, the others their part of what is left."""
    part = desk.steps
    if desk.target_next < desk.target_count - 1:
        part = whole_steps(desk.steps * desk.partial_ratio)
    if part < desk.minimum_steps or desk.steps - part < desk.minimum_steps:
        close_part(desk, desk.steps, price, TP)
    else:
        close_part(desk, part, price, TP_PARTIAL)
    desk.target_next += 1
    desk.changes += 1
    desk.breakeven_due = desk.breakeven


@inlined
def fill_targets_at(desk: Desk, price: float) -> None:
    """Fill every target that a price has reached, at that price."""
    while desk.direction != 0 and reached_target(desk, price):
        fill_target(desk, price)


@inlined
def fill_targets_touched(desk: Desk, best: float) -> None:
    """Fill every target that the bar touched at its own level, nearest first."""
    while desk.direction != 0 and reached_target(desk, best):
        fill_target(desk, desk.targets[desk.target_next])

"""Opening a position, and when that is refused (compiled)."""

import numpy as np

from core.engine.compiled import compiled, inlined
from core.engine.memory import read_float, read_int
from core.engine.money import fail, margin, require_rate, steps_for_risk
from core.engine.prices import normalised
from core.engine.records import RISK_WITHOUT_STOP, Desk


@inlined
def row_of(desk: Desk, decided: int) -> int:
    """Return the row that holds the distances of the decision of a bar."""
    return decided if desk.rows == 0 else read_int(desk.rows, decided)


@compiled
def enter(desk: Desk, decided: int, direction: int, entry: float, closing: float) -> None:
    """Open a position as decided on bar `decided`, or count why it is refused.

    `entry` is the price with slippage, `closing` the closing side of the same
    moment: a stop that it has reached already is refused.
    """
    row = row_of(desk, decided)
    distance = read_float(desk.stop_column, row * desk.stop_stride)
    stop = normalised(desk, entry - direction * distance) if distance > 0.0 else np.nan
    if direction * closing <= direction * stop:
        desk.refused_stop += 1
        return
    steps = wanted_steps(desk, distance, entry)
    if steps < desk.minimum_steps:
        desk.refused_size += 1
        return
    require_rate(desk)
    if margin(desk, steps, entry) > desk.balance:
        desk.refused_margin += 1
        return
    open_position(desk, direction, steps, entry, stop)
    set_targets(desk, row)


@inlined
def wanted_steps(desk: Desk, distance: float, entry: float) -> int:
    """Return the size of an entry in lot steps; sizing by risk needs a stop."""
    if desk.risk == 0.0:
        return desk.fixed_steps
    if not distance > 0.0:
        fail(desk, RISK_WITHOUT_STOP)
        return 0
    require_rate(desk)
    return steps_for_risk(desk, distance, entry)


@inlined
def open_position(desk: Desk, direction: int, steps: int, entry: float, stop: float) -> None:
    """Let the position begin, with nothing seen of the market yet."""
    desk.position += 1
    desk.changes += 1
    desk.direction = direction
    desk.steps = steps
    desk.entry_bar = desk.bar
    desk.entry_price = entry
    desk.stop = stop
    desk.swap = 0.0
    desk.highest = -np.inf
    desk.lowest = np.inf
    desk.best_close = np.nan
    desk.breakeven_due = 0


@compiled
def set_targets(desk: Desk, row: int) -> None:
    """Set the target levels from the entry price, nearest first; zero means none."""
    desk.target_next = 0
    count = 0
    for given in range(desk.targets_given):
        distance = read_float(desk.target_columns[given], row * desk.target_strides[given])
        if not distance > 0.0:
            continue
        place = count
        while place > 0 and desk.targets[place - 1] > distance:
            desk.targets[place] = desk.targets[place - 1]
            place -= 1
        desk.targets[place] = distance
        count += 1
    for target in range(count):
        level = desk.entry_price + desk.direction * desk.targets[target]
        desk.targets[target] = normalised(desk, level)
    desk.target_count = count

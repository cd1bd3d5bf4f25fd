"""A slow and obvious broker, to hold the compiled one against.

Written from the rules, one sentence after the other, with nothing of the engine
but its plain data (`Decision`, `Terms`). It looks at every bar and at every rule.
"""

from dataclasses import dataclass, field

from core.engine.decision import Decision
from core.engine.terms import Terms
from core.market.instruments import Instrument
from tests.core.engine.plain_records import (
    Bar,
    Habits,
    MissingRateError,
    Open,
    PlainTrade,
    Waiting,
    down_to_step,
    nights_until,
    weekday_seconds,
)


@dataclass
class PlainBroker:
    """One run; `decisions` holds what is decided at each bar's close, None for nothing."""

    bars: list[Bar]
    decisions: list[Decision | None]
    instrument: Instrument
    terms: Terms
    habits: Habits = field(default_factory=Habits)
    first: int = 0
    conversion: list[Bar] | None = None
    conversion_is_direct: bool = True
    finer: list[Bar] | None = None
    trades: list[PlainTrade] = field(default_factory=list)
    equity: list[float] = field(default_factory=list)
    ambiguous: set[int] = field(default_factory=set)
    refused: list[tuple[int, str]] = field(default_factory=list)
    stopped_at: int | None = None

    def run(self) -> "PlainBroker":
        self.balance = self.terms.initial_balance
        self.position: Open | None = None
        self.order: Waiting | None = None
        self.opened = 0
        for i in range(self.first, len(self.bars)):
            self.i = i
            if self.stopped_at is None:
                self.accrue_swap()
                if self.terms.mode == "intra_candle":
                    self.intra_candle()
                else:
                    self.close_price()
                self.end()
            self.equity.append(self.marked())
        return self

    # The two modes ------------------------------------------------------------------

    def intra_candle(self) -> None:
        bar = self.bar
        self.moment = bar.opens
        self.close_for_time(bar.open)
        if self.i > self.first:
            self.carry_out(self.i - 1, bar.open)
        if self.position is not None:
            self.look_inside()
        self.drop_expired_order()
        if self.order is not None:
            self.look_for_the_order_inside()
        self.moment = bar.closes

    def close_price(self) -> None:
        bar = self.bar
        self.moment = bar.closes
        if self.position is not None:
            price = self.closing_price(bar.close)
            if self.at_stop(price):
                self.close(price, "sl")
            else:
                self.fill_targets(price, at_level=False)
        self.close_for_time(bar.close)
        self.drop_expired_order()
        if self.order is not None:
            price = self.side(self.order.direction, bar.close)
            if self.order.filled_by(price):
                self.fill_order(price, bar.close)
        if self.i < len(self.bars) - 1:
            self.carry_out(self.i, bar.close)

    def end(self) -> None:
        price = None if self.position is None else self.closing_price(self.bar.close)
        if self.marked() <= 0:
            self.stopped_at = self.i
            self.order = None
            if price is not None:
                self.close(price, "stop_out")
        elif self.i == len(self.bars) - 1:
            if price is not None:
                self.close(price, "end_of_data")
        elif self.position is not None and price is not None:
            self.move_stop(self.position, price)

    # Prices -------------------------------------------------------------------------

    @property
    def bar(self) -> Bar:
        return self.bars[self.i]

    def exact(self, price: float) -> float:
        scale = 10.0 ** (self.instrument.digits + 1)
        return round(price * scale) / scale

    def spread(self) -> float:
        if self.terms.spread_pips is not None:
            return self.terms.spread_pips * self.instrument.pip
        assert self.bar.spread is not None
        return self.bar.spread * self.instrument.point

    def side(self, direction: int, bid: float) -> float:
        """What an order in this direction is filled at: the ask to buy, the bid to sell."""
        return self.exact(bid + self.spread()) if direction > 0 else bid

    def closing_price(self, bid: float) -> float:
        assert self.position is not None
        return self.side(-self.position.direction, bid)

    def worsened(self, price: float, direction: int) -> float:
        if self.terms.slippage_pips == 0:
            return price
        return self.exact(price + direction * self.terms.slippage_pips * self.instrument.pip)

    # Stop and targets ---------------------------------------------------------------

    def at_stop(self, price: float) -> bool:
        position = self.position
        if position is None or position.stop is None:
            return False
        return price <= position.stop if position.direction > 0 else price >= position.stop

    def at_target(self, price: float) -> bool:
        position = self.position
        if position is None or not position.targets:
            return False
        nearest = position.targets[0]
        return price >= nearest if position.direction > 0 else price <= nearest

    def extremes(self, bar: Bar) -> tuple[float, float]:
        """The worst and the best closing-side price of a bar's range."""
        assert self.position is not None
        low, high = self.closing_price(bar.low), self.closing_price(bar.high)
        return (low, high) if self.position.direction > 0 else (high, low)

    def look_inside(self) -> None:
        if self.settle(self.bar):
            for finer in self.finer_bars():
                if self.position is not None and self.settle(finer):
                    self.stop_though_unknown()
            if self.position is not None:
                self.stop_though_unknown()

    def settle(self, bar: Bar) -> bool:
        """Close what the bar closes; True when stop and target are both touched."""
        opening = self.closing_price(bar.open)
        if self.at_stop(opening):
            self.close(opening, "sl")
            return False
        worst, best = self.extremes(bar)
        self.fill_targets(opening, at_level=False)
        if self.position is None:
            return False
        if self.at_stop(worst):
            if self.at_target(best):
                return True
            assert self.position.stop is not None
            self.close(self.position.stop, "sl")
            return False
        self.fill_targets(best, at_level=True)
        return False

    def stop_though_unknown(self) -> None:
        assert self.position is not None
        assert self.position.stop is not None
        self.ambiguous.add(self.i)
        self.close(self.position.stop, "sl")

    def finer_bars(self) -> list[Bar]:
        if self.finer is None:
            return []
        return [bar for bar in self.finer if self.bar.opens <= bar.opens < self.bar.closes]

    def fill_targets(self, price: float, *, at_level: bool) -> None:
        while self.at_target(price):
            assert self.position is not None
            level = self.position.targets[0] if at_level else price
            lots, step = self.position.lots, self.instrument.lot_step
            smallest = self.instrument.minimum_lot - 1e-9
            part = down_to_step(lots * self.terms.partial_ratio, step)
            if len(self.position.targets) == 1 or part < smallest or lots - part < smallest:
                self.close(level, "tp")
            else:
                self.close(level, "tp_partial", part)
                self.position.lots = round((lots - part) / step) * step
                self.position.targets.pop(0)
                self.position.breakeven_due = self.habits.breakeven

    def move_stop(self, position: Open, price: float) -> None:
        wanted = []
        if self.habits.trailing_pips:
            if position.best_close is None or (price - position.best_close) * position.direction > 0:
                position.best_close = price
            distance = self.habits.trailing_pips * self.instrument.pip
            wanted.append(self.exact(position.best_close - position.direction * distance))
        if position.breakeven_due:
            position.breakeven_due = False
            wanted.append(position.price)
        for level in wanted:
            if position.stop is None or (level - position.stop) * position.direction > 0:
                position.stop = level

    def close_for_time(self, bid: float) -> None:
        position = self.position
        if position is not None and self.habits.max_bars and self.i >= position.bar + self.habits.max_bars:
            self.close(self.closing_price(bid), "time")

    # Decisions and orders -----------------------------------------------------------

    def carry_out(self, decided: int, bid: float) -> None:
        decision = self.decisions[decided]
        if decision is None:
            return
        exits = {1: decision.exit_buy, -1: decision.exit_sell}
        if self.position is not None and exits[self.position.direction]:
            self.close(self.closing_price(bid), "signal")
        if self.order is not None and exits[self.order.direction]:
            self.order = None
        direction = decision.direction
        if direction == 0 or (self.position is not None and self.position.direction == direction):
            return
        self.order = None
        if decision.at_stop or decision.at_limit:
            last = decided + decision.expiry if decision.expiry else None
            price = self.exact(decision.at_stop or decision.at_limit)
            self.order = Waiting(direction, bool(decision.at_stop), price, last, decision)
            return
        if self.position is not None:
            self.close(self.closing_price(bid), "signal_reverse")
        price = self.worsened(self.side(direction, bid), direction)
        self.enter(decision, direction, price, self.side(-direction, bid))

    def drop_expired_order(self) -> None:
        if self.order is not None and self.order.last_bar is not None and self.i > self.order.last_bar:
            self.order = None

    def fill_order(self, price: float, bid: float) -> bool:
        """Fill the order at an entry-side price; True if a position was opened."""
        order = self.order
        assert order is not None
        self.order = None
        if self.position is not None and self.position.direction == order.direction:
            return False
        if self.position is not None:
            self.close(price, "signal_reverse")
        entry = self.worsened(price, order.direction) if order.is_stop else price
        self.enter(order.decision, order.direction, entry, self.side(-order.direction, bid))
        return self.position is not None

    def look_for_the_order_inside(self) -> None:
        order = self.order
        assert order is not None
        bar = self.bar
        opening = self.side(order.direction, bar.open)
        if order.filled_by(opening):
            price, bid = opening, bar.open
        elif self.touches(bar):
            price = order.price
            bid = price if order.direction < 0 else self.exact(price - self.spread())
        else:
            return
        if self.fill_order(price, bid) and self.at_stop(self.extremes(bar)[0]):
            self.order = order
            inside = self.finer_bars()
            filled = [at for at, finer in enumerate(inside) if self.touches(finer)]
            self.order = None
            if not filled or self.at_stop(self.extremes(inside[filled[0]])[0]):
                self.stop_though_unknown()
                return
            for finer in inside[filled[0] + 1 :]:
                assert self.position is not None
                assert self.position.stop is not None
                opening = self.closing_price(finer.open)
                if self.at_stop(opening):
                    self.close(opening, "sl")
                    return
                if self.at_stop(self.extremes(finer)[0]):
                    self.close(self.position.stop, "sl")
                    return

    def touches(self, bar: Bar) -> bool:
        order = self.order
        assert order is not None
        return any(order.filled_by(self.side(order.direction, bid)) for bid in (bar.low, bar.high))

    # Entering, closing, money -------------------------------------------------------

    def enter(self, decision: Decision, direction: int, price: float, closing: float) -> None:
        stop = None
        if decision.stop:
            stop = self.exact(price - direction * decision.stop)
            if (closing - stop) * direction <= 0:
                self.refused.append((self.i, "stop"))
                return
        lots = self.terms.volume
        if self.terms.risk_pct is not None:
            assert decision.stop
            contract = self.instrument.contract_size
            at_risk = self.in_account(decision.stop * contract, price)
            lots = self.balance * self.terms.risk_pct / 100 / at_risk
        lots = down_to_step(lots, self.instrument.lot_step)
        if lots < self.instrument.minimum_lot - 1e-9:
            self.refused.append((self.i, "size"))
            return
        value = self.in_account(lots * self.instrument.contract_size * price, price)
        if value / self.terms.leverage > self.balance:
            self.refused.append((self.i, "margin"))
            return
        self.opened += 1
        distances = sorted(distance for distance in decision.targets if distance)
        targets = [self.exact(price + direction * distance) for distance in distances]
        self.position = Open(self.opened, direction, lots, self.i, price, stop, targets)

    def close(self, price: float, reason: str, lots: float | None = None) -> None:
        position = self.position
        assert position is not None
        part = position.lots if lots is None else lots
        if reason in {"sl", "signal", "signal_reverse", "time", "stop_out"}:
            price = self.worsened(price, -position.direction)
        swap = position.swap * part / position.lots
        commission = self.terms.commission_per_lot * part
        profit = self.made(part, price) - commission + swap
        self.balance += profit
        position.swap -= swap
        self.trades.append(
            PlainTrade(
                position.number,
                position.direction,
                position.bar,
                self.i,
                reason,
                position.price,
                price,
                position.stop,
                part,
                profit,
                commission,
                self.balance,
            )
        )
        if lots is None:
            self.position = None

    def made(self, lots: float, price: float) -> float:
        assert self.position is not None
        move = (price - self.position.price) * self.position.direction
        return self.in_account(move * lots * self.instrument.contract_size, price)

    def marked(self) -> float:
        if self.position is None:
            return self.balance
        lots = self.position.lots
        made = self.made(lots, self.closing_price(self.bar.close))
        return self.balance + made - self.terms.commission_per_lot * lots + self.position.swap

    def in_account(self, amount: float, price: float) -> float:
        account = self.terms.account_currency
        if account == self.instrument.quote:
            return amount
        if account == self.instrument.base:
            return amount / price
        quote = self.instrument.quote
        if quote + account in self.terms.fixed_rates:
            return amount * self.terms.fixed_rates[quote + account]
        if account + quote in self.terms.fixed_rates:
            return amount / self.terms.fixed_rates[account + quote]
        assert self.conversion is not None
        closed = [bar for bar in self.conversion if bar.closes <= self.moment]
        if not closed or weekday_seconds(closed[-1].closes, self.moment) > 86_400:
            raise MissingRateError(self.i)
        return amount * closed[-1].close if self.conversion_is_direct else amount / closed[-1].close

    def accrue_swap(self) -> None:
        if self.position is None:
            return
        nights = nights_until(self.bars[self.i - 1].opens, self.bar.opens)
        per_lot = self.terms.swap_long if self.position.direction > 0 else self.terms.swap_short
        self.position.swap += per_lot * self.position.lots * nights

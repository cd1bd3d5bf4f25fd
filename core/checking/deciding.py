"""A strategy's decisions on a part of a history, whichever way it decides. Workers only."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.checking.decided import Decided, of_signals, of_steps
from core.checking.histories import Change, first_change, part, with_one_more
from core.checking.prompts import Prompts
from core.checking.standin import StandIn
from core.checking.subject import Subject
from core.engine.decision import Decision
from core.engine.terms import Terms
from core.market.bars import Bars
from core.strategies.errors import StrategyError
from core.strategies.loader import fault
from core.strategies.strategy import Strategy

if TYPE_CHECKING:
    from core.engine.account import SteppedAccount

# Enough for every order: what is refused for want of money depends on all that came before.
_BALANCE = 1e9


@dataclass(frozen=True)
class Span:
    """Which part of the bars a strategy is shown: from `start` up to but without `stop`.

    It decides from `first` on, and only before `upto` where that is given; of
    `signals`, which decides at once, what comes later is left out.
    """

    first: int
    stop: int
    start: int = 0
    upto: int | None = None

    @property
    def end(self) -> int:
        """The bar after the last one decided on."""
        return self.stop if self.upto is None else self.upto


@dataclass(frozen=True, eq=False)
class Decider:
    """One strategy on one history."""

    subject: Subject
    bars: Bars

    def decide(self, span: Span, *, fresh: bool = True) -> Decided:
        """Return what is decided on a part of the history, each time with a new instance.

        Raises:
            StrategyError: its code failed, with file and line.
            BarsChangedError: it has changed its bars in place.
        """
        shown = part(self.bars, span.start, span.stop)
        try:
            strategy = self.subject.fresh() if fresh else self.subject.again()
            decided = _decide(strategy, shown, span)
        except (Exception, SystemExit) as error:
            raise _failure(error) from error
        if change := first_change(shown, self.bars, span.start):
            raise BarsChangedError(change)
        return decided


class BarsChangedError(Exception):
    """A strategy has written into the bars it was shown."""

    def __init__(self, change: Change) -> None:
        super().__init__("the bars were changed in place")
        self.change = change


class WritingError(StrategyError):
    """A strategy tried to write into arrays that cannot be written, as its bars are."""


def _failure(error: BaseException) -> StrategyError:
    told = fault(error)
    text = str(error)
    written = isinstance(error, ValueError) and ("read-only" in text or "WRITEABLE" in text)
    if not written and type(error).__name__ != "FrozenInstanceError":
        return told
    return WritingError(
        str(told).removeprefix(f"{told.file}, line {told.line}: "), file=told.file, line=told.line
    )


def _decide(strategy: Strategy, bars: Bars, span: Span) -> Decided:
    if strategy.kind() == "on_bar":
        return _stepped(strategy, bars, span)
    from core.strategies.returned import signals_of

    decided = of_signals(signals_of(strategy, bars), span.start, span.first)
    rows = span.end - span.start
    return replace(decided, action=decided.action[:rows], numbers=decided.numbers[:rows])


def _stepped(strategy: Strategy, bars: Bars, span: Span) -> Decided:
    """Ask `on_bar` at every close as a run does; the broker sees one bar more than the strategy."""
    from core.strategies.context import Context
    from core.strategies.returned import wrong_return

    first = span.first - span.start
    account = _account(strategy, with_one_more(bars), first)
    prompts = Prompts()
    context = Context(bars, account, StandIn(prompts, span.start))
    taken: dict[int, Decision] = {}
    for index in range(first, span.end - span.start):
        context.index = index
        returned = strategy.on_bar(context)
        decision = context.decision
        if returned is not None and returned is not decision:
            raise wrong_return(strategy, returned, bars, index)
        if decision is not None:
            taken[index + span.start] = decision
            account.decide(index, decision)
            context.decision = None
    return of_steps(taken, (span.start, span.end), span.first, prompts)


def _account(strategy: Strategy, bars: Bars, first: int) -> "SteppedAccount":
    """Return an account in the quote currency, which needs no conversion and is never used up."""
    from core.engine.account import SteppedAccount
    from core.engine.broker import Broker
    from core.engine.plan import GrowingPlan

    terms = Terms(account_currency=bars.instrument.quote, initial_balance=_BALANCE)
    plan = GrowingPlan(len(bars), first)
    options = strategy.options()
    broker = Broker(
        bars,
        terms,
        plan,
        first=first,
        trailing_pips=options.trailing_pips,
        breakeven=options.breakeven_after_target,
        max_bars=options.max_bars,
    )
    return SteppedAccount(broker, plan, intra=terms.mode == "intra_candle")

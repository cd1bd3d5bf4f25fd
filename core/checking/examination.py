"""All checks of one strategy on one history, in the order in which they can be trusted."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.checking.cuts import CUTS, FURTHER, choose, further
from core.checking.decided import Decided, both_words, first_difference
from core.checking.deciding import BarsChangedError, Decider, Span, WritingError
from core.checking.findings import WHOLE, CheckReport, Finding
from core.checking.lookahead import LookAhead
from core.checking.subject import Subject
from core.checking.warmup import WarmUp
from core.checking.wording import bar_words, iso_time
from core.market.bars import Bars
from core.strategies.errors import StrategyError
from core.text import plural

# What looks farther ahead depends on the whole history, its beginning included.
_FAR = 250

# Called with what is done, how many steps of it, and of how many.
Progress = Callable[[str, int, int], None]


@dataclass(eq=False)
class Examination:
    """The checks of one strategy; `bars[first:]` are decided on, those before are its warm-up."""

    subject: Subject
    bars: Bars
    first: int
    progress: Progress = lambda _what, _done, _total: None
    cuts: int = CUTS
    full: Decided | None = None
    notes: list[str] = field(default_factory=list)
    _made_cuts: int = 0

    def report(self) -> CheckReport:
        """Return what all the checks found."""
        began = time.monotonic()
        findings = tuple(self._findings())
        return CheckReport(
            findings,
            bars=len(self.bars) - self.first,
            decisions=0 if self.full is None else len(self.full.bars()),
            cuts=self._made_cuts,
            seconds=time.monotonic() - began,
            notes=tuple(self.notes),
        )

    def _findings(self) -> Iterator[Finding]:
        """Yield what is found; a check that the one before makes worthless is left out, with a note."""
        try:
            self.progress(WHOLE, 0, 1)
            decider = Decider(self.subject, self.bars)
            span = Span(self.first, len(self.bars))
            self.full = decider.decide(span)
            again = decider.decide(span, fresh=False)
            if difference := repeated(self.bars, self.full, again, "in a second pass in the same process"):
                yield difference
                self.notes.append("Look-ahead and warm-up are not judged: decisions must repeat first.")
                return
            yield from self._compared(decider, self.full)
        except BarsChangedError as error:
            yield _changed(self.bars, error)
        except WritingError as error:
            yield Finding("changed bars", f"It writes into arrays that are read-only: {error}")
        except StrategyError as error:
            yield Finding("error", str(error), shown_by=WHOLE)

    def _compared(self, decider: Decider, full: Decided) -> Iterator[Finding]:
        strategy = self.subject.again()
        if not len(full.bars()):
            self.notes.append("It decided nothing on these bars, so nothing is proved.")
        on_bar = strategy.kind() == "on_bar"
        chosen = choose(self.bars, self.first, full.bars(), self.cuts)
        more = [] if on_bar else further(chosen, self.first, len(self.bars), FURTHER * self.cuts)
        self._made_cuts = len(chosen) + len(more)
        look_ahead = LookAhead(decider, full, chosen, more, on_bar, self._progress_of("look-ahead"))
        failed = False
        for finding in look_ahead.run():
            failed = failed or finding.kind == "error"
            yield finding
        if failed or look_ahead.reach > _FAR:
            self.notes.append("Warm-up is not judged: first mend the above.")
            return
        warmup = WarmUp(decider, self.first, strategy.options().warmup, on_bar, look_ahead.reach)
        yield from warmup.run(self._progress_of("warm-up"))
        if warmup.silent:
            self.notes.append(
                f"It is silent for up to {plural(warmup.silent, 'bar')} after a start without history, where "
                "one with history decides; with what its indicators need as warmup it decides at once."
            )

    def _progress_of(self, what: str) -> Callable[[int, int], None]:
        return lambda done, total: self.progress(what, done, total)


def repeated(bars: Bars, usual: Decided, other: Decided, how: str) -> Finding | None:
    """Return the finding that the same history was decided on differently, None if it was not."""
    bar = first_difference(usual, other)
    if bar is None:
        return None
    words = both_words(usual, other, bar)
    return Finding(
        "randomness",
        f"At {bar_words(bars, bar)} it {words[0]} at first, but {words[1]} {how}.",
        bar=bar,
        time=iso_time(bars, bar),
        usual=words[0],
        other=words[1],
        shown_by=how,
    )


def _changed(bars: Bars, error: BarsChangedError) -> Finding:
    change = error.change
    its = bars if change.timeframe == bars.timeframe else bars.contexts[change.timeframe]
    return Finding(
        "changed bars",
        f"It has changed {change.column} of the {change.timeframe} bars in place, first at "
        f"{bar_words(its, change.bar)}.",
        bar=change.bar,
        time=iso_time(its, change.bar),
    )

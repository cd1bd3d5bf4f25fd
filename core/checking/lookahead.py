"""Look-ahead: decisions on the whole history against those on histories that end earlier.

What a strategy decides at a bar may depend on nothing that comes later. So every
decision up to the last bar before a cut must be there without what was cut off,
and none may be there only without it.

`signals` decides on the whole part at once. Some peeks show only where a rare
bar is the last one: so many more cuts are made on short parts, each compared
with a part that begins at the same bar and goes on beyond the cut.

`on_bar` would have to be stepped through every part from its first bar. On long
histories most cuts are stepped through from a while before them instead, and
compared with a pass over the whole history that begins flat at the same bar; a
few cuts are stepped through from the beginning as well.

In all of them the two sides differ in nothing but what comes later, so that
whatever differs is a peek.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from core.checking.decided import Decided, both_words, first_difference
from core.checking.deciding import Decider, Span
from core.checking.findings import Finding
from core.checking.wording import bar_words, cut_words, errors_words, iso_time
from core.strategies.errors import StrategyError

Progress = Callable[[int, int], None]

# Histories of `on_bar` up to so many bars are stepped through from the beginning at every cut.
SHORT = 3_000
# Longer ones: bars of one stretch, bars stepped through before it, cuts from the beginning.
_STRETCH = 500
_LEAD = 500
_WHOLE_CUTS = 16
# Short parts of `signals` begin so many bars before their stretch.
_BEFORE = 1_500
# Of a strategy that takes long to load, every so manieth history gets a fresh module.
_FRESH_EVERY = 30


@dataclass(frozen=True, eq=False)
class _Difference:
    """A bar at which the history that ends at `cut` is decided on differently."""

    cut: int
    bar: int
    usual: Decided
    other: Decided

    @property
    def reach(self) -> int:
        """How many bars ahead were looked at, at least."""
        return self.cut - self.bar


@dataclass
class LookAhead:
    """The comparison at every cut; `more` are cuts of short parts, for `signals` only."""

    decider: Decider
    full: Decided
    cuts: list[int]
    more: list[int]
    on_bar: bool
    progress: Progress = lambda _done, _total: None
    _differences: list[_Difference] = field(default_factory=list)
    _errors: list[tuple[int, StrategyError]] = field(default_factory=list)
    _made: int = 0

    def run(self) -> Iterator[Finding]:
        """Compare at every cut, then yield what was found."""
        first = self.full.first
        if not self.on_bar:
            self._compare(self.cuts, first, self.full)
            self._compare_short_parts()
        elif self.full.end - first <= SHORT:
            self._compare(self.cuts, first, self.full)
        else:
            self._compare_stretches(first)
        if self._differences:
            yield self._finding()
        if self._errors:
            yield self._error()

    @property
    def reach(self) -> int:
        """How many bars ahead it was seen to look, 0 for none."""
        return max((one.reach for one in self._differences), default=0)

    def _compare_short_parts(self) -> None:
        for begin, cuts in self._stretches(self.more, 0, _BEFORE):
            beyond = min(cuts[-1] + _STRETCH, self.full.end)
            try:
                reference = self.decider.decide(Span(begin, beyond, start=begin), fresh=self._is_fresh())
            except StrategyError as error:
                self._errors.append((beyond, error))
                continue
            self._compare(cuts, begin, reference, start=begin, quick=True)

    def _compare_stretches(self, first: int) -> None:
        step = max(1, len(self.cuts) // _WHOLE_CUTS)
        self._compare(self.cuts[step // 2 :: step], first, self.full)
        self._made = 0
        for begin, cuts in self._stretches(self.cuts, first, _LEAD):
            reference = self.decider.decide(Span(begin, self.full.end, upto=cuts[-1]))
            self._compare(cuts, begin, reference)

    def _stretches(self, cuts: list[int], first: int, lead: int) -> Iterator[tuple[int, list[int]]]:
        """Yield cuts that lie together, each time with the bar from which they are decided on."""
        for stretch, together in groupby(cuts, lambda cut: (cut - 1 - first) // _STRETCH):
            yield max(first, first + stretch * _STRETCH - lead), list(together)

    def _compare(
        self, cuts: list[int], begin: int, reference: Decided, start: int = 0, *, quick: bool = False
    ) -> None:
        for cut in cuts:
            self._made += 1
            span = Span(begin, cut, start=start)
            if not quick or not self._is_same(reference, span):
                self._look(reference, span)
            self.progress(min(self._made, self._all), self._all)

    def _look(self, reference: Decided, span: Span) -> None:
        """Keep what is different, or fails, on the history that ends at a cut."""
        try:
            decided = self.decider.decide(span, fresh=self._is_fresh())
        except StrategyError as error:
            self._errors.append((span.stop, error))
            return
        bar = first_difference(reference, decided)
        if bar is not None:
            self._differences.append(_Difference(span.stop, bar, reference, decided))

    def _is_same(self, reference: Decided, span: Span) -> bool:
        """Return whether nothing differs with the module as the last history left it, which is the fast way.

        Whatever does is looked at again with a fresh one: the module may keep arrays.
        """
        try:
            return first_difference(reference, self.decider.decide(span, fresh=False)) is None
        except StrategyError:
            return False

    @property
    def _all(self) -> int:
        return len(self.cuts) + len(self.more)

    def _is_fresh(self) -> bool:
        return not self.decider.subject.compiles or self._made % _FRESH_EVERY == 1

    def _finding(self) -> Finding:
        """Tell the difference that lies nearest to its cut, on the whole history if there is one there."""
        told = min(self._differences, key=lambda one: (one.usual.start > 0, one.reach, one.cut))
        bars, cut, bar = self.decider.bars, told.cut, told.bar
        usual, other = both_words(told.usual, told.other, bar)
        shown_by = cut_words(bars, cut)
        cases = len({one.cut for one in self._differences})
        ends = "ends with this bar" if bar == cut - 1 else f"ends with {bar_words(bars, cut - 1)}"
        begins = f"begins with {bar_words(bars, told.usual.start)} and " if told.usual.start else ""
        return Finding(
            "look-ahead",
            f"At {bar_words(bars, bar)} it {usual} on the {'longer' if begins else 'whole'} history, but "
            f"{other} on the history that {begins}{ends}. {cases} of {self._all:,} cuts show such a "
            f"difference, {_reach_words(self.reach)}.",
            bar=bar,
            time=iso_time(bars, bar),
            usual=usual,
            other=other,
            shown_by=shown_by,
            cases=cases,
            tried=self._all,
        )

    def _error(self) -> Finding:
        cut, error = self._errors[0]
        where = cut_words(self.decider.bars, cut)
        return Finding(
            "error",
            errors_words(error, where, len(self._errors), self._all),
            shown_by=where,
            cases=len(self._errors),
            tried=self._all,
        )


def _reach_words(reach: int) -> str:
    if reach == 1:
        return "always at the last bar before the cut: it looks at the next bar"
    return f"up to {reach:,} bars before the cut: it looks up to {reach:,} bars ahead or more"

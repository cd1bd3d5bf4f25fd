"""Warm-up: decisions with all the history before a bar against those with only the declared bars before it.

Both passes begin to decide at the same bar, flat, and end at the same one. A
strategy that decides nothing yet, for its indicators have not their full window,
and from then on the same, is silent at the start and not wrong; one that decides
something else is. What `on_bar` decides after a silence may hang on a position
that it did not take meanwhile: it is not wrong either if the bars of the silence,
added to its warm-up, make it the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from core.checking.decided import Decided, both_words, first_difference
from core.checking.deciding import Decider, Span
from core.checking.findings import Finding
from core.checking.wording import bar_words, errors_words, iso_time, start_words
from core.strategies.errors import StrategyError

Progress = Callable[[int, int], None]

_STARTS = 8
# Bars decided on after each start.
_REACH = 2_000
_LEAST_TRIED = 25


@dataclass
class WarmUp:
    """The comparison at several starts; `declared` is the strategy's own warm-up in bars.

    The last `margin` bars are left out: what depends on later bars anyway differs
    where those end. `silent` becomes the longest silence found at a start.
    """

    decider: Decider
    first: int
    declared: int
    on_bar: bool
    margin: int = 0
    silent: int = 0
    _whole: dict[int, Decided] = field(default_factory=dict)

    def run(self, progress: Progress) -> Iterator[Finding]:
        """Compare at every start, then yield what was found."""
        starts = self._starts()
        differing = []
        for number, start in enumerate(starts, 1):
            try:
                self._whole[start] = self.decider.decide(Span(start, self._end(start)))
                short = self._short(start, self.declared)
            except StrategyError as error:
                yield self._error(start, error)
                return
            if self._differs(start, short) is not None and not self._is_late(start, short):
                differing.append((start, short))
            self._note_silence(start, short)
            progress(number, len(starts))
        if differing:
            yield self._finding(*differing[0], len(differing), self._sufficient(starts))

    def _starts(self) -> list[int]:
        """Return the bars to begin at: in the second half, with as much before them as there is."""
        end = len(self.decider.bars)
        earliest = max(self.first + (end - self.first) // 2, self.declared + 1)
        return sorted(
            {int(start) for start in np.linspace(earliest, end - 1, _STARTS + 1)[:-1] if start < end}
        )

    def _end(self, start: int) -> int:
        return min(start + _REACH, len(self.decider.bars))

    def _short(self, start: int, warmup: int) -> Decided:
        return self.decider.decide(Span(start, self._end(start), start=start - warmup))

    def _differs(self, start: int, short: Decided) -> int | None:
        """Return the first bar that differs, but for a silence at the start of the short history."""
        whole, begins = self._whole[start], _speaks(short)
        return first_difference(_between(whole, start, self.margin), _between(short, begins, self.margin))

    def _is_late(self, start: int, short: Decided) -> bool:
        """Return whether `on_bar` decides the same once the bars of its silence are added to the warm-up."""
        silence = _speaks(short) - start
        warmup = self.declared + silence
        if not self.on_bar or not silence or warmup >= start:
            return False
        return self._differs(start, self._short(start, warmup)) is None

    def _note_silence(self, start: int, short: Decided) -> None:
        missed = self._whole[start].bars()
        missed = missed[missed < _speaks(short)]
        if len(missed):
            self.silent = max(self.silent, int(missed[-1]) + 1 - start)

    def _sufficient(self, starts: list[int]) -> int | None:
        """Return the least doubling of the warm-up with which nothing differs, None where bars run out."""
        warmup = max(_LEAST_TRIED, 2 * self.declared)
        while starts and warmup < starts[0]:
            try:
                if all(self._differs(start, self._short(start, warmup)) is None for start in starts):
                    return warmup
            except StrategyError:
                return None
            warmup *= 2
        return None

    def _finding(self, start: int, short: Decided, cases: int, sufficient: int | None) -> Finding:
        whole, bars = self._whole[start], self.decider.bars
        bar = self._differs(start, short)
        assert bar is not None  # noqa: S101 - only what differs is told
        usual, other = both_words(whole, short, bar)
        shown_by = start_words(bars, start, self.declared)
        enough = (
            f"With warmup = {sufficient} none differed"
            if sufficient is not None
            else "No longer warm-up that there are bars for made it the same"
        )
        return Finding(
            "warm-up",
            f"At {bar_words(bars, bar)} it {usual} with all the history before, but {other} on the "
            f"{shown_by} (warmup = {self.declared}). {cases} of {len(self._whole)} starts show such a "
            f"difference. {enough}.",
            bar=bar,
            time=iso_time(bars, bar),
            usual=usual,
            other=other,
            shown_by=shown_by,
            cases=cases,
            tried=len(self._whole),
        )

    def _error(self, start: int, error: StrategyError) -> Finding:
        shown_by = start_words(self.decider.bars, start, self.declared)
        return Finding("error", errors_words(error, shown_by, 1, 1), shown_by=shown_by)


def _speaks(decided: Decided) -> int:
    """Return the first bar at which something is decided or asked, the end for none."""
    spoken = [int(bar) for bar in decided.bars()[:1]] + list(decided.prompts.asked)
    return min(spoken, default=decided.end)


def _between(decided: Decided, bar: int, margin: int) -> Decided:
    """Return the decisions from a bar on, without those of the last `margin` bars."""
    rows = max(decided.end - margin, bar) - decided.start
    return replace(decided, first=bar, action=decided.action[:rows], numbers=decided.numbers[:rows])

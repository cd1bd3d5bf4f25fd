"""What a check comes to: findings, each a sentence, and how much was looked at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

Kind = Literal["look-ahead", "warm-up", "randomness", "changed bars", "error"]

# What an error is shown by that no history makes: the whole one, as a run takes it.
WHOLE = "whole history"

# What an author can do about each kind.
MENDING: Mapping[str, str] = {
    "look-ahead": "Use only rows up to the one that decides: shift by 1 or more, roll without centring, take "
    "higher timeframes from bars.context or context.higher, and scale by past bars only.",
    "warm-up": "Declare warmup = the bars that its indicators need to settle (several times the window for "
    "exponential averages), and let nothing count from the first bar. The sums that pandas rolls carry "
    "roundings on from there; core.strategies.indicators are exact.",
    "randomness": "Seed what is random inside the strategy, keep nothing in modules or classes, and use "
    "context.time in place of the clock.",
    "changed bars": "Work on a copy: bars.close.copy(), or bars.frame().",
    "error": "Decide nothing while there are too few bars; a run may begin or end anywhere.",
}
# An error that needs no history that is cut short is in the way of all else.
_ON_LOADING = "Begin with this; until then every run fails and nothing can be checked."
_ON_WHOLE = "Begin with this; until then nothing else can be checked."
# What errors say, and what there is to do besides.
_FURTHER = {
    ("IndexError", "zero-size", "empty"): "Where it looks back at more bars than there are yet, let it "
    "decide nothing until there are enough.",
    ("needs the module",): "Install the module where Backtape is installed, or put its file beside the "
    "strategy's.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a strategy, said in a sentence.

    `bar` counts the bars looked at from 0, warm-up included, as in errors; `time`
    is its opening (ISO 8601, UTC). `usual` is what was decided there on the whole
    history, `other` on the history that `shown_by` names; an error without it was raised
    before there was any. `cases` of `tried` comparisons showed it. What does not apply is None.
    """

    kind: Kind
    sentence: str
    bar: int | None = None
    time: str | None = None
    usual: str | None = None
    other: str | None = None
    shown_by: str | None = None
    cases: int | None = None
    tried: int | None = None

    @property
    def mending(self) -> str:
        """What to do about it."""
        if self.kind != "error" or self.shown_by not in {None, WHOLE}:
            return MENDING[self.kind]
        first = _ON_LOADING if self.shown_by is None else _ON_WHOLE
        more = [advice for words, advice in _FURTHER.items() if any(word in self.sentence for word in words)]
        return " ".join([first, *more])

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the finding that `asdict` described."""
        return cls(**{field.name: value.get(field.name) for field in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class CheckReport:
    """All that a check found, and what it looked at.

    `bars` were decided on, at `decisions` of them something was decided, and the
    history was cut at `cuts` points. `notes` say what limits the proof.
    """

    findings: tuple[Finding, ...]
    bars: int
    decisions: int
    cuts: int
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the report that `as_json` described."""
        return cls(
            findings=tuple(Finding.from_json(one) for one in value["findings"]),
            bars=int(value["bars"]),
            decisions=int(value["decisions"]),
            cuts=int(value["cuts"]),
            seconds=float(value["seconds"]),
            notes=tuple(str(note) for note in value["notes"]),
        )

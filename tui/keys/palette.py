"""What the palette offers, and which of it the words typed mean."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# How well a word fits, best first; 0 is kept for what is called exactly as was typed.
_BEGINS, _BEGINS_A_WORD, _WITHIN, _ELSEWHERE = 1, 2, 3, 4


@dataclass(frozen=True)
class Entry:
    """One thing that can be chosen.

    `label` is what it is called, `text` a sentence about it, `key` what else does it, there where it
    acts if not `acts_here`, `name` what it is called in the key map. `why_not` tells why it cannot be
    done now, "" if it can. `act` does it.
    """

    label: str
    text: str
    act: Callable[[], object]
    key: str = ""
    why_not: str = ""
    name: str = ""
    acts_here: bool = True


def matching(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """Return the entries that have every word typed, in any order, best first; all without a word.

    Of those that fit equally well, what can be done now comes before what cannot.
    """
    words = typed.lower().split()
    ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, words)) is not None]
    ranked.sort(key=lambda one: one[0])
    return [entry for _, entry in ranked]


def _rank(entry: Entry, words: Sequence[str]) -> tuple[int, bool] | None:
    """Return how well the words fit, less is better; None if one of them is missing."""
    label, text = entry.label.lower(), f"{entry.text} {entry.name.replace('_', ' ')}".lower()
    if words and label == " ".join(words):
        return 0, bool(entry.why_not)
    fits = [_fit(word, label, text) for word in words]
    if None in fits:
        return None
    return sum(fit for fit in fits if fit is not None), bool(entry.why_not) and bool(words)


def _fit(word: str, label: str, text: str) -> int | None:
    if label.startswith(word):
        return _BEGINS
    if any(part.startswith(word) for part in f"{label} {text}".split()):
        return _BEGINS_A_WORD
    if word in label:
        return _WITHIN
    return _ELSEWHERE if word in text else None

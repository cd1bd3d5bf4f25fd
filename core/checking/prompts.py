"""The prompts that a model was asked with, bar by bar."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from core.text import clean

# Texts are kept up to so many characters in all; beyond it prompts are compared all the same.
_KEPT = 30_000_000
_AROUND = 30


@dataclass(frozen=True)
class Prompt:
    """One prompt; `text` is None where too many were asked to keep them all."""

    digest: str
    text: str | None


@dataclass
class Prompts:
    """All prompts of one history, by the bar they were asked at."""

    asked: dict[int, list[Prompt]] = field(default_factory=dict)
    _room: int = _KEPT

    def add(self, bar: int, text: str, schema: str) -> None:
        """Keep a prompt that was asked with a schema."""
        whole = f"{text}\0{schema}".encode("utf-8", "backslashreplace")
        digest = hashlib.blake2b(whole, digest_size=16).hexdigest()
        self._room -= len(text)
        self.asked.setdefault(bar, []).append(Prompt(digest, text if self._room >= 0 else None))

    def first_difference(self, other: "Prompts", low: int, high: int) -> int | None:
        """Return the first bar from `low` and before `high` at which others were asked."""
        bars = sorted(bar for bar in {*self.asked, *other.asked} if low <= bar < high)
        return next((bar for bar in bars if self._digests(bar) != other._digests(bar)), None)

    def both_words(self, other: "Prompts", bar: int) -> tuple[str, str]:
        """Return in words what each asked at a bar where they differ."""
        mine, its = self.asked.get(bar, []), other.asked.get(bar, [])
        for one, two in zip(mine, its, strict=False):
            if one.digest != two.digest:
                return _apart(one.text, two.text)
        return _number(len(mine)), _number(len(its))

    def as_json(self) -> dict[str, list[list[str | None]]]:
        """Return what `from_json` takes."""
        return {str(bar): [[one.digest, one.text] for one in many] for bar, many in self.asked.items()}

    @classmethod
    def from_json(cls, value: dict[str, list[list[Any]]]) -> "Prompts":
        """Return the prompts that `as_json` described."""
        return cls({int(bar): [Prompt(*one) for one in many] for bar, many in value.items()})

    def _digests(self, bar: int) -> list[str]:
        return [one.digest for one in self.asked.get(bar, [])]


def _apart(one: str | None, two: str | None) -> tuple[str, str]:
    """Return the words around the first place at which two prompts differ."""
    if one is None or two is None:
        return "asks one prompt", "asks another prompt"
    if one == two:
        return "asks for an answer of one shape", "asks for one of another shape"
    place = next(
        (at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )
    return _around(one, place), _around(two, place)


def _around(text: str, place: int) -> str:
    begin = max(0, place - _AROUND)
    shown = text[begin : place + _AROUND]
    dots = ("..." if begin else "", "..." if place + _AROUND < len(text) else "")
    return f"asks '{dots[0]}{clean(shown, limit=2 * _AROUND)}{dots[1]}' (character {place})"


def _number(count: int) -> str:
    return f"asks {count or 'no'} prompt{'' if count == 1 else 's'}"

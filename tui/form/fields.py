"""What a form is made of."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from core.text import clean

_LONGEST_TYPED = 20
_MOST_NEAR = 3
# How much of what was typed must at least stand in the beginning of a value that comes near it.
_ALIKE = 0.5


@dataclass(frozen=True)
class FieldSpec:
    """One field: a text to type, or one of some choices (value, label).

    With `several` more than one choice may be taken; the text of the field is then
    their values, separated by commas. `besides` is what else there is to say of the field
    while it is in focus: there is no room for it on its line.
    """

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    besides: str = ""


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[FieldSpec, ...]


def no_such(spec: FieldSpec, typed: str) -> str:
    """Return that no value of a field begins with what was typed, and which begin nearly so."""
    is_noun = spec.label == spec.name
    which = f"There is no {spec.label} that" if is_noun else f"No value of {spec.label}"
    near = _near(typed, [label for _, label in spec.choices])
    nearly = f"; near it {'is' if len(near) == 1 else 'are'} {', '.join(near)}" if near else ""
    return f"{which} begins with '{clean(typed, limit=_LONGEST_TYPED)}'{nearly}."


def _near(typed: str, labels: list[str]) -> list[str]:
    likeness = {label: _likeness(typed.lower(), label.lower()[: len(typed)]) for label in labels}
    most = max(likeness.values(), default=0.0)
    return [label for label in labels if likeness[label] == most >= _ALIKE][:_MOST_NEAR]


def _likeness(typed: str, beginning: str) -> float:
    return SequenceMatcher(a=typed, b=beginning, autojunk=False).ratio()


def number_text(value: float) -> str:
    """Return a number as it is typed; read again, it is the very same number."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)

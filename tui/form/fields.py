"""What a form is made of."""

from dataclasses import dataclass


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


def number_text(value: float) -> str:
    """Return a number as it is typed; read again, it is the very same number."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)

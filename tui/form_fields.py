"""What a form is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldSpec:
    """One field: a text to type, or one of some choices (value, label)."""

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[FieldSpec, ...]

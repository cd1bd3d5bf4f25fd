"""How much there is room for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """The cells there are, and whether the terminal knows more than ASCII."""

    width: int
    height: int
    ascii_only: bool

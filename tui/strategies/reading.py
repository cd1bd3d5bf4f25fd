"""Strategies as they are read for a screen: in the background, and never with an end to the program."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home

if TYPE_CHECKING:
    from core.strategies.registry import Description


def described_all(folder: Path) -> "list[Description]":
    """Return all strategies as their texts describe them."""
    from core.strategies.registry import describe_all

    return describe_all(folder)


def described(home: Home, description: "Description") -> "Description":
    """Return a strategy with all its parameters known, or with the reason why they cannot be."""
    from core.jobs.describing import describe

    try:
        return describe(home, description)
    except BacktapeError as error:
        return replace(description, error=str(error))
    except OSError as error:
        sentence = f"{description.path.name} cannot be run to find out its parameters: {error.strerror}."
        return replace(description, error=sentence)

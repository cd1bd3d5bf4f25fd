"""The guide to writing strategies, as it is packaged with the program."""

from pathlib import Path

PATH = Path(__file__).with_name("guide.md")


def guide() -> str:
    """Return the text of the guide."""
    return PATH.read_text(encoding="utf-8").rstrip("\n")

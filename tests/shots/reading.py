"""What stands on the screen, as plain text."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from rich.style import Style
from textual.app import App


def screen_text(app: App[int]) -> str:
    """Return the lines of the screen without colours and trailing blanks."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()  # Textual offers no other way to its cells
    return "".join(strip.crop(0, width).text.rstrip() + "\n" for strip in strips[:height])


def drawn_text(app: App[int]) -> str:
    """Return every character that the screen draws, blanks included."""
    return "".join(strip.text for strip in app.screen._compositor.render_strips())


def styled_text(app: App[int]) -> str:
    """Return the screen as text, and below it where it stands in which style of the theme.

    `accent bold  1-3:11-18` are columns 11 to 18 of the first three lines. What stands in the
    theme's own text on its own ground is not listed.
    """
    places: dict[str, list[Place]] = {}
    for number, run in enumerate(_runs(app), start=1):
        for style, first, last in run:
            _add(places.setdefault(style, []), Place(number, number, first, last))
    listed = [f"{style:<24}{' '.join(map(str, found))}" for style, found in sorted(places.items())]
    colors = " ".join(f"{name} {color}" for color, name in _names(app).items())
    return "\n".join([screen_text(app) + "-" * app.size.width, colors, *listed, ""])


class Place(NamedTuple):
    """Some columns of one or several lines, counted from 1."""

    top: int
    bottom: int
    first: int
    last: int

    def __str__(self) -> str:
        """Return it as it stands in a picture."""
        lines = f"{self.top}" if self.top == self.bottom else f"{self.top}-{self.bottom}"
        return f"{lines}:{self.first}-{self.last}"


def _add(places: list[Place], place: Place) -> None:
    """Add a place of one line, to the same columns of the line above if they are there."""
    above = (place.top - 1, place.first, place.last)
    for index, other in enumerate(places):
        if (other.bottom, other.first, other.last) == above:
            places[index] = other._replace(bottom=place.bottom)
            return
    places.append(place)


def styles_of(app: App[int]) -> set[tuple[str, str]]:
    """Return the colours of text and ground that stand together somewhere on the screen, as #rrggbb."""
    strips = app.screen._compositor.render_strips()
    drawn = {segment.style for strip in strips for segment in strip if segment.style and segment.text.strip()}
    return {(_color(style, ground=False), _color(style, ground=True)) for style in drawn}


def _runs(app: App[int]) -> Iterator[list[tuple[str, int, int]]]:
    """Yield the styles of each line, with the first and the last column of each."""
    names = _names(app)
    width, height = app.size
    for strip in app.screen._compositor.render_strips()[:height]:
        cells = [
            (_named(segment.style or Style(), names), bool(segment.text.strip()))
            for segment in strip.crop(0, width)
            for _ in range(segment.cell_length)
        ]
        found, column = [], 1
        for (style, has_text), group in groupby(cells):
            length = len(list(group))
            if style and (has_text or "reverse" in style or " on " in style):
                found.append((style, column, column + length - 1))
            column += length
        yield found


def _named(style: Style, names: dict[str, str]) -> str:
    """Return a style by the names that its colours have in the theme, "" for plain text."""
    text, ground = _color(style, ground=False), _color(style, ground=True)
    text, ground = names.get(text, text), names.get(ground, ground)
    parts = ["" if text == "text" else text, "" if ground == "ground" else f"on {ground}"]
    parts += [kind for kind in ("bold", "dim", "reverse", "underline", "italic") if getattr(style, kind)]
    return " ".join(part for part in parts if part)


def _color(style: Style, *, ground: bool) -> str:
    color = style.bgcolor if ground else style.color
    if color is None or color.triplet is None:
        return "none" if color is None else color.name
    return color.triplet.hex


def _names(app: App[int]) -> dict[str, str]:
    """Return what the colours of the theme in use are for, by colour."""
    colors = app.theme_variables
    return {colors[variable].lower(): name for variable, name in _MEANT.items()}


_MEANT = {
    "background": "ground",
    "foreground": "text",
    "dim-color": "lesser",
    "primary": "accent",
    "success": "good",
    "error": "bad",
    "warning": "warning",
}

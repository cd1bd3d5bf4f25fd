"""What stands on the screen, as plain text, and in which style of the theme."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
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


def styles_of(app: App[int]) -> set[tuple[str, str]]:
    """Return the colours of text and ground that stand together somewhere on the screen, as #rrggbb."""
    strips = app.screen._compositor.render_strips()
    drawn = {segment.style for strip in strips for segment in strip if segment.style and segment.text.strip()}
    return {(_color(style, ground=False), _color(style, ground=True)) for style in drawn}


# Where what stands in which style


class Look(NamedTuple):
    """The screen in one theme: its text, its colours, and the style of every cell, "" for plain text."""

    text: str
    colors: str
    cells: tuple[tuple[str, ...], ...]


def look_of(app: App[int]) -> Look:
    """Return how the screen looks in the theme in use; a theme of ours names every colour."""
    names = _names(app)
    width, height = app.size
    strips = app.screen._compositor.render_strips()[:height]
    cells = (
        tuple(
            _shown(segment.style or Style(), names, character)
            for segment in strip.crop(0, width)
            for character in segment.text
            for _ in range(cell_len(character))
        )
        for strip in strips
    )
    return Look(screen_text(app), " ".join(f"{name} {color}" for color, name in names.items()), tuple(cells))


def style_map(cells: Sequence[Sequence[str]]) -> str:
    """Return a picture of the screen with a letter for each cell's style, and what the letters mean."""
    letters = _letters({style for line in cells for style in line if style})
    drawn = ("".join(letters.get(style, " ") for style in line).rstrip() for line in cells)
    meaning = "  ".join(f"{letter} {style}" for style, letter in sorted(letters.items()))
    return "".join(f"{line}\n" for line in (meaning, *drawn))


def _shown(style: Style, names: Mapping[str, str], character: str) -> str:
    """Return the style of a cell as far as it is seen: that of a blank without a ground is not."""
    named = _named(style, names)
    is_seen = character != " " or any(mark in named for mark in ("reverse", "underline", "on "))
    return named if is_seen else ""


def _named(style: Style, names: Mapping[str, str]) -> str:
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


def _letters(styles: Iterable[str]) -> dict[str, str]:
    """Return a letter for each style: the usual ones always have the same."""
    others: Iterator[str] = iter("cdefhijklmnopqrsuvxyz")
    return {style: _USUAL.get(style) or next(others) for style in sorted(styles)}


_MEANT = {
    "background": "ground",
    "foreground": "text",
    "dim-color": "lesser",
    "primary": "accent",
    "success": "good",
    "error": "bad",
    "warning": "warning",
}
_USUAL = {
    "accent": "a",
    "accent bold": "A",
    "bad": "b",
    "bad bold": "B",
    "bold": "T",
    "good": "g",
    "good bold": "G",
    "lesser": ".",
    "reverse": "#",
    "warning": "w",
    "warning bold": "W",
}

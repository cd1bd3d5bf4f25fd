"""The looks of the screens: the terminal's own colours, or colours of ours.

`ansi` is the usual one: it fits whatever terminal it is, dark or light, and sends half
the bytes. The others say every colour; on terminals of 256 colours the nearest is shown.
"""

from collections.abc import Mapping
from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tui.memory import JSON

USUAL = "ansi"

_PLAIN = {
    "dim-color": "ansi_default",
    "dim-style": "dim",
}


def _theme(name: str, colors: str, *, dark: bool) -> Theme:
    """Return a theme of seven colours: ground, text, lesser text, accent, good, bad, warning."""
    ground, text, lesser, accent, good, bad, warning = colors.split()
    return Theme(
        name,
        primary=accent,
        secondary=accent,
        accent=accent,
        success=good,
        error=bad,
        warning=warning,
        foreground=text,
        background=ground,
        surface=ground,
        panel=ground,
        boost=ground,
        dark=dark,
        variables={
            "dim-color": lesser,
            "dim-style": "none",
            "input-selection-background": text,
            "input-selection-foreground": ground,
        },
    )


# Every text on its ground has a contrast of at least 4.5, of 7 in `high-contrast`; a test holds it.
THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (
        replace(
            BUILTIN_THEMES["ansi-dark"],
            name="ansi",
            variables={**BUILTIN_THEMES["ansi-dark"].variables, **_PLAIN},
        ),
        _theme("dark", "#16181d #d8dce4 #959db0 #6cb6ff #6fcf7f #ff7b7b #e5b567", dark=True),
        _theme("light", "#fbfaf7 #24272e #5f6672 #0550ae #116329 #b3261e #7a4f00", dark=False),
        _theme("high-contrast", "#000000 #ffffff #c8c8c8 #7fd4ff #5dff7f #ff9a9a #ffd84d", dark=True),
    )
}


def first_theme(configured: str | None, kept: Mapping[str, JSON]) -> str:
    """Return the theme to begin with: what was chosen last, on the screens or in `config.toml`.

    `kept` is what `kept_theme` returned when one was chosen on the screens.
    """
    name = kept.get("name")
    if isinstance(name, str) and name in THEMES and kept.get("configured") == configured:
        return name
    return configured or USUAL


def kept_theme(name: str, configured: str | None) -> dict[str, JSON]:
    """Return what is remembered of a choice: also what `config.toml` said, to see when that is changed."""
    return {"name": name, "configured": configured}

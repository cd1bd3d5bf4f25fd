"""What the themes of the screens are called; `tui.themes` makes them."""

THEMES = ("ansi", "dark", "light", "high-contrast")

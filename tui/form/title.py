"""The line above the fields: how the form was filled in, and how much of it is below the screen."""

from tui.widgets.lines import Lines, line, spread


class FormTitle(Lines):
    """Says what the form is, and at the right end how many lines follow those that can be seen."""

    def __init__(self) -> None:
        super().__init__([line("New run", "title")], id="form-title")
        self._told, self._below = "New run", 0

    def tell(self, filled: str) -> None:
        """Say how the form was filled in."""
        self._told = f"New run {filled}".rstrip()
        self.draw()

    def count_below(self, lines: int) -> None:
        """Say how many lines there are below those on the screen."""
        self._below = lines
        self.draw()

    def draw(self) -> None:
        """Lay both out for the width there is."""
        below = line(f"▼ {self._below:,} more" if self._below else "", "dim")
        self.show([spread(line(self._told, "title"), below, self.app.size.width)])

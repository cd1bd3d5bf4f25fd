"""One thing that keys can do."""

from dataclasses import dataclass, replace

from tui.keys.names import shown_key

EVERYWHERE = "everywhere"
TABLE = "table"
CHOICE = "choice"
# The screen at the top: what leads back elsewhere leads out of the program there.
HOME = "runs"


@dataclass(frozen=True)
class Action:
    """One thing a key can do.

    `screens` holds the names of the screens that offer it, or `EVERYWHERE`, or
    `TABLE` for what every list of rows offers by itself. `footer` orders the
    actions in the line at the bottom; 0 keeps it out of there. `at_home` holds label
    and help on the home screen where they are others there.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: frozenset[str]
    group: str
    footer: int = 0
    at_home: tuple[str, str] | None = None

    def at(self, place: str) -> "Action":
        """Return the action as a place calls it."""
        if place != HOME or self.at_home is None:
            return self
        label, text = self.at_home
        return replace(self, label=label, help=text)

    @property
    def shown_keys(self) -> str:
        """The keys as they are printed on keyboards."""
        return " ".join(shown_key(key) for key in self.keys)

    @property
    def first_key(self) -> str:
        """The key that the footer names."""
        return shown_key(self.keys[0])

"""One thing that keys can do."""

from dataclasses import dataclass

from tui.keys.names import shown_key

EVERYWHERE = "everywhere"
TABLE = "table"
CHOICE = "choice"


@dataclass(frozen=True)
class Action:
    """One thing a key can do.

    `screens` holds the names of the screens that offer it, or `EVERYWHERE`, or
    `TABLE` for what every list of rows offers by itself. `footer` orders the
    actions in the line at the bottom; 0 keeps it out of there.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: frozenset[str]
    group: str
    footer: int = 0

    @property
    def shown_keys(self) -> str:
        """The keys as they are printed on keyboards."""
        return " ".join(shown_key(key) for key in self.keys)

    @property
    def first_key(self) -> str:
        """The key that the footer names."""
        return shown_key(self.keys[0])

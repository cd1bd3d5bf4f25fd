"""One thing that keys can do."""

from dataclasses import dataclass, replace

from tui.keys.names import shown_key

EVERYWHERE = "everywhere"
TABLE = "table"
CHOICE = "choice"
# A choice of which several values can be taken.
SEVERAL = "several"
# The screen at the top: what leads back elsewhere leads out of the program there.
HOME = "runs"


@dataclass(frozen=True)
class Action:
    """One thing a key can do.

    `screens` holds the names of the screens that offer it, or `EVERYWHERE`, or
    `TABLE` for what every list of rows offers by itself. `footer` orders the
    actions in the line at the bottom; 0 keeps it out of there. `at_home` holds label
    and help on the home screen where they are others there. `pair` names the action that goes
    the other way and what the two are called where that line names them as one.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: frozenset[str]
    group: str
    footer: int = 0
    at_home: tuple[str, str] | None = None
    pair: tuple[str, str] | None = None

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


class Pair(Action):
    """Two actions that go two ways, named as one by both their keys."""

    @property
    def first_key(self) -> str:
        """The keys that the footer names."""
        return self.shown_keys


def pair_of(back: Action, on: Action, label: str) -> Pair:
    """Return what goes back and what goes on as one, in the place of the latter."""
    return Pair(
        name=on.name,
        keys=(back.keys[0], on.keys[0]),
        label=label,
        help=on.help,
        screens=on.screens,
        group=on.group,
        footer=on.footer,
    )

"""What the run list was asked to show: filter, order, columns; remembered between two starts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from db.errors import FilterError
from db.runs import SORTABLE, Order, RunFilter
from tui.memory import JSON


@dataclass(frozen=True)
class Choice:
    """A filter as it was typed and as it was understood, an order, and columns; none are the usual ones."""

    text: str = ""
    filter: RunFilter = field(default_factory=RunFilter)
    order: Order = field(default_factory=Order)
    columns: tuple[str, ...] = ()

    @classmethod
    def remembered(cls, kept: Mapping[str, JSON]) -> "Choice":
        """Return what was kept; what is no filter, no column or nothing of ours is forgotten."""
        choice = cls(order=_order(kept), columns=_names(kept.get("columns")))
        text = kept.get("filter")
        try:
            return choice.filtered(text, parameters=None) if isinstance(text, str) else choice
        except FilterError:
            return choice

    def kept(self) -> dict[str, JSON]:
        """Return what is worth keeping: marks are gone at the next start, and a filter by them with them."""
        return {
            "filter": "" if self.filter.needs_marks else self.text,
            "sort": self.order.column,
            "descending": self.order.descending,
            "columns": list(self.columns),
        }

    def filtered(
        self, text: str, marked: set[int] | None = None, parameters: Collection[str] | None = ()
    ) -> "Choice":
        """Return the same with another filter; `parameters` are the names of strategies', None if unknown.

        Raises:
            FilterError: it means nothing.
        """
        return replace(self, text=text, filter=RunFilter.parse(text, marked or (), parameters))

    def sorted_by(self, order: Order) -> "Choice":
        """Return the same in another order."""
        return replace(self, order=order)

    def with_columns(self, names: Sequence[str]) -> "Choice":
        """Return the same with other columns."""
        return replace(self, columns=tuple(names))

    def lists_as(self, other: "Choice | None") -> bool:
        """Whether both list the same runs in the same order."""
        return other is not None and (self.filter, self.order) == (other.filter, other.order)

    @property
    def is_settled(self) -> bool:
        """Whether no run comes, goes or moves in the list for what becomes of it."""
        return self.filter.is_settled and self.order.is_settled

    @property
    def follows_notes(self) -> bool:
        """Whether another note may move a run, or take it out of the list."""
        return self.order.column == "notes" or not self.filter.names.isdisjoint({"", "note"})


def _order(kept: Mapping[str, JSON]) -> Order:
    column, descending = kept.get("sort"), kept.get("descending")
    if isinstance(column, str) and column in SORTABLE and isinstance(descending, bool):
        return Order(column, descending)
    return Order()


def _names(kept: JSON) -> tuple[str, ...]:
    return tuple(name for name in kept if isinstance(name, str)) if isinstance(kept, list) else ()

"""What the key for deleting does: it asks, deletes, and says how to take that back."""

from collections.abc import Callable, Sequence

from db import runs
from tui.formats import plural
from tui.screens.base import WorkScreen

# So many runs are called by their numbers.
_FEW = 4


def ask_delete(
    screen: WorkScreen,
    ids: Sequence[int],
    then: Callable[[str], object],
    *,
    unseen: int = 0,
    under_way: bool = False,
) -> None:
    """Ask whether to delete runs, `unseen` of which are not listed; `then` gets what is to be said of it.

    Those `under_way` would be cancelled, which nothing takes back.
    """
    back = screen.key("undo")

    async def delete() -> None:
        if len(ids) > _FEW:
            screen.say(f"Deleting {named(ids)} ...")
        deleted = await screen.bench.link.write(runs.delete, ids)
        then(f"Deleted {named(deleted)}; {back} brings back." if deleted else "Nothing was left to delete.")

    beyond = f", {unseen:,} of them not in this list," if unseen else ""
    ending = "; what is under way is cancelled" if under_way else ""
    screen.bottom.ask(
        f"Delete {named(ids)}{beyond} with all trades{ending}?  y deletes ({back} brings back), else kept",
        {"y": lambda: screen.start(delete)},
    )


def named(ids: Sequence[int]) -> str:
    """Return how many runs, and which if they are few."""
    if len(ids) == 1:
        return f"run {ids[0]}"
    count = plural(len(ids), "run")
    return f"{count} ({', '.join(map(str, sorted(ids)))})" if len(ids) <= _FEW else count

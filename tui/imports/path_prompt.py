"""The prompt for the files to import, and what stands above it meanwhile."""

from collections.abc import Callable, Sequence

from tui.completing import Completed, completed_path, listed
from tui.drawing.wrapping import prose_lines
from tui.places import folder_of
from tui.screens.base import WorkScreen
from tui.widgets.lines import Line, line

# Lines made for a width, at most so many.
Draw = Callable[[int, int], Sequence[Line]]

_MEANING = "A file, a folder, or a pattern such as ~/prices/*.csv; Tab completes it."
_OFFERED = "The folder imported from last; a path that begins with / or ~ takes its place."
_NOTHING = "Nothing that can be imported begins so: price files are .csv .txt .tsv .prn .gz .zip."
_PLACE = "import"


class PathPrompt:
    """Asks in the bottom line; `above` is shown what to say there, None when nothing is asked any more.

    What was typed last stands there again until it is forgotten; then it is the folder of the last
    import, to go on from.
    """

    def __init__(
        self, screen: WorkScreen, above: Callable[[Draw | None], None], taken: Callable[[str], object]
    ) -> None:
        self._screen = screen
        self._above = above
        self._taken = taken
        self._text = ""
        self._offered = ""

    def forget(self) -> None:
        """Offer nothing that was typed the next time."""
        self._text = ""

    def remember(self, folder: str) -> None:
        """Offer a folder from now on, at the next start, too."""
        self._screen.bench.memory.keep(_PLACE, {"folder": folder})

    def open(self, problem: str = "") -> None:
        """Ask; a problem with what was typed is told."""
        self._offered = "" if self._text else folder_of(self._screen.bench.memory.of(_PLACE).get("folder"))
        if problem:
            self._above(_prose(problem, "bad"))
        else:
            self._above(_prose(_MEANING, "dim", *([_OFFERED] if self._offered else [])))
        self._ask(self._text or self._offered, replaced=bool(self._text) and not problem)

    def _ask(self, text: str, *, replaced: bool) -> None:
        self._screen.bottom.prompt(
            "import: ",
            text,
            self._take,
            left=lambda: self._above(None),
            typed=self._type,
            complete=completed_path,
            offered=self._offer,
            replaced=replaced,
            enter="reads",
        )

    def _type(self, _: str) -> None:
        """Keep what stands there by now; a whole path that was typed behind the folder stands alone."""
        text = self._screen.bottom.value
        behind = text.removeprefix(self._offered)
        if self._offered and behind != text and behind.lstrip("'\"").startswith(("/", "~")):
            self._ask(behind, replaced=False)
            text = behind
        typed = "" if text == self._offered else text
        if typed != self._text:
            self._text = typed
            self._above(_prose(_MEANING, "dim"))

    def _take(self, text: str) -> None:
        self._text = text
        self._above(None)
        if text.strip():
            self._taken(text)

    def _offer(self, typed: str, found: Completed) -> None:
        """Show what there is to choose from where nothing can be added to the path."""
        if found.text != typed:
            self._text = found.text
            self._above(_prose(_MEANING, "dim"))
        else:
            self._above(_names(found.names) if found.names else _prose(_NOTHING, "warn"))


def _prose(text: str, style: str, *more: str) -> Draw:
    texts = (text, *more)
    return lambda width, most: [part for one in texts for part in prose_lines(one, width, style)][:most]


def _names(names: Sequence[str]) -> Draw:
    return lambda width, most: [line(text) for text in listed(names, width, most)]

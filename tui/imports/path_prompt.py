"""The prompt for the files to import, and what stands above it meanwhile."""

from collections.abc import Callable, Sequence

from tui.drawing.wrapping import prose_lines
from tui.imports.completing import completed_path, listed
from tui.widgets.bottom_line import BottomLine
from tui.widgets.lines import Line, line

# Lines made for a width, at most so many.
Draw = Callable[[int, int], Sequence[Line]]

_MEANING = "A file, a folder, or a pattern such as ~/prices/*.csv; Tab completes it."
_NOTHING = "Nothing that can be imported begins so: price files are .csv .txt .tsv .prn .gz .zip."


class PathPrompt:
    """Asks in the bottom line; `above` is shown what to say there, None when nothing is asked any more.

    What was typed last stands there again until it is forgotten.
    """

    def __init__(
        self, bottom: BottomLine, above: Callable[[Draw | None], None], taken: Callable[[str], object]
    ) -> None:
        self._bottom = bottom
        self._above = above
        self._taken = taken
        self._text = ""

    def forget(self) -> None:
        """Offer nothing the next time."""
        self._text = ""

    def open(self, problem: str = "") -> None:
        """Ask; a problem with what was typed is told."""
        self._above(_prose(problem, "bad") if problem else _prose(_MEANING, "dim"))
        self._bottom.prompt(
            "import: ",
            self._text,
            self._take,
            left=lambda: self._above(None),
            typed=self._type,
            complete=self._complete,
            replaced=not problem,
            enter="reads",
        )

    def _type(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._above(_prose(_MEANING, "dim"))

    def _take(self, text: str) -> None:
        self._text = text
        self._above(None)
        if text.strip():
            self._taken(text)

    def _complete(self, text: str) -> str:
        """Complete the path; where nothing can be added, show what there is to choose from."""
        found = completed_path(text)
        self._text = found.text
        if found.text != text:
            self._above(_prose(_MEANING, "dim"))
        else:
            self._above(_names(found.names) if found.names else _prose(_NOTHING, "warn"))
        return found.text


def _prose(text: str, style: str) -> Draw:
    return lambda width, most: prose_lines(text, width, style)[:most]


def _names(names: Sequence[str]) -> Draw:
    return lambda width, most: [line(text) for text in listed(names, width, most)]

"""Pasted text, taken whole out of what the terminal sends, so that nothing in it acts as a key."""

from collections.abc import Iterator

BEGIN, END = "\x1b[200~", "\x1b[201~"
# Much more than any field takes.
MOST = 100_000
# So often nothing comes, a tenth of a second each time, before a paste is over whose end was lost.
_MOST_SILENCES = 100


class Pastes:
    """Parts what is typed from what is pasted, in whatever pieces both arrive.

    Textual's parser hands on the control sequences inside pasted text as keys, and what follows them.
    """

    def __init__(self) -> None:
        self._held = ""
        self._pasted: str | None = None
        self._silences = 0

    def part(self, text: str, *, more: bool = False) -> Iterator[tuple[str, bool]]:
        """Yield what came, each part with whether it was pasted; `more` is to come at once.

        The beginning of a mark at the end of `text` is held back for what comes next; an escape
        alone is a key, unless there is more.
        """
        self._silences = 0
        text, self._held = self._held + text, ""
        while text:
            mark = BEGIN if self._pasted is None else END
            before, found, text = text.partition(mark)
            if not found:
                least = 1 if more or self._pasted is not None else 2
                before, self._held = _without_beginning(before, mark, least)
            yield from self._take(before, ended=bool(found))

    def silence(self) -> Iterator[tuple[str, bool]]:
        """Yield what was held back for nothing, now that nothing has come for a while."""
        if self._pasted is None:
            typed, self._held = self._held, ""
            if typed:
                yield typed, False
            return
        self._silences += 1
        if self._silences >= _MOST_SILENCES:
            yield from self._take("", ended=True)

    def _take(self, text: str, *, ended: bool) -> Iterator[tuple[str, bool]]:
        """Yield typed text at once, pasted text at its end; where one ends the other begins."""
        if self._pasted is None:
            if text:
                yield text, False
            self._pasted = "" if ended else None
            return
        self._pasted = (self._pasted + text)[:MOST]
        if ended:
            yield self._pasted, True
            self._pasted = None


def _without_beginning(text: str, mark: str, least: int) -> tuple[str, str]:
    """Return a text without the beginning of a mark at its end, and that: `least` letters, or none."""
    lengths = range(min(len(text), len(mark) - 1), least - 1, -1)
    held = next((length for length in lengths if text.endswith(mark[:length])), 0)
    return text[: len(text) - held], text[len(text) - held :]

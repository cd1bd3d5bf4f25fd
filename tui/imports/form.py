"""The fields of an import: what was typed, what was decided, and what is left to the file."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from core.text import clean
from tui.imports.client import Asked, Document
from tui.imports.fields import CHANGES_BARS, FOR_ALL_FILES, REPLACE, SPECS
from tui.widgets.fields import Field


class ImportForm:
    """One field each for what may be told of a file; what is not told is left to the file itself.

    `typed` is called when something was typed.
    """

    def __init__(self, typed: Callable[[], object]) -> None:
        self.fields = {spec.name: Field(spec, "", self._take_text) for spec in SPECS}
        self._typed = typed
        self._texts = {spec.name: "" for spec in SPECS}
        self._chosen: set[str] = set()
        self._for_all: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Return what stands in a field."""
        return self._texts[name]

    def is_chosen(self, name: str) -> bool:
        """Return whether a field says what the file does not."""
        return name in self._chosen

    @property
    def chosen(self) -> frozenset[str]:
        """The fields that say what the file does not."""
        return frozenset(self._chosen)

    def begin_file(self) -> None:
        """Leave to another file all that was not told of all."""
        self._leave_to_file(self._texts)
        for name, text in self._for_all.items():
            self.fill_in(name, text)

    def clear(self) -> None:
        """Leave everything to the file."""
        self._for_all.clear()
        self._leave_to_file(self._texts)

    def _leave_to_file(self, names: Iterable[str]) -> None:
        for name in names:
            self.fill_in(name, "")
            self._chosen.discard(name)

    def fill_in(self, name: str, text: str, *, for_all: bool = False) -> None:
        """Tell of the file at hand, or of those that follow too."""
        self._texts[name] = text
        self._chosen.add(name)
        if for_all:
            self._for_all[name] = text
        self.fields[name].update_spec(self.fields[name].spec, text)

    def _take_text(self, field: Field, text: str) -> None:
        """Take what was typed; a field that is emptied is left to the file again."""
        name = field.spec.name
        if self._texts[name] == text:
            return
        self._texts[name] = text
        if text.strip():
            self._chosen.add(name)
        else:
            self._chosen.discard(name)
        if name in FOR_ALL_FILES:
            self._for_all[name] = text
        if name not in self._chosen:
            self._for_all.pop(name, None)
        self._typed()

    def show_values(self, found: Document | None) -> None:
        """Show in the fields what the file itself says, and why, if it was understood."""
        for known in SPECS:
            name, spec = known.name, known
            if found is not None and name in CHANGES_BARS:
                spec = replace(known, hint=clean(str(found[f"{name}_reason"])))
                if name not in self._chosen:
                    self._texts[name] = clean(str(found[name]))
            self.fields[name].update_spec(spec, self._texts[name])

    def asked(self, path: Path) -> Asked:
        """Return the file with all that is told of it."""
        given = {name: self._texts[name].strip() for name in self._chosen if name != "replace"}
        return Asked(str(path), **given, replace=self._texts["replace"] == REPLACE)

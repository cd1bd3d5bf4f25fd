"""Values of the new-run form that are kept: those used last, and presets by their names."""

import json
from collections.abc import Mapping

from core.text import clean
from tui.memory import JSON, LARGEST_PLACE, Memory

LONGEST_NAME = 40

_LAST, _LEFT, _PRESETS = "new_run", "new_run_left", "presets"

Texts = dict[str, str]


class KeptForms:
    """The texts of forms, by field name, as the memory of the screens has them."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def last(self) -> Texts:
        """The values used last, {} at first."""
        return _texts(self._memory.of(_LAST))

    def keep_last(self, texts: Texts) -> None:
        """Keep the values just used."""
        self._memory.keep(_LAST, texts)
        self._memory.keep(_LEFT, {})

    def left_at(self, place: str) -> Texts:
        """Return the values of a form opened there that were left without being used, {} if none were."""
        left = self._memory.of(_LEFT)
        return _texts(left.get("values")) if left.get("at") == place else {}

    def keep_left(self, texts: Texts, place: str) -> None:
        """Keep values that were not used yet, for a form that is opened from the same place."""
        self._memory.keep(_LEFT, {"at": place, "values": texts})

    @property
    def names(self) -> list[str]:
        """The names of the presets, in the order of the alphabet."""
        return sorted(self._memory.of(_PRESETS), key=str.lower)

    def preset(self, name: str) -> Texts:
        """Return the values kept under a name, {} where there are none."""
        return _texts(self._memory.of(_PRESETS).get(name))

    def keep_preset(self, name: str, texts: Texts) -> bool:
        """Keep the values under a name; False if there is no room for them beside the others."""
        presets = {**self._memory.of(_PRESETS), name: texts}
        if len(json.dumps(presets)) > LARGEST_PLACE:
            return False
        self._memory.keep_named(_PRESETS, name, texts)
        return True

    def delete_preset(self, name: str) -> None:
        """Keep nothing under a name any more."""
        self._memory.keep_named(_PRESETS, name, None)

    def find(self, typed: str) -> str | None:
        """Return the preset that somebody means: of that name, or the only one that begins so."""
        if typed in self.names:
            return typed
        found = self.matching(typed) if typed else []
        return found[0] if len(found) == 1 else None

    def matching(self, typed: str) -> list[str]:
        """Return the names that begin with what was typed, in capitals or not."""
        return [name for name in self.names if name.lower().startswith(typed.lower())]

    def completed(self, typed: str) -> str:
        """Return the first name that begins with what was typed; of a whole name the one that follows it."""
        names = self.names
        if typed in names:
            return names[(names.index(typed) + 1) % len(names)]
        return next(iter(self.matching(typed)), typed)


def preset_name(typed: str) -> str:
    """Return the name that was typed, harmless and not too long."""
    return clean(typed.strip(), limit=LONGEST_NAME)


def _texts(kept: JSON) -> Texts:
    """Return what of it are texts: the file may have been edited by hand."""
    if not isinstance(kept, Mapping):
        return {}
    return {name: clean(text, limit=2_000) for name, text in kept.items() if isinstance(text, str)}

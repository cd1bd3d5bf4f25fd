"""Why a file is not read as its fields say: what is wrong with each of them, and with the file itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from core.errors import BacktapeError
from core.text import clean
from tui.imports.fields import OPTION, SPECS, fault_of, in_fields

# Fields from top to bottom, after what is wrong with the file: that is to be mended first.
_ORDER = ("", *(spec.name for spec in SPECS))
_LONGEST = 500


@dataclass(frozen=True)
class Refusal:
    """A sentence that says what is wrong, and the field that it is about, "" for the file itself."""

    sentence: str
    field: str = ""

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Return what an error says; where it names no field, the sentence may name an option."""
        named = OPTION.search(str(error))
        field = getattr(error, "field", None) or (named[1] if named else "")
        return cls(clean(str(error), limit=_LONGEST), field if field in _ORDER else "")


class RefusedFileError(BacktapeError):
    """A file that cannot be taken as it is asked to be; `refusals` has one for each field at fault."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(" ".join(one.sentence for one in refusals), field=refusals[0].field or None)
        self.refusals = tuple(refusals)


class Refused:
    """What is wrong with the file at hand, in the words of the fields; false where nothing is.

    `file` is its name, which needs not be said again; `chosen` are the fields that somebody filled.
    """

    def __init__(
        self, error: BacktapeError | None = None, file: str = "", chosen: Collection[str] = ()
    ) -> None:
        found: Sequence[Refusal] = ()
        if error is not None:
            found = error.refusals if isinstance(error, RefusedFileError) else (Refusal.of(error),)
        name = clean(file, limit=120)
        self.problems = {
            one.field: in_fields(one.sentence.removeprefix(f"{name}: ").removeprefix(f"{name}, "))
            for one in sorted(found, key=lambda one: _ORDER.index(one.field))
        }
        self._faults = [fault_of(name, chosen=name in chosen) for name in self.problems]

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.problems)

    @property
    def told(self) -> str:
        """Every sentence, most important first."""
        first, *more = self.problems.values() or [""]
        return " ".join([first, *(f"{told[:1].upper()}{told[1:]}" for told in more)])

    @property
    def fault(self) -> str:
        """What the file has, as "a wrong time zone", "" where it is not understood in any case."""
        if "" in self._faults:
            return ""
        *before, last = self._faults or [""]
        return f"{', '.join(before)} and {last}" if before else last

    @property
    def state(self) -> str:
        """The same in as few words as there are."""
        if not self.fault:
            return "not understood"
        return ", ".join(fault.removeprefix("a ") for fault in self._faults)

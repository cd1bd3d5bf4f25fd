"""The files of one import, one after the other, and what became of each."""

from collections.abc import Sequence
from pathlib import Path

from tui.imports.client import Document
from tui.imports.doubts import Decision, Doubt
from tui.imports.left_out import SKIPPED, UNSEEN, LeftOut


class Series:
    """Goes through files; there is always one at hand, until `is_over` the last.

    What is decided about doubts stands for the file at hand; what is decided for
    all such, for those that follow too.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)
        self._at = 0
        self._settled: set[str] = set()
        self._rules: dict[tuple[str, ...], Decision] = {}
        self._left_out: list[LeftOut] = []
        self.imported: list[Document] = []
        self.is_over = False

    @property
    def path(self) -> Path:
        """The file at hand."""
        return self._paths[self._at]

    @property
    def has_more(self) -> bool:
        """Whether another file follows."""
        return self._at + 1 < len(self._paths)

    @property
    def place(self) -> str:
        """Which of how many files is at hand, "" where there is one."""
        return f" {self._at + 1} of {len(self._paths)}" if len(self._paths) > 1 else ""

    def open_doubt(self, doubts: Sequence[Doubt]) -> Doubt | None:
        """Return the first of these doubts about the file at hand that nothing was decided about."""
        return next((one for one in doubts if one.kind not in self._settled), None)

    def rule_for(self, doubt: Doubt) -> Decision | None:
        """Return what was decided about all such."""
        return self._rules.get(doubt.such)

    def rule(self, doubt: Doubt, decision: Decision) -> None:
        """Decide so about all such from now on."""
        self._rules[doubt.such] = decision

    def settle(self, doubt: Doubt) -> None:
        """Take the file at hand as it is in this."""
        self._settled.add(doubt.kind)

    def leave_out(self, doubt: Doubt | None) -> None:
        """Leave the file at hand out, for a doubt or because somebody does not want it."""
        kind, why = (SKIPPED, "") if doubt is None else (doubt.kind, doubt.why)
        self._left_out.append(LeftOut(self.path, kind, why))
        self.next()

    def next(self) -> None:
        """Go on to the next file."""
        self._settled.clear()
        if self.has_more:
            self._at += 1
        else:
            self.is_over = True

    def all_left_out(self, *, storing: bool) -> list[LeftOut]:
        """Return what was left out and what was never come to; the file at hand may be stored just now."""
        unseen = [] if self.is_over else self._paths[self._at + storing :]
        return [*self._left_out, *(LeftOut(path, UNSEEN) for path in unseen)]

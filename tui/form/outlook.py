"""The lines below the fields: what the one in focus means, what is wrong, what is to be expected."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.geometry import Size

from tui.completing import listed
from tui.drawing.wrapping import prose_lines
from tui.form import forecast
from tui.form.judging import Judgement
from tui.widgets.columns import Cell
from tui.widgets.fields import Field
from tui.widgets.lines import Line, Lines, line

if TYPE_CHECKING:
    from tui.form.run import RunForm

_MOST_REMARK_LINES = 4
_NAMES = "presets: "


class Outlook(Lines):
    """Says first what of the values could not be kept; while `names` are chosen from, only these."""

    def __init__(self) -> None:
        super().__init__([line("")] * 3, id="forecast")
        self.remarks: Sequence[str] = ()
        self.names: Sequence[str] | None = None

    def forget(self, sentences: Sequence[str]) -> None:
        """Say no more what is not true any more."""
        self.remarks = [one for one in self.remarks if one not in sentences]

    def say(self, told: Line = ()) -> None:
        """Say this, or nothing, while there is no form."""
        self.show([told, line(""), line("")])

    def tell(
        self, form: "RunForm", field: Field | None, judgement: Judgement, room: Size, submit: str
    ) -> None:
        """Say what there is to say of a form with this field in focus; the key `submit` starts runs."""
        lines = self._told(form, field, judgement, room, submit)
        if self.names is not None:
            # As many lines as before: another number would lay the whole screen anew.
            lines = [*_name_lines(self.names, room.width, len(lines)), *[line("")] * len(lines)][: len(lines)]
        self.show(lines)

    def _told(
        self, form: "RunForm", field: Field | None, judgement: Judgement, room: Size, submit: str
    ) -> list[Line]:
        told = prose_lines("\n".join(self.remarks), room.width, "warn")[:_MOST_REMARK_LINES]
        spec, unread = (field.spec, field.unread) if field else (None, "")
        told += forecast.told_lines(
            spec, unread, judgement.problems, judgement.warnings(form), room, label_of=form.label_of
        )
        if not judgement.requests:
            return [*told, forecast.unexpected(form, judgement.problems)]
        notes = forecast.note_lines(judgement.expected, room.width)
        return [
            *told,
            *notes,
            forecast.expected(form, judgement.requests, judgement.expected, submit, room.width),
        ]


def _name_lines(names: Sequence[str], width: int, most: int) -> list[Line]:
    """Return names below each other side by side, behind what they are, and how many there is no room for."""
    texts = listed(names, width - len(_NAMES), most)
    return [
        (Cell(_NAMES if at == 0 else " " * len(_NAMES), "dim"), Cell(text)) for at, text in enumerate(texts)
    ]

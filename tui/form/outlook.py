"""The lines below the fields: what the one in focus means, what is wrong, what is to be expected."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.geometry import Size

from tui.drawing.wrapping import prose_lines
from tui.form import forecast
from tui.form.judging import Judgement
from tui.widgets.fields import Field
from tui.widgets.lines import Line, Lines, line

if TYPE_CHECKING:
    from tui.form.run import RunForm

_MOST_REMARK_LINES = 4
_NAMES_BETWEEN = " · "


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
            names = prose_lines(_NAMES_BETWEEN.join(self.names), room.width, "dim")
            # As many lines as before: another number would lay the whole screen anew.
            lines = [*names, *[line("")] * len(lines)][: len(lines)]
        self.show(lines)

    def _told(
        self, form: "RunForm", field: Field | None, judgement: Judgement, room: Size, submit: str
    ) -> list[Line]:
        told = prose_lines("\n".join(self.remarks), room.width, "warn")[:_MOST_REMARK_LINES]
        spec, unread = (field.spec, field.unread) if field else (None, "")
        told += forecast.told_lines(spec, unread, judgement.problems, judgement.warnings(form), room)
        if not judgement.requests:
            return [*told, forecast.unexpected(form, judgement.problems)]
        notes = forecast.note_lines(judgement.expected, room.width)
        return [
            *told,
            *notes,
            forecast.expected(form, judgement.requests, judgement.expected, submit, room.width),
        ]

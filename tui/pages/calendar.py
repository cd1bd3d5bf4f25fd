"""What a run brought by month and year, by weekday and by hour, as lines."""

from collections.abc import Sequence

from core.results.groups import Entered, by_hour, by_weekday
from core.results.months import Month, Year, best_and_worst, years
from db.runs import RunRecord
from tui import formats
from tui.drawing.blocks import GAP, beside, group_table, money, stacked
from tui.drawing.room import Room
from tui.run_list.columns import gain_style
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_YEAR, _NET, _LABEL = 8, 15, 5
# Cells of a month, and the most decimals that they hold.
_LEAST, _NARROW, _WIDE = (4, 0), (5, 1), (7, 2)
_TABLE = len("2020") + 12 * _WIDE[0] + _YEAR + _NET
_TWO_BLOCKS = 108


def calendar_lines(run: RunRecord, entered: Sequence[Entered], room: Room) -> list[Line]:
    """Return the whole page; it may be longer than the room is high."""
    months = _months(years(run.statistics.get("monthly_returns")), room.width)
    if not entered:
        return months
    if room.width >= _TABLE + _TWO_BLOCKS // 2 + GAP:
        left = stacked(months, _weekdays(entered, _TABLE, room))
        return beside(left, _hours(entered, room.width - _TABLE - GAP, room), _TABLE)
    if room.width < _TWO_BLOCKS:
        return stacked(months, _weekdays(entered, room.width, room), _hours(entered, room.width, room))
    half = (room.width - GAP) // 2
    return stacked(months, beside(_weekdays(entered, half, room), _hours(entered, half, room), half))


def _weekdays(entered: Sequence[Entered], width: int, room: Room) -> list[Line]:
    groups = {_WEEKDAYS[day]: group for day, group in by_weekday(entered).items()}
    table = group_table(groups, width, label=_LABEL, ascii_only=room.ascii_only)
    return [line("trades by weekday of entry, UTC", "title"), *table]


def _hours(entered: Sequence[Entered], width: int, room: Room) -> list[Line]:
    groups = {f"{hour:02}": group for hour, group in by_hour(entered).items()}
    table = group_table(groups, width, label=_LABEL, ascii_only=room.ascii_only)
    return [line("trades by hour of entry, UTC", "title"), *table]


# Months


def _months(of: list[Year], width: int) -> list[Line]:
    if not of:
        return [line("This run has no figures by month.", "dim")]
    is_wide = width >= _TABLE
    cell = _WIDE if is_wide else _NARROW if width >= len("2020") + 12 * _NARROW[0] + _YEAR else _LEAST
    heads = "".join(name.rjust(cell[0]) for name in _MONTHS) + "year".rjust(_YEAR)
    return [
        line("equity by month, % of the equity before it", "title"),
        line("    " + heads + ("money".rjust(_NET) if is_wide else ""), "dim"),
        *(_year(year, cell, is_wide) for year in of),
        *_best_and_worst(of),
    ]


def _year(year: Year, cell: tuple[int, int], is_wide: bool) -> Line:
    whole = formats.number(year.return_pct, signed=True).rjust(_YEAR)
    return (
        Cell(year.name),
        *(_month(year.months.get(number), *cell) for number in range(1, 13)),
        Cell(whole, gain_style(year.return_pct)),
        *([money(year.profit, _NET)] if is_wide else []),
    )


def _month(month: Month | None, width: int, digits: int) -> Cell:
    """Return a month: empty without bars, with as many decimals as its cells hold."""
    if month is None:
        return Cell(" " * width)
    texts = (formats.number(month.return_pct, fewer, signed=True) for fewer in range(digits, -1, -1))
    text = ""
    for text in texts:
        if len(text) < width:
            break
    return Cell(text.rjust(width), gain_style(month.return_pct))


def _best_and_worst(of: list[Year]) -> list[Line]:
    found = best_and_worst(of)
    return [_named("best", found[0]), _named("worst", found[1])] if found else []


def _named(name: str, month: Month) -> Line:
    share = f"{formats.number(month.return_pct, signed=True):>9} %"
    style = gain_style(month.return_pct)
    return Cell(f"{name:<6}", "dim"), Cell(month.name), Cell(share, style), money(month.profit, _NET)

"""What was understood of a price file, laid out for the screen and the command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.market.holes import hole_told
from core.text import clean, plural
from tui.drawing.wrapping import prose_lines
from tui.formats import count, minute, number, with_times
from tui.imports.outlook import LONGEST, library_lines, row
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, cut, length, line

_STACKED_BELOW = 110
_SHOWN_DROPS = 3
_SHOWN_GAPS = 3
_DAY = len("2020-01-31")

Document = Mapping[str, Any]


def preview_lines(found: Document, width: int, apart: str) -> list[Line]:
    """Return a preview (a document of `preview_document`) in lines of `width` cells.

    `apart` says how bars are kept apart from others of the same market.
    """
    return [
        *_what(found, width),
        *library_lines(found, width, apart),
        *_of_dataset(found, width),
        *warning_lines(found["warnings"], width),
        *_faults(found, width),
        line(""),
        *_first_lines(found, width),
        line(""),
        *_columns(found, width),
    ]


def _what(found: Document, width: int) -> list[Line]:
    span = f"{_minute(found['first'])} to {_minute(found['last'])} UTC"
    lines = row("bars", f"{plural(found['rows'], 'bar')}, {span}", width)
    lines += row("read as", found["dialect"], width)
    return lines + row("time zone", f"{found['timezone']}: {found['timezone_reason']}", width)


def _of_dataset(found: Document, width: int) -> list[Line]:
    """Return what is said of the bars there and those of the file together, and of the file alone is not."""
    library = found["library"]
    whose = "Of the dataset then" if library["added"] else "Of the dataset"
    told = [warning for warning in library["warnings"] if warning not in found["warnings"]]
    return [part for warning in told for part in row("", with_times(f"{whose}: {warning}"), width, "warn")]


def _faults(found: Document, width: int) -> list[Line]:
    """Return what is missing and what would be left out."""
    lines = gap_lines(found["gaps"], found["share_there"], found["holes"], width)
    dropped = found["dropped_count"]
    lines += row("left out", plural(dropped, "line") if dropped else "nothing", width)
    for drop in found["dropped"][:_SHOWN_DROPS]:
        lines += row("", with_times(f"line {count(drop['line'])}: {drop['reason']}"), width, "warn")
    if dropped > _SHOWN_DROPS:
        lines += row("", f"and {plural(dropped - _SHOWN_DROPS, 'more line')}", width, "warn")
    spread = "recorded with each bar" if found["has_spread"] else "not in the file"
    return lines + row("spread", spread, width)


def warning_lines(warnings: Sequence[str], width: int) -> list[Line]:
    """Return the warnings that are kept with a dataset, all of them, and how many they are."""
    lines: list[Line] = []
    for warning in warnings:
        label = "" if lines else plural(len(warnings), "warning")
        lines += row(label, with_times(warning), width, "warn")
    return lines


def gap_lines(gaps: Document | None, share: float | None, holes: Document, width: int) -> list[Line]:
    """Return the weeks without any bar, and how many gaps there are inside the others and where.

    `gaps` and `holes` are `core.market.quality.Gaps` and `core.market.holes.Holes` as
    documents; `share` is None where no gaps are looked for. A warning tells how much is missing.
    """
    lines = _hole_lines(holes, width)
    if gaps is None or share is None:
        return lines
    return lines + row("" if lines else "gaps", _gaps_told(gaps, share, holes), width)


def _hole_lines(holes: Document, width: int) -> list[Line]:
    told = [hole_line(hole) for hole in holes["longest"][:_SHOWN_GAPS]]
    if holes["count"] > len(told):
        told.append(f"and in {plural(holes['count'] - len(told), 'more hole')} of a week or longer")
    return [part for at, text in enumerate(told) for part in row("" if at else "gaps", text, width, "warn")]


def hole_line(hole: Document) -> str:
    """Return in which weeks there is no bar (`core.market.holes.Hole` as a document)."""
    return hole_told(_minute(hole["start"])[:_DAY], _minute(hole["end"])[:_DAY], hole["weeks"])


def _gaps_told(gaps: Document, share: float, holes: Document) -> str:
    weeks = "inside the other weeks" if holes["count"] else "inside weeks"
    if not gaps["count"]:
        return f"none {weeks}"
    longest = ", ".join(
        f"{plural(gap['missing'], 'bar')} after {_minute(gap['after'])} UTC"
        for gap in gaps["longest"][:_SHOWN_GAPS]
    )
    there = f"{share_text(share)} % of the bars expected {weeks} are there"
    return f"{plural(gaps['count'], 'gap')}; {there}; the longest: {longest}"


def share_text(share: float) -> str:
    """Return a share of one in percent, rounded down: nearly all is not all."""
    return number(int(share * 10_000) / 100, 2)


def _first_lines(found: Document, width: int) -> list[Line]:
    """Return the first lines of the file, each beside what it became, or above it where that is too wide."""
    lines = [line("The first lines, and the bars they become", "title")]
    digits = max(found["digits"], _digits(found["lines"]))
    room = width if width < _STACKED_BELOW else width // 2
    for shown in found["lines"]:
        became = _bar(shown["bar"], digits) if shown["bar"] else shown["instead"]
        after = Cell(became, "" if shown["bar"] else "dim")
        text = cut(line(f"{shown['line']:>3}  {clean(shown['text'])}", "dim"), room - 2)
        if room == width:
            lines += [text, (Cell("     "), after)]
        else:
            lines.append((*text, Cell(" " * (room - length(text))), after))
    return lines


def _bar(bar: Document, digits: int) -> str:
    prices = "  ".join(f"{bar[name]:.{digits}f}" for name in ("open", "high", "low", "close"))
    spread = "" if bar["spread"] is None else f"  spread {bar['spread']:g}"
    return f"{_minute(bar['time'])}  {prices}  vol {_volume(bar['volume'])}{spread}"


def _volume(volume: float) -> str:
    return number(volume, 0 if volume == int(volume) else 2)


def _digits(lines: Sequence[Document]) -> int:
    """Return with how many decimals the prices of these bars can be shown as they are."""
    bars = [shown["bar"] for shown in lines if shown["bar"]]
    prices = [bar[name] for bar in bars for name in ("open", "high", "low", "close")]
    return max((len(f"{price:.8f}".rstrip("0").partition(".")[2]) for price in prices), default=0)


def _columns(found: Document, width: int) -> list[Line]:
    parted = f"parted by {found['separator']}, decimal {found['decimal_mark']}"
    roles = (
        {"time": "date", "clock": "time"} if any(one["role"] == "clock" for one in found["columns"]) else {}
    )
    used = ", ".join(_column(one, roles) for one in found["columns"])
    lines = [line("The columns, and what they were taken for", "title")]
    lines += prose_lines(f"{clean(used, limit=LONGEST)}; {parted}", width)
    if found["unused_columns"]:
        lines += prose_lines(f"not used: {clean(', '.join(found['unused_columns']), limit=LONGEST)}", width)
    lines += prose_lines(f"days begin at {clean(found['days'])}", width)
    return lines


def _column(one: Document, roles: Mapping[str, str]) -> str:
    return f"{roles.get(one['role'], one['role'])} in {one['name'] or 'no. ' + str(one['place'])}"


def _minute(text: str | datetime) -> str:
    return minute(datetime.fromisoformat(text) if isinstance(text, str) else text)

"""What was understood of a price file, laid out for the screen and the command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.text import clean, plural
from tui.drawing.wrapping import labelled, prose_lines
from tui.formats import count, day, minute, number
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, cut, length, line

_LABEL = 13
_STACKED_BELOW = 110
_SHOWN_DROPS = 3
_SHOWN_GAPS = 3
_LONGEST = 2_000

Document = Mapping[str, Any]


def preview_lines(found: Document, width: int) -> list[Line]:
    """Return a preview (a document of `preview_document`) in lines of `width` cells."""
    return [
        *_what(found, width),
        *_library(found["library"], width),
        *warning_lines(found["library"]["warnings"], width),
        *_faults(found, width),
        line(""),
        *_first_lines(found, width),
        line(""),
        *_columns(found, width),
    ]


def row(label: str, text: str, width: int, style: str = "") -> list[Line]:
    """Return a label and what is to be said, wrapped."""
    return labelled(label, clean(text, limit=_LONGEST), width, room=_LABEL, style=style)


def _what(found: Document, width: int) -> list[Line]:
    span = f"{_minute(found['first'])} to {_minute(found['last'])} UTC"
    lines = row("bars", f"{plural(found['rows'], 'bar')}, {span}", width)
    lines += row("read as", found["dialect"], width)
    return lines + row("time zone", f"{found['timezone']}: {found['timezone_reason']}", width)


def _library(library: Document, width: int) -> list[Line]:
    there = library["there"]
    if there is None:
        return row("library", "nothing of it is there yet; it becomes a new dataset", width)
    source = f" from {there['source']}" if there["source"] else ""
    text = f"{plural(there['rows'], 'bar')}{source} there, {_day(there['first'])} to {_day(there['last'])}"
    if library["refusal"]:
        return [*row("library", text, width), *row("", f"! {library['refusal']}", width, "bad")]
    return row("library", f"{text}; {_change(library)}", width, "warn" if library["replaces"] else "")


def _change(library: Document) -> str:
    if library["replaces"]:
        return "these bars take their place, and runs keep what they used"
    if not library["added"]:
        return "every bar of the file is among them, so nothing changes"
    return f"{plural(library['added'], 'bar')} would be added, {count(library['rows'])} in all"


def _faults(found: Document, width: int) -> list[Line]:
    """Return what is missing and what would be left out."""
    lines = gap_lines(found["gaps"], found["share_there"], width)
    dropped = found["dropped_count"]
    lines += row("left out", plural(dropped, "line") if dropped else "nothing", width)
    for drop in found["dropped"][:_SHOWN_DROPS]:
        lines += row("", f"line {count(drop['line'])}: {drop['reason']}", width, "warn")
    if dropped > _SHOWN_DROPS:
        lines += row("", f"and {plural(dropped - _SHOWN_DROPS, 'more line')}", width, "warn")
    spread = "recorded with each bar" if found["has_spread"] else "not in the file"
    return lines + row("spread", spread, width)


def warning_lines(warnings: Sequence[str], width: int) -> list[Line]:
    """Return the warnings that are kept with a dataset, all of them, and how many they are."""
    lines: list[Line] = []
    for warning in warnings:
        label = "" if lines else plural(len(warnings), "warning")
        lines += row(label, warning, width, "warn")
    return lines


def gap_lines(gaps: Document, share: float | None, width: int) -> list[Line]:
    """Return how many gaps there are inside weeks, and where most is missing; a warning tells how much.

    `gaps` are `core.market.quality.Gaps` as a document, `share` is None where none are looked for.
    """
    if share is None:
        return []
    if not gaps["count"]:
        return row("gaps", "none inside weeks", width)
    longest = ", ".join(
        f"{plural(gap['missing'], 'bar')} after {_minute(gap['after'])}"
        for gap in gaps["longest"][:_SHOWN_GAPS]
    )
    there = f"{share_text(share)} % of the bars expected inside weeks are there"
    return row("gaps", f"{plural(gaps['count'], 'gap')}; {there}; the longest: {longest}", width)


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
    lines += prose_lines(f"{clean(used, limit=_LONGEST)}; {parted}", width)
    if found["unused_columns"]:
        lines += prose_lines(f"not used: {clean(', '.join(found['unused_columns']), limit=_LONGEST)}", width)
    lines += prose_lines(f"days begin at {clean(found['days'])}", width)
    return lines


def _column(one: Document, roles: Mapping[str, str]) -> str:
    return f"{roles.get(one['role'], one['role'])} in {one['name'] or 'no. ' + str(one['place'])}"


def _minute(text: str | datetime) -> str:
    return minute(_moment(text))


def _day(text: str | datetime) -> str:
    return day(_moment(text))


def _moment(text: str | datetime) -> datetime:
    return datetime.fromisoformat(text) if isinstance(text, str) else text

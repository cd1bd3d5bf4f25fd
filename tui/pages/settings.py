"""The whole configuration of a run in plain words, and what became of what it was computed from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from core.run_settings import Setting, settings_by_section
from db.runs import RunRecord
from tui import formats
from tui.drawing.blocks import GAP, beside
from tui.drawing.wrapping import bounded, chopped, code_lines, labelled
from tui.widgets.lines import Line, line

if TYPE_CHECKING:
    from core.jobs.provenance import DataState, Provenance, StrategyState

_LABEL = 24
_TWO_BLOCKS = 180
_LOOKING = "being looked at ..."
_NO_FILE_YET = "none yet; the first result on these bars writes it"
_INKS = {"+": "good", "-": "bad", "@": "accent"}


class Item(NamedTuple):
    """One setting: its name, its value in words, and whether that is a warning."""

    label: str
    text: str
    style: str = ""


def settings_lines(run: RunRecord, found: "Provenance | None", width: int) -> list[Line]:
    """Return everything that decided the result of a run; `found` is None while it is being looked at.

    The source of the strategy stands below the settings, beside them where there is room.
    """
    if width < _TWO_BLOCKS:
        source = [] if found is None else _source_lines(found.strategy, width)
        return bounded([*_setting_lines(run, found, width), *source])
    half = (width - GAP) // 2
    source = [] if found is None else _source_lines(found.strategy, half)
    return bounded(beside(_setting_lines(run, found, half), source, half))


def _setting_lines(run: RunRecord, found: "Provenance | None", width: int) -> list[Line]:
    lines: list[Line] = []
    for title, items in _sections(run, found):
        lines += [line(title, "title"), *(part for item in items for part in _item_lines(item, width))]
        lines.append(line(""))
    return lines


def _sections(run: RunRecord, found: "Provenance | None") -> Iterator[tuple[str, list[Item]]]:
    became = {"strategy": [_source(found)], "market": _data(run, found)}
    for section, settings in settings_by_section(run).items():
        if items := [*map(_item, settings), *became.get(section, [])]:
            yield section, items
    yield "made", _made(run, found)


def _item(setting: Setting) -> Item:
    return Item(setting.label, setting.in_full or setting.short, "warn" if setting.is_doubtful else "")


def _source(found: "Provenance | None") -> Item:
    if found is None:
        return Item("source", _LOOKING, "dim")
    if found.strategy.state == "same":
        return Item("source", "built in, the same today" if found.strategy.builtin else "the same today")
    return Item("source", found.strategy.sentence, "warn")


def _data(run: RunRecord, found: "Provenance | None") -> list[Item]:
    none = "none" if run.status == "completed" else _NO_FILE_YET
    file = Item("data file", run.data_file_path or none)
    if found is None:
        return [file, Item("bars tested", _LOOKING, "dim")]
    return [file, *map(_data_state, found.data)]


def _data_state(data: "DataState") -> Item:
    return Item(data.use, data.sentence, "" if data.is_same else "warn")


def _made(run: RunRecord, found: "Provenance | None") -> list[Item]:
    items = [Item("on", f"{formats.minute(run.created_at)} UTC")]
    if run.started_at is not None:
        items.append(Item("began", f"{formats.minute(run.started_at)} UTC"))
    if run.finished_at is not None:
        items.append(Item("ended", f"{formats.minute(run.finished_at)} UTC"))
    items.append(Item("by", _LOOKING, "dim") if found is None else Item("by", found.code.sentence))
    return [*items, Item("note", run.notes)] if run.notes else items


def _item_lines(item: Item, width: int) -> list[Line]:
    return labelled(item.label, item.text, width, room=_LABEL, style=item.style)


# Source


def _source_lines(strategy: "StrategyState", width: int) -> list[Line]:
    lines: list[Line] = []
    if strategy.difference:
        lines.append(line("from the source of the run to today's", "title"))
        for text in strategy.difference:
            lines += [line(part, _INKS.get(text[:1], "")) for part in chopped(text, width)]
        lines.append(line(""))
    for file, text in strategy.files.items():
        lines += [line(f"{file} as it was", "title"), *code_lines(text, width), line("")]
    return lines

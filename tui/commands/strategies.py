"""List the strategies, built in and own, or show one of them whole."""

import argparse
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from core.text import clean, plural
from tui.commands import parsing
from tui.commands.endings import DONE, REFUSED
from tui.commands.opening import usable_home
from tui.commands.output import table, terminal_width, write, write_json
from tui.commands.parsing import UsageError
from tui.folding import folded, wrapped
from tui.form.fields import number_text

if TYPE_CHECKING:
    from core.strategies.parameters import Parameter
    from core.strategies.registry import Description
    from core.strategies.strategy import Options

_LONGEST_DOC = 4_000
_INDENT, _GAP, _ANY = 4, 2, 10_000
# Cells that what a parameter is must have, to stand beside it.
_LEAST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this one, its file run if need be")
    parser.add_argument("--source", action="store_true", help="print the source of the one named")
    parsing.add_json(parser)


def execute(options: argparse.Namespace) -> int:
    """List them by reading their sources; show one, which is run where reading is not enough."""
    if options.name is not None:
        return _show(options)
    if options.source:
        raise UsageError("--source needs the name of a strategy; 'backtape strategies' lists them.")
    from core.strategies.registry import describe_all

    found = describe_all(usable_home().strategies)
    if options.json:
        write_json([_object(description) for description in found])
    else:
        write("\n\n".join(_summary(description) for description in found))
    return DONE


def _show(options: argparse.Namespace) -> int:
    from core.jobs.describing import describe
    from core.strategies.registry import look_up

    home = usable_home()
    description = describe(home, look_up(options.name, home.strategies))
    if options.json:
        source = {"source": files_of(description)} if options.source else {}
        write_json(_object(description) | source)
    elif options.source:
        write(source_text(files_of(description)))
    else:
        write(_whole(description))
    return DONE if description.error is None else REFUSED


# As objects


def _object(description: "Description") -> dict[str, object]:
    return {
        "name": description.name,
        "doc": description.doc,
        "kind": description.kind,
        "builtin": description.builtin,
        "path": str(description.path),
        "version": description.version,
        "warmup": description.options.warmup,
        "context_timeframes": list(description.options.context_timeframes),
        "breakeven_after_target": description.options.breakeven_after_target,
        "trailing_pips": description.options.trailing_pips,
        "max_bars": description.options.max_bars,
        "uses_model": description.uses_model,
        "error": description.error,
        "unread": list(description.unread),
        "parameters": [_parameter_object(parameter) for parameter in description.parameters],
    }


def _parameter_object(parameter: "Parameter") -> dict[str, object]:
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "step": parameter.step,
        "choices": list(parameter.choices) if parameter.choices else None,
        "above": parameter.above,
        "help": parameter.help,
    }


def files_of(description: "Description") -> dict[str, str]:
    """Return the texts of a strategy by file name, also of one that cannot be used.

    Raises:
        StrategyError: the file cannot be read.
    """
    import json

    from core.strategies.source import read_text

    if description.source:
        files: dict[str, str] = json.loads(description.source)
        return files
    return {description.path.name: read_text(description.path)}


# As text


def source_text(files: dict[str, str]) -> str:
    """Return sources to be read, each under its name where there are several."""
    # A tab would become a single blank, and the text another program.
    texts = {name: text.expandtabs().rstrip("\n") for name, text in files.items()}
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n\n".join(f"# {clean(name)}\n{text}" for name, text in texts.items())


def _summary(description: "Description") -> str:
    lines = [_title(description)]
    if description.error:
        return "\n".join([*lines, _why_unusable(description)])
    lines += _why_it_fails(description)
    lines += [_prose(line) for line in description.doc.strip().splitlines()[:1]]
    if description.parameters:
        rows = [_parameter_row(parameter) for parameter in description.parameters]
        lines += _explained(("parameter", "default", "allowed"), rows)
    if description.unread:
        names = ", ".join(description.unread)
        lines.append(
            _prose(
                f"computed in the file: {names}; 'backtape strategies {description.name}' runs it", _INDENT
            )
        )
    return "\n".join(lines)


def _whole(description: "Description") -> str:
    lines = [_title(description)]
    if description.error:
        lines.append(_why_unusable(description))
    lines += _why_it_fails(description)
    doc = clean(description.doc.strip(), limit=_LONGEST_DOC, keep_lines=True)
    lines += [_prose(line) for line in doc.splitlines()]
    if description.parameters:
        header = ("parameter", "type", "default", "allowed", "step")
        rows = [_full_row(parameter) for parameter in description.parameters]
        lines += ["", *_explained(header, rows, folding=(4, 1))]
    facts = [(name, text) for name, text in _facts(description) if text]
    return "\n".join([*lines, "", *_indented(table(("", ""), facts).split("\n")[1:])])


def _explained(
    header: Sequence[str], rows: Sequence[Sequence[str]], folding: Sequence[int] = ()
) -> list[str]:
    """Return a table with what the last of each row says behind it, or below it where it is narrow."""
    width = terminal_width()
    room = _ANY if width is None else width - _INDENT
    columns = list(range(len(header)))
    left = _columns(header, rows, columns)
    for column in folding:
        if max(map(len, left)) + _GAP + _LEAST > room:
            columns.remove(column)
            left = _columns(header, rows, columns)
    place = max(map(len, left)) + _GAP
    lines = [left[0]]
    for before, row in zip(left[1:], rows, strict=True):
        if room - place < _LEAST:
            lines += [before, *(f"  {part}" for part in wrapped(row[-1], room - 2))]
        else:
            said = zip_longest([before], wrapped(row[-1], room - place), fillvalue="")
            lines += [f"{start:<{place}}{part}" for start, part in said]
    return _indented(lines)


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[int]) -> list[str]:
    """Return a table of some of the columns, line by line."""
    told = [[row[column] for column in columns] for row in (header, *rows)]
    return table(told[0], told[1:]).split("\n")


def _prose(text: str, indent: int = 2) -> str:
    """Return a line of text, folded where the terminal is narrow."""
    return folded(f"{' ' * indent}{text}", terminal_width(), " " * indent)


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"{' ' * _INDENT}{line}".rstrip() for line in lines]


def _title(description: "Description") -> str:
    origin = "built in" if description.builtin else clean(str(description.path), limit=200)
    return f"{description.name}  ({origin})"


def _why_unusable(description: "Description") -> str:
    return _prose(f"cannot be used: {clean(description.error or '', limit=400)}")


def _why_it_fails(description: "Description") -> list[str]:
    """Return what is known beforehand of how its runs end, if it is no good end."""
    from core.strategies.missing import missing_module

    missing = missing_module(description)
    return [] if missing is None else [_prose(f"its runs fail: {clean(missing, limit=400)}")]


def _facts(description: "Description") -> list[tuple[str, str]]:
    """Return what else is to be known; what has nothing to say has an empty text."""
    kinds = {"signals": "for all bars at once (signals)", "on_bar": "bar by bar (on_bar)"}
    return [
        ("decides", kinds.get(str(description.kind), "")),
        *_option_facts(description.options),
        ("model", "asks one, within the budget of each run" if description.uses_model else ""),
        ("version", description.version),
        ("file", clean(str(Path(description.path)), limit=400)),
    ]


def _option_facts(options: "Options") -> list[tuple[str, str]]:
    return [
        ("warm-up", plural(options.warmup, "bar") if options.warmup else ""),
        ("context", " ".join(options.context_timeframes)),
        ("break-even", "after the first target" if options.breakeven_after_target else ""),
        ("trailing stop", f"{options.trailing_pips:g} pips" if options.trailing_pips else ""),
        ("held at most", plural(options.max_bars, "bar") if options.max_bars else ""),
    ]


def _parameter_row(parameter: "Parameter") -> tuple[str, str, str, str]:
    return (parameter.name, _value(parameter.default), _allowed(parameter), parameter.help)


def _full_row(parameter: "Parameter") -> tuple[str, ...]:
    words = {"int": "whole", "float": "number", "bool": "true/false", "str": "text"}
    step = "" if parameter.step is None else f"{parameter.step:g}"
    name, default, allowed, says = _parameter_row(parameter)
    return (name, words[parameter.kind], default, allowed, step, says)


def _allowed(parameter: "Parameter") -> str:
    above = "" if parameter.above is None else f", above {parameter.above}"
    return f"{_by_itself(parameter)}{above}"


def _by_itself(parameter: "Parameter") -> str:
    from core.strategies.parameters import limit_text

    if parameter.choices:
        return ", ".join(_value(choice) for choice in parameter.choices)
    least, most = parameter.minimum, parameter.maximum
    if least is not None and most is not None:
        return f"{limit_text(least)} to {limit_text(most)}"
    if least is not None:
        return f"from {limit_text(least)}"
    if most is not None:
        return f"to {limit_text(most)}"
    return {"bool": "true, false", "str": "any text"}.get(parameter.kind, "any")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return number_text(value) if isinstance(value, float) else str(value)

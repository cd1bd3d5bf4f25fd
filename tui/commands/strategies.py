"""List the strategies, built in and own, with their parameters."""

import argparse
from typing import TYPE_CHECKING

from core.text import clean
from tui.commands.endings import DONE
from tui.commands.opening import usable_home
from tui.commands.output import write, write_json

if TYPE_CHECKING:
    from core.strategies.parameters import Parameter
    from core.strategies.registry import Description


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def execute(options: argparse.Namespace) -> int:
    """List them; reading their sources, never importing them."""
    from core.strategies.registry import describe_all

    found = describe_all(usable_home().strategies)
    if options.json:
        write_json([_object(description) for description in found])
    else:
        write("\n\n".join(_text(description) for description in found))
    return DONE


def _object(description: "Description") -> dict[str, object]:
    return {
        "name": description.name,
        "doc": description.doc,
        "kind": description.kind,
        "builtin": description.builtin,
        "path": str(description.path),
        "version": description.version,
        "warmup": description.warmup,
        "context_timeframes": list(description.context_timeframes),
        "uses_model": description.uses_model,
        "error": description.error,
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
        "help": parameter.help,
    }


def _text(description: "Description") -> str:
    origin = "built in" if description.builtin else clean(str(description.path), limit=200)
    lines = [f"{description.name}  ({origin})"]
    if description.error:
        return "\n".join([*lines, f"  cannot be used: {clean(description.error, limit=400)}"])
    lines += [f"  {line}" for line in description.doc.strip().splitlines()[:1]]
    lines += [f"    {_parameter_text(parameter)}" for parameter in description.parameters]
    return "\n".join(lines)


def _parameter_text(parameter: "Parameter") -> str:
    limits = ""
    if parameter.choices:
        limits = " | ".join(str(choice) for choice in parameter.choices)
    elif parameter.minimum is not None or parameter.maximum is not None:
        limits = f"{_bound(parameter.minimum)} to {_bound(parameter.maximum)}"
    return f"{parameter.name} = {parameter.default!s:<10} {limits:<16} {parameter.help}".rstrip()


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"

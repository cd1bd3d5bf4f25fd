"""List the strategies, built in and own, with their parameters."""

import argparse
from typing import TYPE_CHECKING

from core.text import clean
from tui.commands.endings import DONE
from tui.commands.opening import usable_home
from tui.commands.output import table, write, write_json

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
    if description.parameters:
        rows = [_parameter_row(parameter) for parameter in description.parameters]
        lines += [f"    {line}" for line in table(("parameter", "default", "allowed", ""), rows).splitlines()]
    return "\n".join(lines)


def _parameter_row(parameter: "Parameter") -> tuple[str, str, str, str]:
    return (parameter.name, _value(parameter.default), _allowed(parameter), parameter.help)


def _allowed(parameter: "Parameter") -> str:
    if parameter.choices:
        return ", ".join(_value(choice) for choice in parameter.choices)
    least, most = parameter.minimum, parameter.maximum
    if least is None and most is None:
        return {"bool": "true, false", "str": "any text"}.get(parameter.kind, "any")
    if most is None:
        return f"from {least:g}"
    return f"to {most:g}" if least is None else f"{least:g} to {most:g}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)

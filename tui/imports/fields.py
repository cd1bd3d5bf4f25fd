"""The fields in which an import is mended, and refusals told in their words."""

import re

from core.text import clean
from tui.form.fields import FieldSpec

CHANGES_BARS = ("symbol", "timeframe", "timezone")
FOR_ALL_FILES = ("timezone", "source", "replace")
REPLACE = "yes"
SPECS = (
    FieldSpec("symbol", "symbol", "of the instrument, such as EURUSD"),
    FieldSpec("timeframe", "timeframe", "such as M15"),
    FieldSpec("timezone", "time zone", "such as Europe/Athens or +02:00"),
    FieldSpec("source", "source", "a name, to keep several apart"),
    FieldSpec(
        "replace",
        "bars that are there",
        "what becomes of bars of the same market",
        (("", "stay"), (REPLACE, "are replaced")),
    ),
)


OPTION = re.compile(r"--(symbol|timeframe|timezone|source|replace)(?: (?:NAME|([A-Z]+\d*)))?")


def in_fields(sentence: str) -> str:
    """Return a sentence with the labels of fields where it names options of the command line."""

    def label(found: re.Match[str]) -> str:
        name = _label_of(found[1])
        return f"{name} {found[2]}" if found[2] else f"the field '{name}'"

    return OPTION.sub(label, clean(sentence))


def fault_of(name: str, *, chosen: bool) -> str:
    """Return what a file has whose field `name` is at fault, "" for no field.

    A value that was chosen is wrong; one that was not chosen is lacking.
    """
    if not name:
        return ""
    return f"a wrong {_label_of(name)}" if chosen else f"no {_label_of(name)}"


def _label_of(name: str) -> str:
    return next(spec.label for spec in SPECS if spec.name == name)

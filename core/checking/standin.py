"""A stand-in for a language model: answers from the schema alone, without asking anybody.

The same prompt and schema always give the same answer, another prompt most
likely another one: so all branches of a strategy are walked, a model that gives
no answer among them, and what it decides depends on nothing but what it asked.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from core.checking.prompts import Prompts
from core.engine.decision import Decision

# One prompt in so many stays without an answer, as with a real model.
_SILENT = 16
_TRIES = 8
# Coprime to how many bars make one of a higher timeframe, so that all of those are asked at in turn.
_DUE = 5
_DEEPEST = 8
_WORDS = ("up", "down", "flat", "none")


class StandIn:
    """Answers every prompt; `budget` calls in all, as good as endless unless given."""

    def __init__(self, prompts: Prompts, start: int = 0, budget: int = 1_000_000_000) -> None:
        """Note what is asked in `prompts`; bar 0 of the strategy is bar `start` of the history."""
        self.budget = budget
        self.left = budget
        self._prompts = prompts
        self._start = start
        self._bar = start
        self._classes: dict[Any, tuple[Mapping[str, Any], str]] = {}

    @property
    def due(self) -> bool:
        """Whether to ask now: on every fifth bar of the history, whichever part of it is shown."""
        return self._bar % _DUE == 0

    def at(self, index: int) -> Self:
        """Return this stand-in as it is asked at the close of a bar."""
        self._bar = index + self._start
        return self

    def decided(self, index: int, decision: Decision) -> None:
        """Take no note of what was decided: an answer depends on the prompt alone."""

    def ask(self, prompt: str, schema: Any) -> Any:  # noqa: ANN401 - a dict or an instance of the schema's class
        """Return an answer of this shape; None as a real model that is used up or fails."""
        described, text = self._described(schema)
        self._prompts.add(self._bar, str(prompt), text)
        seed = f"{prompt}\0{text}"
        if self.left <= 0:
            return None
        self.left -= 1
        if _drawn(seed, "silent", _SILENT) == 0:
            return None
        return _answer(seed, schema, described)

    def _described(self, schema: Any) -> tuple[Mapping[str, Any], str]:  # noqa: ANN401
        """Return a schema as JSON Schema and as text; what a class says of itself is asked once."""
        if isinstance(schema, Mapping):
            return schema, _as_text(schema)
        if schema not in self._classes:
            described = schema.model_json_schema()
            self._classes[schema] = described, _as_text(described)
        return self._classes[schema]


def _as_text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True, default=str)


def _answer(seed: str, schema: Any, described: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return the first answer that the schema's class takes; its own validators may refuse some."""
    if isinstance(schema, Mapping):
        return _value(described, described, seed, "")
    for trial in range(_TRIES):
        try:
            return schema.model_validate(_value(described, described, f"{seed}\0{trial}", ""))
        except ValueError:
            continue
    return None


def _value(part: Mapping[str, Any], whole: Mapping[str, Any], seed: str, path: str) -> Any:  # noqa: ANN401
    """Return a value of the shape that a part of a JSON Schema describes."""
    if path.count("/") > _DEEPEST:
        return None
    if "$ref" in part:
        return _value(_referred(part["$ref"], whole), whole, seed, path + "/")
    if "const" in part:
        return part["const"]
    if part.get("enum"):
        return part["enum"][_drawn(seed, path, len(part["enum"]))]
    for choice in ("anyOf", "oneOf", "allOf"):
        if part.get(choice):
            return _value(
                part[choice][_drawn(seed, path, len(part[choice]))], whole, seed, f"{path}/{choice}"
            )
    return _typed(part, whole, seed, path)


def _typed(part: Mapping[str, Any], whole: Mapping[str, Any], seed: str, path: str) -> Any:  # noqa: ANN401
    kind = part.get("type", "object" if "properties" in part else "string")
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        kind = kind[_drawn(seed, f"{path}/type", len(kind))]
    if kind == "object":
        properties = part.get("properties", {})
        return {name: _value(one, whole, seed, f"{path}/{name}") for name, one in properties.items()}
    if kind == "array":
        count = max(int(part.get("minItems", 1)), min(1, int(part.get("maxItems", 1))))
        return [_value(part.get("items", {}), whole, seed, f"{path}/{number}") for number in range(count)]
    if kind == "boolean":
        return _drawn(seed, path, 2) == 1
    if kind in {"integer", "number"}:
        return _number(part, kind, seed, path)
    return None if kind == "null" else _text(part, seed, path)


def _number(part: Mapping[str, Any], kind: str, seed: str, path: str) -> float:
    """Return a number between the bounds, 0 to 1 or 0 to 100 where there are none."""
    least = part.get("minimum", part.get("exclusiveMinimum", 0))
    most = part.get("maximum", part.get("exclusiveMaximum", least + (100 if kind == "integer" else 1)))
    share = (1 + _drawn(seed, path, 999)) / 1_000
    number = least + (most - least) * share
    return round(number) if kind == "integer" else float(number)


def _text(part: Mapping[str, Any], seed: str, path: str) -> str:
    word = _WORDS[_drawn(seed, path, len(_WORDS))]
    return word.ljust(int(part.get("minLength", 0)), "x")[: part.get("maxLength")]


def _referred(reference: str, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = whole
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _drawn(seed: str, path: str, count: int) -> int:
    """Return a whole number below `count` that depends on the texts alone."""
    digest = hashlib.blake2b(f"{seed}\0{path}".encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count

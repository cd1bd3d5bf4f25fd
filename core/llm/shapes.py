"""The shape an answer must have, a JSON Schema or a pydantic model class, and how answers are read by it."""

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.strategies.errors import StrategyError
from core.text import clean

# Characters of an answer; a longer one is no answer to a question about one bar.
LONGEST = 100_000
_SHOWN = 200
# What strict endpoints refuse to promise; asked without strictness, answers are judged here all the same.
_NEVER_STRICT = {"maxLength", "minLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_NOT_A_SCHEMA = "the schema of an answer must be a JSON Schema as a dict, or a pydantic model class"


class BadAnswerError(Exception):
    """What a model said is not of the shape that was asked for; says in what."""


@dataclass(frozen=True)
class Shape:
    """`document` is the JSON Schema, `text` its canonical form, `kind` the pydantic class, if any."""

    document: dict[str, Any]
    text: str
    kind: Any = None

    @cached_property
    def strict(self) -> bool:
        """Whether every object lists all its properties and allows no others, as strict endpoints want."""
        return _is_strict(self.document)

    def read(self, said: str) -> tuple[Any, str]:
        """Return the answer that a model's text holds, and the text to keep, both cleaned.

        Raises:
            BadAnswerError: it is no JSON, or not of this shape.
        """
        if len(said) > LONGEST:
            raise BadAnswerError(f"the answer is longer than {LONGEST:,} characters")
        value = _cleaned(_parsed(said))
        if self.kind is None:
            self._check(value)
        return self._made(value), json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def again(self, kept: str) -> Any:  # noqa: ANN401 (whatever the schema describes)
        """Return the answer that a kept text holds: it was checked when it came."""
        return self._made(_parsed(kept))

    def _made(self, value: Any) -> Any:  # noqa: ANN401
        if self.kind is None:
            return value
        from pydantic import ValidationError

        try:
            return self.kind.model_validate(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the answer"
            raise BadAnswerError(f"{place}: {clean(first['msg'], limit=_SHOWN)}") from None

    def _check(self, value: Any) -> None:  # noqa: ANN401
        error = self._first_error(self._validator, value)
        if error is not None:
            place = clean(".".join(map(str, error.absolute_path)), limit=_SHOWN) or "the answer"
            raise BadAnswerError(f"{place}: {clean(error.message, limit=_SHOWN)}")

    def _first_error(self, validator: Any, value: Any) -> Any:  # noqa: ANN401 (jsonschema's own)
        """Return the first fault of a value; StrategyError where the schema leads nowhere."""
        try:
            return next(iter(validator.iter_errors(value)), None)
        except Exception as error:  # noqa: BLE001 (a reference that is not there, an expression that is none)
            told = clean(str(error), limit=_SHOWN)
            raise StrategyError(f"{_NOT_A_SCHEMA}; this one is none: {told}") from None

    @cached_property
    def _validator(self) -> Any:  # noqa: ANN401 (jsonschema's class depends on the schema)
        """Return what judges answers; a reference to elsewhere is not followed."""
        import jsonschema
        from referencing import Registry

        try:
            kind = jsonschema.validators.validator_for(self.document, jsonschema.Draft202012Validator)
            kind.check_schema(self.document)
        except Exception as error:  # noqa: BLE001 (whatever it is, the schema is the author's)
            told = clean(str(getattr(error, "message", error)), limit=_SHOWN)
            raise StrategyError(f"{_NOT_A_SCHEMA}; this one is none: {told}") from None
        validator = kind(self.document, registry=Registry())
        self._first_error(validator, {})
        return validator

    def judge(self) -> None:
        """Make sure that the schema itself is one; StrategyError if it is not."""
        if self.kind is None:
            _ = self._validator


def shape_of(schema: Any) -> Shape:  # noqa: ANN401 (that it is one of the two is judged here)
    """Return the shape that a strategy asks for; StrategyError if that is none."""
    kind = schema if _is_model_class(schema) else None
    try:
        document = schema if kind is None else kind.model_json_schema()
        if not isinstance(document, dict):
            raise TypeError
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
        text.encode()
    except Exception:  # noqa: BLE001 (the class is the author's, and so may be its faults)
        raise StrategyError(_NOT_A_SCHEMA) from None
    return Shape(json.loads(text), text, kind)


def _is_model_class(schema: object) -> bool:
    from pydantic import BaseModel

    return isinstance(schema, type) and issubclass(schema, BaseModel)


def _parsed(said: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(said, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadAnswerError(f"the answer is no JSON: {clean(said, limit=_SHOWN)}") from None


def _no_number(name: str) -> None:
    raise ValueError(name)


def _cleaned(value: Any) -> Any:  # noqa: ANN401
    """Return a JSON value whose texts can do nothing to a terminal."""
    if isinstance(value, str):
        return clean(value, limit=LONGEST, keep_lines=True)
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise BadAnswerError("the answer holds a number that is none")
    return value


def _is_strict(part: Any) -> bool:  # noqa: ANN401
    if isinstance(part, list):
        return all(map(_is_strict, part))
    if not isinstance(part, dict):
        return True
    if not _NEVER_STRICT.isdisjoint(part):
        return False
    properties = part.get("properties")
    if part.get("type") == "object" or isinstance(properties, dict):
        listed = set(part.get("required", ())) == set(properties or ())
        if part.get("additionalProperties") is not False or not listed:
            return False
    return all(map(_is_strict, part.values()))

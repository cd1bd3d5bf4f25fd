"""Typed parameters: how a strategy declares them and how a value for one is checked.

The form, the command line, the run request and the optimiser are all made from
`Parameter`; nothing here knows how a declaration was read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Literal, TypeAlias, TypeVar, cast

from core.errors import BacktapeError
from core.text import clean

Value: TypeAlias = bool | int | float | str
Kind: TypeAlias = Literal["int", "float", "bool", "str"]
T = TypeVar("T", bool, int, float, str)

# Whole numbers beyond this are no longer exact as floats, which the store and
# the compiled code would make of them.
LARGEST = 10**15
LONGEST_TEXT = 200

_KINDS: dict[str, Kind] = {"int": "int", "float": "float", "bool": "bool", "str": "str"}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_YES = {"true", "yes", "on", "1"}
_NO = {"false", "no", "off", "0"}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a strategy: its type, its default and what it may be.

    `step` is what a search walks by; values between two steps are allowed. `above` names
    another parameter that this one's value must be greater than: `conflicts` looks at it.
    """

    name: str
    kind: Kind
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[Value, ...] = ()
    help: str = ""
    above: str | None = None

    def check(self, value: object) -> Value:
        """Return `value` in the parameter's type; BacktapeError says what it must be."""
        typed = _in_kind(self.kind, value)
        if typed is None or not self._allows(typed):
            told = "; nothing is given" if value == "" else f", not {shown(value)}"
            raise BacktapeError(f"{self.name} must be {self.wanted()}{told}.", field=self.name)
        return typed

    def parse(self, text: str) -> Value:
        """Return the value that `text`, typed by a person, stands for."""
        return self.check(_read(self.kind, text.strip()))

    def wanted(self) -> str:
        """Return in words what a value must be, as in "a whole number from 2 to 500"."""
        if self.choices:
            return "one of " + ", ".join(_named(choice) for choice in self.choices) + self._above(" and")
        noun = {"int": "a whole number", "float": "a number", "bool": "yes or no", "str": "a text"}
        limits = self._range()
        return noun[self.kind] + limits + self._above(" and" if limits else "")

    def _above(self, joined: str) -> str:
        return "" if self.above is None else f"{joined} above {self.above}"

    def _range(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f" from {limit_text(self.minimum)} to {limit_text(self.maximum)}"
        if self.minimum is not None:
            return f" of at least {limit_text(self.minimum)}"
        return f" of at most {limit_text(self.maximum)}" if self.maximum is not None else ""

    def _allows(self, value: Value) -> bool:
        if self.choices and value not in self.choices:
            return False
        if isinstance(value, str):
            return len(value) <= LONGEST_TEXT
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)


@dataclass(frozen=True)
class Declaration:
    """What stands between the brackets of `parameter(...)`, before it has a name."""

    default: object
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[object, ...] = ()
    help: str = ""
    above: str | None = None

    def named(self, name: str, annotation: str | None = None) -> Parameter:
        """Return the parameter; BacktapeError if the declaration contradicts itself.

        The type is the annotation's if that is int, float, bool or str, else the default's.
        """
        kind = _KINDS.get(annotation or "") or _KINDS.get(type(self.default).__name__)
        if kind is None:
            raise BacktapeError(
                f"The default of {name} must be a number, true or false, or a text, "
                f"not {shown(self.default)}."
            )
        bounds = [_bound(name, part, getattr(self, part)) for part in ("minimum", "maximum", "step")]
        if bounds[2] is not None and bounds[2] <= 0:
            raise BacktapeError(f"The step of {name} must be above zero.")
        choices = tuple(_choice(name, kind, choice) for choice in self.choices)
        help_text = clean(str(self.help))
        above = _other(name, kind, self.above)
        bare = Parameter(name, kind, "", bounds[0], bounds[1], bounds[2], choices, help_text, above)
        return replace(bare, default=_checked_default(bare, self.default))


def parameter(
    default: T,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    choices: Sequence[T] = (),
    help: str = "",  # noqa: A002 - the word an author looks for
    above: str | None = None,
) -> T:
    """Declare a parameter of a strategy as a class attribute.

    `lookback: int = parameter(20, minimum=2, maximum=500, step=1, help="...")`

    On an instance the attribute is the value itself, checked; hence the type
    that this function claims to return. Write the arguments as plain values:
    then a form can be made without running the file. `above="fast"` lets no run be
    made in which the value is not greater than that of the parameter `fast`.
    """
    declared = Declaration(default, minimum, maximum, step, tuple(choices), help, above)
    return cast("T", declared)


def check(parameters: Iterable[Parameter], values: Mapping[str, object]) -> dict[str, Value]:
    """Return a value for every parameter, defaults filled in, which may stand together in a run.

    BacktapeError names the first one at fault in `field`.
    """
    known = tuple(parameters)
    checked = check_each(known, values)
    for name, sentence in conflicts(known, checked).items():
        raise BacktapeError(sentence, field=name)
    return checked


def conflicts(parameters: Iterable[Parameter], values: Mapping[str, Value]) -> dict[str, str]:
    """Return a sentence for each parameter whose value excludes that of another, by name.

    Form, command line and whoever tries out many values ask here; a value that is
    missing excludes nothing.
    """
    found: dict[str, str] = {}
    for spec in parameters:
        value, other = values.get(spec.name), values.get(spec.above or "")
        if isinstance(value, int | float) and isinstance(other, int | float) and value <= other:
            found[spec.name] = (
                f"{spec.name} must be above {spec.above}, which is {shown(other)}; {shown(value)} is not."
            )
    return found


def check_each(parameters: Iterable[Parameter], values: Mapping[str, object]) -> dict[str, Value]:
    """Return a value for every parameter, each checked by itself, in the order declared.

    A run that was stored before two of its values excluded each other is made so.
    BacktapeError names the first one at fault in `field`.
    """
    known = {spec.name: spec for spec in parameters}
    for name in values:
        if name not in known:
            raise BacktapeError(_unknown(str(name), known), field=str(name))
    return {name: spec.check(values.get(name, spec.default)) for name, spec in known.items()}


def parse(parameters: Iterable[Parameter], texts: Mapping[str, str]) -> dict[str, Value]:
    """Return the values that texts typed by a person stand for, defaults filled in."""
    known = {spec.name: spec for spec in parameters}
    read: dict[str, object] = {
        name: known[name].parse(text) if name in known else text for name, text in texts.items()
    }
    return check(known.values(), read)


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    names = ", ".join(known) or "none"
    return f"There is no parameter {clean(name, limit=60)!r}; this strategy has: {names}."


def _in_kind(kind: Kind, value: object) -> Value | None:
    """Return `value` as an int, float, bool or str, or None if it is not one."""
    if kind == "bool":
        return value if isinstance(value, bool) else None
    if kind == "str":
        return clean(value, limit=LONGEST_TEXT + 1) if isinstance(value, str) else None
    number = _as_float(value)
    if kind == "float" or number is None:
        return number
    return int(number) if number.is_integer() else None


def _as_float(value: object) -> float | None:
    """Return a number of any type, numpy's included, None for what is none or far too large."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) <= LARGEST else None


def _read(kind: Kind, text: str) -> object:
    """Return what `text` says in the wanted type, or the text itself if it says nothing."""
    if kind == "int" and _WHOLE.fullmatch(text):
        return int(text)
    if kind in {"int", "float"} and len(text) < LONGEST_TEXT and _DECIMAL.fullmatch(text):
        return float(text)
    if kind == "bool":
        return True if text.lower() in _YES else False if text.lower() in _NO else text
    return text


def _bound(name: str, part: str, value: object) -> float | None:
    if value is None:
        return None
    number = _in_kind("float", value)
    if number is None:
        raise BacktapeError(f"The {part} of {name} must be a number, not {shown(value)}.")
    return cast("float", number)


def _choice(name: str, kind: Kind, value: object) -> Value:
    typed = _in_kind(kind, value)
    if typed is None:
        raise BacktapeError(f"{shown(value)} among the choices of {name} has another type than {name}.")
    return typed


def _other(name: str, kind: Kind, above: object) -> str | None:
    if above is None:
        return None
    if kind not in {"int", "float"}:
        raise BacktapeError(f"{name} is no number, so it cannot be above another parameter.")
    if not isinstance(above, str) or not above.isidentifier() or above == name:
        raise BacktapeError(
            f'What {name} must be above is the name of another parameter, such as above="fast", '
            f"not {shown(above)}."
        )
    return above


def _checked_default(spec: Parameter, default: object) -> Value:
    try:
        return spec.check(default)
    except BacktapeError as error:
        if spec.kind == "bool":  # whoever writes a file writes neither yes nor no
            raise BacktapeError(
                f"The default of {spec.name} must be True or False, not {shown(default)}."
            ) from None
        raise BacktapeError(f"The default of {error}") from None


def limit_text(limit: float) -> str:
    """Return what a number must at least or at most be, as people read it."""
    return f"{int(limit):,}" if float(limit).is_integer() else f"{limit:,}"


def _named(choice: Value) -> str:
    """Return a value to choose, as it is typed."""
    if isinstance(choice, str):
        return clean(choice, limit=40) or "an empty text"
    return ("yes" if choice else "no") if isinstance(choice, bool) else shown(choice)


def shown(value: object) -> str:
    """Return a value as errors name it, short and harmless."""
    if isinstance(value, str):
        return repr(clean(value, limit=40))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and abs(value) > LARGEST:
        return "so large a number"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, int | float):
        return clean(str(value), limit=40)
    return f"an object of type {type(value).__name__}"

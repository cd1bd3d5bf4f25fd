"""The class every strategy derives from."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from core.errors import BacktapeError
from core.market.timeframes import parse_timeframe
from core.strategies.errors import StrategyError
from core.strategies.parameters import Declaration, Parameter, check_each, conflicts, shown
from core.text import clean

if TYPE_CHECKING:
    import numpy.typing as npt

    from core.market.bars import Bars
    from core.strategies.context import Context
    from core.strategies.signals import Signals

# What an author may not name a parameter, because the class needs the name itself.
RESERVED = frozenset({"signals", "on_bar", "parameters", "options", "kind"})
LONGEST_NAME = 60

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Options:
    """What a strategy asks of the engine beside its decisions, checked.

    `warmup` and `max_bars` are numbers of bars, `trailing_pips` is a distance;
    zero means none.
    """

    context_timeframes: tuple[str, ...] = ()
    warmup: int = 0
    breakeven_after_target: bool = False
    trailing_pips: float = 0.0
    max_bars: int = 0


class Strategy:
    """A trading idea: typed parameters and one of `signals` or `on_bar`.

    `signals(bars)` decides for all bars at once and is the fast way;
    `on_bar(context)` is called at every bar's close, for whatever keeps a state.
    Both go through the same broker and give the same trades.
    """

    context_timeframes: tuple[str, ...] | str = ()
    warmup: int = 0
    breakeven_after_target: bool = False
    trailing_pips: float = 0.0
    max_bars: int = 0

    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Read the declared parameters, and leave their defaults as class attributes."""
        super().__init_subclass__()
        annotations = inspect.get_annotations(cls)
        inherited = {spec.name: spec for base in reversed(cls.__bases__) for spec in _of(base)}
        for name, value in list(vars(cls).items()):
            if not isinstance(value, Declaration):
                inherited.pop(name, None)
                continue
            spec = declared(value, name, _annotation_name(annotations.get(name)), inherited)
            inherited[name] = spec
            setattr(cls, name, spec.default)
        cls.parameters = tuple(inherited.values())

    def __new__(cls, *_: object, **values: object) -> Self:
        """Set the checked values before `__init__`, which an author may write as they like."""
        strategy = super().__new__(cls)
        for name, value in check_each(cls.parameters, values).items():
            setattr(strategy, name, value)
        return strategy

    def __init__(self, **values: object) -> None:
        """Take parameter values by name; `__new__` has checked and set them."""

    def signals(self, bars: "Bars") -> "Signals":
        """Return the decisions for all bars; row i may use rows up to and including i."""
        raise NotImplementedError

    def on_bar(self, context: "Context") -> object:
        """Decide at one bar's close by calling `context.buy`, `sell` or `exit`, or not at all."""
        raise NotImplementedError

    def lines(self, bars: "Bars") -> "Mapping[str, npt.NDArray[Any]]":  # noqa: ARG002 - for those who have some
        """Return what is drawn over the prices of a chart: names, and a row a bar each, NaN where unknown."""
        return {}

    @classmethod
    def kind(cls) -> Literal["signals", "on_bar"]:
        """Return which of the two ways the class decides; StrategyError for neither or both."""
        vectorised = cls.signals is not Strategy.signals
        stepped = cls.on_bar is not Strategy.on_bar
        if vectorised == stepped:
            found = "both signals and on_bar" if vectorised else "neither signals nor on_bar"
            raise StrategyError(f"{cls.__name__} has {found}; a strategy needs exactly one of them.")
        return "signals" if vectorised else "on_bar"

    def options(self) -> Options:
        """Return the optional attributes, checked; StrategyError names the one at fault."""
        return options_of({name: getattr(self, name) for name in OPTIONS})


def options_of(values: Mapping[str, object]) -> Options:
    """Return the options that these attributes stand for; StrategyError names the one at fault."""
    checked = {name: OPTIONS[name](name, value) for name, value in values.items() if name in OPTIONS}
    return Options(**checked)  # type: ignore[arg-type]


def declared(
    declaration: Declaration,
    name: str,
    annotation: str | None,
    before: Mapping[str, Parameter | None] | None = None,
) -> Parameter:
    """Return the parameter that a class attribute declares; StrategyError says what is wrong.

    `before` are those declared before it, None for one whose declaration could not be read.
    """
    if name.startswith("_") or name in RESERVED:
        raise StrategyError(f"A parameter cannot be called {name}; choose another name.")
    if len(name) > LONGEST_NAME:
        raise StrategyError(
            f"A parameter's name is longer than {LONGEST_NAME} letters; choose a shorter one."
        )
    try:
        spec = declaration.named(name, annotation)
    except BacktapeError as error:
        raise StrategyError(str(error)) from None
    if before is not None and spec.above is not None:
        _judge_above(spec, spec.above, before)
    return _of_option(spec) if name in OPTIONS else spec


def _judge_above(spec: Parameter, above: str, before: Mapping[str, Parameter | None]) -> None:
    """Refuse a parameter that must be above what is none, or is not above it at the start."""
    if above not in before:
        raise StrategyError(
            f"{spec.name} must be above {clean(above, limit=LONGEST_NAME)}, "
            "but no parameter of that name is declared before it."
        )
    other = before[above]
    if other is None:
        return
    if other.kind not in {"int", "float"}:
        raise StrategyError(f"{spec.name} cannot be above {above}, which is no number.")
    for sentence in conflicts([spec], {spec.name: spec.default, above: other.default}).values():
        raise StrategyError(f"The defaults exclude each other: {sentence}")


def _of_option(spec: Parameter) -> Parameter:
    """Return a parameter that is also an option, bounded by what the option may be."""
    kinds, example = _OPTION_KINDS[spec.name]
    if spec.kind not in kinds:
        raise StrategyError(f"{spec.name} is an option of the broker; write it like {spec.name}: {example}.")
    OPTIONS[spec.name](spec.name, spec.default)
    if not {"int", "float"} & kinds:
        return spec
    return replace(spec, minimum=0.0 if spec.minimum is None else max(0.0, spec.minimum))


def refuse_class_name(class_name: str) -> None:
    """Raise StrategyError for a class whose name makes no name that can be typed everywhere."""
    name = strategy_name(class_name)
    if len(name) > LONGEST_NAME:
        raise StrategyError(f"The class's name is longer than {LONGEST_NAME} letters; choose a shorter one.")
    if not _NAME.fullmatch(name):
        raise StrategyError(
            f"The class {clean(class_name, limit=60)} makes no strategy name of plain letters a to z, digits "
            "and _; rename it."
        )


def strategy_name(class_name: str) -> str:
    """Return the class name in snake case: SmaCross is sma_cross, RSIReversion rsi_reversion."""
    letters: list[str] = []
    for index, letter in enumerate(class_name):
        before = class_name[index - 1 : index]
        after = class_name[index + 1 : index + 2]
        starts_word = letter.isupper() and (before.islower() or before.isdigit() or after.islower())
        if starts_word and before not in {"", "_"}:
            letters.append("_")
        letters.append(letter.lower())
    return "".join(letters).strip("_")


def make(strategy: type[Strategy], values: Mapping[str, object]) -> Strategy:
    """Return an instance with these parameter values, whatever `__init__` its author wrote."""
    instance = strategy.__new__(strategy, **values)
    type(instance).__init__(instance)
    return instance


def _of(base: type) -> tuple[Parameter, ...]:
    return base.parameters if issubclass(base, Strategy) else ()


def _annotation_name(annotation: object) -> str | None:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", None)


def _timeframes(name: str, value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, tuple | list) or not all(isinstance(part, str) for part in parts):
        raise StrategyError(f'{name} must be a tuple of names such as ("H1", "H4").')
    named = [part.strip() for part in parts if part.strip()]
    try:
        return tuple(str(parse_timeframe(part)) for part in named)
    except BacktapeError as error:
        raise StrategyError(f"{name}: {error}") from None


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise StrategyError(f"{name} must be a number of bars, zero or more, not {shown(value)}.")
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise StrategyError(f"{name} must be True or False, not {shown(value)}.")
    return value


def _distance(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise StrategyError(f"{name} must be a number of pips, zero or more, not {shown(value)}.")
    return float(value)


# The optional attributes, and what reads each.
OPTIONS: dict[str, Callable[[str, object], object]] = {
    "context_timeframes": _timeframes,
    "warmup": _count,
    "breakeven_after_target": _flag,
    "trailing_pips": _distance,
    "max_bars": _count,
}
_OPTION_KINDS: dict[str, tuple[frozenset[str], str]] = {
    "context_timeframes": (frozenset({"str"}), 'str = parameter("H1,H4")'),
    "warmup": (frozenset({"int"}), "int = parameter(300)"),
    "breakeven_after_target": (frozenset({"bool"}), "bool = parameter(True)"),
    "trailing_pips": (frozenset({"int", "float"}), "float = parameter(30.0)"),
    "max_bars": (frozenset({"int"}), "int = parameter(48)"),
}

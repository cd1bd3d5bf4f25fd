"""The fields of the new-run form about the strategy: its parameters, and what it may ask of a model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.strategies.parameters import Parameter, Value, conflicts
from tui.form.fields import FieldSpec, number_text

if TYPE_CHECKING:
    from core.strategies.registry import Description

# What the names of fields of parameters begin with.
PARAMETER = "params."


def fields(
    strategies: Iterable["Description"], strategy: "Description", not_offered: Sequence[str] = ()
) -> tuple[FieldSpec, ...]:
    """Return the fields for one of these strategies; others cannot be used and are not offered."""
    names = tuple((one.name, one.name) for one in strategies)
    return (
        FieldSpec("strategy", "strategy", strategy.summary, names, besides=_besides(not_offered)),
        *(_parameter_field(spec) for spec in strategy.parameters),
        *(_MODEL_FIELDS if strategy.uses_model else ()),
    )


def _besides(not_offered: Sequence[str]) -> str:
    """Return that there are others which cannot be used; one alone is named."""
    if not not_offered:
        return ""
    others = f"{len(not_offered):,} other files" if len(not_offered) > 1 else f"The file of {not_offered[0]}"
    return f"{others} cannot be used; Strategies tells why."


def _parameter_field(spec: Parameter) -> FieldSpec:
    hint = f"{spec.help}; {spec.wanted()}" if spec.help else spec.wanted()
    choices = (True, False) if spec.kind == "bool" else spec.choices
    offered = tuple((value_text(choice), value_text(choice)) for choice in choices)
    return FieldSpec(PARAMETER + spec.name, spec.name, hint, offered)


def value_text(value: Value) -> str:
    """Return a value of a parameter as it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number_text(value)


def parameters(strategy: "Description", texts: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
    """Return the values that were typed, and the sentences about those that are none, by field."""
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for spec in strategy.parameters:
        try:
            values[spec.name] = spec.parse(texts[PARAMETER + spec.name])
        except BacktapeError as error:
            problems[PARAMETER + spec.name] = str(error)
    excluded = conflicts(strategy.parameters, values)
    return values, problems | {PARAMETER + name: sentence for name, sentence in excluded.items()}


def missing_stop(strategy: "Description", values: Mapping[str, Value]) -> str | None:
    """Return which parameter leaves a strategy without a stop: by custom one named so, at zero."""
    stops = (spec.name for spec in strategy.parameters if spec.name.split("_")[0] == "stop")
    return next((name for name in stops if values.get(name) == 0), None)


_MODEL_FIELDS = (
    FieldSpec("max_llm_calls", "model calls", "requests to the model at most, those that fail counted too"),
    FieldSpec(
        "fresh",
        "ask afresh",
        "yes: the model is asked again what an equal run has asked it before",
        (("no", "no"), ("yes", "yes")),
    ),
)

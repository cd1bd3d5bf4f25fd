"""The part of `config.toml` about language models.

    [llm]
    base_url = "http://localhost:8080/v1"   # BACKTAPE_LLM_BASE_URL overrides it
    model = "some-model"                    # BACKTAPE_LLM_MODEL overrides it
    timeout_seconds = 60                    # of one request, all in all
    retries = 2                             # after a request that failed; each is a call of the budget

    [llm.models."some-model"]
    input_price = 0.15                      # for a million tokens, in whatever currency
    output_price = 0.60
    cutoff = 2024-06-30                     # the model may know of what happened until then

A key is never kept here: it is taken from `BACKTAPE_LLM_API_KEY`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.config_values import quoted, refuse_unknown, section
from core.errors import BacktapeError

TIMEOUT_SECONDS = 60.0
RETRIES = 2

_MOST_SECONDS = 3600
_MOST_RETRIES = 10
_DEAREST = 1e6
_LONGEST = 200
_KEYS = ("base_url", "model", "timeout_seconds", "retries", "models")
_FACTS = ("input_price", "output_price", "cutoff")
_SECRETS = {"api_key", "apikey", "key", "token", "secret"}


@dataclass(frozen=True)
class ModelFacts:
    """What is known of a model: prices for a million tokens, and the last day it may know of."""

    input_price: float | None = None
    output_price: float | None = None
    cutoff: dt.date | None = None


@dataclass(frozen=True)
class LlmConfig:
    """What the file says of language models; None where it says nothing."""

    base_url: str | None = None
    model: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS
    retries: int = RETRIES
    models: Mapping[str, ModelFacts] = field(default_factory=dict)


def llm_config(table: Mapping[str, Any], path: Path) -> LlmConfig:
    """Return what the section `[llm]` says; BacktapeError names the key at fault."""
    for key in table:
        if key.lower() in _SECRETS:
            raise BacktapeError(
                f"{path}: llm.{key} would keep a key in a file; take it out, and set BACKTAPE_LLM_API_KEY."
            )
    refuse_unknown(table, "llm", _KEYS, path)
    models = section(table, "models", path, '[llm.models."NAME"]')
    return LlmConfig(
        base_url=_text(table, "base_url", path),
        model=_text(table, "model", path),
        timeout_seconds=_timeout(table, path),
        retries=_retries(table, path),
        models={name: _facts(models, name, path) for name in models},
    )


def _text(table: Mapping[str, Any], key: str, path: Path) -> str | None:
    value = table.get(key)
    if value is None or (isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST):
        return None if value is None else value.strip()
    raise BacktapeError(f"{path}: llm.{key} must be a text of at most {_LONGEST} characters.")


def _timeout(table: Mapping[str, Any], path: Path) -> float:
    value = table.get("timeout_seconds", TIMEOUT_SECONDS)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _MOST_SECONDS:
        return float(value)
    raise BacktapeError(
        f"{path}: llm.timeout_seconds must be a number above 0 and at most {_MOST_SECONDS}, "
        f"not {quoted(value)}."
    )


def _retries(table: Mapping[str, Any], path: Path) -> int:
    value = table.get("retries", RETRIES)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_RETRIES:
        return value
    raise BacktapeError(
        f"{path}: llm.retries must be a whole number from 0 to {_MOST_RETRIES}, not {quoted(value)}."
    )


def _facts(models: Mapping[str, Any], name: str, path: Path) -> ModelFacts:
    where = f"llm.models.{quoted(name)}"
    facts = section(models, name, path, '[llm.models."NAME"]')
    refuse_unknown(facts, where, _FACTS, path)
    return ModelFacts(
        _price(facts, "input_price", where, path),
        _price(facts, "output_price", where, path),
        _cutoff(facts, where, path),
    )


def _price(facts: Mapping[str, Any], key: str, where: str, path: Path) -> float | None:
    value = facts.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _DEAREST:
        return float(value)
    raise BacktapeError(
        f"{path}: {where}.{key} must be a price for a million tokens, such as 0.15, not {quoted(value)}."
    )


def _cutoff(facts: Mapping[str, Any], where: str, path: Path) -> dt.date | None:
    value = facts.get("cutoff")
    if value is None:
        return None
    try:
        return _day(value)
    except ValueError:
        raise BacktapeError(
            f"{path}: {where}.cutoff must be a day, such as 2024-06-30, not {quoted(value)}."
        ) from None


def _day(value: object) -> dt.date:
    """Return a day, written as a date of TOML or as a text."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    raise ValueError

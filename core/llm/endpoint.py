"""Where a language model is asked: the endpoint as environment and `config.toml` give it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.config import read_config
from core.errors import BacktapeError
from core.home import Home
from core.llm.configured import LlmConfig
from core.text import clean

BASE_URL = "BACKTAPE_LLM_BASE_URL"
MODEL = "BACKTAPE_LLM_MODEL"

HOW_TO_SET = f"set {BASE_URL} and {MODEL}, or [llm] in config.toml"
_LONGEST = 200


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible endpoint and the model asked there; it holds no key.

    `host` is what a run keeps of the address: its host, and the port where one is named.
    """

    base_url: str
    host: str
    model: str
    timeout_seconds: float
    retries: int


def configured_endpoint(home: Home, environment: Mapping[str, str] | None = None) -> Endpoint | None:
    """Return the endpoint that is set now, None where there is none.

    Raises:
        BacktapeError: what is set is half of it, or no address.
    """
    return endpoint_of(read_config(home).llm, os.environ if environment is None else environment)


def endpoint_of(config: LlmConfig, environment: Mapping[str, str]) -> Endpoint | None:
    """Return what the environment and a configuration make together; the environment comes first."""
    base_url = environment.get(BASE_URL, "").strip() or config.base_url
    model = clean(environment.get(MODEL, "").strip() or config.model or "", limit=_LONGEST)
    if not base_url and not model:
        return None
    if not base_url or not model:
        missing, there = (BASE_URL, "a model") if not base_url else (MODEL, "an address")
        raise BacktapeError(f"There is {there} but not the other half of it; set {missing} too.")
    return Endpoint(base_url, _host(base_url), model, config.timeout_seconds, config.retries)


def _host(base_url: str) -> str:
    """Return host and port of an address; BacktapeError, without repeating it, if it is none to be used."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BacktapeError(
            f"The address of the model's endpoint ({BASE_URL}) must not hold a user name, a password or "
            "anything after a question mark; put the key into BACKTAPE_LLM_API_KEY."
        )
    if parts.scheme not in {"http", "https"} or not host or not base_url.isprintable() or " " in base_url:
        raise BacktapeError(
            f"The address of the model's endpoint ({BASE_URL}) must be one such as "
            "http://localhost:8080/v1 or https://api.example.com/v1."
        )
    shown = f"[{host}]" if ":" in host else host
    return clean(shown if port is None else f"{shown}:{port}", limit=_LONGEST)

"""Where a model is asked, what is known of it, and what must not be said there."""

import datetime as dt
import pickle
from pathlib import Path

import pytest

from core.config import read_config
from core.errors import BacktapeError
from core.home import Home
from core.llm.configured import LlmConfig, ModelFacts, llm_config
from core.llm.cutoffs import cutoff_of, warning
from core.llm.endpoint import configured_endpoint, endpoint_of
from core.llm.secret import Secret, scrubbed, take_key

WHOLE = """
[llm]
base_url = "http://localhost:8080/v1"
model = "some-model"
timeout_seconds = 12.5
retries = 0

[llm.models."some-model"]
input_price = 0.15
output_price = 0.6
cutoff = 2024-06-30
"""


def test_a_section_says_where_to_ask_and_what_it_costs(home: Home) -> None:
    home.config.write_text(WHOLE)
    endpoint = configured_endpoint(home, {})
    assert endpoint is not None
    assert (endpoint.base_url, endpoint.host, endpoint.model) == (
        "http://localhost:8080/v1",
        "localhost:8080",
        "some-model",
    )
    assert (endpoint.timeout_seconds, endpoint.retries) == (12.5, 0)
    facts = read_config(home).llm.models["some-model"]
    assert facts == ModelFacts(0.15, 0.6, dt.date(2024, 6, 30))


def test_the_environment_comes_before_the_file(home: Home) -> None:
    home.config.write_text(WHOLE)
    told = {"BACKTAPE_LLM_BASE_URL": "https://api.example.com/v1", "BACKTAPE_LLM_MODEL": "other"}
    endpoint = configured_endpoint(home, told)
    assert endpoint is not None
    assert (endpoint.host, endpoint.model) == ("api.example.com", "other")


def test_nothing_set_is_nobody_to_ask_and_half_of_it_a_mistake() -> None:
    assert endpoint_of(LlmConfig(), {}) is None
    with pytest.raises(BacktapeError, match="set BACKTAPE_LLM_MODEL too"):
        endpoint_of(LlmConfig(base_url="http://localhost/v1"), {})
    with pytest.raises(BacktapeError, match="set BACKTAPE_LLM_BASE_URL too"):
        endpoint_of(LlmConfig(model="m"), {})


@pytest.mark.parametrize(
    "address",
    [
        "http://user:hunter2@localhost/v1",
        "https://hunter2@localhost/v1",
        "https://localhost/v1?key=hunter2",
        "https://localhost/v1#hunter2",
        "ftp://localhost/hunter2",
        "localhost/hunter2",
        "http://[hunter2/v1",
        "http://localhost:99999/hunter2",
        "http://local host/hunter2",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(BacktapeError) as raised:
        endpoint_of(LlmConfig(base_url=address, model="m"), {})
    assert "hunter2" not in str(raised.value)
    assert "BACKTAPE_LLM_BASE_URL" in str(raised.value)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"api_key": "sk-secret"}, "llm.api_key would keep a key in a file"),
        ({"url": "x"}, "llm has a key 'url', which means nothing"),
        ({"base_url": 5}, "llm.base_url must be a text"),
        ({"timeout_seconds": 0}, "llm.timeout_seconds must be a number above 0"),
        ({"timeout_seconds": True}, "llm.timeout_seconds must be a number above 0"),
        ({"retries": 11}, "llm.retries must be a whole number from 0 to 10"),
        ({"retries": 1.5}, "llm.retries must be a whole number from 0 to 10"),
        ({"models": {"m": 1}}, 'm must be a section [llm.models."NAME"]'),
        ({"models": {"m": {"price": 1}}}, "llm.models.'m' has a key 'price'"),
        ({"models": {"m": {"input_price": -1}}}, "input_price must be a price for a million tokens"),
        ({"models": {"m": {"output_price": float("nan")}}}, "output_price must be a price"),
        ({"models": {"m": {"cutoff": "soon"}}}, "cutoff must be a day, such as 2024-06-30"),
    ],
)
def test_what_has_no_meaning_is_refused_with_file_and_key(table: dict[str, object], told: str) -> None:
    with pytest.raises(BacktapeError) as raised:
        llm_config(table, Path("/home/config.toml"))
    assert told in str(raised.value)
    assert "/home/config.toml" in str(raised.value)
    assert "sk-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "cutoff"),
    [
        ("gpt-4o", dt.date(2023, 10, 31)),
        ("gpt-4o-mini-2024-07-18", dt.date(2023, 10, 31)),
        ("openai/gpt-4.1-mini", dt.date(2024, 6, 30)),
        ("meta-llama/Llama-3.1-8B-Instruct", dt.date(2023, 12, 31)),
        ("gpt-4", None),
        ("gpt-4omega", None),
        ("some-model", None),
    ],
)
def test_a_name_is_that_of_its_family_or_of_none(name: str, cutoff: dt.date | None) -> None:
    assert cutoff_of(name, {}) == cutoff


def test_what_is_configured_comes_before_what_is_known() -> None:
    own = {"gpt-4o": ModelFacts(cutoff=dt.date(2020, 1, 1)), "mine": ModelFacts(input_price=1.0)}
    assert cutoff_of("gpt-4o", own) == dt.date(2020, 1, 1)
    assert cutoff_of("mine", own) is None


def test_a_period_that_begins_before_the_cutoff_is_warned_of() -> None:
    cutoff = dt.date(2023, 10, 31)
    before, after = (dt.datetime(2023, month, day, tzinfo=dt.UTC) for month, day in ((10, 31), (11, 1)))
    assert "gpt-4o may know what happened until 2023-10-31" in warning("gpt-4o", cutoff, before)
    assert warning("gpt-4o", cutoff, after) == ""
    assert warning("gpt-4o", None, before) == ""


def test_a_key_is_taken_out_of_the_environment_and_says_nothing_of_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BACKTAPE_LLM_API_KEY", " sk-abc/def+1 ")
    key = take_key()
    assert key is not None
    assert take_key() is None
    assert key.reveal() == "sk-abc/def+1"
    assert "sk-" not in f"{key} {key!r} {[key]}"
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize(
    "text", ["sk-abc/def+1", "sk-abc\\/def+1", "sk-abc%2Fdef%2B1", "c2stYWJjL2RlZisx", "x\x1bsk-abc/def+1"]
)
def test_a_key_is_found_however_it_is_written(text: str) -> None:
    assert scrubbed(f"wrong key {text}.", Secret("sk-abc/def+1")).replace("\x1b", "").replace("x", "") == (
        "wrong key [key]."
    )


def test_credentials_of_an_address_are_taken_out() -> None:
    assert (
        scrubbed("cannot reach http://me:pw@proxy:3128/ now", None) == "cannot reach http://proxy:3128/ now"
    )

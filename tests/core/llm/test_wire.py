"""Requests to a real socket: what is sent, and what is made of what comes back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import BacktapeError
from core.llm.client import Client, NoModelError
from core.llm.configured import LlmConfig
from core.llm.endpoint import endpoint_of
from core.llm.said import Said
from core.llm.secret import Secret
from core.llm.shapes import shape_of
from tests.core.llm.answering import SCHEMA
from tests.core.llm.conftest import KEY
from tests.stub_model import MODEL, Stub, stub_model


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stub]:
    with stub_model(tmp_path_factory.mktemp("stub")) as stub:
        yield stub


def client_of(stub: Stub, *, seconds: float = 5.0, waits: list[int] | None = None) -> Client:
    endpoint = endpoint_of(LlmConfig(stub.base_url, MODEL, seconds), {})
    assert endpoint is not None
    return Client(endpoint, Secret(KEY), lambda: None if waits is None else waits.append(1))


def said(stub: Stub, word: str, schema: dict[str, Any] = SCHEMA) -> Said:
    stub.plan(word)
    return client_of(stub).request(MODEL, "buy or sell?", shape_of(schema))


def test_a_request_holds_model_prompt_schema_and_key_and_leaves_nothing_to_chance(served: Stub) -> None:
    found = said(served, "answer")
    assert found.text in ('{"action": "buy"}', '{"action": "sell"}')
    assert (found.prompt_tokens, found.completion_tokens) == (100, 10)
    asked = served.requests[-1]
    assert asked["path"] == "/v1/chat/completions"
    assert asked["authorization"] == f"Bearer {KEY}"
    body = asked["body"]
    assert body["model"] == MODEL
    assert body["messages"] == [{"role": "user", "content": "buy or sell?"}]
    assert (body["temperature"], body["seed"]) == (0, 0)
    assert body["response_format"]["json_schema"] == {"name": "answer", "schema": SCHEMA, "strict": True}


def test_one_call_is_one_request_whatever_comes_back(served: Stub) -> None:
    for word in ("status:500", "status:429", "redirect", "close", "later:0", "say:x"):
        before = served.count
        said(served, word)
        assert served.count == before + 1, word


def test_an_endpoint_that_gives_the_key_away_does_not_get_it_into_an_answer_or_an_error(served: Stub) -> None:
    for word in ("echo", "echo:401", "echo:500"):
        told = f"{said(served, word, {'type': 'object', 'properties': {'reason': {'type': 'string'}}})}"
        assert "Bearer [key]" in told
        assert KEY not in told


def test_whoever_waits_is_heard_of_and_does_not_wait_longer_than_the_request_may_take(served: Stub) -> None:
    waits: list[int] = []
    served.plan("hang")
    client = client_of(served, seconds=0.6, waits=waits)
    found = client.request(MODEL, "now?", shape_of(SCHEMA))
    assert found.error == "no answer within 0.6 seconds"
    assert found.seconds < 5
    assert waits


def test_without_the_packages_it_is_said_how_to_install_them(
    served: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(NoModelError, match=r"install them with: pip install 'backtape\[llm\]'"):
        client_of(served).load()


def test_a_key_that_cannot_stand_in_a_header_is_refused_without_being_shown(served: Stub) -> None:
    client = client_of(served)
    broken = Client(client.endpoint, Secret("sk-one\nsk-two"), lambda: None)
    with pytest.raises(BacktapeError) as raised:
        broken.load()
    assert "sk-" not in str(raised.value)


def test_an_answer_without_usage_or_message_is_taken_for_what_it_is(served: Stub) -> None:
    assert said(served, "say:").error is not None
    assert "holds no message" in str(said(served, "say: ").error)


def test_nobody_there_is_told_as_that(tmp_path: Path) -> None:
    with stub_model(tmp_path) as stub:
        client = client_of(stub)
        stub.stop()
        found = client.request(MODEL, "now?", shape_of(SCHEMA))
    assert str(found.error).startswith("the endpoint cannot be reached")
    assert found.may_pass
    assert replace(found, status=404).refused

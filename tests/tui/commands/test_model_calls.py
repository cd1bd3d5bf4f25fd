"""Runs that ask a language model, from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home
from tests.core.llm.conftest import ASKING
from tests.homes import market_home
from tests.stub_model import Stub, stub_model
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow

RUN = ("run", "asking", "SYNTHETIC", "H1", "--max-llm-calls", "5")
FACTS = """
[llm]
retries = 0

[llm.models."gpt-4o"]
input_price = 2.5
output_price = 10
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Home, Stub]]:
    """A data folder with a strategy that asks, and an endpoint for it."""
    with stub_model(tmp_path / "stub") as stub:
        monkeypatch.setenv("BACKTAPE_LLM_BASE_URL", stub.base_url)
        monkeypatch.setenv("BACKTAPE_LLM_MODEL", "gpt-4o")
        monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
        with market_home(tmp_path / "home") as home:
            (home.strategies / "asking.py").write_text(ASKING)
            home.config.write_text(FACTS)
            yield home, stub


def test_a_run_says_what_the_model_may_know_and_reports_what_it_asked(asked: tuple[Home, Stub]) -> None:
    _, stub = asked
    stub.plan("answer", "status:500", "answer")
    said = program(*RUN)
    assert said.code == 0, said.err
    assert "gpt-4o may know what happened until 2023-10-31" in said.err
    figures = "5 requests, 0 replayed; 4 answered, 1 failed; 0 not asked for want of budget; 400 + 40 tokens"
    assert figures in said.out
    assert "cost 0.0014" in said.out
    assert "may be memory, not judgement" in said.out


def test_show_tells_every_call_with_its_decision_and_what_came_of_it(asked: tuple[Home, Stub]) -> None:
    _, stub = asked
    stub.plan("answer", "status:500", "answer")
    assert program(*RUN).code == 0
    text = program("show", "1", "--calls").out
    assert "#1  20" in text
    assert "110 tokens" in text
    assert "asked   It closed at" in text
    assert 'said    {"action":' in text
    assert "failed  the endpoint answered with status 500" in text
    calls = json.loads(program("show", "1", "--calls", "--json").out)["calls"]
    assert [call["number"] for call in calls] == [1, 2, 3, 4, 5]
    assert [call["state"] for call in calls] == ["answered", "failed", *["answered"] * 3]
    assert all(call["decision"] for call in calls)
    assert any(call["position"] is not None and call["profit"] is not None for call in calls)
    document = json.loads(program("show", "1", "--json").out)
    assert "calls" not in document
    assert (document["llm_requests"], document["llm_failed"]) == (5, 1)


def test_a_second_run_is_replayed_and_says_so_unless_fresh(asked: tuple[Home, Stub]) -> None:
    _, stub = asked
    assert program(*RUN).code == 0
    again = program(*RUN, "--json")
    assert "5 calls have been made for this very configuration and will be replayed" in again.err
    assert json.loads(again.out)["llm_requests"] == 0
    assert stub.count == 5
    assert program(*RUN, "--fresh").code == 0
    assert stub.count == 10
    assert program("repeat", "1").code == 0
    assert stub.count == 10
    assert program("repeat", "1", "--fresh").code == 0
    assert stub.count == 15


def test_without_an_endpoint_a_run_is_refused_in_a_sentence(
    asked: tuple[Home, Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKTAPE_LLM_BASE_URL")
    monkeypatch.delenv("BACKTAPE_LLM_MODEL")
    said = program(*RUN)
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "there is none to ask: set BACKTAPE_LLM_BASE_URL and BACKTAPE_LLM_MODEL" in said.err
    assert program("run", "sma_cross", "SYNTHETIC", "H1").code == 0

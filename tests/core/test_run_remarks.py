from typing import Any

import pytest

from core.run_remarks import remarks
from tests.records import STATISTICS, run

CALM: dict[str, Any] = STATISTICS | {"ambiguous_exits": 0}


def test_a_run_without_anything_doubtful_has_none() -> None:
    assert remarks(run(statistics=CALM)) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"symbol": "SYNTHETIC"}, "SYNTHETIC prices"),
        ({"settings": {"spread_source": "data"}}, "this flatters the result"),
        ({"statistics": CALM | {"stopped_out": True}}, "The account went broke"),
        ({"statistics": CALM | {"ambiguous_exits": 1}}, "1 bar touches stop and target: which came first"),
        ({"statistics": CALM | {"ambiguous_exits": 14}}, "14 bars touch stop and target"),
        ({"statistics": CALM | {"refused_size": 3}}, "Refused entries: 3 for a size below the smallest lot."),
        ({"settings": {"model": "m", "cutoff": "2025-01-31"}}, "2025-01-31"),
    ],
)
def test_whatever_makes_figures_doubtful_is_said(changed: dict[str, Any], sentence: str) -> None:
    (said,) = remarks(run(**({"statistics": CALM} | changed)))
    assert sentence in said


def test_what_a_model_was_asked_is_told_harmless() -> None:
    figures = CALM | {"llm_requests": 14, "llm_answered": 12, "llm_failed": 2, "llm_cost": 0.125}
    (said,) = remarks(run(statistics=figures, settings={"model": "\x1bm", "endpoint": "host"}))
    assert said.startswith("Model \ufffdm at host: 14 requests, 0 replayed; 12 answered, 2 failed;")
    assert said.endswith("cost 0.1250.")

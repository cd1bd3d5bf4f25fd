from typing import Any

import pytest

from core.run_remarks import remarks, verdict
from tests.records import STATISTICS, run

SMALL = "for a size below the smallest lot"
CALM: dict[str, Any] = STATISTICS | {"ambiguous_exits": 0}

HOLE = {
    "holes": 1,
    "longest_hole_start": "2020-08-14T21:00:00Z",
    "longest_hole_end": "2025-04-15T22:00:00Z",
    "longest_hole_weeks": 243,
}


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
        (
            {"statistics": CALM | HOLE},
            "The period has no bars at all from 2020-08-14 to 2025-04-15 (243 weeks).",
        ),
        (
            {"statistics": CALM | HOLE | {"holes": 3}},
            " (243 weeks), nor in 2 more holes of a week or longer.",
        ),
        ({"statistics": CALM | {"refused_size": 3}}, "Refused entries: 3 for a size below the smallest lot."),
        ({"risk_pct": 1.0, "execution_mode": "close_price"}, "stops are judged at closes"),
        ({"settings": {"model": "m", "cutoff": "2025-01-31"}}, "2025-01-31"),
    ],
)
def test_whatever_makes_figures_doubtful_is_said(changed: dict[str, Any], sentence: str) -> None:
    (said,) = remarks(run(**({"statistics": CALM} | changed)))
    assert sentence in said


def none_taken(**refused: int) -> dict[str, Any]:
    """A run without a trade, of which so many entries were refused."""
    of = {"refused_entries": sum(refused.values())} | {f"refused_{why}": n for why, n in refused.items()}
    return {"total_trades": 0, "statistics": CALM | {"positions": 0} | of}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (none_taken(), "No trade: the strategy opened no position, and no entry was refused."),
        (none_taken(margin=1), "No trade: its only entry was refused for lack of margin."),
        (none_taken(margin=1200), "No trade: all 1,200 entries were refused for lack of margin."),
        (
            none_taken(margin=4, size=2),
            f"No trade: all 6 entries were refused, 4 for lack of margin, 2 {SMALL}.",
        ),
        ({"total_trades": 0, "statistics": {}}, "No trade was made."),
        (
            {"total_trades": 0, "statistics": {"refused_entries": 3}},
            "No trade: all 3 entries were refused.",
        ),
    ],
)
def test_why_there_is_no_trade_is_said_as_far_as_it_is_known(changed: dict[str, Any], sentence: str) -> None:
    assert verdict(run(**changed)) == sentence
    assert remarks(run(**changed)) == [sentence]


@pytest.mark.parametrize(
    ("refused", "taken", "sentence"),
    [
        ({"margin": 7}, 3, "7 entries refused for lack of margin, 3 taken."),
        (
            {"margin": 7, "size": 2},
            2,
            f"9 entries refused, 2 taken; refused were 7 for lack of margin, 2 {SMALL}.",
        ),
        ({"margin": 3}, 3, ""),
    ],
)
def test_more_entries_refused_than_taken_make_a_verdict(
    refused: dict[str, int], taken: int, sentence: str
) -> None:
    of = none_taken(**refused)["statistics"] | {"positions": taken}
    assert verdict(run(statistics=of)) == sentence
    (said,) = remarks(run(statistics=of))
    assert said == (sentence or "Refused entries: 3 for lack of margin.")


def test_the_weightiest_comes_first() -> None:
    of = none_taken(margin=7)["statistics"] | {"positions": 3, "stopped_out": True, "ambiguous_exits": 2}
    broke = run(symbol="SYNTHETIC", statistics=of, settings={"spread_source": "data"})
    said = remarks(broke)
    assert said[0] == verdict(broke)
    assert [one.split()[0] for one in said] == ["The", "7", "SYNTHETIC", "2", "Note:"]


@pytest.mark.parametrize("status", ["pending", "running", "failed", "cancelled"])
def test_of_a_run_without_a_result_nothing_is_said(status: str) -> None:
    assert verdict(run(status=status, total_trades=None, statistics={})) == ""


def test_what_a_model_was_asked_is_told_harmless() -> None:
    figures = CALM | {"llm_requests": 14, "llm_answered": 12, "llm_failed": 2, "llm_cost": 0.125}
    (said,) = remarks(run(statistics=figures, settings={"model": "\x1bm", "endpoint": "host"}))
    assert said.startswith("Model \ufffdm at host: 14 requests, 0 replayed; 12 answered, 2 failed;")
    assert said.endswith("cost 0.1250.")

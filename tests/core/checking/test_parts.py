"""What the checks are made of: parts of a history, cuts, comparable decisions, the stand-in for a model."""

import itertools
import json
from enum import Enum
from typing import Literal

import numpy as np
import pytest
from pydantic import BaseModel, Field

from core.checking.cuts import choose, further
from core.checking.decided import Decided, both_words, first_difference
from core.checking.deciding import Decider, Span
from core.checking.histories import first_change, part, with_one_more
from core.checking.prompts import Prompts
from core.checking.standin import StandIn
from core.checking.witness import witness
from core.market.bars import Bars
from core.market.context import align
from core.market.resample import resample
from core.market.timeframes import Timeframe
from tests.core.checking.examined import random_bars, sample, subject_of
from tests.core.checking.writing import Wrong, on_bar, signals
from tests.core.checking.wrong import ELSEWHERE


@pytest.fixture(scope="module")
def bars() -> Bars:
    return sample(1_000)


def test_a_part_has_memory_of_its_own_that_ends_where_it_ends(bars: Bars) -> None:
    cut = part(bars, 100, 300)
    assert np.array_equal(cut.close, bars.close[100:300])
    base = cut.close.base
    assert base is not None
    assert len(base) == 200
    assert not np.shares_memory(cut.close, bars.close)


@pytest.mark.parametrize("stop", range(40, 60))
def test_context_bars_of_a_part_are_those_that_a_longer_history_shows_as_closed(
    stop: int, bars: Bars
) -> None:
    beside = bars.with_context({name: resample(bars, name) for name in (Timeframe.H1, Timeframe.H4)})
    cut = part(beside, 0, stop)
    for name, kept in cut.contexts.items():
        seen = align(beside, name)
        assert len(kept) == seen.index[stop - 1] + 1
        assert len(kept) == 0 or kept.close_time[-1] <= beside.close_time[stop - 1]


def test_the_bar_after_the_last_tells_nothing(bars: Bars) -> None:
    longer = with_one_more(bars.slice(0, 50))
    assert len(longer) == 51
    assert longer.open[-1] == longer.high[-1] == longer.low[-1] == longer.close[-1] == bars.close[49]


def test_a_change_in_place_is_found_where_it_was_made(bars: Bars) -> None:
    given = part(bars, 200, 400)
    assert first_change(given, bars, 200) is None
    memory = given.high.base
    assert memory is not None
    memory[7] += 0.1
    change = first_change(given, bars, 200)
    assert change is not None
    assert (change.column, change.bar) == ("high", 207)


def test_cuts_are_many_and_the_same_every_time(bars: Bars) -> None:
    deciding = np.array([100, 500, 900])
    cuts = choose(bars, 0, deciding)
    assert cuts == choose(bars, 0, deciding) == sorted(set(cuts))
    assert len(cuts) >= 200
    assert min(cuts) > 0
    assert max(cuts) < len(bars)
    for bar in deciding:
        assert {bar, bar + 1, bar + 2} <= set(cuts)
    assert not set(cuts) & set(further(cuts, 0, len(bars), 100))


@pytest.mark.parametrize("timeframe", [Timeframe.H1, Timeframe.H4, Timeframe.D1])
def test_ends_of_higher_timeframes_are_cut_at_and_one_bar_either_side(
    timeframe: Timeframe, bars: Bars
) -> None:
    cuts = set(choose(bars, 0, np.empty(0, np.intp)))
    ends = np.flatnonzero(np.diff(align(bars, timeframe).index) > 0) + 1
    around = [int(end) for end in ends if {end, end + 1, end + 2} <= cuts]
    assert len(around) >= 3


def test_no_cut_leaves_less_than_the_warm_up_and_one_bar(bars: Bars) -> None:
    assert min(choose(bars, 400, np.empty(0, np.intp))) == 401


def test_few_bars_are_cut_everywhere(bars: Bars) -> None:
    assert choose(bars.slice(0, 30), 10, np.empty(0, np.intp)) == list(range(11, 30))


BUYING = "return Signals(buy=bars.close > bars.open, stop=0.001, targets=[0.002, 0.003])"


def test_decisions_survive_the_way_to_another_process(bars: Bars) -> None:
    source = on_bar(
        'if context.index % 3 == 0:\n    context.llm.ask(f"{context.close}", {"type": "boolean"})\n'
        "if context.close > context.open:\n    context.buy(stop=0.001, targets=[0.002, 0.003])"
    )
    decided = Decider(subject_of(source), bars).decide(Span(10, 200))
    again = Decided.unpacked(decided.packed())
    assert first_difference(decided, again) is None
    assert again.bars().tolist() == decided.bars().tolist() != []
    assert again.prompts.asked == decided.prompts.asked != {}


def test_signals_and_on_bar_that_decide_the_same_compare_as_the_same(bars: Bars) -> None:
    stepping = on_bar("if context.close > context.open:\n    context.buy(stop=0.001, targets=[0.002, 0.003])")
    one, other = (
        Decider(subject_of(source), bars).decide(Span(5, 90)) for source in (signals(BUYING), stepping)
    )
    assert first_difference(one, other) is None


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("stop=0.001", "decides buy, stop 0.001"),
        ("stop=0.001, targets=[0.002]", "decides buy, stop 0.001, target 0.002"),
        ("targets=[0.002, 0.003]", "decides buy, targets 0.002 0.003"),
        ("stop=0.0010000000000000002, targets=[0.002, 0.003]", "decides buy, stop 0.0010000000000000002"),
        ("stop=0.001, targets=[0.002, 0.003], at_stop=1.5, expiry=4", "decides buy at stop 1.5 for 4 bars"),
        ("stop=0.001, targets=[0.002, 0.003], exit=bars.close > 0", "decides exit"),
        ("stop=0.001, targets=[0.002, 0.003], exit_sell=bars.close > 0", "decides exit of a sell"),
    ],
)
def test_whatever_a_decision_holds_makes_a_difference(other: str, words: str, bars: Bars) -> None:
    sources = signals(BUYING), signals(f"return Signals(buy=bars.close > bars.open, {other})")
    one, two = (Decider(subject_of(source), bars).decide(Span(0, 90)) for source in sources)
    bar = first_difference(one, two)
    assert bar is not None
    assert both_words(one, two, bar)[1].startswith(words)


class Side(Enum):
    UP = "up"
    DOWN = "down"


class Leg(BaseModel):
    pips: int = Field(ge=5, le=50)
    share: float = Field(gt=0, lt=1)


class View(BaseModel):
    side: Side
    sure: bool
    why: str = Field(min_length=2, max_length=8)
    legs: list[Leg] = Field(min_length=1)
    also: Literal["a", "b"] | None


def test_the_stand_in_answers_in_the_shape_of_a_class_always_the_same_and_in_every_way() -> None:
    answers = [StandIn(Prompts()).ask(f"prompt {number}", View) for number in range(200)]
    again = [StandIn(Prompts()).ask(f"prompt {number}", View) for number in range(200)]
    assert answers == again
    given = [answer for answer in answers if answer is not None]
    assert 150 < len(given) < 200
    assert all(isinstance(answer, View) for answer in given)
    assert {(answer.side, answer.sure) for answer in given} == set(itertools.product(Side, (True, False)))
    assert {answer.also for answer in given} == {"a", "b", None}


def test_the_stand_in_answers_in_the_shape_of_a_json_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "action": {"enum": ["buy", "sell"]},
            "pips": {"type": "integer", "minimum": 3, "maximum": 5},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    answers = [StandIn(Prompts()).ask(f"prompt {number}", schema) for number in range(200)]
    given = [answer for answer in answers if answer is not None]
    assert {answer["action"] for answer in given} == {"buy", "sell"}
    assert {answer["pips"] for answer in given} == {3, 4, 5}
    assert None in {answer["note"] for answer in given}
    json.dumps(given)


def test_the_stand_in_is_due_at_the_same_bars_whatever_part_is_shown() -> None:
    whole, later = StandIn(Prompts()), StandIn(Prompts(), start=7)
    assert [whole.at(index).due for index in range(7, 40)] == [later.at(index).due for index in range(33)]


def test_a_stand_in_with_a_budget_gives_no_answers_beyond_it() -> None:
    model = StandIn(Prompts(), budget=2)
    answers = [model.ask(f"{number}", {"const": "yes"}) for number in range(100)]
    assert answers.count("yes") <= 2
    assert (model.left, answers[-1]) == (0, None)


@pytest.mark.parametrize("wrong", ELSEWHERE[:2], ids=lambda wrong: wrong.name)
def test_a_clock_that_is_wrong_shows_who_looks_at_it(wrong: Wrong, bars: Bars) -> None:
    subject = subject_of(wrong.source)
    usual = Decider(subject, bars).decide(Span(0, 300))
    found = witness(subject, bars.slice(0, 300), usual)
    assert found is not None
    assert found.kind == "randomness"


def test_a_clock_that_is_wrong_does_not_show_who_looks_at_the_bars(bars: Bars) -> None:
    source = "from datetime import datetime\n" + on_bar(
        "if isinstance(context.time, datetime) and context.time > datetime(2020, 1, 1).astimezone():\n"
        "    context.buy()"
    )
    subject = subject_of(source)
    usual = Decider(subject, bars).decide(Span(0, 100))
    assert len(usual.bars()) == 100
    assert witness(subject, bars.slice(0, 100), usual) is None


def test_the_property_market_never_closes() -> None:
    assert set(np.diff(random_bars(1).time).astype(int)) == {900}

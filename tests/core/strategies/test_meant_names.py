"""Which strategy a name that is not known may have meant."""

from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.strategies.registry import find
from tests.core.strategies.listing import GOOD, write


def told(name: str, folder: Path | None = None) -> str:
    with pytest.raises(BacktapeError) as refused:
        find(name, folder)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("donchian", "donchian_breakout"),
        ("donchan", "donchian_breakout"),
        ("Donch", "donchian_breakout"),
        ("BOLLINGER", "bollinger_reversion"),
        ("llm", "llm_analyst or llm_filter"),
        ("smacross", "sma_cross"),
        ("breakout", "donchian_breakout"),
    ],
)
def test_a_name_that_is_or_resembles_the_beginning_of_others_is_answered_with_them(
    name: str, meant: str
) -> None:
    assert f"There is no strategy '{name}'; did you mean {meant}? There are: atr_trend," in told(name)


@pytest.mark.parametrize("name", ["", "nothing", "don't", "xyz", "\u0434\u043e\u043d"])
def test_a_name_that_resembles_none_is_answered_with_the_list_alone(name: str) -> None:
    assert f"There is no strategy {name!r}; there are: atr_trend," in told(name)


def test_no_more_are_offered_than_can_be_read_at_a_glance(folder: Path) -> None:
    for number in range(5):
        write(folder, f"mine{number}.py", GOOD.replace("class Breakout", f"class Trial{number}"))
    assert "did you mean trial0 or trial1 or trial2? There" in told("tri", folder)

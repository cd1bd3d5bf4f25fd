import pytest

from core.errors import BacktapeError
from core.market.timeframes import Timeframe, parse_timeframe


def test_a_timeframe_is_named_in_capitals_or_not() -> None:
    assert parse_timeframe(" m15 ") is Timeframe.M15
    assert parse_timeframe("MN1") is Timeframe.MN1


def test_an_unknown_timeframe_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(BacktapeError, match=r"no timeframe 'M7'; use one of M1 M2 .* W1 MN1") as refusal:
        parse_timeframe("M7")
    assert refusal.value.field == "timeframe"


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("M1", 60),
        ("M12", 720),
        ("H1", 3_600),
        ("H12", 43_200),
        ("D1", 86_400),
        ("W1", 604_800),
        ("MN1", 2_592_000),
    ],
)
def test_each_timeframe_has_its_nominal_length(name: str, seconds: int) -> None:
    assert Timeframe(name).seconds == seconds


def test_timeframes_are_listed_from_the_shortest_to_the_longest() -> None:
    lengths = [timeframe.seconds for timeframe in Timeframe]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize(
    ("finer", "coarser", "divides"),
    [
        ("M5", "M15", True),
        ("M4", "M6", False),
        ("M1", "MN1", True),
        ("H12", "D1", True),
        ("H8", "H12", False),
        ("D1", "W1", True),
        ("D1", "MN1", True),
        ("W1", "MN1", False),
        ("H1", "M30", False),
        ("W1", "W1", True),
        ("W1", "D1", False),
    ],
)
def test_whole_bars_make_a_coarser_one_or_do_not(finer: str, coarser: str, divides: bool) -> None:
    assert Timeframe(finer).divides(Timeframe(coarser)) is divides

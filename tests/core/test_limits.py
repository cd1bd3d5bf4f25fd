import pytest

from core import limits


@pytest.mark.parametrize(
    ("minutes", "seconds"), [(5, 300), (0.5, 30), (0.05, 3), (0.01, 1), (1e-9, 1), (1.001, 61), (None, None)]
)
def test_minutes_are_whole_seconds_and_never_none_of_them(minutes: float | None, seconds: int | None) -> None:
    assert limits.seconds_of(minutes) == seconds


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (90, "1.5 minutes"), (300, "5 minutes")],
)
def test_a_time_is_said_in_the_unit_of_its_size(seconds: int, told: str) -> None:
    assert limits.time_in_words(seconds) == told


def test_what_was_too_much_is_said_with_what_was_given_and_what_to_do() -> None:
    assert limits.too_long(300) == (
        "It took longer than the 5 minutes it was given; give it more with --time or shorten the period."
    )
    assert limits.too_much(500) == (
        "The run needed more than the 500 MB it was given; give it more with --memory or shorten the period."
    )


@pytest.mark.parametrize("value", [50, 500, 1_000_000])
def test_a_memory_within_the_bounds_is_one(value: object) -> None:
    assert limits.is_memory(value)


@pytest.mark.parametrize(
    "value", [49, 1_000_001, 0, -1, 500.0, True, "500", None, float("nan"), float("inf")]
)
def test_what_no_run_could_be_given_is_no_memory(value: object) -> None:
    assert not limits.is_memory(value)


@pytest.mark.parametrize("value", [0.001, 1, 100_000])
def test_a_time_within_the_bounds_is_one(value: object) -> None:
    assert limits.is_time(value)


@pytest.mark.parametrize("value", [0, -1, 100_001, True, "5", None, float("nan"), float("inf")])
def test_what_no_run_could_be_given_is_no_time(value: object) -> None:
    assert not limits.is_time(value)

"""What the run list remembers of what was chosen."""

import pytest

from db.errors import FilterError
from db.runs import Order
from tests.shots.filling import MOMENT
from tui.memory import JSON
from tui.run_list.choice import Choice
from tui.run_list.columns import USUAL, all_columns, run_columns
from tui.widgets.columns import fit


def names(chosen: tuple[str, ...] = ()) -> list[str]:
    return [column.name for column in run_columns(lambda: MOMENT, ascii_only=False, chosen=chosen)]


def test_what_was_chosen_comes_back() -> None:
    choice = Choice().filtered("symbol:EURUSD sharpe>1").sorted_by(Order("sortino_ratio", False))
    choice = choice.with_columns(["id", "notes"])
    assert Choice.remembered(choice.kept()) == choice


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"filter": "sharpe:red", "sort": "luck", "descending": True, "columns": "all"},
        {"filter": 3, "sort": None, "descending": "yes", "columns": None},
    ],
)
def test_what_means_nothing_is_forgotten(kept: dict[str, JSON]) -> None:
    assert Choice.remembered(kept) == Choice()


def test_a_filter_by_marks_is_not_kept_since_marks_are_not() -> None:
    choice = Choice().filtered("marked symbol:EUR", {1, 2})
    assert choice.filter.marked == {1, 2}
    assert choice.kept()["filter"] == ""


def test_a_filter_that_means_nothing_is_refused() -> None:
    with pytest.raises(FilterError, match="colour"):
        Choice().filtered("colour:red")


@pytest.mark.parametrize(
    ("text", "column", "settled", "follows_notes"),
    [
        ("", "id", True, False),
        ("symbol:EUR", "created_at", True, False),
        ("", "sharpe_ratio", False, False),
        ("status:done", "id", False, False),
        ("gold", "id", False, True),
        ("note:gold", "id", False, True),
        ("", "notes", False, True),
    ],
)
def test_what_may_change_a_list(text: str, column: str, settled: bool, follows_notes: bool) -> None:
    choice = Choice().filtered(text).sorted_by(Order(column))
    assert choice.is_settled is settled
    assert choice.follows_notes is follows_notes


def test_every_column_to_sort_by_has_a_letter_of_its_own_and_usual_ones_a_small_one() -> None:
    columns = list(all_columns(lambda: MOMENT, ascii_only=False).values())
    letters = [column.letter for column in columns if column.letter]
    assert {column.name for column in columns if not column.letter} == {"equity", "params"}
    assert len(set(letters)) == len(letters)
    # o asks for the others, see `ask_shown_column`.
    assert "o" not in letters
    assert [column.letter.islower() for column in columns[:USUAL] if column.letter] == [True] * (USUAL - 1)
    assert all(column.letter.isupper() for column in columns[USUAL:] if column.letter)


def test_columns_stand_in_the_order_chosen() -> None:
    assert names() == list(all_columns(lambda: MOMENT, ascii_only=False))[:USUAL]
    assert names(("notes", "id", "luck", "notes", "status")) == ["notes", "id", "status"]
    assert names(("luck",)) == names()


def test_what_was_chosen_beside_the_usual_columns_folds_last() -> None:
    chosen = (*names(), "notes", "sortino_ratio")
    columns = run_columns(lambda: MOMENT, ascii_only=False, chosen=chosen)
    kept = [column.name for column in fit(columns, 78)]
    assert kept == ["id", "status", "strategy", "symbol", "timeframe", "total_return_pct", "notes"]


def test_a_remembered_filter_by_a_parameter_comes_back_without_looking_into_the_store() -> None:
    choice = Choice.remembered({"filter": "lookback:30"})
    assert choice.text == "lookback:30"
    assert choice.filter.names == {"params.lookback"}

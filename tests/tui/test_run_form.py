from dataclasses import replace
from datetime import UTC, datetime

from core.home import Home
from core.strategies.registry import describe_all
from db.datasets import DatasetRecord
from tui.run_form import RunForm

JANUARY, FEBRUARY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
DATASET = DatasetRecord(
    id=1,
    symbol="EURUSD",
    timeframe="M15",
    source="",
    version_id=1,
    digest="digest",
    folder="folder",
    csv_path="csv",
    rows=1_000,
    first_time=JANUARY,
    last_time=FEBRUARY,
    dialect="plain CSV",
    timezone="UTC",
    day_rule="{}",
    digits=5,
    has_spread=False,
    synthetic=False,
    dropped=(),
    warnings=(),
    created_at=FEBRUARY,
    current=True,
)


def _form(home: Home, *datasets: DatasetRecord) -> RunForm:
    return RunForm(describe_all(home.strategies), datasets)


def _names(form: RunForm) -> list[str]:
    return [spec.name for group in form.groups() for spec in group.fields]


def test_a_single_source_is_nothing_to_choose(home: Home) -> None:
    form = _form(home, replace(DATASET, source="only"))
    assert "source" not in _names(form)
    assert form.values()["source"] is None
    assert form.dataset.source == "only"


def test_of_several_sources_one_is_chosen_and_its_timeframes_offered(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, source="broker", timeframe="H1", rows=7))
    assert "source" in _names(form)
    assert (form.values()["source"], form.dataset.rows) == ("", 1_000)
    assert form.set("source", "broker")
    assert (form.texts["timeframe"], form.dataset.rows) == ("H1", 7)
    request, problems = form.check()
    assert problems == {}
    assert request is not None
    assert request.source == "broker"


def test_another_symbol_has_sources_of_its_own(home: Home) -> None:
    form = _form(home, DATASET, replace(DATASET, source="a"), replace(DATASET, symbol="USDJPY", source="b"))
    form.set("source", "a")
    form.set("symbol", "USDJPY")
    assert (form.dataset.symbol, form.dataset.source) == ("USDJPY", "b")
    assert "source" not in _names(form)

import pytest

from core.config import MOST_WORKERS
from core.home import Home
from core.jobs.places import MODEL_PLACES, ConfiguredPlaces, Places, configured_places, cores
from db.jobs import JobRecord
from db.queue import Queue


def under_way(run_id: int, *, uses_model: bool = False) -> JobRecord:
    return JobRecord(
        run_id=run_id,
        attempt=f"attempt-{run_id}",
        attempts=1,
        pid=None,
        process_start=None,
        boot=None,
        claimed_at=None,
        heartbeat=None,
        cancel_requested=False,
        cancel_requested_at=None,
        uses_model=uses_model,
        phase=None,
        bars_done=0,
        bars_total=0,
        trades=0,
        equity=None,
    )


def test_what_was_said_of_the_queue_counts_before_what_is_configured() -> None:
    assert Places(2).under(Queue()) == Places(2)
    assert Places(2).under(Queue(workers=5)) == Places(5)
    assert Places(2).under(Queue(paused=True, workers=5)) == Places(0, 0)


def test_runs_that_ask_a_model_take_no_place_from_those_that_compute() -> None:
    busy = [under_way(1), under_way(2, uses_model=True), under_way(3, uses_model=True)]
    assert Places(2).without(busy) == Places(1, MODEL_PLACES - 2)


def test_no_place_is_free_where_more_is_under_way_than_there_are_places() -> None:
    assert Places(1).without([under_way(1), under_way(2)]) == Places(0)


@pytest.mark.parametrize("named", ["", "0", "-1", "many", "1.5", "\u0663", "9" * 5000])
def test_an_environment_that_names_no_number_of_workers_counts_for_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("BACKTAPE_WORKERS", named)
    assert configured_places(home.create()).computing == cores()


def test_no_environment_asks_for_more_workers_than_a_machine_could_bear(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_WORKERS", "999999999")
    assert configured_places(home.create()).computing == MOST_WORKERS


def test_a_config_that_is_written_to_counts_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKTAPE_WORKERS", raising=False)
    configured = ConfiguredPlaces(home.create())
    assert configured.now().computing == cores()
    for workers in (3, 5):
        draft = home.path / "draft.toml"
        draft.write_text(f"[runner]\nworkers = {workers}\n")
        draft.rename(home.config)
        assert configured.now().computing == workers
    home.config.unlink()
    assert configured.now().computing == cores()

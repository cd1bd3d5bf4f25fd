"""What tests of the form ask of it."""

from contextlib import closing

from core.home import Home
from db import runs
from db.connection import connect
from db.runs import RunRecord
from tui.app import BacktapeApp
from tui.widgets.choice import Choice
from tui.widgets.field_list import FieldList
from tui.widgets.fields import Field


def keys_to(app: BacktapeApp, name: str) -> list[str]:
    """Return the keys that lead from the field in focus down to the one called `name`."""
    form = app.screen.query_one(FieldList)
    names = [field.spec.name for field in form.fields]
    assert form.field_in_focus is not None
    return ["down"] * (names.index(name) - names.index(form.field_in_focus.spec.name))


def shown_fields(app: BacktapeApp) -> list[str]:
    """Return the names of the fields that can be seen, from top to bottom."""
    return [field.spec.name for field in app.screen.query(Field) if field.display]


def strategy_field(app: BacktapeApp) -> Choice:
    editor = app.screen.query(Field).first().editor
    assert isinstance(editor, Choice)
    return editor


def all_runs(home: Home) -> list[RunRecord]:
    with closing(connect(home.store)) as connection:
        found = [runs.get(connection, run_id) for run_id in runs.ids(connection)]
    return [run for run in found if run is not None]

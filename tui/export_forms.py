"""The forms in which runs are exported: those of the core, and the report as plain text."""

from typing import TextIO

from core.exporting import CSV, HTML, JSON, Form, Tell
from core.run_documents import equity_of
from db.connection import Connection
from db.runs import RunRecord
from tui.report import report


def _write_text(connection: Connection, run: RunRecord, file: TextIO, _tell: Tell) -> None:
    file.write(f"{report(run, equity_of(connection, run), full=True)}\n")


FORMS = {"csv": CSV, "json": JSON, "html": HTML, "text": Form({"run-{}.txt": _write_text})}

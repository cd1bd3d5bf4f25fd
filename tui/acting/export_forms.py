"""The forms in which runs are exported: those of the core, and the report as plain text."""

from typing import TextIO

from core.exporting import CSV, HTML, JSON, Form, Source, Tell
from db.runs import RunRecord
from tui.report import whole_report


def _write_text(source: Source, run: RunRecord, file: TextIO, _tell: Tell) -> None:
    file.write(f"{whole_report(source.home, source.connection, run)}\n")


FORMS = {"csv": CSV, "json": JSON, "html": HTML, "text": Form({"run-{}.txt": _write_text})}

"""Imports without another process."""

import json
from pathlib import Path

import pytest

from core.json_documents import json_document
from tests.shots.prices import write_broker_hours, write_csv
from tui.imports.client import Document, ImportProcess
from tui.imports.process import Desk

__all__ = ["at_once", "write_broker_hours", "write_csv"]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that the program is started in; its files are read in this very process."""
    desks: dict[ImportProcess, Desk] = {}

    def exchange(process: ImportProcess, request: Document) -> Document:
        desk = desks.setdefault(process, Desk(process.home))
        answer: Document = json.loads(json_document(desk.answer(dict(request))))
        return answer

    monkeypatch.setattr(ImportProcess, "_exchange", exchange)
    monkeypatch.setattr("tui.screens.import_preview.READ_SECONDS", 0.0)
    monkeypatch.chdir(tmp_path)
    return tmp_path
